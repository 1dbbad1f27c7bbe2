"""Who is told what about the evaluation."""
