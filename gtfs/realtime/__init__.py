"""GTFS-Realtime: read, applied to a timetable, judged, and made from what vehicles tell."""
