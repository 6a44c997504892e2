"""Files of a trust company's register: what their rows say, what is wrong with them, and how they
are posted.

A file is posted whole or not at all. Its rows count one after the other: a row may speak of a lot
that an earlier row has made. The text of a file is read in registry/trust_company/.
"""

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Final, NamedTuple, TypeAlias

import msgspec

from registry.entries import Cause
from registry.lots import Lot
from registry.register import Register
from registry.types import DayNumber, HolderId, LotId, ProductId

CONTRACT_LENGTH_MAX: Final = 64
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


AnyRow: TypeAlias = Hold | Subscribe | Redeem | Convey
"""The union that the codec decodes."""

ROWS_OF: Final[dict[Posting, frozenset[type]]] = {
    Posting.OPENING: frozenset({Hold}),
    Posting.CHANGES: frozenset({Subscribe, Redeem, Convey}),
}
"""Which rows a file of each kind may have."""


class RowTrouble(IntEnum):
    """What is wrong with a row, or with the file's total; of several, the smallest is told."""

    UNKNOWN_HOLDER = 1  # nobody whom the venue has admitted as a holder
    UNKNOWN_LOT = 2  # there is no such contract
    UNITS_OUT_OF_RANGE = 3  # not within 1 and the most units that anything may have
    AMOUNT_OUT_OF_RANGE = 4  # a principal or cost below nothing, or more than a product may have
    CONTRACT_TAKEN = 5  # another lot, or an earlier row, has this contract number
    ROW_OUT_OF_RANGE = 6  # no row of such a file, or no contract number at all
    DATE_OUT_OF_RANGE = 7  # acquired after today
    TOTALS_DIFFER = 8  # the units outstanding would not be those that the file states
    UNITS_EXCEED_ISSUE = 9  # more units than were issued
    LOT_NOT_HELD = 10  # the contract is another holder's
    UNITS_NOT_FREE = 11  # an order, a transfer, a pledge or a freeze lies on them
    LOTS_MAX = 12  # the holder would have more lots of the product than he may


class RowFault(NamedTuple):
    """One thing that is wrong with a file."""

    row: int | None
    """The row's place, from 0; None: the total is wrong."""
    trouble: RowTrouble


class Bounds(NamedTuple):
    """What the venue lets a product's register have."""

    is_holder: Callable[[HolderId], bool]
    """Whether somebody is admitted as a holder."""
    today: DayNumber
    units_issued: int
    units_max: int
    principal_max: int
    """Of a product, and so of any lot."""
    lots_per_holding_max: int


def check_rows(
    register: Register,
    product_id: ProductId,
    rows: Sequence[AnyRow],
    *,
    posting: Posting,
    units_outstanding: int,
    bounds: Bounds,
) -> list[RowFault]:
    """All that is wrong with a file, by row; nothing if it can be posted.

    A row that is wrong counts as if it were not there. The total is compared if every row is right.
    What a row makes or takes counts for those after it.

    Args:
        units_outstanding: what the file says there will be when it is posted.

    Cost: O(rows).
    """
    draft = _Draft(register, product_id, bounds)
    faults: list[RowFault] = []
    for index, row in enumerate(rows):
        trouble = draft.take(row) if type(row) in ROWS_OF[posting] else RowTrouble.ROW_OUT_OF_RANGE
        if trouble is not None:
            faults.append(RowFault(index, trouble))
    if faults:
        return faults
    if draft.units_outstanding != units_outstanding:
        return [RowFault(None, RowTrouble.TOTALS_DIFFER)]
    elif units_outstanding > bounds.units_issued:
        return [RowFault(None, RowTrouble.UNITS_EXCEED_ISSUE)]
    else:
        return []


def post(
    register: Register, product_id: ProductId, rows: Sequence[AnyRow], *, first_lot_id: LotId
) -> tuple[LotId, ...]:
    """Do what the rows say, which `check_rows` found right.

    Args:
        first_lot_id: the number of the lot that the first row makes, if it makes one; a later
            row's is so much larger.

    Returns: the lots made, in the order of their rows. Cost: O(rows × log lots).
    """
    made: list[LotId] = []
    for index, row in enumerate(rows):
        lot_id = LotId(first_lot_id + index)
        match row:
            case Hold():  # or Subscribe
                cause = Cause.SUBSCRIPTION if isinstance(row, Subscribe) else Cause.OPENING
                register.issue(_lot_of(row, lot_id, product_id), cause)
                made.append(lot_id)
            case Redeem():
                lot = register.find_lot(product_id, row.holder_id, row.lot)
                assert lot is not None, row
                register.redeem(lot, row.units)
            case Convey():
                lot = register.find_lot(product_id, row.holder_id, row.lot)
                assert lot is not None, row
                _convey(register, lot, row, lot_id)
                made.append(lot_id)
    return tuple(made)


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


def _convey(register: Register, lot: Lot, row: Convey, lot_id: LotId) -> None:
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


