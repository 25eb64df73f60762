"""The command line `maas`."""

from maas.cli.main import main

__all__ = ["main"]
