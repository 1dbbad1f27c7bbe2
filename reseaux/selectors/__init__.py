"""Reads that cross several models of the territory, one module per screen."""
