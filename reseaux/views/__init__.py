"""Screens of the territory, one module per object."""
