"""The files and fields of GTFS as facts: what rules about presence, types, keys and references stand on.

Source: GTFS reference, revised April 27, 2026 (google/transit, `gtfs/spec/en/reference.md`). Presence that
depends on other values has rules of its own and is `optional` here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

__all__ = ["Field", "TableSpec", "specification"]


@dataclass(frozen=True, slots=True)
class Field:
    """One column. `choices` are the values of an enumeration; `low` and `high` bound a number."""

    name: str
    type: str
    presence: str = "optional"
    choices: frozenset[int] = frozenset()
    low: float = float("-inf")
    high: float = float("inf")
    positive: bool = False
    nonzero: bool = False
    refers: tuple[tuple[str, str], ...] = ()
    mixed: bool = False


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One file: presence, fields in the order of the reference, the columns that name a row."""

    name: str
    presence: str
    key: tuple[str, ...]
    fields: dict[str, Field]


# A line that begins at the margin is a file: name, presence, key (`*`: all columns, `-`: a single row).
# The others are fields: name, type, then in any order presence (`!` required, `+` recommended, `^` a column
# that must be there though a blank value has a meaning), a sign
# (`>=0`, `>0`, `<>0`), `mixed` (customers read it: mixed case), `->table.field` references.
_TEXT = """
agency required agency_id
  agency_id id +
  agency_name text ! mixed
  agency_url url !
  agency_timezone timezone !
  agency_lang language
  agency_phone phone
  agency_fare_url url
  agency_email email
  cemv_support enum:0-2
stops optional stop_id
  stop_id id !
  stop_code text
  stop_name text mixed
  tts_stop_name text mixed
  stop_desc text mixed
  stop_lat latitude
  stop_lon longitude
  zone_id id
  stop_url url
  location_type enum:0-4
  parent_station id ->stops.stop_id
  stop_timezone timezone
  wheelchair_boarding enum:0-2
  level_id id ->levels.level_id
  platform_code text
  stop_access enum:0-1
routes required route_id
  route_id id !
  agency_id id ->agency.agency_id
  route_short_name text
  route_long_name text mixed
  route_desc text mixed
  route_type enum:0-7,11-12 !
  route_url url
  route_color color
  route_text_color color
  route_sort_order integer >=0
  continuous_pickup enum:0-3
  continuous_drop_off enum:0-3
  network_id id
  cemv_support enum:0-2
trips required trip_id
  route_id id ! ->routes.route_id
  service_id id ! ->calendar.service_id|calendar_dates.service_id
  trip_id id !
  trip_headsign text mixed
  trip_short_name text
  direction_id enum:0-1
  block_id id
  shape_id id ->shapes.shape_id
  wheelchair_accessible enum:0-2
  bikes_allowed enum:0-2
  cars_allowed enum:0-2
  safe_duration_factor float
  safe_duration_offset float
stop_times required trip_id,stop_sequence
  trip_id id ! ->trips.trip_id
  arrival_time time
  departure_time time
  stop_id id ->stops.stop_id
  location_group_id id ->location_groups.location_group_id
  location_id id ->locations.id
  stop_sequence integer ! >=0
  stop_headsign text mixed
  start_pickup_drop_off_window time
  end_pickup_drop_off_window time
  pickup_type enum:0-3
  drop_off_type enum:0-3
  continuous_pickup enum:0-3
  continuous_drop_off enum:0-3
  shape_dist_traveled float >=0
  timepoint enum:0-1
  pickup_booking_rule_id id ->booking_rules.booking_rule_id
  drop_off_booking_rule_id id ->booking_rules.booking_rule_id
calendar optional service_id
  service_id id !
  monday enum:0-1 !
  tuesday enum:0-1 !
  wednesday enum:0-1 !
  thursday enum:0-1 !
  friday enum:0-1 !
  saturday enum:0-1 !
  sunday enum:0-1 !
  start_date date !
  end_date date !
calendar_dates optional service_id,date
  service_id id !
  date date !
  exception_type enum:1-2 !
fare_attributes optional fare_id
  fare_id id !
  price float ! >=0
  currency_type currency !
  payment_method enum:0-1 !
  transfers enum:0-2 ^
  agency_id id ->agency.agency_id
  transfer_duration integer >=0
fare_rules optional *
  fare_id id ! ->fare_attributes.fare_id
  route_id id ->routes.route_id
  origin_id id ->stops.zone_id
  destination_id id ->stops.zone_id
  contains_id id ->stops.zone_id
timeframes optional *
  timeframe_group_id id !
  start_time time
  end_time time
  service_id id ! ->calendar.service_id|calendar_dates.service_id
rider_categories optional rider_category_id
  rider_category_id id !
  rider_category_name text !
  is_default_fare_category enum:0-1 ^
  eligibility_url url
fare_media optional fare_media_id
  fare_media_id id !
  fare_media_name text
  fare_media_type enum:0-4 !
fare_products optional fare_product_id,rider_category_id,fare_media_id
  fare_product_id id !
  fare_product_name text
  rider_category_id id ->rider_categories.rider_category_id
  fare_media_id id ->fare_media.fare_media_id
  amount amount !
  currency currency !
fare_leg_rules optional network_id,from_area_id,to_area_id,from_timeframe_group_id,to_timeframe_group_id,fare_product_id
  leg_group_id id
  network_id id ->networks.network_id|routes.network_id
  from_area_id id ->areas.area_id
  to_area_id id ->areas.area_id
  from_timeframe_group_id id ->timeframes.timeframe_group_id
  to_timeframe_group_id id ->timeframes.timeframe_group_id
  fare_product_id id ! ->fare_products.fare_product_id
  rule_priority integer >=0
fare_leg_join_rules optional from_network_id,to_network_id,from_stop_id,to_stop_id
  from_network_id id ! ->networks.network_id|routes.network_id
  to_network_id id ! ->networks.network_id|routes.network_id
  from_stop_id id ->stops.stop_id
  to_stop_id id ->stops.stop_id
fare_transfer_rules optional from_leg_group_id,to_leg_group_id,fare_product_id,transfer_count,duration_limit
  from_leg_group_id id ->fare_leg_rules.leg_group_id
  to_leg_group_id id ->fare_leg_rules.leg_group_id
  transfer_count integer <>0
  duration_limit integer >0
  duration_limit_type enum:0-3
  fare_transfer_type enum:0-2 !
  fare_product_id id ->fare_products.fare_product_id
areas optional area_id
  area_id id !
  area_name text mixed
stop_areas optional *
  area_id id ! ->areas.area_id
  stop_id id ! ->stops.stop_id
networks optional network_id
  network_id id !
  network_name text mixed
route_networks optional route_id
  network_id id ! ->networks.network_id
  route_id id ! ->routes.route_id
shapes optional shape_id,shape_pt_sequence
  shape_id id !
  shape_pt_lat latitude !
  shape_pt_lon longitude !
  shape_pt_sequence integer ! >=0
  shape_dist_traveled float >=0
frequencies optional trip_id,start_time
  trip_id id ! ->trips.trip_id
  start_time time !
  end_time time !
  headway_secs integer ! >0
  exact_times enum:0-1
transfers optional from_stop_id,to_stop_id,from_trip_id,to_trip_id,from_route_id,to_route_id
  from_stop_id id ->stops.stop_id
  to_stop_id id ->stops.stop_id
  from_route_id id ->routes.route_id
  to_route_id id ->routes.route_id
  from_trip_id id ->trips.trip_id
  to_trip_id id ->trips.trip_id
  transfer_type enum:0-5 ^
  min_transfer_time integer >=0
pathways optional pathway_id
  pathway_id id !
  from_stop_id id ! ->stops.stop_id
  to_stop_id id ! ->stops.stop_id
  pathway_mode enum:1-7 !
  is_bidirectional enum:0-1 !
  length float >=0
  traversal_time integer >0
  stair_count integer <>0
  max_slope float
  min_width float >0
  signposted_as text mixed
  reversed_signposted_as text mixed
levels optional level_id
  level_id id !
  level_index float !
  level_name text mixed
location_groups optional location_group_id
  location_group_id id !
  location_group_name text mixed
location_group_stops optional *
  location_group_id id ! ->location_groups.location_group_id
  stop_id id ! ->stops.stop_id
booking_rules optional booking_rule_id
  booking_rule_id id !
  booking_type enum:0-2 !
  prior_notice_duration_min integer
  prior_notice_duration_max integer
  prior_notice_last_day integer
  prior_notice_last_time time
  prior_notice_start_day integer
  prior_notice_start_time time
  prior_notice_service_id id ->calendar.service_id
  message text
  pickup_message text
  drop_off_message text
  phone_number phone
  info_url url
  booking_url url
translations optional table_name,field_name,language,record_id,record_sub_id,field_value
  table_name text !
  field_name text !
  language language !
  translation text !
  record_id id
  record_sub_id id
  field_value text
feed_info recommended -
  feed_publisher_name text ! mixed
  feed_publisher_url url !
  feed_lang language !
  default_lang language
  feed_start_date date +
  feed_end_date date +
  feed_version text +
  feed_contact_email email
  feed_contact_url url
attributions optional attribution_id
  attribution_id id
  agency_id id ->agency.agency_id
  route_id id ->routes.route_id
  trip_id id ->trips.trip_id
  organization_name text ! mixed
  is_producer enum:0-1
  is_operator enum:0-1
  is_authority enum:0-1
  attribution_url url
  attribution_email email
  attribution_phone phone
"""


