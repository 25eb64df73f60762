"""Movement over the ground: the street graph, who may use which street, and searches on it."""
