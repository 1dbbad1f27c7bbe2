"""Readings of the work plan."""
