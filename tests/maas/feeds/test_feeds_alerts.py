"""Notices reach apps as GTFS-Realtime alerts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from feeds_world import CLERK, NOW, feed_zip, open_house
from google.transit import gtfs_realtime_pb2 as pb

from gtfs.realtime.model import Header, RealtimeFeed
from gtfs.realtime.produce import produce
from maas.bridges.open_status import columns_of
from maas.feeds.notices import NoticeContent, Notices
from maas.wiring.notice_alerts import NoticeSource


def test_a_notice_is_an_alert_with_its_period_lines_and_texts(tmp_path: Path) -> None:
    house = open_house(f"sqlite:///{tmp_path / 'h.sqlite'}")
    feeds = tmp_path / "feeds"
    feeds.mkdir()
    house.import_file("baybus", feed_zip(feeds), CLERK)
    notices = Notices(house)
    content = {
        "header": {"ja": "迂回", "en": "Detour"}, "text": {"ja": "工事のため"}, "effect": "DETOUR",
        "cause": "CONSTRUCTION", "active_from": NOW + timedelta(days=1),
        "active_until": NOW + timedelta(days=2), "routes": ["R"], "stops": ["S2"],
    }  # fmt: skip
    notices.add("baybus", NoticeContent.model_validate(content), CLERK)
    source = NoticeSource(notices, "baybus")
    now_s = int(NOW.timestamp())
    data = produce(
        RealtimeFeed(Header("2.0", timestamp=now_s), columns_of([]), (), tuple(source.alerts(now_s)))
    )
    message = pb.FeedMessage.FromString(data)
    alert = message.entity[0].alert
    assert (alert.effect, alert.cause) == (pb.Alert.DETOUR, pb.Alert.CONSTRUCTION)
    assert {t.language: t.text for t in alert.header_text.translation} == {"ja": "迂回", "en": "Detour"}
    assert [(e.route_id, e.stop_id) for e in alert.informed_entity] == [("R", ""), ("", "S2")]
    assert alert.active_period[0].end - alert.active_period[0].start == 86_400
    assert source.alerts(int((NOW + timedelta(days=3)).timestamp())) == []
    house.database.close()
