"""The few names of numba that the kernels use, typed: a jitted function keeps its signature."""

from collections.abc import Callable
from typing import Any, TypeVar

_F = TypeVar("_F", bound=Callable[..., Any])

def njit(
    *,
    cache: bool = ...,
    nogil: bool = ...,
    fastmath: bool | set[str] = ...,
    inline: str = ...,
    boundscheck: bool = ...,
    parallel: bool = ...,
) -> Callable[[_F], _F]: ...

prange = range
