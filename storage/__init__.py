"""One way to open a database and to write to it: what everything durable stands on."""
