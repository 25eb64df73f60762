"""Stops that lie on the line in another order than they are called at."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.shapes._matching import matching

KIND = kind(
    "stops_match_shape_out_of_order",
    WARNING,
    (
        "along shape {shape} of trip {trip} the stop lies before {before}",
        "The vehicle seems to drive back and forth.",
        "Correct the order of the stops, or turn the shape round.",
    ),
    (
        "便 {trip} の形状 {shape} の上では {before} より手前にあります",
        "車両が行ったり来たりするように見えます。",
        "停留所の順序か形状の向きを直してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every distinct pattern of stops along a shape."""
    found, times, calls = context.fact(matching), context.table("stop_times"), context.calls
    if found is not None:

        def before(k: int) -> dict[str, object]:
            return {"before": times.text(int(calls.rows[found.at[k - 1]]), "stop_id")}

        found.tell(report, KIND, found.broken, before)
