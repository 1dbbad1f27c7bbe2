"""The demonstration: real schools of three départements, fictional staff, everything through the services.

Deterministic, and dated relative to today: a year closed, one under way, one in preparation.
"""
