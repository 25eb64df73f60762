"""City points: a currency of their own in the same ledger, earned by rules in configuration, spent as yen.

A member's points lie in one account per month of expiry (`points:<member>:2027-11`), each with a floor of
zero, so that expiry needs no table of lots: what lies in a month that has passed is moved to
`points:expired`. The oldest are spent first. What a rule has granted on a day is read from the ledger,
under a lock on the member, so that limits hold whoever else writes at the same time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone, tzinfo

from sqlalchemy import Connection

from payments.errors import PointsError
from payments.hold import bundle_account
from payments.ledger import Account, Entry, Ledger, Leg, TransferState
from payments.ledger import audit as book
from payments.ledger.model import to_us

ISSUED = "points:issued"
EXPIRED = "points:expired"
REDEEMED = "points:redeemed"
FUND = "points:fund"  # yen: the city's money behind the points
JST = timezone(timedelta(hours=9), "JST")


@dataclass(frozen=True, slots=True)
class EarnRule:
    """`points_per_unit` for each whole unit (a kilometre walked, a visit, an hour of help), within limits.

    `units_max_per_day` caps one day's units; `points_max_per_month` one month's points under this rule.
    """

    name: str
    points_per_unit: int
    units_max_per_day: int
    points_max_per_month: int | None = None

    def __post_init__(self) -> None:
        if self.points_per_unit <= 0 or self.units_max_per_day <= 0:
            raise PointsError(f"rule {self.name!r}: points_per_unit and units_max_per_day must be positive",
                              code="config")  # fmt: skip


@dataclass(frozen=True, slots=True)
class PointsRules:
    """The scheme. Times are in `zone`; a month of expiry ends with its last day there."""

    earn: Mapping[str, EarnRule]
    currency: str = "PTS"
    yen_per_point: int = 1
    lifetime_months: int = 12
    earn_max_per_day: int = 300
    earn_max_per_month: int = 3000
    spend_max_per_day: int = 10_000
    claim_within_days: int = 7
    zone: tzinfo = field(default=JST)

    @classmethod
    def from_config(cls, config: Mapping[str, object]) -> PointsRules:
        """Read a TOML table: the scheme's numbers.

        And `[earn.<name>]` tables. Names the field that is wrong.
        """
        numbers: dict[str, int] = {}
        text: dict[str, str] = {}
        for name, value in config.items():
            if name == "currency" and isinstance(value, str):
                text[name] = value
            elif name in _NUMBERS and type(value) is int and value > 0:
                numbers[name] = value
            elif name != "earn":
                raise PointsError(
                    f"points: {name} = {value!r} is not understood; positive whole numbers for"
                    f" {', '.join(sorted(_NUMBERS))}, text for currency",
                    code="config",
                )
        rules: dict[str, EarnRule] = {}
        tables = config.get("earn", {})
        if not isinstance(tables, dict):
            raise PointsError("points: earn must be a table of rules", code="config")
        for name, table in tables.items():
            try:
                rules[name] = EarnRule(name, **table)
            except TypeError as error:
                raise PointsError(f"points: earn.{name}: {error}", code="config") from error
        return cls(rules, **text, **numbers)  # type: ignore[arg-type]


_NUMBERS = {
    "yen_per_point", "lifetime_months", "earn_max_per_day", "earn_max_per_month", "spend_max_per_day",
    "claim_within_days",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lot:
    """Points of a member that expire together at the end of `month`."""

    account: str
    month: date
    available: int


class Points:
    """The points scheme over a ledger. Every call is given the caller's connection and `now`."""

    def __init__(self, ledger: Ledger, rules: PointsRules) -> None:
        self.ledger = ledger
        self.rules = rules

    def open(self, connection: Connection, *, now: datetime) -> None:
        """Open the scheme's own accounts."""
        points = [Account(code, self.rules.currency) for code in (ISSUED, EXPIRED, REDEEMED)]
        self.ledger.open(connection, [*points, Account(FUND)], now=now)

    def earn(
        self,
        connection: Connection,
        member: str,
        rule_name: str,
        units: int,
        evidence: str,
        day: date,
        *,
        now: datetime,
    ) -> int:
        """Grant points for `units` on `day`, as far as the limits go; returns what was granted.

        `evidence` identifies the deed (a ride, a step record): the same one is never rewarded twice, not
        even to another member. Raises PointsError: unknown rule, stale or future day, evidence used by
        someone else.
        """
        rule = self.rules.earn.get(rule_name)
        if rule is None:
            raise PointsError(
                f"no rule {rule_name!r}; known: {', '.join(sorted(self.rules.earn))}", code="rule"
            )
        today = now.astimezone(self.rules.zone).date()
        if units < 1 or not today - timedelta(days=self.rules.claim_within_days) <= day <= today:
            raise PointsError(
                f"{rule_name}: {units} units on {day} cannot be claimed; at least one, within the last"
                f" {self.rules.claim_within_days} days",
                code="claim",
            )
        key = f"earn:{rule_name}:{evidence}"
        known = book.transfer(connection, key)
        if known is not None:
            if known.reference != _reference(member):
                raise PointsError(
                    f"evidence {evidence!r} was already rewarded to another member", code="evidence"
                )
            return sum(leg.amount_minor for leg in known.legs if leg.amount_minor > 0)
        self._lock(connection, member, now)
        granted = self._within_limits(connection, member, rule, units, day)
        if granted:
            lot = self._lot(member, self._expiry_month(day))
            self.ledger.open(connection, [Account(lot.account, self.rules.currency, 0)], now=now)
            part = f"{rule_name}@{day.isoformat()}"
            legs = (Leg(ISSUED, -granted, part), Leg(lot.account, granted, part))
            self.ledger.post(connection, [Entry(key, "points-earn", legs, _reference(member))], now=now)
        return granted

    def lots(self, connection: Connection, member: str, *, now: datetime) -> list[Lot]:
        """What the member can spend, soonest to expire first."""
        month = now.astimezone(self.rules.zone).date().replace(day=1)
        lots = [self._lot(member, _add_months(month, n)) for n in range(self.rules.lifetime_months + 1)]
        found = self.ledger.balances(connection, [lot.account for lot in lots])
        return [
            Lot(lot.account, lot.month, found[lot.account].available_minor)
            for lot in lots
            if lot.account in found and found[lot.account].available_minor > 0
        ]

    def balance(self, connection: Connection, member: str, *, now: datetime) -> int:
        """Points that can be spent now."""
        return sum(lot.available for lot in self.lots(connection, member, now=now))

    def spend(
        self,
        connection: Connection,
        key: str,
        member: str,
        points: int,
        order: str,
        *,
        now: datetime,
        pending: bool = False,
    ) -> int:
        """Pay part of an order: points leave the member, yen come from the fund; returns the yen.

        `pending=True` reserves both, for a saga that posts or voids `key` later through the ledger.
        """
        known = book.state(connection, key) is not None
        self._lock(connection, member, now)
        yen = points * self.rules.yen_per_point
        if known:
            return yen
        day = now.astimezone(self.rules.zone).date()
        spent = self._spent_on(connection, member, day)
        if spent + points > self.rules.spend_max_per_day:
            raise PointsError(
                f"{points} points: {spent} were spent today,"
                f" {self.rules.spend_max_per_day} are allowed a day",
                code="limit",
            )
        self.ledger.open(connection, [Account(bundle_account(order), "JPY", 0)], now=now)
        out = self._take(connection, member, points, f"spend:{member}@{day.isoformat()}", now)
        legs = (
            *out,
            Leg(REDEEMED, points),
            Leg(FUND, -yen, "points"),
            Leg(bundle_account(order), yen, "points"),
        )
        self.ledger.post(connection, [Entry(key, "points-spend", legs, order, pending=pending)], now=now)
        return yen

    def burn(
        self, connection: Connection, key: str, member: str, points: int, order: str, *, now: datetime
    ) -> None:
        """Points leave the member for an order whose yen the caller takes from the fund itself."""
        if book.state(connection, key) is not None:
            return
        self._lock(connection, member, now)
        day = now.astimezone(self.rules.zone).date()
        out = self._take(connection, member, points, f"spend:{member}@{day.isoformat()}", now)
        entry = Entry(key, "points-burn", (*out, Leg(REDEEMED, points)), order)
        self.ledger.post(connection, [entry], now=now)

    def take_back(
        self, connection: Connection, rule_name: str, evidence: str, member: str, *, now: datetime
    ) -> int:
        """A deed that earned points was none: they go back, as far as they are there; how many did."""
        earned = book.transfer(connection, f"earn:{rule_name}:{evidence}")
        key = f"unearn:{rule_name}:{evidence}"
        if earned is None or book.state(connection, key) is not None:
            return 0
        self._lock(connection, member, now)
        wanted = sum(leg.amount_minor for leg in earned.legs if leg.amount_minor > 0)
        points = min(wanted, self.balance(connection, member, now=now))
        if points:
            out = self._take(connection, member, points, f"{rule_name}@back", now)
            entry = Entry(key, "points-unearn", (*out, Leg(ISSUED, points)), _reference(member))
            self.ledger.post(connection, [entry], now=now)
        return points

    def lock(self, connection: Connection, member: str, *, now: datetime) -> None:
        """Hold back every other writer of this member's points until the transaction ends."""
        self._lock(connection, member, now)

    def put_back(self, connection: Connection, key: str, burn_key: str, *, now: datetime) -> None:
        """Undo a `burn`, if there was one: the points return to their months, expired or not."""
        spent = book.transfer(connection, burn_key)
        if spent is None:
            return
        legs = tuple(Leg(leg.account, -leg.amount_minor, leg.part and "back") for leg in spent.legs)
        self.ledger.post(connection, [Entry(key, "points-back", legs, spent.reference)], now=now)

    def give_back(self, connection: Connection, key: str, spend_key: str, *, now: datetime) -> None:
        """Undo a posted spend whose order was refunded.

        The yen return to the fund, the points to their months.
        """
        spent = book.transfer(connection, spend_key)
        done = book.state(connection, spend_key) in (TransferState.POSTED, TransferState.SETTLED)
        if spent is None or spent.kind != "points-spend" or not done:
            raise PointsError(f"no points were spent under {spend_key!r}", code="unknown")
        legs = tuple(Leg(leg.account, -leg.amount_minor, leg.part and "back") for leg in spent.legs)
        self.ledger.post(connection, [Entry(key, "points-back", legs, spent.reference)], now=now)

    def donate(
        self, connection: Connection, key: str, member: str, points: int, cause: str, *, now: datetime
    ) -> None:
        """Give points to a cause, whose account collects them."""
        if book.state(connection, key) is not None:
            return
        self._lock(connection, member, now)
        target = f"points:cause:{cause}"
        self.ledger.open(connection, [Account(target, self.rules.currency, 0)], now=now)
        out = self._take(connection, member, points, "donate", now)
        entry = Entry(key, "points-donate", (*out, Leg(target, points)), _reference(member))
        self.ledger.post(connection, [entry], now=now)

    def expire(self, connection: Connection, month: date, *, now: datetime) -> int:
        """Take away what expired with `month` (any day of it).

        Returns the points. Refuses a month not yet over.
        """
        first = month.replace(day=1)
        if now.astimezone(self.rules.zone).date() < _add_months(first, 1):
            raise PointsError(f"points of {first:%Y-%m} are valid until the end of that month", code="early")
        lots = self.ledger.balances_ending(connection, f":{first:%Y-%m}", currency=self.rules.currency)
        entries = [
            Entry.move(f"expire:{code}:{to_us(now)}", "points-expire", code, EXPIRED, b.available_minor)
            for code, b in lots.items()
            if b.available_minor > 0
        ]
        self.ledger.post(connection, entries, now=now)
        return sum(entry.legs[1].amount_minor for entry in entries)

    def _within_limits(
        self, connection: Connection, member: str, rule: EarnRule, units: int, day: date
    ) -> int:
        by_rule_day = by_rule_month = by_day = by_month = 0
        for transfer in book.trace(connection, _reference(member)):
            if transfer.kind != "points-earn":
                continue
            for leg in transfer.legs:
                name, _, when = leg.part.partition("@")
                if leg.amount_minor < 0 or when[:7] != f"{day:%Y-%m}":
                    continue
                by_month += leg.amount_minor
                by_day += leg.amount_minor if when == day.isoformat() else 0
                if name == rule.name:
                    by_rule_month += leg.amount_minor
                    by_rule_day += leg.amount_minor if when == day.isoformat() else 0
        wanted = units * rule.points_per_unit
        room = [
            rule.units_max_per_day * rule.points_per_unit - by_rule_day,
            self.rules.earn_max_per_day - by_day,
            self.rules.earn_max_per_month - by_month,
        ]
        if rule.points_max_per_month is not None:
            room.append(rule.points_max_per_month - by_rule_month)
        return max(0, min(wanted, *room))

    def _spent_on(self, connection: Connection, member: str, day: date) -> int:
        return -self.ledger.sum_of_part(connection, f"spend:{member}@{day.isoformat()}")

    def _take(self, connection: Connection, member: str, points: int, part: str, now: datetime) -> list[Leg]:
        if points < 1:
            raise PointsError(f"{points} points cannot be used; at least one", code="amount")
        legs, left = [], points
        for lot in self.lots(connection, member, now=now):
            taken = min(left, lot.available)
            if taken:
                legs.append(Leg(lot.account, -taken, part))
                left -= taken
        if left:
            raise PointsError(f"{points} points are wanted, {points - left} are there", code="balance")
        return legs

    def _lock(self, connection: Connection, member: str, now: datetime) -> None:
        guard = f"points:{member}"
        self.ledger.open(connection, [Account(guard, self.rules.currency, 0)], now=now)
        self.ledger.lock(connection, guard)

    def _lot(self, member: str, month: date) -> Lot:
        return Lot(f"points:{member}:{month:%Y-%m}", month, 0)

    def _expiry_month(self, day: date) -> date:
        return _add_months(day.replace(day=1), self.rules.lifetime_months)


def _reference(member: str) -> str:
    return f"points:{member}"


def _add_months(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
