"""What the rules about fares from leg to leg share."""

from __future__ import annotations

import numpy as np

from gtfs.model.schedule import Bool
from gtfs.validate.notice import Kind
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.table import Table

WHY = (
    "Riders are shown a wrong price for a journey with a change, or none.",
    "乗り継ぎの運賃が誤って表示されるか、表示されません。",
)


def transfer_kind(code: str, en: tuple[str, str], ja: tuple[str, str]) -> Kind:
    """A kind of which each language says what is wrong and how to mend it; why it matters is the same for all."""
    return kind(code, ERROR, (en[0], WHY[0], en[1]), (ja[0], WHY[1], ja[1]))


def in_one_group(table: Table) -> Bool:
    """Which rows lead from a leg group to the same leg group (blank counts as one)."""
    groups = zip(table.texts("from_leg_group_id"), table.texts("to_leg_group_id"), strict=True)
    return np.array([a == b for a, b in groups], np.bool_)
