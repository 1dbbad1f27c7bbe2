"""Screens of the PsyEN and répartitions, one module per object."""
