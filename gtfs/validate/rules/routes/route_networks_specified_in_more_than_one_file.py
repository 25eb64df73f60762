"""Networks of routes defined twice."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "route_networks_specified_in_more_than_one_file",
    ERROR,
    (
        "{file} is forbidden beside routes.network_id",
        "Fares by network contradict one another.",
        "Keep either the column network_id of routes.txt or the files networks.txt and route_networks.txt.",
    ),
    (
        "routes.network_id があるため {file} は使えません",
        "路線網ごとの運賃が食い違います。",
        "routes.txt の network_id か、networks.txt と route_networks.txt のどちらかにしてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """The column against the two files."""
    if context.table("routes").has("network_id"):
        for name in ("networks", "route_networks"):
            if context.table(name).exists:
                report.add(KIND, f"{name}.txt", 0, "network_id")
