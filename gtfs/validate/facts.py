"""Facts that rules need: currencies, languages, and what GTFS-JP adds to GTFS.

Sources: ISO 4217 (active codes and their decimals), ISO 639-1, GTFS-JP v3 (2021-07) and v4 (2026-03).
"""

from __future__ import annotations

__all__ = [
    "CURRENCY_DECIMALS", "JP_CHOICES", "JP_COLUMNS", "JP_FARES", "JP_FILES", "JP_KEYS", "JP_PROFILES", "JP_REFERENCES",
    "JP_REQUIRED", "JP_REQUIRED_FILES", "JP_UNUSED", "LANGUAGES",
]  # fmt: skip

_TWO = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE "
    "CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL "
    "HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR "
    "MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK "
    "SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD "
    "XCG YER ZAR ZMW ZWG ZWL"
)
_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_FOUR = "CLF UYW"

CURRENCY_DECIMALS: dict[str, int] = {
    code: decimals
    for decimals, codes in ((2, _TWO), (0, _NONE), (3, _THREE), (4, _FOUR))
    for code in codes.split()
}
"""Active currency codes and how many decimals an amount in them has."""

_LANGUAGES = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz "
    "ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik "
    "io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml "
    "mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd "
    "se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve "
    "vi vo wa wo xh yi yo za zh zu"
)

LANGUAGES = frozenset(_LANGUAGES.split())
"""Two-letter language codes."""

JP_PROFILES = ("gtfs-jp-v3", "gtfs-jp-v4")
"""Profiles that hold a feed against GTFS-JP."""

JP_FILES: dict[str, tuple[str, ...]] = {
    "agency_jp": (
        "agency_id", "agency_official_name", "agency_zip_number", "agency_address", "agency_president_pos",
        "agency_president_name",
    ),
    "office_jp": ("office_id", "office_name", "office_url", "office_phone"),
    "pattern_jp": ("jp_pattern_id", "route_update_date", "origin_stop", "via_stop", "destination_stop"),
    "routes_jp": ("route_id", "route_update_date", "origin_stop", "via_stop", "destination_stop"),
}  # fmt: skip
"""Files of GTFS-JP alone, with their columns (`routes_jp` until v2)."""

JP_COLUMNS: dict[str, tuple[str, ...]] = {
    "routes": ("jp_parent_route_id",),
    "trips": ("jp_trip_desc", "jp_trip_desc_symbol", "jp_office_id", "jp_pattern_id"),
    "fare_attributes": ("ic_price",),
}
"""Columns that GTFS-JP adds to files of GTFS."""

JP_KEYS = {
    "agency_jp": "agency_id",
    "office_jp": "office_id",
    "pattern_jp": "jp_pattern_id",
    "routes_jp": "route_id",
}
"""Columns that name the rows of its files."""

JP_REFERENCES = (
    ("agency_jp", "agency_id", "agency", "agency_id"),
    ("routes_jp", "route_id", "routes", "route_id"),
    ("trips", "jp_office_id", "office_jp", "office_id"),
    ("trips", "jp_pattern_id", "pattern_jp", "jp_pattern_id"),
)
"""File and column, and the file and column that they refer to."""

JP_FARES = "fare_attributes"
"""The file of prices, which a feed may go without if its fares are too complex."""

JP_REQUIRED_FILES = {
    "gtfs-jp-v3": ("feed_info", "translations", "fare_attributes"),
    "gtfs-jp-v4": ("feed_info", "translations", "fare_attributes", "calendar"),
}
"""Files that a profile requires though GTFS does not (complex fares may be left out)."""

JP_REQUIRED: dict[str, dict[str, tuple[str, ...]]] = {
    "gtfs-jp-v3": {"agency": ("agency_id", "agency_lang"), "routes": ("agency_id",)},
    "gtfs-jp-v4": {
        "agency": ("agency_id", "agency_lang"), "routes": ("agency_id",), "fare_attributes": ("agency_id",),
        "stops": ("location_type",), "feed_info": ("feed_start_date", "feed_end_date", "feed_version"),
    },
}  # fmt: skip
"""Fields likewise."""

JP_UNUSED = (("stops", "tts_stop_name"), ("routes", "network_id"))
"""Fields that v4 does not use."""

JP_CHOICES = {("trips", "wheelchair_accessible"): frozenset(range(5))}
"""Enumerations that v4 widens."""
