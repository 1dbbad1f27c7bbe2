"""Readings of the missions."""
