"""Text on the colour of a route that cannot be read."""

from __future__ import annotations

import re

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind

KIND = kind(
    "route_color_contrast",
    WARNING,
    (
        "text {text} on {ground} can hardly be read",
        "Riders with weak sight cannot read the line's sign in apps.",
        "Choose a lighter or darker text colour (FFFFFF or 000000).",
    ),
    (
        "{ground} の上の {text} の文字は読みにくい組み合わせです",
        "視力の弱い人が路線表示を読めません。",
        "文字色を FFFFFF か 000000 など差のある色にしてください。",
    ),
)
_COLOR = re.compile("[0-9A-Fa-f]{6}")
_LUMA_DIFFERENCE_MIN = 72  # of 255, by Rec. 601; as the canonical validator has it


def check(context: Context, report: Report) -> None:
    """Routes that give both colours."""
    routes = context.table("routes")
    pairs = list(zip(routes.texts("route_color"), routes.texts("route_text_color"), strict=True))
    bad = [row for row, (ground, text) in enumerate(pairs) if _hard_to_read(ground, text)]

    def colours(row: int) -> dict[str, object]:
        return {"ground": pairs[row][0], "text": pairs[row][1]}

    report.rows(KIND, routes, bad, "route_text_color", colours)


def _hard_to_read(ground: str, text: str) -> bool:
    if not (_COLOR.fullmatch(ground) and _COLOR.fullmatch(text)):
        return False
    return abs(_luma(ground) - _luma(text)) < _LUMA_DIFFERENCE_MIN


def _luma(color: str) -> float:
    red, green, blue = (int(color[k : k + 2], 16) for k in (0, 2, 4))
    return 0.299 * red + 0.587 * green + 0.114 * blue
