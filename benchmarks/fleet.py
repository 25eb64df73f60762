"""What `make bench` runs of the fleet: each with settings short enough to be run by anybody, in some minutes.

The full runs behind the README's claims are named in benchmarks/results/*.md with their own commands.
"""

from __future__ import annotations

RUNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Insertion and quotes, 1,000 vehicles (ms)", ("insertion", "--vehicles", "1000", "--requests", "500")),
    ("Insertion and quotes, 10,000 vehicles (ms)", ("insertion", "--vehicles", "10000", "--requests", "300")),
    ("1,000 x 1,000 devices, spread (ms)", ("devices", "--town", "spread", "--draws", "5")),
    ("1,000 x 1,000 devices, in clusters (ms)", ("devices", "--town", "clustered", "--draws", "5")),
    ("Quotes over HTTP, 1,000 shuttles", ("quotes", "--requests", "600")),
    (
        "Manhattan, 1,000 riders of one hour, 50 vehicles",
        ("manhattan", "--requests", "1000", "--vehicles", "50", "--hours", "1"),
    ),
)
PLANS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Li and Lim 100 tasks, every 14th, 5 s, beside peers",
        ("--set", "lilim100", "--every", "14", "--seconds", "5", "--peers", "ortools,pyvrp,vroom"),
    ),
    ("Cordeau, every 8th, 5 s", ("--set", "cordeau", "--every", "8", "--seconds", "5")),
)


QUICK: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Insertion and quotes, 100 vehicles (ms)", ("insertion", "--vehicles", "100", "--requests", "200")),
    ("1,000 x 1,000 devices, spread (ms)", ("devices", "--town", "spread", "--draws", "2")),
    (
        "Manhattan, 200 riders of half an hour, 20 vehicles",
        ("manhattan", "--requests", "200", "--vehicles", "20", "--hours", "0.5"),
    ),
)
QUICK_PLANS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Li and Lim 100 tasks, lc101, 2 s, beside peers",
        ("--set", "lilim100", "--only", "lc101", "--seconds", "2", "--peers", "ortools,pyvrp,vroom"),
    ),
    ("Cordeau, a2-16, 2 s", ("--set", "cordeau", "--only", "a2-16", "--seconds", "2")),
)


def commands(*, quick: bool = False) -> list[tuple[str, list[str]]]:
    """Title and arguments of the interpreter for each run; all print JSON lines."""
    runs, plans = (QUICK, QUICK_PLANS) if quick else (RUNS, PLANS)
    short = [(title, ["-m", f"benchmarks.{name}", *rest, "--json"]) for title, (name, *rest) in runs]
    return short + [(title, ["-m", "benchmarks.dispatch.compare", *rest]) for title, rest in plans]
