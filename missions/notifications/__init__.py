"""Who is told what about the missions."""
