"""Agencies and the feed itself: languages, time zones, dates, contacts."""
