"""Every kernel compiled once for a machine and version, ahead of the first request.

Numba compiles a kernel when it is first called, for half a second to half a minute, and keeps the result
beside the source. Here the sample area is planned in, driven and published for a moment in two processes, so
that a server only ever reads what is kept.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib
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
    """Compile what is not; two minutes or so on a fresh machine, nothing afterwards."""
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
    _forget()
    progress("compiling kernels, once for this version and machine (two minutes or so)")
    with tempfile.TemporaryDirectory(prefix="maas-compile-") as folder:
        sample = ensure_sample(Path(folder), lambda _: None)
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(2, mp_context=context) as pool:
            for done in as_completed([pool.submit(part, sample) for part in parts]):
                progress(f"compiled what {done.result()} need, {time.perf_counter() - begun:.0f} s")
    _mark().touch()


def _forget() -> None:
    """Take away what is kept: numba does not see that a callee in another file has changed."""
    for package in KERNELS:
        for module in pkgutil.iter_modules(package.__path__):
            loaded = importlib.import_module(f"{package.__name__}.{module.name}")
            kernels = [found for found in vars(loaded).values() if isinstance(found, Dispatcher)]
            for folder in {str(kernel.stats.cache_path) for kernel in kernels}:
                for path in Path(folder).glob("*.nb[ic]"):
                    path.unlink(missing_ok=True)


def _mark() -> Path:
    """A file beside numba's own, named for all that a compiled kernel depends on."""
    told = [version("numba"), get_host_cpu_name()]
    for package in KERNELS:
        for module in pkgutil.iter_modules(package.__path__):
            source = Path(package.__path__[0]) / f"{module.name}.py"
            told.append(f"{source} {source.stat().st_mtime_ns}")
    name = hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]
    return Path(cast(Any, search).stats.cache_path) / f"compiled-{name}"
