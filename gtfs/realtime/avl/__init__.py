"""Operators' own vehicles: positions matched to trips, arrivals predicted from what was learnt."""
