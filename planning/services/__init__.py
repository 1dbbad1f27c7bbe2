"""Gestures on the work plan."""
