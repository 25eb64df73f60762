"""The disaster switch over two processes: whoever has the fleet does it, whoever takes it over keeps it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from feeds_world import CLERK, NOW, feed_zip, open_house

from maas.feeds.notices import Notices
from maas.identity import accounts, roles, sessions
from maas.identity.compose import open_identity
from maas.identity.model import AccountKind, Role
from maas.wiring.disaster import Act, Disaster, create_schema
from storage.database import Database

OPERATOR = {"Authorization": "Bearer the-tests-operator"}
ACT = {
    "kind": "tsunami", "draw_in": True, "message": {"ja": "津波"},
    "closures": [[[140.03, 35.64], [140.031, 35.64], [140.031, 35.641]]],
}  # fmt: skip


def until(look: Callable[[], bool], most_s: float = 60) -> None:
    end = time.monotonic() + most_s
    while not look():
        assert time.monotonic() < end, "it did not come about in a minute"
        time.sleep(0.3)


def closed(url: str) -> list[str]:
    """Ids of what the fleet of this process keeps closed; empty, too, while another process has the fleet."""
    answer = httpx.get(f"{url}/v1/fleet/conditions", headers=OPERATOR, timeout=30)
    return [c["id"] for c in answer.json().get("closures", [])]


def mayor(home: Path, url: str) -> httpx.Client:
    database = Database.open(f"sqlite:///{home / 'makuhari.sqlite'}")

    def administrator(w: Any) -> str:
        account = accounts.create(w, AccountKind.PERSON, language="ja", email="mayor@example.jp")
        roles.grant(w, account.id, Role.ADMINISTRATOR, "")
        return sessions.open_session(w, account.id, "passkey").cookie

    cookie = open_identity(database, issuer=url).write(administrator, actor="test")
    database.engine.dispose()
    return httpx.Client(base_url=url, cookies={"maas": cookie}, headers={"Origin": url}, timeout=60)


@pytest.mark.slow
def test_the_process_that_has_the_fleet_does_what_another_was_asked(
    makuhari: Path, tmp_path: Path, start_server: Any
) -> None:
    with (
        start_server(makuhari, tmp_path) as (first, process),
        start_server(makuhari, tmp_path) as (second, _),
        mayor(tmp_path, second) as http,
    ):
        asked = http.post("/v1/city/disaster", json=ACT)
        assert asked.status_code == 201
        assert asked.json()["on"] is True
        until(lambda: closed(first) == ["disaster: tsunami 1"])
        until(lambda: len(http.get("/v1/city/disaster").json()["history"][0]["drawn_in"]) > 0)
        assert len(http.get("/v1/city/disaster").json()["history"]) == 1, "meant and done are one act"
        # Its process dies: who takes the fleet over begins with a dispatcher that knows of nothing.
        process.kill()
        process.wait(20)
        until(lambda: closed(second) == ["disaster: tsunami 1"])
        assert http.delete("/v1/city/disaster").json()["on"] is False
        until(lambda: closed(second) == [])
        trail = http.get("/v1/admin/audit", params={"subject": "city"}).json()
        assert [entry["action"] for entry in trail] == ["disaster.on", "disaster.off"]


def test_who_dies_between_telling_riders_and_writing_it_down_tells_them_once(tmp_path: Path) -> None:
    house = open_house(f"sqlite:///{tmp_path / 'd.sqlite'}")
    database = house.database
    create_schema(database)
    house.import_file("baybus", feed_zip(tmp_path), CLERK)
    notices = Notices(house)

    class Dies(Notices):
        def add(self, *told: Any) -> Any:
            super().add(*told)
            raise KeyboardInterrupt

    def opened(notices: Notices) -> Disaster:
        identity = open_identity(database, issuer="http://127.0.0.1")
        return Disaster(database, identity, None, notices, "baybus", lambda: NOW)

    with pytest.raises(KeyboardInterrupt):
        opened(Dies(house)).switch_on(Act("flood", True, message={"ja": "洪水"}), "mayor")
    assert len(notices.all("baybus")) == 1
    again = opened(notices)
    standing = again.now()
    assert standing is not None
    assert standing.meant, "the row was not written"
    again.follow()
    done = again.now()
    assert done is not None
    assert not done.meant
    assert [n.id for n in notices.all("baybus")] == [done.notice_id]
    again.switch_off("mayor")
    assert notices.all("baybus") == []
    again.switch_on(Act("flood", True, message={"ja": "洪水"}), "mayor")
    assert len(notices.all("baybus")) == 1, "another act is another notice"
    database.close()
