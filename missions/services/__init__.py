"""Gestures on the missions."""
