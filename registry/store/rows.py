"""The register's rows, from its objects: column order of registry/store/tables.py."""

import msgspec

from registry.encumbrance import Encumbrance
from registry.lots import Lot
from registry.types import DayNumber, Draw, HolderId, LotId, ProductId

LotRow = tuple[int, int, int, str | None, int, int, int, int, int, int]
ClaimRow = tuple[int, int, int]
EncumbranceRow = tuple[int | bytes | None, ...]

_encode_sources = msgspec.msgpack.Encoder().encode
_decode_draws = msgspec.msgpack.Decoder(tuple[Draw, ...]).decode


def lot_row(lot: Lot) -> LotRow:
    """The row of `lots`."""
    return (
        lot.lot_id,
        lot.product_id,
        lot.holder_id,
        lot.contract,
        lot.acquired_on,
        lot.units,
        lot.principal,
        lot.cost,
        lot.pledged,
        lot.frozen,
    )


def claim_row(lot: Lot) -> ClaimRow:
    """The row of `lot_claims`."""
    return lot.lot_id, lot.reserved, lot.locked


def lot_in(row: LotRow) -> Lot:
    """The lot that a row of `lots` says, with nothing of `lot_claims` on it."""
    lot_id, product_id, holder_id, contract, acquired_on, *amounts = row
    units, principal, cost, pledged, frozen = amounts
    return Lot(
        lot_id=LotId(lot_id),
        product_id=ProductId(product_id),
        holder_id=HolderId(holder_id),
        contract=contract,
        acquired_on=DayNumber(acquired_on),
        units=units,
        principal=principal,
        cost=cost,
        pledged=pledged,
        frozen=frozen,
    )


def encumbrance_row(encumbrance: Encumbrance) -> EncumbranceRow:
    """The row of `encumbrances`."""
    return (
        encumbrance.encumbrance_id,
        encumbrance.kind._value_,
        encumbrance.product_id,
        encumbrance.holder_id,
        encumbrance.lot_id,
        encumbrance.units,
        encumbrance.held,
        encumbrance.authority,
        encumbrance.placed_at_ns,
        encumbrance.until_on,
        encumbrance.ends_ns,
        encode_sources(encumbrance.draws),
        encumbrance.released_at_ns,
        encumbrance.release_authority,
    )


def encode_sources(sources: tuple[Draw, ...]) -> bytes:
    """A transfer's source lots, or what an encumbrance holds, for its row: MessagePack, pairs of
    lot and units."""
    return _encode_sources(sources)


def decode_draws(data: bytes) -> tuple[Draw, ...]:
    """What `encode_sources` gave.

    Raises:
        msgspec.MsgspecError: these are no pairs of lot and units.
    """
    return _decode_draws(data)