_PRESENCE = {"!": "required", "+": "recommended", "^": "column"}


@cache
def specification() -> dict[str, TableSpec]:
    """Tables by stem, in the order of the reference."""
    tables: dict[str, TableSpec] = {}
    fields: dict[str, Field] = {}
    for line in _TEXT.strip().splitlines():
        words = line.split()
        if not line.startswith(" "):
            fields = {}
            tables[words[0]] = TableSpec(words[0], words[1], tuple(words[2].split(",")), fields)
        else:
            fields[words[0]] = _field(words)
    return tables


def _field(words: list[str]) -> Field:
    kind, _, choices = words[1].partition(":")
    marks = words[2:]
    low, high = {"latitude": (-90.0, 90.0), "longitude": (-180.0, 180.0)}.get(
        kind, (0.0 if ">=0" in marks else float("-inf"), float("inf"))
    )
    references = [m[2:] for m in marks if m.startswith("->")]
    return Field(
        name=words[0],
        type=kind,
        presence=next((_PRESENCE[m] for m in marks if m in _PRESENCE), "optional"),
        choices=frozenset(_choices(choices)),
        low=low,
        high=high,
        positive=">0" in marks,
        nonzero="<>0" in marks,
        refers=tuple(_reference(r) for one in references for r in one.split("|")),
        mixed="mixed" in marks,
    )


def _reference(text: str) -> tuple[str, str]:
    table, _, column = text.partition(".")
    return table, column


def _choices(text: str) -> list[int]:
    out: list[int] = []
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        out += range(int(first), int(last or first) + 1)
    return out
