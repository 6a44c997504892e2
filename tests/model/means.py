"""What is missing to whom a command is refused for want of money or units."""

from __future__ import annotations

from exchange import commands as given
from exchange.money_commands import RequestWithdrawal
from exchange.negotiation_commands import (
    AcceptOffer,
    AuctionUnits,
    ListUnits,
    MakeOffer,
    OfferDeal,
)
from exchange.refusals import Refusal
from exchange.reserve_events import MeansMissing
from exchange.transfer_commands import AnswerPreemption, FundTransfer
from matching import OrderId
from tests.model.deals import Deals
from tests.model.ledger import ModelOrder
from tests.model.negotiation import find, word_of
from tests.model.rules import new_order

MEANS = (Refusal.UNITS_NOT_AVAILABLE, Refusal.MONEY_NOT_AVAILABLE)


def missing(
    ledger: Deals, command: given.AnyCommand, refusal: Refusal | None
) -> list[MeansMissing]:
    """What the party of a refused command has, and what it would have to have."""
    if refusal not in MEANS:
        return []
    if isinstance(command, FundTransfer | AnswerPreemption):
        transfer = ledger.transfers[command.transfer_id]
        paid = transfer.paid if isinstance(command, FundTransfer) else 0
        return [_money(ledger, command, transfer.cost - paid)]
    if isinstance(command, RequestWithdrawal):
        return [_money(ledger, command, command.amount)]
    wish = _wish(ledger, command)
    if wish is None:
        return []
    order, needed = wish
    if refusal is Refusal.MONEY_NOT_AVAILABLE:
        return [_money(ledger, command, needed)]
    free = sum(units for _, units in ledger.free_lots(order))
    product_id = order.product.product_id
    return [MeansMissing(product_id=product_id, available=free, needed=needed)]


def _money(ledger: Deals, command: given.AnyCommand, needed: int) -> MeansMissing:
    available = ledger.money_available(command.actor)
    return MeansMissing(product_id=None, available=available, needed=needed)


def _wish(ledger: Deals, command: given.AnyCommand) -> tuple[ModelOrder, int] | None:
    """The order that it would be, and what more that takes."""
    if isinstance(command, given.ReplaceOrder):
        order, price, quantity = ledger.orders[command.order_id], command.price, command.quantity
        needed = ledger.reserve_for(order, price, open_quantity=quantity)
        return order, needed - ledger.reserved(order)
    behind = 0
    if isinstance(command, OfferDeal | ListUnits | AuctionUnits):
        placed: given.PlaceOrder = word_of(ledger, command, None)
    elif isinstance(command, MakeOffer | AcceptOffer):
        negotiation = find(ledger, command.negotiation_id)
        assert negotiation is not None, command
        placed, own = word_of(ledger, command, negotiation), None
        if isinstance(command, MakeOffer) and negotiation.takes_bids:
            own = negotiation.offer_of(command.actor)
        if own is not None:
            behind = ledger.reserved(ledger.orders[OrderId(own.number)])
    elif isinstance(command, given.PlaceOrder):
        placed = command
    else:
        return None
    order = new_order(ledger, placed, ledger.products[placed.product_id])
    needed = ledger.reserve_for(order, placed.price, open_quantity=placed.quantity)
    return order, needed - behind
