"""Forms and filters of the territory, one module per object."""
