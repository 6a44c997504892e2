"""What is told: an event of the outbox becomes a message to each party of the transfer.

A message says what has happened and in which version the transfer is now; everything else is asked
for at `/v1/transfers/{transfer_id}`. So it tells nobody what is not for him, and one that comes
twice, late or in another order than it was sent is harmless.
"""

from collections.abc import Callable, Mapping
from typing import Final, Literal, TypeAlias

import msgspec

from api.schemas.decimals import format_decimal, format_moment
from exchange.commands import CreateProduct
from exchange.events import (
    AnyEvent,
    TransferAdvanced,
    TransferFailed,
    TransferOpened,
    TransferReversed,
    TransferSettled,
)
from exchange.store.queries import OutboxRow
from exchange.types import PartyId
from registry.transfer import TransferState
from registry.types import ProductId

Role = Literal["TRUST_COMPANY", "SELLER", "BUYER"]
TransferTold: TypeAlias = (
    TransferOpened | TransferAdvanced | TransferSettled | TransferFailed | TransferReversed
)
TermsOf: TypeAlias = Callable[[ProductId], CreateProduct]

TYPES: Final[Mapping[type[AnyEvent], str]] = {
    TransferOpened: "transfer.opened",
    TransferAdvanced: "transfer.advanced",
    TransferSettled: "transfer.settled",
    TransferReversed: "transfer.reversed",
}
"""The type of the message about each event; one about a failure is named by its end."""


class TransferData(msgspec.Struct, frozen=True, kw_only=True):
    """The transfer, as any of its parties may know it."""

    transfer_id: str
    symbol: str
    trade_number: int
    role: Role
    """The receiver's."""
    seller_id: str
    buyer_id: str
    trust_company_id: str
    units: str
    state: str
    version: int
    """Higher is newer: a message with a lower one than was seen says nothing new."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a webhook, as Standard Webhooks recommends it."""

    type: str
    timestamp: str
    """When it happened, not when it was sent."""
    sequence: str
    """Of the command in the venue's journal."""
    data: TransferData


def told(event: AnyEvent) -> TransferTold:
    """The event of an outbox row, all of which are about transfers."""
    assert isinstance(event, TransferTold), event
    return event


def type_of(event: TransferTold) -> str:
    """The type of the message about an event, such as `transfer.lapsed`."""
    if isinstance(event, TransferFailed):
        return f"transfer.{event.state.name.lower()}"
    return TYPES[type(event)]


def receivers(event: TransferTold) -> dict[PartyId, Role]:
    """Who is told of the event, and as what."""
    return {
        event.trust_company_id: "TRUST_COMPANY",
        event.seller_id: "SELLER",
        event.buyer_id: "BUYER",
    }


def message(row: OutboxRow, role: Role, terms_of: TermsOf) -> Message:
    """What a party of this role is told."""
    event = told(row.event)
    state = _state_of(event)
    terms = terms_of(event.product_id)
    return Message(
        type=type_of(event),
        timestamp=format_moment(row.at_ns),
        sequence=str(row.sequence),
        data=TransferData(
            transfer_id=str(event.transfer_id),
            symbol=terms.symbol,
            trade_number=event.trade_number,
            role=role,
            seller_id=str(event.seller_id),
            buyer_id=str(event.buyer_id),
            trust_company_id=str(event.trust_company_id),
            units=format_decimal(event.units, scale=terms.quantity_scale),
            state=state.name,
            version=event.version,
        ),
    )


def _state_of(event: TransferTold) -> TransferState:
    if isinstance(event, TransferSettled):
        return TransferState.SETTLED
    if isinstance(event, TransferReversed):
        return TransferState.REVERSED
    return event.state


def encode(said: Message) -> bytes:
    """The bytes that are sent and signed, the same at every attempt."""
    return msgspec.json.encode(said)
