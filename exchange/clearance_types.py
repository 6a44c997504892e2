"""Clearances: what a rule leaves to a person, who is asked, and what he lets pass."""

from enum import IntEnum
from typing import NewType

import msgspec

from exchange.rules.types import Queue
from exchange.types import PartyId, Sequence
from matching import OrderId, Price, Quantity, Side
from registry.types import DayNumber, ProductId, TimeNs, TransferId, Units

ClearanceId = NewType("ClearanceId", int)
"""A clearance: its command's sequence × TRANSFER_IDS_PER_COMMAND + its index."""


class ClearanceState(IntEnum):
    """How a clearance stands. The numbers are stored: never reuse one."""

    ASKED = 1  # it waits for a person
    CLEARED = 2  # the next order within its terms passes, or its transfer
    USED = 3  # an order has passed by it
    REFUSED = 4  # by a person
    ENDED = 5  # its days are over, what it rested on is another, or a later one takes its place


class ClearanceTerms(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    array_like=True,
    forbid_unknown_fields=True,
    gc=False,
):
    """How much a person lets pass."""

    quantity: Quantity
    """At most."""
    price_least: Price
    price_most: Price
    until: DayNumber
    """The last day, in Asia/Shanghai."""


class Clearance(msgspec.Struct, kw_only=True, array_like=True, eq=False):
    """What a person is asked, or has answered, about one rule that holds a party's orders on one
    side of a product, or a transfer of its."""

    clearance_id: ClearanceId
    party_id: PartyId
    product_id: ProductId
    side: Side
    rule_id: str
    queue: Queue
    transfer_id: TransferId | None
    """None: it is about an order."""
    quantity: Quantity
    """Of the order that was held last, or of the transfer."""
    price: Price
    """Likewise."""
    asked_at_ns: TimeNs
    times: int = 1
    """How often the rule has held something like it."""
    state: ClearanceState = ClearanceState.ASKED
    terms: ClearanceTerms | None = None
    note: str | None = None
    """Of who has decided; for the party."""
    decided_at_ns: TimeNs | None = None
    decided_sequence: Sequence | None = None
    """Of the command: the officers are those of the proposal that it has closed."""
    order_id: OrderId | None = None
    """That has passed by it."""
    ended_at_ns: TimeNs | None = None
    basis: bytes = b""
    """What it rests on, once it is decided (`basis_of`)."""
    transfers: dict[TransferId, Units] = msgspec.field(default_factory=dict)
    """Those of its order that have passed by it on their way."""
