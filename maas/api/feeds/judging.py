"""What the validator says, over HTTP: of a version, of a draft, of what is told live."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, Literal, Protocol

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from maas.api.feeds.drafts import DraftId
from maas.api.feeds.shared import ActorOf, FeedId, Number, also
from maas.feeds.drafts import Drafts
from maas.feeds.house import House
from maas.feeds.model import Actor
from maas.feeds.ports import Finding, Report
from maas.feeds.publish import Publisher
from maas.feeds.quality import DayQuality, QualityDays
from maas.wiring.judge import reasons
from maas.wiring.live_quality import Quality

__all__ = ["Live", "ReportView", "router"]

Lang = Annotated[Literal["ja", "en"], Query(description="language of the sentences")]


class Live(Protocol):
    """Judges what is told live of a feed."""

    def of(self, feed_id: str) -> Quality:
        """As things are now. Raises Refused for a feed of which nothing is told live."""
        ...


class PlaceOnMap(BaseModel):
    """A stop or point that a finding is about."""

    id: str
    name: str
    lat: float
    lon: float


class SampleView(BaseModel):
    """One place where it is so; line 1 is the header, 0 the whole file."""

    file: str
    line: int
    field: str
    value: str
    message: str
    place: PlaceOnMap | None = Field(None, description="null: it is no place")


class FindingView(BaseModel):
    """One kind of thing that the validator found."""

    code: str
    severity: str
    total: int
    why: str = Field(description="what it costs a rider")
    mend: str
    samples: list[SampleView]

    @classmethod
    def of(cls, finding: Finding, lang: str) -> FindingView:
        """The view of it."""
        why, mend = reasons(finding.code, lang)
        return cls(
            code=finding.code, severity=finding.severity, total=finding.total, why=why, mend=mend,
            samples=[_sample(s, lang) for s in finding.samples],
        )  # fmt: skip


class ReportView(BaseModel):
    """What the validator says."""

    profile: str
    errors: int
    warnings: int
    infos: int
    findings: list[FindingView]

    @classmethod
    def of(cls, report: Report, lang: str) -> ReportView:
        """The view of it."""
        return cls(
            profile=report.profile, errors=report.errors, warnings=report.warnings, infos=report.infos,
            findings=_findings(report.findings, lang),
        )  # fmt: skip


class QualityView(BaseModel):
    """How well a feed's realtime keeps up with its timetable."""

    at: datetime
    under_way: int = Field(description="trips that the timetable has under way now")
    told: int = Field(description="of these, how many an update tells of")
    updates: int
    vehicles: int
    vehicles_without_trip: int
    oldest_s: int | None = Field(description="age of the oldest position; null: there is none")
    alerts: int
    delay_median_s: int | None = Field(description="of the updates' next stops; null: there is none")
    errors: int
    warnings: int
    findings: list[FindingView]

    @classmethod
    def of(cls, quality: Quality, lang: str) -> QualityView:
        """The view of it."""
        return cls(
            at=quality.at, under_way=quality.under_way, told=quality.told, updates=quality.updates,
            vehicles=quality.vehicles, vehicles_without_trip=quality.vehicles_without_trip,
            oldest_s=quality.oldest_s, alerts=quality.alerts, delay_median_s=quality.delay_median_s,
            errors=quality.errors, warnings=quality.warnings, findings=_findings(quality.findings, lang),
        )  # fmt: skip


class QualityDayView(BaseModel):
    """How good the realtime was on one day, of a look every minute. null: nothing to tell it from."""

    day: date
    looks: int
    coverage_percent: int | None = Field(description="of buses under way, those told of")
    delay_mean_s: int | None
    oldest_max_s: int | None = Field(description="age of the oldest position that was ever seen")
    looks_with_errors: int
    looks_with_warnings: int

    @classmethod
    def of(cls, day: DayQuality) -> QualityDayView:
        """The view of it."""
        return cls(
            day=day.day, looks=day.looks, coverage_percent=day.coverage_percent,
            delay_mean_s=day.delay_mean_s, oldest_max_s=day.oldest_max_s,
            looks_with_errors=day.looks_with_errors, looks_with_warnings=day.looks_with_warnings,
        )  # fmt: skip


def router(
    house: House, drafts: Drafts, publisher: Publisher, live: Live, quality: QualityDays, actor_of: ActorOf
) -> APIRouter:
    """Routes for who publishes."""
    routes = APIRouter(prefix="/v1/feeds/{feed_id}", tags=["feed publishing"], responses=also(401, 403))
    acting: Any = Depends(actor_of)

    @routes.get("/versions/{number}/report")
    def judge(feed_id: FeedId, number: Number, lang: Lang = "ja", actor: Actor = acting) -> ReportView:
        """What the validator says of a version, by the feed's own profile."""
        house.require(feed_id, actor)
        return ReportView.of(publisher.judge(feed_id, number), lang)

    @routes.get("/drafts/{draft_id}/report")
    def judge_draft(
        feed_id: FeedId, draft_id: DraftId, lang: Lang = "ja", actor: Actor = acting
    ) -> ReportView:
        """The same of a draft, before it becomes a version."""
        feed = drafts.feed(drafts.get(feed_id, draft_id, actor))
        return ReportView.of(publisher.judge_feed(feed_id, feed), lang)

    @routes.get("/realtime", responses=also(409))
    def judge_live(feed_id: FeedId, lang: Lang = "ja", actor: Actor = acting) -> QualityView:
        """How complete, how fresh and how right what we tell live of this feed is at this moment."""
        house.require(feed_id, actor)
        return QualityView.of(live.of(feed_id), lang)

    @routes.get("/realtime/days")
    def list_days(feed_id: FeedId, actor: Actor = acting) -> list[QualityDayView]:
        """The same day by day, the last thirty, the latest first."""
        house.require(feed_id, actor)
        return [QualityDayView.of(day) for day in quality.days(feed_id, house.clock())]

    return routes


def _findings(found: Iterable[Finding], lang: str) -> list[FindingView]:
    return [FindingView.of(f, lang) for f in found]


def _sample(sample: dict[str, Any], lang: str) -> SampleView:
    said = sample["message"]
    return SampleView.model_validate({**sample, "message": said.get(lang) or said["en"]})
