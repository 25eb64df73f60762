"""The feed house: read, model, validate and write GTFS and its companions without losing anything."""
