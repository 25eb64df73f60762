"""The rules: one module each, found by the runner; `KINDS` says what it reports, `check` does it."""
