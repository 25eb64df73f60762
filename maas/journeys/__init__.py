"""What a resident asks of the planner, and how the answer is told."""
