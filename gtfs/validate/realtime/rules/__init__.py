"""One module a rule: its `KIND`, and `check(seen, report)`."""
