"""The composition root of the engine: the API, the command line, bridges and what residents use."""
