"""Ways through stations."""
