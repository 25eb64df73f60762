"""The fields of requests: what a text may be before anything looks at it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Request
from pydantic import AfterValidator, StringConstraints

from maas.identity.model import LANGUAGES

__all__ = [
    "ACCOUNT_ID", "AccountPath", "Code", "IdPath", "Label", "Language", "Line", "LocalPath", "Name", "Token",
    "local_path", "network_of",
]  # fmt: skip

ACCOUNT_ID = r"^acc_[0-9a-f]{32}$"
_PRINTED = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"  # a database refuses NUL, a mail header must have one line

Line = Annotated[str, StringConstraints(max_length=120, pattern=_PRINTED)]
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=_PRINTED, strip_whitespace=True)
]
Label = Annotated[str, StringConstraints(max_length=80, pattern=_PRINTED)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=_PRINTED)]
Token = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_-]+$")]
Language = Annotated[str, StringConstraints(pattern=f"^({'|'.join(LANGUAGES)})$")]
AccountPath = Annotated[str, Path(pattern=ACCOUNT_ID)]
IdPath = Annotated[str, Path(pattern=r"^[a-z]{3}_[0-9a-f]{32}$")]


def local_path(text: str) -> str:
    """A page of ours to go on to: a path, never another host behind two slashes. Raises ValueError."""
    local = text.startswith("/") and not text.startswith(("//", "/\\"))
    if not local or len(text) > 2_000 or any(not "\x20" < letter < "\x7f" for letter in text):
        raise ValueError("write a path of this site, such as /trips")
    return text


LocalPath = Annotated[str, AfterValidator(local_path)]


def network_of(request: Request) -> str:
    """Whose attempts are counted together: the network address, of IPv6 the /64 that one line has."""
    host = request.client.host if request.client is not None else "unknown"
    return ":".join(host.split(":")[:4]) if ":" in host else host
