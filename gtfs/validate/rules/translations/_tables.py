"""What can be translated, and how its records are named."""

from __future__ import annotations

KEYS = {
    "agency": "agency_id", "stops": "stop_id", "routes": "route_id", "trips": "trip_id", "stop_times": "trip_id",
    "pathways": "pathway_id", "levels": "level_id", "attributions": "attribution_id", "feed_info": "",
    "fare_products": "fare_product_id", "fare_media": "fare_media_id", "areas": "area_id", "networks": "network_id",
    "rider_categories": "rider_category_id", "location_groups": "location_group_id",
    "booking_rules": "booking_rule_id", "fare_attributes": "fare_id",
}  # fmt: skip
"""Tables with the field that record_id names: those of the reference, then fares, areas and the like of later."""
