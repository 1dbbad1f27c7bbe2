"""Forms of the missions."""
