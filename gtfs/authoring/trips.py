"""Patterns and timetables as rows of trips.txt, stop_times.txt, frequencies.txt and shapes.txt."""

from __future__ import annotations

from collections.abc import Iterator

from gtfs.authoring.documents import PASS, Document, Headway, Pattern, Timetable, Trip, hms, seconds
from gtfs.authoring.edit import EditError, Editor
from gtfs.authoring.patterns import PATTERN, Patterns, fitted

__all__ = ["Timetables"]


class Timetables:
    """Patterns and timetables, worked in together: a pattern that changes takes its trips with it."""

    def __init__(
        self,
        editor: Editor,
        patterns: dict[str, Document | None],
        tables: dict[str, Document | None],
    ) -> None:
        self.editor = editor
        self.before = Patterns(editor.feed)
        self.patterns = patterns
        self.tables = tables

    def work_in(self) -> None:
        """Replace the trips of every pattern and timetable that was put."""
        for key, pattern in self.patterns.items():
            for service in self.before.all[key].trips if key in self.before.all else ():
                self.tables.setdefault(f"{key}@{service}", self._carried(key, service, pattern))
        gone: list[str] = []
        rows: list[tuple[str, Timetable, Pattern]] = []
        for key, table in self.tables.items():
            name, _, service = key.rpartition("@")
            if name in self.before.all:
                gone += self.before.all[name].trips.get(service, [])
            if isinstance(table, Timetable):
                rows.append((key, table, self._pattern(key, table)))
        if not gone and not rows:
            return
        old_trips = {r["trip_id"]: r for r in _of(self.editor, "trips", gone)}
        old_calls = {(r["trip_id"], r.get("stop_id", "")): r for r in _of(self.editor, "stop_times", gone)}
        for stem in ("trips", "stop_times", "frequencies"):
            self.editor.remove(stem, "trip_id", gone)
        for key, table, pattern in rows:
            self._write(key, table, pattern, old_trips, old_calls)
        kept = {r for r in gone if self.editor.has("trips", "trip_id", r)}
        self.editor.remove("translations", "record_id", set(gone) - kept, table_name="trips")

    def _carried(self, key: str, service: str, pattern: Document | None) -> Timetable | None:
        """The trips that stand there, moved to the pattern's new stops."""
        if not isinstance(pattern, Pattern):
            return None
        table = self.before.timetable(key, service)
        old = [c.stop for c in self.before.all[key].calls]
        new = [c.stop for c in pattern.calls]
        trips = []
        for trip in table.trips:
            times = fitted(trip, old, new)
            timed = sum(t not in (None, PASS) for t in times)
            if timed < 2:
                raise EditError(
                    f"pattern {key}: trip {trip.id} would have times at {timed} of the new stops; "
                    f"put the timetable {key}@{service} with new times"
                )
            trips.append(trip.model_copy(update={"times": times}))
        return table.model_copy(update={"trips": trips})

    def _pattern(self, key: str, table: Timetable) -> Pattern:
        if f"{table.pattern}@{table.calendar}" != key:
            raise EditError(
                f"timetable {key}: pattern and calendar say {table.pattern}@{table.calendar}; use that key"
            )
        found = self.patterns.get(table.pattern)
        if found is None and table.pattern in self.before.all and table.pattern not in self.patterns:
            found = self.before.document(table.pattern)
        if not isinstance(found, Pattern):
            raise EditError(f"timetable {key}: there is no pattern {table.pattern!r}; put it first")
        editor = self.editor
        if not any(editor.has(t, "service_id", table.calendar) for t in ("calendar", "calendar_dates")):
            raise EditError(f"timetable {key}: there is no calendar {table.calendar!r}; put it first")
        if not editor.has("routes", "route_id", found.route):
            raise EditError(f"pattern {table.pattern}: there is no route {found.route!r}; put it first")
        for call in found.calls:
            if not editor.has("stops", "stop_id", call.stop):
                raise EditError(f"pattern {table.pattern}: there is no stop {call.stop!r}; put it first")
        return found

    def _write(
        self, key: str, table: Timetable, pattern: Pattern, old_trips: dict[str, dict[str, str]],
        old_calls: dict[tuple[str, str], dict[str, str]],
    ) -> None:  # fmt: skip
        shape = self._shape(table.pattern, pattern)
        trips, times, repeated = [], [], []
        taken: set[str] = set()
        listed = [
            *table.trips,
            *(trip for h in table.headways if h.exact for trip in _departures(h, pattern, key)),
        ]
        for number, trip in enumerate(listed, start=1):
            if len(trip.times) != len(pattern.calls):
                raise EditError(
                    f"timetable {key}, trip {number}: {len(trip.times)} times, but "
                    f"{table.pattern} has {len(pattern.calls)} stops; give one for each, null where it is "
                    f"not timed, {PASS} where it passes"
                )
            name = _id(trip, table, taken)
            trips.append(self._trip(name, trip, table, pattern, shape, old_trips))
            times += _calls(name, trip, pattern, old_calls)
        for headway in (h for h in table.headways if not h.exact):
            template = next(_departures(headway, pattern, key))
            name = _id(template, table, taken)
            trips.append(self._trip(name, template, table, pattern, shape, old_trips))
            times += _calls(name, template, pattern, old_calls)
            repeated.append(
                {
                    "trip_id": name, "start_time": hms(seconds(headway.start)), "exact_times": "0",
                    "end_time": hms(seconds(headway.until)), "headway_secs": f"{headway.every_min * 60:.0f}",
                }
            )  # fmt: skip
        self.editor.add("trips", trips)
        self.editor.add("stop_times", times)
        self.editor.add("frequencies", repeated)
        self._headsigns(pattern, trips)

    def _trip(
        self, name: str, trip: Trip, table: Timetable, pattern: Pattern, shape: str,
        old: dict[str, dict[str, str]],
    ) -> dict[str, str]:  # fmt: skip
        row = old.get(name, {}) | {
            "route_id": pattern.route, "service_id": table.calendar, "trip_id": name,
            "trip_headsign": trip.headsign or pattern.headsign,
            "direction_id": "" if pattern.direction is None else str(pattern.direction),
        }  # fmt: skip
        if trip.block or "block_id" in row:
            row["block_id"] = trip.block
        if shape or not row.get("shape_id"):
            row["shape_id"] = shape
        columns = self.editor.feed.table("trips").columns
        if not table.pattern.startswith("p-") or PATTERN in columns:
            row[PATTERN] = table.pattern
        return row

    def _shape(self, key: str, pattern: Pattern) -> str:
        if len(pattern.shape) < 2:
            return ""
        name = f"shape-{key}"
        self.editor.remove("shapes", "shape_id", [name])
        self.editor.add(
            "shapes",
            [
                {
                    "shape_id": name, "shape_pt_lat": f"{lat:.6f}", "shape_pt_lon": f"{lon:.6f}",
                    "shape_pt_sequence": str(k),
                }
                for k, (lat, lon) in enumerate(pattern.shape, start=1)
            ],
        )  # fmt: skip
        return name

    def _headsigns(self, pattern: Pattern, trips: list[dict[str, str]]) -> None:
        if not pattern.names or not pattern.headsign:
            return
        table = self.editor.feed.table("translations")
        by_value = table.width == 0 or "field_value" in table.columns
        texts = {"ja": pattern.headsign, **pattern.names}
        if by_value:  # one row a text, not one a trip
            self.editor.remove(
                "translations",
                "field_value",
                [pattern.headsign],
                table_name="trips",
                field_name="trip_headsign",
            )
            rows = [
                {
                    "table_name": "trips", "field_name": "trip_headsign", "language": lang,
                    "translation": text,
                    "record_id": "", "record_sub_id": "", "field_value": pattern.headsign,
                }
                for lang, text in texts.items()
            ]  # fmt: skip
            self.editor.add("translations", rows)
            return
        for trip in trips:
            if trip["trip_headsign"] == pattern.headsign:
                self.editor.translate("trips", "trip_headsign", trip["trip_id"], texts)


