"""What a ride or purchase costs whom: pure functions over whole yen and dates; no storage, no clock.

The full fare of a ride is first covered by a pass, then reduced by a group or concession rule, then a
subsidy fixes what the rider pays, then caps limit it, and what is left is paid by an employer, by points,
and by card, in that order. `charge.charge` does all of it and returns lines that sum to the full fare.
"""
