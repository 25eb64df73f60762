"""A demand-responsive service as a static feed: GTFS-Flex, Fares v2, and the loops that it runs."""
