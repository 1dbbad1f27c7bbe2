"""Gestures of the evaluation."""
