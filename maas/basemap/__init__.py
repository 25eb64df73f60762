"""The area's own map: vector tiles made from its streets and landcover, served by us alone."""
