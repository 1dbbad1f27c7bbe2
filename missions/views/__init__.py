"""Screens of the missions."""
