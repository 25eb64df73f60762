"""Where every table of this package registers; `payments.schema.create_schema` creates them, guards and all."""

from __future__ import annotations

from sqlalchemy import MetaData

metadata = MetaData()
