"""By area of the rules, a feed that uses what they look at, and does so rightly: none may accuse it."""

from __future__ import annotations

from fakes.judged import GOOD
from fakes.judged_extensions import CATEGORIES, FRAMES, LEGS, MEDIA, TRANSFER, WORDS, feature, flex, zones
from fakes.judged_japan import JAPANESE
from fakes.judged_trips import LINE, ON_LINE, PATHS, STATION, TRANSFERS, WITH_DIST

_AGENCIES = {
    "agency.txt": GOOD["agency.txt"] + "B,Harbour Bus,https://harbour.example.jp,Asia/Tokyo,ja,,\n",
    "attributions.txt": "organization_name,is_producer,is_operator\nCity,1,0\nBus,0,1\n",
}
_CALENDARS = {
    "calendar.txt": GOOD["calendar.txt"] + "N,0,0,0,0,0,0,0,20261101,20270331\n",
    "calendar_dates.txt": "service_id,date,exception_type\nW,20261231,2\nN,20261231,1\nN,20270101,1\n",
    "frequencies.txt": "trip_id,start_time,end_time,headway_secs\nT1,08:00:00,08:00:01,600\n",
}
_FARES = {
    **LEGS,
    "fare_transfer_rules.txt": TRANSFER + "L,L,-1,600,0,0\nL,M,,,,0\n",
    "timeframes.txt": FRAMES + "G,08:00:00,10:00:00,W\nG,10:00:00,24:00:00,W\nH,,,W\n",
    "fare_media.txt": MEDIA + "M2,Card,3\n",
    "rider_categories.txt": CATEGORIES.replace("Child,1", "Child,0"),
}
_FIELDS = {
    "agency.txt": ("https://example.jp,", "https://example.jp/%E5%B9%95?a=1#b,"),
    "fare_attributes.txt": "fare_id,price,currency_type,payment_method,transfers,agency_id\nF,200,JPY,0,,A\n",
    "fare_products.txt": "fare_product_id,amount,currency\nF,2.00,USD\nG,200,JPY\n",
    "stops.txt": ("Messe", "幕張メッセ"),
    "stop_times.txt": ("T1,08:05:00", "T1,8:05:00"),
}
_PATHWAYS = {
    "stops.txt": STATION.replace("zone_id\n", "level_id\n").replace(",Z1", ",").replace(",Z2", ","),
    "pathways.txt": PATHS + "P,E,N,1,1\nQ,N,S1,2,1\nX,S1,E,7,0\n",
}
_FILES = {**_PATHWAYS, "levels.txt": "level_id,level_index\nG,0\n", "translations.txt": WORDS}
_ROUTES = {
    "routes.txt": GOOD["routes.txt"] + "R2,A,100,100s Line,3,FFFFFF,000000\n",
    "networks.txt": "network_id\nN\n",
    "route_networks.txt": "network_id,route_id\nN,R\n",
}
_STOPS = {
    "stops.txt": STATION.replace("zone_id\n", "stop_access\n")
    .replace("ST,Z1", "ST,0").replace(",Z1", ",").replace(",Z2", ","),
    "location_groups.txt": "location_group_id\nG\n",
    "location_group_stops.txt": "location_group_id,stop_id\nG,S1\n",
    "pathways.txt": PATHS + "P,E,N,1,1\nQ,N,S1,1,1\n",
}  # fmt: skip
_TRIPS = {
    "trips.txt": GOOD["trips.txt"].replace("Toyosuna,,", "Toyosuna,K,"),
    "stop_times.txt": ("T1,08:05:00,08:05:30,S2,2,1", "T1,,,S2,2,0"),
    "frequencies.txt": "trip_id,start_time,end_time,headway_secs\nT1,10:00:00,12:00:00,600\nT1,08:00:00,10:00:00,600\n",
}
RIGHT = {
    "agencies": _AGENCIES,
    "calendars": _CALENDARS,
    "fares": _FARES,
    "fields": _FIELDS,
    "files": _FILES,
    "flex": flex(),
    "japan": JAPANESE,
    "pathways": _PATHWAYS,
    "reading": {"routes.txt": ("Messe Line", '"Messe ""M"" Line, seaside"')},
    "routes": _ROUTES,
    "shapes": {"shapes.txt": LINE, "stop_times.txt": WITH_DIST.format(end=2000), **ON_LINE},
    "stops": _STOPS,
    "transfers": {"transfers.txt": TRANSFERS + "S3,S1,4,T1,T2,R,R\nS2,ST,0,,,,\n"},
    "translations": {
        "translations.txt": WORDS
        + "stops,stop_name,en,x,S1,,\nstops,stop_name,en,x,,,Messe\nfeed_info,feed_publisher_name,en,x,,,\nstop_times,stop_headsign,en,x,T1,2,\n"
    },
    "trips": _TRIPS,
    "zones": {
        **flex(),
        "locations.geojson": zones(feature(), feature("Y", properties={"stop_name": "Quay"})),
    },
}
