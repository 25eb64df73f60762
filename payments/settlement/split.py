"""How the price of each service is shared, as configuration: a new operator or shop is a table, never code.

```toml
[split.loop-shuttle]
receivers = { "operator:keisei" = 7, "operator:aeon-bus" = 3 }
fee_per_mille = 30
```
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from payments.allocation import Part, Receiver, Subsidy
from payments.errors import SettlementError


@dataclass(frozen=True, slots=True)
class SplitRule:
    """Who receives the price of a service, in which proportion, less which fee."""

    service: str
    receivers: tuple[Receiver, ...]
    fee_per_mille: int = 0

    def part(self, name: str, price_minor: int, subsidies: tuple[Subsidy, ...] = ()) -> Part:
        """A bundle's part that is shared by this rule."""
        return Part(name, price_minor, self.receivers, subsidies, self.fee_per_mille)


def split_rules(config: Mapping[str, object]) -> dict[str, SplitRule]:
    """Read the `[split.*]` tables; raises SettlementError naming service, field and value."""
    rules: dict[str, SplitRule] = {}
    for service, table in config.items():
        if not isinstance(table, Mapping):
            raise SettlementError(f"split.{service} must be a table, not {table!r}")
        unknown = set(table) - {"receivers", "fee_per_mille"}
        if unknown:
            raise SettlementError(
                f"split.{service}: {sorted(unknown)[0]!r} is not known; receivers, fee_per_mille"
            )
        receivers = table.get("receivers")
        if not isinstance(receivers, Mapping) or not receivers:
            raise SettlementError(
                f"split.{service}: receivers must map accounts to weights, not {receivers!r}"
            )
        for account, weight in receivers.items():
            if type(weight) is not int or weight < 1:
                raise SettlementError(
                    f"split.{service}: the weight of {account!r} must be 1 or more, not {weight!r}"
                )
        fee = table.get("fee_per_mille", 0)
        if type(fee) is not int or not 0 <= fee <= 1000:
            raise SettlementError(f"split.{service}: fee_per_mille must be 0 to 1000, not {fee!r}")
        rules[service] = SplitRule(service, tuple(Receiver(a, w) for a, w in receivers.items()), fee)
    return rules
