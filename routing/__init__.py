"""Door-to-door journeys over timetables and streets: Pareto-optimal in arrival and interchanges."""
