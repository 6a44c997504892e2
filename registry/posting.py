"""Files of a trust company's register: what their rows say, and how they are posted.

A file is posted whole or not at all. Its rows count one after the other: a row may speak of a lot
that an earlier row has made. What is wrong with rows says registry/posting_check.py; the text of a
file is read in registry/trust_company/.
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import Final, NamedTuple, TypeAlias

import msgspec

from registry.calendar import start_in_shanghai
from registry.encumbrance import Encumbrance, EncumbranceKind
from registry.entries import Cause
from registry.lots import Lot
from registry.register import Register
from registry.types import DayNumber, EncumbranceId, HolderId, LotId, ProductId, TimeNs

OWN_NUMBER_SIGN: Final = "#"
"""In a file, before the own number of a lot that has no contract's: no contract begins so."""

LotName: TypeAlias = str | LotId
"""The trust company's number of the contract, or the own number of a lot that has none."""


class Posting(IntEnum):
    """What a file is. The numbers are stored: never reuse one."""

    OPENING = 1  # all that is held when the venue begins to keep the register
    CHANGES = 2  # what has happened outside the venue since


class RegisterRow(
    msgspec.Struct, frozen=True, kw_only=True, array_like=True, forbid_unknown_fields=True, gc=False
):
    """What every row has. A row's first field on the wire is its tag."""

    holder_id: HolderId

    def holders(self) -> tuple[HolderId, ...]:
        """Whose holdings the row is about."""
        return (self.holder_id,)


class Hold(RegisterRow, frozen=True, kw_only=True, tag=1):
    """The holder has a contract of so many units. Of an opening."""

    contract: str
    units: int
    principal: int
    """Fen."""
    cost: int
    """Fen: what he paid; where it is not known, the principal."""
    acquired_on: DayNumber


class Subscribe(Hold, frozen=True, kw_only=True, tag=2):
    """The holder has subscribed: units that did not exist before."""


class Redeem(RegisterRow, frozen=True, kw_only=True, tag=3):
    """Units of the holder's contract have been redeemed: they exist no more."""

    lot: LotName
    units: int


class Convey(RegisterRow, frozen=True, kw_only=True, tag=4):
    """Units of the holder's contract have gone to another holder at the trust company's counter,
    and are one contract of his."""

    lot: LotName
    units: int
    to_holder_id: HolderId
    to_contract: str
    cost: int | None
    """Fen: what he paid; None: the principal that goes with the units."""
    acquired_on: DayNumber

    def holders(self) -> tuple[HolderId, ...]:
        """Who gives and who gets."""
        return self.holder_id, self.to_holder_id


class Pledge(RegisterRow, frozen=True, kw_only=True, tag=5):
    """Units of the holder secure a debt."""

    lot: LotName | None
    """None: of whatever the holder has."""
    units: int


class Freeze(Pledge, frozen=True, kw_only=True, tag=6):
    """The holder is forbidden to dispose of units: they may be more than there are."""

    until_on: DayNumber
    """The last day."""


class Release(RegisterRow, frozen=True, kw_only=True, tag=7):
    """A pledge or freeze of the holder's units has ended."""

    encumbrance_id: EncumbranceId


AnyRow: TypeAlias = Hold | Subscribe | Redeem | Convey | Pledge | Freeze | Release
"""The union that the codec decodes."""

ROWS_OF: Final[dict[Posting, frozenset[type]]] = {
    Posting.OPENING: frozenset({Hold, Pledge, Freeze}),
    Posting.CHANGES: frozenset({Subscribe, Redeem, Convey, Pledge, Freeze, Release}),
}
"""Which rows a file of each kind may have."""


class Stamp(NamedTuple):
    """When a file is posted, and what its pledges, freezes and releases rest on."""

    at_ns: TimeNs
    authority: bytes
    """SHA-256 of the file."""


class Posted(NamedTuple):
    """What a file has made, in the order of its rows."""

    lots: tuple[LotId, ...]
    encumbrances: tuple[Encumbrance, ...]
    """Entered, or released."""


