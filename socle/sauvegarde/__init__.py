"""Backup and restore of the database, which holds everything (stored files included).

`manifeste`: what an archive says of itself; `archive`: the file; `moteurs`: dump and load on each engine;
`gestes`: the two acts. The commands `sauvegarder` and `restaurer` stand in `cio_network`.
"""
