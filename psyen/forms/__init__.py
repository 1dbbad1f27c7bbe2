"""Forms and filters of the PsyEN and répartitions, one module per object."""
