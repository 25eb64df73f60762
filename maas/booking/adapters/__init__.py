"""Who provides the parts: local services, the fleet, docks, timetabled lines, partners' systems."""
