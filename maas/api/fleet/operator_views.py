"""What fleet operators and supervisors see and send."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from maas.api.fleet.views import BreachView, StopView


class ServiceView(BaseModel):
    """The shuttle service as the public may know it."""

    id: str
    name: dict[str, str]
    zone: list[tuple[float, float]]
    stops: list[StopView]
    seats: int
    wheelchair_places: int
    base_price: int
    currency: str
    suspended: str = Field(description="why nobody is served now; empty in service")
    simulated: bool


class SpotView(BaseModel):
    """A vehicle on the public map: where it is and how much room it has, never who is in it."""

    id: str
    lat: float
    lon: float
    bearing: float | None
    speed_m_s: float
    mode: str
    seats_free: int
    battery: float = Field(description="share of 1")


class TaskView(BaseModel):
    """One stop of a plan."""

    kind: str
    stop: str
    ride_id: str
    start: AwareDatetime
    latest: AwareDatetime | None
    late_s: int
    on_board_after: int


class VehicleView(SpotView):
    """A vehicle with its plan and its supervisor."""

    cause: str
    since: AwareDatetime | None
    supervisor: str | None
    at_stop: bool
    next_inspection: AwareDatetime | None
    plan_version: int
    plan: list[TaskView]


class AlarmView(BaseModel):
    """A vehicle that asks for a person."""

    id: int
    vehicle_id: str
    reason: str
    severity: int
    state: str
    supervisor: str
    raised: AwareDatetime
    notes: list[str]


class AlarmIn(BaseModel):
    """A call for help."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=120)
    severity: int = Field(default=2, ge=1, le=4, description="1 stands in traffic .. 4 for information")


class BySupervisor(BaseModel):
    """Who acts."""

    model_config = ConfigDict(extra="forbid")

    supervisor: str


class ResolveIn(BySupervisor):
    """What was seen and done."""

    note: str = Field(max_length=500)


class StopIn(BaseModel):
    """A minimal-risk stop."""

    model_config = ConfigDict(extra="forbid")

    cause: str = Field(min_length=1, max_length=120)
    riders_leave: bool = Field(default=False, description="it cannot go on: fetch who is on board")


class SignOutIn(BySupervisor):
    """End of a shift."""

    to: str | None = Field(default=None, description="the supervisor who takes over")


class HandOverIn(BaseModel):
    """A vehicle changes hands."""

    model_config = ConfigDict(extra="forbid")

    to: str


class ClosureIn(BaseModel):
    """A part of the map that vehicles must not enter."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(min_length=1, max_length=64)
    polygon: list[tuple[float, float]] = Field(min_length=3, description="[lon, lat] corners")


class ConditionsIn(BaseModel):
    """What is measured or known about road and sky."""

    model_config = ConfigDict(extra="forbid")

    wind_m_s: float = 0.0
    rain_mm_h: float = 0.0
    snow: bool = False
    visibility_m: float = 10_000.0
    temperature_c: float = 15.0
    closures: list[ClosureIn] = []


class ConditionsView(ConditionsIn):
    """The conditions in force, what the operational design domain makes of them, and what that broke."""

    verdict: str
    causes: list[str]
    breaches: list[BreachView] = []


class SupervisorView(BaseModel):
    """One supervisor."""

    id: str
    on_shift: bool
    vehicles: list[str]


class FiguresView(BaseModel):
    """Counts of rides that this server remembers, and of the simulated day if there is one."""

    by_state: dict[str, int]
    breaches: int
    vehicles_by_mode: dict[str, int]
    open_alarms: int
    loops_missed: int
    twin: dict[str, object] | None
