"""Feeds fetched from an address: only what is new, bounded in size and time, and never from our own network.

Every hop of a redirect is resolved first and then asked for at the address that was found good, so that a
name cannot answer differently the second time.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from maas.feeds.errors import CannotFetch

__all__ = ["Fetched", "Fetcher"]

BYTES_MAX = 512 * 1024**2
SECONDS_MAX = 300.0
HOPS_MAX = 5
ATTEMPTS = 3
_AGAIN = frozenset({429, 500, 502, 503, 504})
_MOVED = frozenset({301, 302, 303, 307, 308})
_TIMEOUT = httpx.Timeout(20.0, connect=10.0)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered: None in place of a path where nothing has changed since."""

    path: Path | None
    url: str  # where it came from in the end
    etag: str
    last_modified: str


class _Passing(Exception):
    """A failure that a second try may cure."""


class Fetcher:
    """Fetches one file at a time. `private` allows our own network too, for tests and closed sites."""

    def __init__(
        self,
        *,
        private: bool = False,
        bytes_max: int = BYTES_MAX,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._private = private
        self._bytes_max = bytes_max
        self._sleep = sleep
        self._clock = clock

    def fetch(self, url: str, into: Path, *, etag: str = "", last_modified: str = "") -> Fetched:
        """Fetch `url` into the file `into`. Raises CannotFetch that says why and what to do."""
        deadline = self._clock() + SECONDS_MAX
        headers = {"Accept": "application/zip, application/octet-stream, */*"}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        # An environment's proxy would fetch from where we must not.
        with httpx.Client(timeout=_TIMEOUT, trust_env=False, follow_redirects=False) as client:
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    return self._follow(client, url, into, headers, deadline)
                except (_Passing, httpx.TransportError) as error:
                    with suppress(OSError):
                        into.unlink()
                    if attempt == ATTEMPTS or self._clock() > deadline:
                        raise CannotFetch(
                            f"{url}: {error or type(error).__name__} ({attempt} attempts). Try again later"
                        ) from error
                    self._sleep(2.0**attempt / 2)
        raise AssertionError("unreachable: the loop returns or raises")

    def _follow(
        self, client: httpx.Client, url: str, into: Path, headers: dict[str, str], deadline: float
    ) -> Fetched:
        for _ in range(HOPS_MAX):
            asked = _address(url)
            request = self._request(client, asked, headers)
            response = client.send(request, stream=True)
            try:
                if response.status_code in _MOVED and "location" in response.headers:
                    url = str(_address(url, response.headers["location"]))
                    continue
                return self._answer(response, url, into, deadline)
            finally:
                response.close()
        raise CannotFetch(f"{url}: more than {HOPS_MAX} redirects. Give the address they lead to")

    def _request(self, client: httpx.Client, url: httpx.URL, headers: dict[str, str]) -> httpx.Request:
        if url.scheme not in ("http", "https") or not url.host or url.userinfo:
            raise CannotFetch(f"{url}: write an address that begins with https:// or http://, without a user")
        address = self._resolved(url)
        return client.build_request(
            "GET",
            url.copy_with(host=address),
            headers={**headers, "Host": url.netloc.decode("ascii")},
            extensions={"sni_hostname": url.raw_host.decode("ascii")},
        )

    def _resolved(self, url: httpx.URL) -> str:
        try:
            found = socket.getaddrinfo(url.host, url.port or 443, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise _Passing(f"the name {url.host!r} is not found") from error
        addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
        if not self._private:
            for address in addresses:
                if not _is_public(address):
                    raise CannotFetch(
                        f"{url}: {url.host} is {address}, inside a private network. Give a public address, "
                        "or hand the file in"
                    )
        return addresses[0]

    def _answer(self, response: httpx.Response, url: str, into: Path, deadline: float) -> Fetched:
        tags = response.headers.get("etag", ""), response.headers.get("last-modified", "")
        if response.status_code == 304:
            return Fetched(None, url, *tags)
        if response.status_code in _AGAIN:
            raise _Passing(f"the server answers {response.status_code}")
        if response.status_code != 200:
            raise CannotFetch(f"{url}: the server answers {response.status_code}. Check the address")
        said = response.headers.get("content-length", "")
        if said.isdigit() and int(said) > self._bytes_max:
            raise self._too_big(url)
        size = 0
        with into.open("wb") as file:
            for chunk in response.iter_bytes(1 << 20):
                size += len(chunk)
                if size > self._bytes_max:
                    raise self._too_big(url)
                if self._clock() > deadline:
                    raise CannotFetch(f"{url}: not done after {SECONDS_MAX:.0f} s. Try again later")
                file.write(chunk)
        return Fetched(into, url, *tags)

    def _too_big(self, url: str) -> CannotFetch:
        return CannotFetch(f"{url}: larger than {self._bytes_max:,} bytes. Hand in the feed of one operator")


def _address(url: str, moved_to: str = "") -> httpx.URL:
    """An address, or where it says that it moved to. Raises CannotFetch for what is none."""
    try:
        found = httpx.URL(url)
        return found.join(moved_to) if moved_to else found
    except (httpx.InvalidURL, UnicodeError) as error:
        raise CannotFetch(f"{moved_to or url}: {error}; write an address such as https://host/file") from None


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return ip.is_global and not ip.is_multicast
