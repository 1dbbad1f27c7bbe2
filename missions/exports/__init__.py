"""The lists of the missions as spreadsheets."""
