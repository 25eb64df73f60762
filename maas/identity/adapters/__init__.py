"""The one ID's ports, each adapter named for its technology."""