def post(
    register: Register,
    product_id: ProductId,
    rows: Sequence[AnyRow],
    *,
    first_number: int,
    stamp: Stamp,
) -> Posted:
    """Do what the rows say, which `check_rows` found right. What a freeze leaves without units is
    the caller's to end or to hold.

    Args:
        first_number: of the lot, pledge or freeze that the first row makes, if it makes one; a
            later row's is so much larger.

    Cost: O(rows × log lots), and of rows about pledges and freezes O(lots of the holder).
    """
    lots: list[LotId] = []
    encumbrances: list[Encumbrance] = []
    for number, row in enumerate(rows, start=first_number):
        made = post_row(register, product_id, row, number=number, stamp=stamp)
        if isinstance(made, Lot):
            lots.append(made.lot_id)
        elif made is not None:
            encumbrances.append(made)
    return Posted(tuple(lots), tuple(encumbrances))


def post_row(
    register: Register, product_id: ProductId, row: AnyRow, *, number: int, stamp: Stamp
) -> Lot | Encumbrance | None:
    """Do what one right row says. Returns: the lot that it makes, or the pledge or freeze that it
    enters or releases."""
    match row:
        case Hold():  # or Subscribe
            cause = Cause.SUBSCRIPTION if isinstance(row, Subscribe) else Cause.OPENING
            lot = _lot_of(row, LotId(number), product_id)
            register.issue(lot, cause)
            return lot
        case Redeem():
            register.redeem(_named(register, product_id, row.holder_id, row.lot), row.units)
            return None
        case Convey():
            source = _named(register, product_id, row.holder_id, row.lot)
            return _convey(register, source, row, LotId(number))
        case Pledge():  # or Freeze
            encumbrance = _encumbrance_of(register, product_id, row, number=number, stamp=stamp)
            register.encumber(encumbrance)
            return encumbrance
        case _:  # Release
            released = register.encumbrances.by_id[row.encumbrance_id]
            released.released_at_ns, released.release_authority = stamp
            register.let_go(released)
            return released


def _named(register: Register, product_id: ProductId, holder_id: HolderId, name: LotName) -> Lot:
    lot = register.find_lot(product_id, holder_id, name)
    assert lot is not None, (product_id, holder_id, name)
    return lot


def _lot_of(row: Hold, lot_id: LotId, product_id: ProductId) -> Lot:
    return Lot(
        lot_id=lot_id,
        product_id=product_id,
        holder_id=row.holder_id,
        contract=row.contract,
        acquired_on=row.acquired_on,
        units=row.units,
        principal=row.principal,
        cost=row.cost,
    )


def _convey(register: Register, lot: Lot, row: Convey, lot_id: LotId) -> Lot:
    principal = register.take_out(lot, row.units, cause=Cause.COUNTER_TRANSFER, cause_id=lot_id)
    received = Lot(
        lot_id=lot_id,
        product_id=lot.product_id,
        holder_id=row.to_holder_id,
        contract=row.to_contract,
        acquired_on=row.acquired_on,
        units=row.units,
        principal=principal,
        cost=principal if row.cost is None else row.cost,
    )
    register.take_in(received, Cause.COUNTER_TRANSFER, lot_id)
    return received


def _encumbrance_of(
    register: Register, product_id: ProductId, row: Pledge, *, number: int, stamp: Stamp
) -> Encumbrance:
    until_on = row.until_on if isinstance(row, Freeze) else None
    lot = None
    if row.lot is not None:
        lot = _named(register, product_id, row.holder_id, row.lot).lot_id
    return Encumbrance(
        encumbrance_id=EncumbranceId(number),
        kind=EncumbranceKind.FREEZE if isinstance(row, Freeze) else EncumbranceKind.PLEDGE,
        product_id=product_id,
        holder_id=row.holder_id,
        lot_id=lot,
        units=row.units,
        authority=stamp.authority,
        placed_at_ns=stamp.at_ns,
        until_on=until_on,
        ends_ns=None if until_on is None else start_in_shanghai(DayNumber(until_on + 1)),
    )
