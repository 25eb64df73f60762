"""A GTFS-JP feed that is right, to spoil: what tests of rules share."""

from __future__ import annotations

from fakes.judged import GOOD

from gtfs.validate import Profile

V3, V4 = Profile.GTFS_JP_V3, Profile.GTFS_JP_V4
NAMES = ("Kaihin Station", "Kaihin Stop 1", "Messe", "Toyosuna")
HEAD = "table_name,field_name,language,translation,field_value\n"
READINGS = HEAD + "".join(
    f"stops,stop_name,{tag},かいひん,{name}\n" for name in NAMES for tag in ("ja-Hrkt", "ja")
)
FARES = "fare_id,price,currency_type,payment_method,transfers,agency_id,ic_price\nF,200,JPY,0,0,8430005004367,198\n"
NUMBER = "8430005004367"
JAPANESE = {
    "agency.txt": GOOD["agency.txt"].replace("\nA,", f"\n{NUMBER},"),
    "routes.txt": GOOD["routes.txt"].replace("\nR,A,", f"\nR,{NUMBER},"),
    "translations.txt": READINGS,
    "fare_attributes.txt": FARES,
}


def jp(**changes):
    named = {f"{stem}.txt": change for stem, change in changes.items()}
    out = dict(JAPANESE)
    for name, change in named.items():
        if isinstance(change, tuple):
            before = out.get(name, GOOD.get(name, ""))
            assert change[0] in before
            out[name] = before.replace(*change)
        else:
            out[name] = change
    return {k: v for k, v in out.items() if v is not None}