def _of(editor: Editor, stem: str, trips: list[str]) -> list[dict[str, str]]:
    table = editor.feed.table(stem)
    if "trip_id" not in table.columns:
        return []
    return table.filter(table["trip_id"].is_in(trips)).to_dicts()


def _id(trip: Trip, table: Timetable, taken: set[str]) -> str:
    first = next((t for t in trip.times if t not in (None, PASS)), "0:00")
    clock = hms(seconds(str(first).split("/")[-1]))[:5].replace(":", "")
    base = trip.id or f"{table.pattern}-{table.calendar}-{clock}"

    name, k = base, 2
    while name in taken:
        name, k = f"{base}-{k}", k + 1
    taken.add(name)
    return name


def _departures(headway: Headway, pattern: Pattern, key: str) -> Iterator[Trip]:
    if not pattern.minutes:
        raise EditError(f"timetable {key}: headways need the pattern's minutes from stop to stop; give them")
    at, end = seconds(headway.start), seconds(headway.until)
    while at < end:
        times = [hms(round(at + m * 60)) for m in pattern.minutes]
        yield Trip.model_construct(id="", times=times, headsign="", block="")
        at += round(headway.every_min * 60)


def _calls(
    name: str, trip: Trip, pattern: Pattern, old: dict[tuple[str, str], dict[str, str]]
) -> list[dict[str, str]]:
    called = [(call, time) for call, time in zip(pattern.calls, trip.times, strict=True) if time != PASS]
    rows = []
    for sequence, (call, time) in enumerate(called, start=1):
        arrival, _, departure = (time or "").partition("/")
        departure = departure or arrival
        row = {k: v for k, v in old.get((name, call.stop), {}).items() if k != "shape_dist_traveled"}
        row |= {
            "trip_id": name, "arrival_time": hms(seconds(arrival)) if arrival else "",
            "departure_time": hms(seconds(departure)) if departure else "", "stop_id": call.stop,
            "stop_sequence": str(sequence),
            "pickup_type": row.get("pickup_type") or "0",
            "drop_off_type": row.get("drop_off_type") or "0",
            "timepoint": "1" if arrival else "0",
        }  # fmt: skip
        if not call.pick_up or sequence == len(called):
            row["pickup_type"] = "1"
        if not call.set_down or sequence == 1:
            row["drop_off_type"] = "1"
        rows.append(row)
    return rows
