"""Where every table of this package registers; `payments.schema` creates them with their guards."""

from __future__ import annotations

from sqlalchemy import MetaData

metadata = MetaData()
