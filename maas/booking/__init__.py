"""A whole outing booked as one: held, paid once, confirmed or undone together, changed and given back."""
