"""Times of day in which a fare holds."""

from __future__ import annotations

DAY_S = 86_400
