"""Where networks come from and where they are kept."""
