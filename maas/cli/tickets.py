"""`maas tickets`: a reader for vehicles, gates and shops that works without a network."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from maas.cli.options import PATH

__all__ = ["tickets"]

BATCH = 500
AT = click.option("--at", "folder", type=PATH, required=True, help="The reader's folder.")
URL = click.option("--url", required=True, help="The server, such as https://maas.example.")


@click.group()
def tickets() -> None:
    """Read tickets without a network; fetch keys before, tell uses after."""


@tickets.command()
@AT
@URL
def fetch(folder: Path, url: str) -> None:
    """Fetch the key set and the list of revoked tickets into a reader's folder.

    \b
    Example:
      maas tickets fetch --at /var/lib/reader --url https://maas.example
    """  # noqa: D301
    from maas.tickets.reader_files import store

    keys = _asked("GET", url, "/.well-known/maas-ticket-keys.json").content
    revoked = _asked("GET", url, "/v1/ticket-revocations").content
    made = store(folder, keys, revoked)
    count = len(made.revoked.ids) if made.revoked is not None else 0
    click.echo(f"{folder}: {len(made.keys)} keys, {count} revoked tickets")


@tickets.command()
@click.argument("code", required=False)
@AT
@click.option("--place", required=True, help="operator/line/vehicle that the reader is in.")
@click.option("--now", "instant", help="ISO 8601 with an offset; the machine's clock if left out.")
@click.option("--dry-run", is_flag=True, help="Judge, but do not remember the use.")
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
def read(
    code: str | None, folder: Path, place: str, instant: str | None, dry_run: bool, as_json: bool
) -> None:
    """Judge the CODE of a QR (from standard input if left out). Exit code 0: let them in; 1: do not.

    \b
    Example:
      maas tickets read "MT1:..." --at /var/lib/reader --place shuttle/on-demand/shuttle-3
    """  # noqa: D301
    from maas.tickets.reader_files import open_reader

    reader = open_reader(folder, place)
    now = datetime.now(UTC) if instant is None else _instant(instant)
    text = sys.stdin.read() if code is None else code
    verdict = reader.check(text, now=now) if dry_run else reader.admit(text, now=now)
    claims = verdict.claims
    told: dict[str, Any] = {
        "accepted": verdict.accepted, "code": verdict.code, "reason": verdict.reason,
        "warning": verdict.warning,
    }  # fmt: skip
    if claims is not None:
        told |= {
            "ticket": claims.id.hex(), "kind": claims.kind.name.lower(), "passengers": claims.passengers,
            "wheelchairs": claims.wheelchairs, "concession": claims.concession.name.lower(),
            "valid_from": claims.valid_from.isoformat(), "valid_until": claims.valid_until.isoformat(),
            "scope": claims.scope,
            "reduced": [
                {"concession": each.concession.name.lower(), "count": each.count, "proof": each.proof}
                for each in claims.reduced
            ],
        }  # fmt: skip
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        who = (
            f" {claims.passengers} people, {claims.wheelchairs} in wheelchairs" if claims is not None else ""
        )
        click.echo(f"{'yes' if verdict.accepted else 'NO'}: {verdict.reason}{who}")
        for each in () if claims is None else claims.reduced:
            asked = ": ask for proof" if each.proof else ""
            click.echo(f"  {each.count} pay as {each.concession.name.lower()}{asked}")
        if verdict.warning:
            click.echo(f"  note: {verdict.warning}", err=True)
    sys.exit(0 if verdict.accepted else 1)


@tickets.command()
@AT
@URL
@click.option("--reader", "name", required=True, help="This reader's name, the same every time.")
@click.option("--token", required=True, help="The operator token, or an access token with tickets:use.")
@click.option("--json", "as_json", is_flag=True, help="Print what was used twice as JSON.")
def sync(folder: Path, url: str, name: str, token: str, as_json: bool) -> None:
    """Tell the server what was used here; prints tickets that were used too often, here or elsewhere.

    \b
    Example:
      maas tickets sync --at /var/lib/reader --url https://maas.example --reader shuttle-3 --token $TOKEN
    """  # noqa: D301
    from maas.tickets.reader_files import FileLog

    log, count = FileLog(folder), 0
    doubles: dict[str, Any] = {}
    while waiting := log.untold()[:BATCH]:
        answer = _asked("POST", url, "/v1/ticket-uses", token, {"reader": name, "uses": waiting}).json()
        log.told(len(waiting))
        count += len(waiting)
        doubles |= {found["ticket"]: found for found in answer["doubles"]}
    if as_json:
        click.echo(json.dumps({"told": count, "doubles": list(doubles.values())}, ensure_ascii=False))
        return
    click.echo(f"{count} uses told")
    for found in doubles.values():
        where = ", ".join(f"{use['place']} at {use['at']}" for use in found["uses"])
        click.echo(
            f"  used {len(found['uses'])} times, {found['allowed']} allowed: {found['ticket']} ({where})"
        )


def _asked(method: str, url: str, path: str, token: str = "", body: Any = None) -> Any:
    import httpx

    from maas.tickets.errors import BadReader

    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        answer = httpx.request(method, url.rstrip("/") + path, headers=headers, json=body, timeout=20)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise BadReader(f"{url}: {error or type(error).__name__}; is the server there?") from None
    if answer.status_code >= 400:
        raise BadReader(f"{url}{path} answered {answer.status_code}: {answer.text[:200]}")
    return answer


def _instant(text: str) -> datetime:
    from maas.tickets.errors import BadReader

    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise BadReader(f"--now {text!r}: write it as 2026-11-25T08:00+09:00")
    return found
