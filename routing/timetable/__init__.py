"""From schedules to the arrays that searches read."""
