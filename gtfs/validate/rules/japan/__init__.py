"""What GTFS-JP asks for beyond GTFS."""
