"""Reads that cross several models of the PsyEN and répartitions, one module per screen."""
