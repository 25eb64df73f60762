"""One vehicle on two trips at once."""

from __future__ import annotations

import numpy as np

from gtfs.model.schedule import I64
from gtfs.validate.context import Context
from gtfs.validate.notice import SAMPLES_MAX, Report
from gtfs.validate.overlaps import count_overlaps, first_overlaps
from gtfs.validate.rules._common import ERROR, clock, kind
from gtfs.validate.rules.trips._blocks import blocks
from gtfs.validate.table import NONE
from gtfs.validate.values import WRONG

KIND = kind(
    "block_trips_with_overlapping_stop_times",
    ERROR,
    (
        "block {block}: the trip runs {span}, while the same vehicle is still on trip {other} (line {line}, {others})",
        "One vehicle cannot run both; riders who stay seated are led astray.",
        "Give one of the trips another block_id, or correct its times or days.",
    ),
    (
        "ブロック {block}: {span} の運行が、同じ車両の便 {other}({line} 行目、{others})と重なっています",
        "一台の車両で両方は運行できず、乗り続ける案内も誤ります。",
        "片方に別の block_id を付けるか、時刻・運行日を直してください。",
    ),
)
Spans = np.ndarray[tuple[int, int], np.dtype[np.int64]]


def check(context: Context, report: Report) -> None:
    """Overlaps are counted by a sweep over each block and pair of services, never listed."""
    trips = context.table("trips")
    if not trips.given("block_id").any():
        return
    block, spans = context.fact(blocks), _spans(context)
    usable = np.flatnonzero((block >= 0) & (spans[:, 0] > WRONG) & (spans[:, 1] > spans[:, 0]))
    usable = usable[np.lexsort((spans[usable, 0], block[usable]))]
    bounds = np.flatnonzero(np.diff(block[usable])) + 1
    column, number = trips.column("service_id"), context.services.number
    services = column.spread(np.array([number.get(s, NONE) for s in column.text.to_list()], np.int64))
    for rows in np.split(usable, bounds):
        if len(rows) > 1:
            _block(context, report, rows[services[rows] >= 0], spans, services)


def _spans(context: Context) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """First departure and last arrival per row of trips.txt; WRONG if unknown."""
    calls = context.calls
    spans = np.full((context.table("trips").height + 1, 2), WRONG, np.int64)
    if len(calls.rows):
        first, last = calls.offsets[:-1], calls.offsets[1:] - 1
        spans[calls.trips(), 0] = np.maximum(calls.departure[first], WRONG)
        spans[calls.trips(), 1] = np.maximum(calls.arrival[last], WRONG)
    return spans[:-1]


def _block(
    context: Context,
    report: Report,
    rows: I64,
    spans: np.ndarray[tuple[int, int], np.dtype[np.int64]],
    services: I64,
) -> None:
    """One vehicle's trips: those of one service against each other, then of services that share a day."""
    by_service: dict[int, I64] = {int(s): rows[services[rows] == s] for s in np.unique(services[rows])}
    active = context.services.active
    for number, own in by_service.items():
        if active[number].any():
            _pairs(context, report, own, None, spans)
    numbers = list(by_service)
    days = active[numbers].astype(np.float32)
    shared = np.triu(days @ days.T > 0, 1)
    for a, b in np.argwhere(shared).tolist():
        _pairs(context, report, by_service[numbers[a]], by_service[numbers[b]], spans)


def _pairs(
    context: Context,
    report: Report,
    ours: I64,
    theirs: I64 | None,
    spans: np.ndarray[tuple[int, int], np.dtype[np.int64]],
) -> None:
    start, end = spans[ours, 0], spans[ours, 1]
    if theirs is None:
        total = count_overlaps(start, end)
    else:
        total = (
            count_overlaps(np.concatenate((start, spans[theirs, 0])), np.concatenate((end, spans[theirs, 1])))
            - count_overlaps(start, end)
            - count_overlaps(spans[theirs, 0], spans[theirs, 1])
        )
    if not total:
        return
    known = report.notice(KIND.code)
    wanted = SAMPLES_MAX - (len(known.samples) if known else 0)
    shown = first_overlaps(ours, theirs, spans, wanted)
    trips = context.table("trips")
    for a, b in shown:
        first, second = sorted((a, b))
        report.rows(
            KIND, trips, [second], "trip_id", block=trips.text(second, "block_id"), other=trips.text(first, "trip_id"),
            line=trips.line(first), span=_span(spans[second]), others=_span(spans[first]),
        )  # fmt: skip
    report.more(KIND, total - len(shown))


def _span(span: np.ndarray[tuple[int], np.dtype[np.int64]]) -> str:
    return f"{clock(int(span[0]))}–{clock(int(span[1]))}"
