"""What another pack would have refused, as people and programs read it, and how often."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final, Literal, TypeAlias

from api.findings import finding_shown
from api.schemas import rules as shown
from api.schemas.decimals import format_decimal, format_moment, format_price
from api.schemas.what_if import (
    FailedByRule,
    FailedDeal,
    FailedOrder,
    FailedTransfer,
    WhatIfTotal,
)
from exchange.alternative import Alternative, Judged, JudgedDeal, JudgedOrder, JudgedTransfer
from exchange.rules.types import Finding, Stage

Failed: TypeAlias = FailedOrder | FailedDeal | FailedTransfer
LETTERS: Final[dict[Stage, Literal["U", "C", "S"]]] = {
    Stage.SUBMIT: "U",
    Stage.CONFIRM: "C",
    Stage.SETTLE: "S",
}
"""Of the stages at which a transfer is asked."""


class _Count:
    """Of orders, of deals, or of transfers that went on."""

    def __init__(self) -> None:
        self.judged = 0
        self.failed = 0
        self.by_rule: Counter[tuple[str, str]] = Counter()
        """By the rule's id and its reason code."""

    def take(self, findings: Iterable[Finding]) -> bool:
        """Whether there are any."""
        # Both sides of a deal may fail one rule: it is one deal. So of a transfer.
        failed = {(each.rule_id, each.reason_code) for each in findings}
        self.judged += 1
        self.failed += bool(failed)
        self.by_rule.update(failed)
        return bool(failed)


class Teller:
    """Tells what an alternative has judged, and keeps count of it."""

    def __init__(self, alternative: Alternative) -> None:
        self._alternative = alternative
        self._rules = {(each.pack, each.rule_id, each.version): each for each in alternative.rules}
        self._orders, self._deals, self._transfers = _Count(), _Count(), _Count()

    def take(self, judged: Judged) -> Failed | None:
        """The next one as it is told; None: nothing stands against it."""
        match judged:
            case JudgedOrder():
                return self._order(judged) if self._orders.take(judged.findings) else None
            case JudgedDeal():
                return self._deal(judged) if self._deals.take(judged.findings) else None
            case JudgedTransfer():
                return self._transfer(judged) if self._transfers.take(judged.findings) else None

    def total(self) -> WhatIfTotal:
        """Of what was taken so far."""
        pack = self._alternative.pack
        orders, deals, transfers = self._orders, self._deals, self._transfers
        return WhatIfTotal(
            pack_id=pack.pack_id,
            version=pack.version,
            orders=orders.judged,
            orders_failed=orders.failed,
            deals=deals.judged,
            deals_failed=deals.failed,
            transfers=transfers.judged,
            transfers_failed=transfers.failed,
            by_rule=[
                FailedByRule(
                    rule_id=key[0],
                    reason_code=key[1],
                    orders=orders.by_rule[key],
                    deals=deals.by_rule[key],
                    transfers=transfers.by_rule[key],
                )
                for key in sorted(orders.by_rule | deals.by_rule | transfers.by_rule)
            ],
            not_judged=self._alternative.unasked(),
        )

    def _order(self, judged: JudgedOrder) -> FailedOrder:
        scale = judged.terms.quantity_scale
        return FailedOrder(
            sequence=judged.sequence,
            at=format_moment(judged.at_ns),
            symbol=judged.terms.symbol,
            order_id=str(judged.order_id),
            party_id=str(judged.party_id),
            side=judged.side.name,
            price=format_price(judged.price),
            quantity=format_decimal(judged.quantity, scale=scale),
            findings=self._findings(judged.findings, scale),
        )

    def _deal(self, judged: JudgedDeal) -> FailedDeal:
        return FailedDeal(**self._of_two(judged))

    def _transfer(self, judged: JudgedTransfer) -> FailedTransfer:
        return FailedTransfer(stage=LETTERS[judged.stage], **self._of_two(judged))

    def _of_two(self, judged: JudgedDeal | JudgedTransfer) -> dict[str, Any]:
        """What is told alike of a deal and of its transfer."""
        scale = judged.terms.quantity_scale
        return {
            "sequence": judged.sequence,
            "at": format_moment(judged.at_ns),
            "symbol": judged.terms.symbol,
            "transfer_id": str(judged.transfer_id),
            "trade_number": judged.trade_number,
            "seller_id": str(judged.seller_id),
            "buyer_id": str(judged.buyer_id),
            "price": format_price(judged.price),
            "quantity": format_decimal(judged.quantity, scale=scale),
            "seller": self._findings(judged.of_seller, scale),
            "buyer": self._findings(judged.of_buyer, scale),
            "pair": self._findings(judged.of_pair, scale),
        }

    def _findings(self, findings: Iterable[Finding], scale: int) -> list[shown.Finding]:
        return [
            finding_shown(each, self._rules[each.pack, each.rule_id, each.version], scale=scale)
            for each in findings
        ]
