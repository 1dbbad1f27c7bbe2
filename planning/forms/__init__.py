"""Forms of the work plan."""
