"""Files of the good feed: what tests of rules share."""

from __future__ import annotations

from fakes.judged import GOOD

ROUTES, STOPS = GOOD["routes.txt"], GOOD["stops.txt"]
