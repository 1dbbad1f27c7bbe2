"""What leaves the evaluation on paper."""
