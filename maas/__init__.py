"""The composition root of the engine: the API, the command line, bridges and what residents use."""

__version__ = "0.1.0"
