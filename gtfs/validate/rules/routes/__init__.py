"""Routes: names, colours, networks."""
