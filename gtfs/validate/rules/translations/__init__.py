"""Names in other languages and readings."""
