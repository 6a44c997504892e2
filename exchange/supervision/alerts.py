"""Alerts: what a detector has found, with all that it is about and the figures that it went by."""

from enum import IntEnum
from hashlib import sha256
from typing import Final

import msgspec

from exchange.money_types import PaymentId
from exchange.types import Fen, PartyId, Sequence
from registry.types import ProductId, TimeNs, TransferId

_encoder: Final = msgspec.msgpack.Encoder()


class AlertKind(IntEnum):
    """What was found. The numbers are stored: never reuse one. Source: AML-01 and AML-02 of D1."""

    LARGE_AMOUNT = 1  # what a party paid or received in a day is to be reported
    SAME_OWNER = 2  # buyer and seller belong to one beneficial owner
    ROUND_TRIP = 3  # units came back from whom they had been sold to
    CIRCLE = 4  # the same by way of others
    OFF_VALUE = 5  # a price far from what the units are worth
    THIRD_PARTY_PAYER = 6  # money for a party from an account that is not its own
    JUST_BELOW = 7  # several amounts each of which is a little less than would be reported


class Measure(IntEnum):
    """In what an alert's figures are counted."""

    FEN = 1  # money
    DAYS = 2  # days of 24 hours, begun ones included
    BPS = 3  # 1/10000 of the reference
    AMOUNTS = 4  # how many there were


MEASURES: Final = {
    AlertKind.LARGE_AMOUNT: Measure.FEN,
    AlertKind.SAME_OWNER: Measure.FEN,
    AlertKind.ROUND_TRIP: Measure.DAYS,
    AlertKind.CIRCLE: Measure.DAYS,
    AlertKind.OFF_VALUE: Measure.BPS,
    AlertKind.THIRD_PARTY_PAYER: Measure.FEN,
    AlertKind.JUST_BELOW: Measure.AMOUNTS,
}


class Direction(IntEnum):
    """Which way money went. The numbers are stored: never reuse one."""

    PAID = 1  # by the party
    RECEIVED = 2  # by the party


class Alert(
    msgspec.Struct, frozen=True, kw_only=True, array_like=True, forbid_unknown_fields=True, gc=False
):
    """One finding, as of the command that completed it."""

    kind: AlertKind
    sequence: Sequence
    at_ns: TimeNs
    party_ids: tuple[PartyId, ...]
    """Whom it is about, the first one above all."""
    direction: Direction | None = None
    """Of what the first party did, where one way alone is meant."""
    product_id: ProductId | None = None
    transfer_ids: tuple[TransferId, ...] = ()
    """Oldest first."""
    payment_id: PaymentId | None = None
    amount: Fen
    """How much money it is about."""
    measured: int
    """What was found, by the kind's measure."""
    limit: int
    """The parameter that it went by, by the same measure."""

    def digest(self) -> bytes:
        """What makes it this alert and no other: found again, whatever the parameters are by then,
        it has the same. Cost: O(transfers)."""
        about = (
            self.kind,
            self.sequence,
            self.party_ids,
            self.direction,
            self.transfer_ids,
            self.payment_id,
        )
        return sha256(_encoder.encode(about)).digest()
