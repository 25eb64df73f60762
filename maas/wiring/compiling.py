"""Every kernel compiled once for a machine and version, ahead of the first request.

Numba compiles a kernel when it is first called, for half a second to half a minute, and keeps the result
beside the source. Here the sample area is planned in, driven and published for a moment in two processes, so
that a server only ever reads what is kept.
"""

from __future__ import annotations

import ast
import fcntl
import hashlib
import importlib
import json
import multiprocessing
import pkgutil
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

from llvmlite.binding import get_host_cpu_name  # type: ignore[import-untyped]
from numba.core.dispatcher import Dispatcher

import fleet.kernels
import gtfs.realtime.kernels
import gtfs.validate.kernels
import routing.kernels
from routing.kernels.raptor import search

__all__ = ["KERNELS", "compile_ahead", "is_compiled"]

KERNELS = (fleet.kernels, gtfs.realtime.kernels, gtfs.validate.kernels, routing.kernels)
"""The packages whose functions are compiled."""


def is_compiled() -> bool:
    """Whether `compile_ahead` has run for this version, on this kind of processor."""
    return _mark().exists()


def compile_ahead(progress: Callable[[str], None]) -> None:
    """Compile what is not; two minutes or so on a fresh machine; afterwards what changed, mostly nothing."""
    if is_compiled():
        return
    with _alone():
        if not is_compiled():
            _compile(progress)


@contextmanager
def _alone() -> Iterator[None]:
    """One process of this machine at a time; who waited finds the work done."""
    folder = _mark().parent
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "compiling.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _compile(progress: Callable[[str], None]) -> None:
    from maas.area.sample import ensure_sample  # all of the product, which who only asks need not load
    from maas.wiring.exercise import drive, improve_plans, plan_and_publish

    parts = (drive, improve_plans, plan_and_publish)
    begun = time.perf_counter()
    stamps = _stamps()
    _forget(stamps)
    progress("compiling kernels, once for this version and machine (two minutes or so)")
    with tempfile.TemporaryDirectory(prefix="maas-compile-") as folder:
        sample = ensure_sample(Path(folder), lambda _: None)
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(2, mp_context=context) as pool:
            for done in as_completed([pool.submit(part, sample) for part in parts]):
                progress(f"compiled what {done.result()} need, {time.perf_counter() - begun:.0f} s")
    _kept().write_text(json.dumps(stamps), "utf-8")
    _mark().touch()


def _forget(stamps: dict[str, str]) -> None:
    """Take away what is kept of modules that changed, or call what changed: numba sees the former only."""
    before = json.loads(_kept().read_text("utf-8")) if _kept().exists() else {}
    for name in (name for name, stamp in stamps.items() if before.get(name) != stamp):
        kernels = [
            found for found in vars(importlib.import_module(name)).values() if isinstance(found, Dispatcher)
        ]
        for folder in {
            str(kernel.stats.cache_path) for kernel in kernels if kernel.py_func.__module__ == name
        }:
            for path in Path(folder).glob(f"{name.rpartition('.')[2]}.*.nb[ic]"):
                path.unlink(missing_ok=True)


def _sources() -> dict[str, Path]:
    """Each module of kernels and its file."""
    return {
        f"{package.__name__}.{module.name}": Path(package.__path__[0]) / f"{module.name}.py"
        for package in KERNELS
        for module in pkgutil.iter_modules(package.__path__)
    }


def _stamps() -> dict[str, str]:
    """For each module of kernels when it and all that it takes from others of them were written."""
    sources = _sources()
    takes = {name: _taken(path) & sources.keys() for name, path in sources.items()}

    def reached(name: str, seen: frozenset[str]) -> frozenset[str]:
        for other in takes[name] - seen:
            seen = reached(other, seen | {other})
        return seen

    return {
        name: " ".join(str(sources[of].stat().st_mtime_ns) for of in sorted(reached(name, frozenset({name}))))
        for name in sources
    }


def _taken(source: Path) -> set[str]:
    """The modules that a file imports names from."""
    found = ast.walk(ast.parse(source.read_text("utf-8")))
    return {node.module for node in found if isinstance(node, ast.ImportFrom) and node.module}


def _kept() -> Path:
    """The stamps of what was compiled last."""
    return Path(cast(Any, search).stats.cache_path) / "compiled.json"


def _mark() -> Path:
    """A file beside numba's own, named for all that a compiled kernel depends on."""
    told = [version("numba"), get_host_cpu_name()]
    told += [f"{source} {source.stat().st_mtime_ns}" for source in _sources().values()]
    name = hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]
    return Path(cast(Any, search).stats.cache_path) / f"compiled-{name}"