class _Draft:
    """The product's register as it would be after the rows so far."""

    def __init__(self, register: Register, product_id: ProductId, bounds: Bounds) -> None:
        self._register = register
        self._product_id = product_id
        self._bounds = bounds
        self.units_outstanding = register.units_outstanding[product_id]
        self._principal_outstanding = register.principal_outstanding[product_id]
        self._taken: dict[LotId, int] = {}
        """Free units that rows take of lots that there are."""
        self._made: dict[str, tuple[HolderId, int]] = {}
        """Of contracts that rows make: the holder, and what later rows leave of the units."""
        self._brought: dict[HolderId, int] = {}
        """How many lots the rows bring a holder."""

    def take(self, row: AnyRow) -> RowTrouble | None:
        """Count the row, or say what is wrong with it."""
        found: list[RowTrouble | None] = []
        if isinstance(row, Hold):
            made = row.holder_id, row.contract
            found.append(self._check_made(*made, row))
        elif isinstance(row, Redeem):
            made = None
            found.append(self._check_taken(row))
        else:
            made = row.to_holder_id, row.to_contract
            found += [self._check_taken(row), self._check_made(*made, row)]
        trouble = min((each for each in found if each is not None), default=None)
        if trouble is not None:
            return trouble
        if not isinstance(row, Hold):
            self._take(row)
        if made is not None:
            self._make(*made, row.units)
        if isinstance(row, Hold):
            self.units_outstanding += row.units
            self._principal_outstanding += row.principal
        elif isinstance(row, Redeem):
            self.units_outstanding -= row.units
        return None

    def _check_made(
        self, holder_id: HolderId, contract: str, row: Hold | Convey
    ) -> RowTrouble | None:
        bounds = self._bounds
        if not bounds.is_holder(holder_id):
            return RowTrouble.UNKNOWN_HOLDER
        if not 0 < row.units <= bounds.units_max:
            return RowTrouble.UNITS_OUT_OF_RANGE
        if not self._amounts_in_range(row):
            return RowTrouble.AMOUNT_OUT_OF_RANGE
        if contract in self._made or (self._product_id, contract) in self._register.contracts:
            return RowTrouble.CONTRACT_TAKEN
        if not is_contract(contract):
            return RowTrouble.ROW_OUT_OF_RANGE
        if row.acquired_on > bounds.today:
            return RowTrouble.DATE_OUT_OF_RANGE
        if self._lots_of(holder_id) >= bounds.lots_per_holding_max:
            return RowTrouble.LOTS_MAX
        return None

    def _amounts_in_range(self, row: Hold | Convey) -> bool:
        most = self._bounds.principal_max
        if isinstance(row, Convey):
            return row.cost is None or 0 <= row.cost <= most
        return (
            row.principal >= 0
            and self._principal_outstanding + row.principal <= most
            and 0 <= row.cost <= most
        )

    def _lots_of(self, holder_id: HolderId) -> int:
        register, key = self._register, (self._product_id, holder_id)
        holding = register.holdings.get(key)
        held = 0 if holding is None else len(holding.lots)
        return held + register.purchases.get(key, 0) + self._brought.get(holder_id, 0)

    def _check_taken(self, row: Redeem | Convey) -> RowTrouble | None:
        found = self._find(row)
        if found is None:
            return RowTrouble.UNKNOWN_LOT
        holder_id, free = found
        if not 0 < row.units <= self._bounds.units_max:
            return RowTrouble.UNITS_OUT_OF_RANGE
        if holder_id != row.holder_id:
            return RowTrouble.LOT_NOT_HELD
        if row.units > free:
            return RowTrouble.UNITS_NOT_FREE
        return None

    def _find(self, row: Redeem | Convey) -> tuple[HolderId, int] | None:
        """The holder of the lot, and what is left of its free units."""
        lot = self._register.find_lot(self._product_id, row.holder_id, row.lot)
        if lot is not None:
            return lot.holder_id, lot.free - self._taken.get(lot.lot_id, 0)
        return self._made.get(row.lot) if isinstance(row.lot, str) else None

    def _make(self, holder_id: HolderId, contract: str, units: int) -> None:
        self._made[contract] = holder_id, units
        self._brought[holder_id] = self._brought.get(holder_id, 0) + 1

    def _take(self, row: Redeem | Convey) -> None:
        lot = self._register.find_lot(self._product_id, row.holder_id, row.lot)
        if lot is not None:
            self._taken[lot.lot_id] = self._taken.get(lot.lot_id, 0) + row.units
            return
        assert isinstance(row.lot, str), row
        holder_id, units = self._made[row.lot]
        self._made[row.lot] = holder_id, units - row.units


def is_contract(text: str) -> bool:
    """Whether a contract may have this number: something printable, without space around it."""
    return (
        0 < len(text) <= CONTRACT_LENGTH_MAX
        and text.isprintable()
        and text == text.strip()
        and not text.startswith(OWN_NUMBER_SIGN)
    )
