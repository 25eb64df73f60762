"""Who may use a street, read from OpenStreetMap's tags (also the language of an area's own streets).

Rules follow the wiki's defaults per highway value; explicit access tags win over them.
"""

from __future__ import annotations

from collections.abc import Mapping

FOOT = 1
CYCLE = 2
CYCLE_BACK = 4
CAR = 8
CAR_BACK = 16
STEPS = 32
KERB = 64
"""A raised kerb or a narrow barrier: passable on foot, not in a wheelchair."""
PAVED = 128
INDOOR_LIFT = 256
CROSSING = 512

_FOOT_AND_CYCLE = frozenset(
    {
        "primary", "primary_link", "secondary", "secondary_link", "tertiary", "tertiary_link", "unclassified",
        "residential", "living_street", "service", "road", "track", "path", "cycleway", "pedestrian",
        "trunk", "trunk_link", "busway",
    }
)  # fmt: skip
_FOOT_ONLY = frozenset({"footway", "steps", "corridor", "platform", "elevator", "bridleway"})
_CAR = frozenset(
    {
        "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary",
        "secondary_link", "tertiary", "tertiary_link", "unclassified", "residential", "living_street",
        "service", "road",
    }
)  # fmt: skip
_NO = frozenset({"no", "private", "use_sidepath"})
_YES = frozenset({"yes", "designated", "permissive", "official", "destination"})
_UNPAVED = frozenset({"unpaved", "gravel", "ground", "dirt", "grass", "sand", "mud", "earth", "woodchips"})
_SPEED_KMH = {
    "motorway": 80.0, "trunk": 60.0, "primary": 50.0, "secondary": 50.0, "tertiary": 40.0,
    "living_street": 10.0, "service": 20.0,
}  # fmt: skip
_SPEED_KMH_DEFAULT = 30.0


def flags_of(tags: Mapping[str, str]) -> int:
    """Bit set of who may use a way of these tags, 0 if nobody of ours may."""
    highway = tags.get("highway", "")
    if tags.get("area") == "yes" or highway in ("construction", "proposed", "raceway", "razed", "abandoned"):
        return 0
    denied = tags.get("access") in _NO
    flags = 0
    foot = tags.get("foot", "")
    if foot in _YES or (foot not in _NO and not denied and highway in _FOOT_AND_CYCLE | _FOOT_ONLY):
        flags |= FOOT
    bicycle = tags.get("bicycle", "")
    if bicycle in _YES or (bicycle not in _NO and not denied and highway in _FOOT_AND_CYCLE):
        flags |= CYCLE | CYCLE_BACK
    if highway in _CAR and not denied and tags.get("motor_vehicle", tags.get("vehicle", "")) not in _NO:
        flags |= CAR | CAR_BACK
    flags &= ~_against(tags, highway)
    if highway == "steps" or tags.get("steps") == "yes":
        flags |= STEPS
    if tags.get("kerb") == "raised" or tags.get("barrier") in ("kerb", "stile", "turnstile"):
        flags |= KERB
    if tags.get("wheelchair") == "no":
        flags |= KERB
    if tags.get("surface", "paved") not in _UNPAVED and highway != "track":
        flags |= PAVED
    if highway == "elevator":
        flags |= INDOOR_LIFT
    if tags.get("footway") == "crossing" or tags.get("crossing"):
        flags |= CROSSING
    return flags if flags & (FOOT | CYCLE | CYCLE_BACK | CAR | CAR_BACK) else 0


def _against(tags: Mapping[str, str], highway: str) -> int:
    """Directions that a one-way street takes away; on foot every street goes both ways."""
    oneway = tags.get("oneway", "")
    if not oneway and (highway == "motorway" or tags.get("junction") == "roundabout"):
        oneway = "yes"
    if oneway in ("yes", "1", "true"):
        lost = CAR_BACK | CYCLE_BACK
    elif oneway in ("-1", "reverse"):
        lost = CAR | CYCLE
    else:
        return 0
    if tags.get("oneway:bicycle") == "no" or tags.get("cycleway", "").startswith("opposite"):
        lost &= ~(CYCLE | CYCLE_BACK)
    return lost


def speed_kmh_of(tags: Mapping[str, str]) -> float:
    """Speed allowed to vehicles, from `maxspeed` or the kind of street."""
    given = tags.get("maxspeed", tags.get("speed_kmh", "")).split(" ")[0]
    try:
        if (speed := float(given)) > 0:
            return speed
    except ValueError:
        pass
    return _SPEED_KMH.get(tags.get("highway", "").removesuffix("_link"), _SPEED_KMH_DEFAULT)
