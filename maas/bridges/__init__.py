"""Translators between packages that do not know each other, by plain numbers whose names carry units."""
