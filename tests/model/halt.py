"""A halt on paper, whether any stops trade, and what one of a party does to what it has open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from exchange.halt_commands import HaltTrade, LiftHalt
from exchange.types import PartyId
from registry.types import TimeNs

if TYPE_CHECKING:
    from tests.model.ledger import Ledger
    from tests.model.product import ModelProduct
    from tests.model.trading import Trading


@dataclass(kw_only=True, eq=False)
class ModelHalt:
    """A halt as it was given, and how it was lifted."""

    number: int
    at_ns: TimeNs
    given: HaltTrade
    lifted: LiftHalt | None = None
    lifted_at_ns: TimeNs | None = None

    def concerns(self, product: ModelProduct) -> bool:
        """Whether it stops trade in the product now."""
        level, subject_id = self.given.level.name, self.given.subject_id
        is_its = level == "PRODUCT" and subject_id == product.product_id
        return self.lifted is None and (level == "VENUE" or is_its)


def is_halted(ledger: Ledger, product: ModelProduct) -> bool:
    """Whether trade in the product is stopped."""
    return any(halt.concerns(product) for halt in ledger.halts)


def is_suspended(ledger: Ledger, party_id: PartyId) -> bool:
    """Whether the party may not trade at all."""
    return any(
        halt.lifted is None
        and (halt.given.level.name, halt.given.subject_id) == ("PARTY", party_id)
        for halt in ledger.halts
    )


def stop_or_let_go(exchange: Trading) -> None:
    """Of who may not trade no order stands, and each of his transfers waits; the others do not wait
    for his sake."""
    for order in sorted(exchange.orders.values(), key=lambda each: each.order_id):
        if order.open_quantity and is_suspended(exchange, order.party_id):
            exchange.withdraw(order)
    for transfer in sorted(exchange.pending_transfers(), key=lambda each: each.transfer_id):
        waits = any(
            is_suspended(exchange, party_id)
            for party_id in (transfer.sell.party_id, transfer.buy.party_id)
        )
        if waits and "PARTY_HALT" not in transfer.overlays:
            transfer.overlays.add("PARTY_HALT")
            exchange.happens(transfer, "SET_OVERLAY")
        elif not waits and "PARTY_HALT" in transfer.overlays:
            transfer.overlays.remove("PARTY_HALT")
            exchange.happens(transfer, "LIFT_OVERLAY")
