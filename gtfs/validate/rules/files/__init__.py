"""Whether the files, columns and rows are there that GTFS asks for, and only once."""
