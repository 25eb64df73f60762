"""Several errands in the best order, with the journeys between them and home again."""
