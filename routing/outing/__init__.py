"""Several errands in one outing: the best order, and where there is none, why and what comes nearest."""

from routing.outing.problem import Errand, Outing, Rows, Visit, Way, follow
from routing.outing.solve import Moved, Nearest, Solution, best, nearest

__all__ = [
    "Errand", "Moved", "Nearest", "Outing", "Rows", "Solution", "Visit", "Way", "best", "follow", "nearest",
]  # fmt: skip
