"""What the book says to an order, and at which sizes an order trades."""

from __future__ import annotations

from copy import deepcopy

from exchange import commands as given
from exchange.refusals import Refusal
from matching import (
    ParticipantId,
    Price,
    RefusalReason,
    Refused,
    Side,
    SizeTerms,
)
from tests.model.desk import (
    Applies,
)
from tests.model.ledger import ModelOrder, ModelProduct


def size_terms(command: given.PlaceOrder) -> SizeTerms | None:
    """What the book is told."""
    if isinstance(command, given.PlaceConstrainedOrder) and (
        command.minimum_quantity != 0 or command.all_or_none or command.whole_only
    ):
        return SizeTerms(
            minimum_quantity=command.minimum_quantity,
            all_or_none=command.all_or_none,
            whole_only=command.whole_only,
        )
    return None


def rules_for_size_terms(command: given.PlaceOrder, product: ModelProduct) -> Applies:
    if not isinstance(command, given.PlaceConstrainedOrder):
        return []
    never_takes = command.post_only and command.all_or_none
    return [
        (Refusal.SIZE_TERMS_CONFLICT, command.minimum_quantity % product.terms.lot != 0),
        (Refusal.SIZE_TERMS_CONFLICT, command.all_or_none and command.whole_only),
        (Refusal.SIZE_TERMS_CONFLICT, never_takes),
        (
            Refusal.SIZE_TERMS_CONFLICT,
            not 0 <= command.minimum_quantity <= command.quantity,
        ),
    ]


def rules_of_book(order: ModelOrder, command: given.PlaceOrder | given.ReplaceOrder) -> Applies:
    """What the book says to it, tried on a copy."""
    book = deepcopy(order.product.book)
    if isinstance(command, given.PlaceOrder):
        happened = book.place(
            order.order_id,
            ParticipantId(order.party_id),
            order.side,
            command.price,
            command.quantity,
            command.time_in_force,
            post_only=command.post_only,
            expires_at_ns=command.expires_at_ns,
            size_terms=size_terms(command),
        )
    else:
        happened = book.replace(order.order_id, command.price, command.quantity)
    reason = happened[0].reason if happened and isinstance(happened[0], Refused) else None
    return [
        (Refusal.POST_ONLY_WOULD_CROSS, reason is RefusalReason.POST_ONLY_WOULD_CROSS),
        (Refusal.FILL_OR_KILL_UNFILLABLE, reason is RefusalReason.FILL_OR_KILL_UNFILLABLE),
    ]


def fills_at_most(order: ModelOrder, price: Price, open_quantity: int) -> int:
    """With how many orders on the other side the order may trade, at `price` or better. One that
    does not trade at every size may be among them, and may take nothing off the order."""
    terms = size_terms(order.placed) or SizeTerms()
    if terms.whole_only:
        return 1
    fills = 0
    for other in order.product.book.orders(order.side.opposite):
        beyond = other.price > price if order.side is Side.BUY else other.price < price
        if beyond or open_quantity <= 0:
            break
        if other.size_terms is not None:
            fills += 1
        elif other.quantity >= min(terms.minimum_quantity, open_quantity):
            fills += 1
            open_quantity -= other.quantity
    return fills
