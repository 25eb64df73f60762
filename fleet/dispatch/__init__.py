"""The dispatcher: one owner of all plans of a zone, that answers at once and keeps what it promised."""
