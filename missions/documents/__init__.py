"""What leaves the missions: letters, matrix, programme."""
