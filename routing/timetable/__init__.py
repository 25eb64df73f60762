"""From schedules to the arrays that searches read.

The model, which searches are exact for:

- A *run* is a trip on a service day, or several that a rider stays seated in. A trip is boarded at no last
  call and left at no first one;
  `pickup_type` and `drop_off_type` 1 forbid, 2 and 3 (by phone, ask the driver)
  do not.
- A journey is a way to a stop, then runs, then a way to the door. Between two runs lies a change at the same
  stop
  (`Interchanges.change_s`) or exactly one footpath, never two in a row (`routing.timetable.interchange`).
- The day of a query knows all runs between 20:00 of the day before and 10:00 of the day after, of whatever
  service day (`routing.timetable.day`).
- A rider who stays seated changes nothing: it is one vehicle (`routing.timetable.through`).
"""
