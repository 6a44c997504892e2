"""What is wrong with the rows of a register file: each is tried on a draft of the register as the
rows before it leave it.

The draft is a register of its own, into which comes what the rows speak of: what is found right is
what can be posted, whatever a row does to those after it.
"""

from collections.abc import Callable, Sequence
from copy import copy
from enum import IntEnum
from typing import Final, NamedTuple

from registry.lots import Lot
from registry.posting import (
    OWN_NUMBER_SIGN,
    ROWS_OF,
    AnyRow,
    Convey,
    Freeze,
    Hold,
    LotName,
    Pledge,
    Posting,
    Redeem,
    Release,
    Stamp,
    post_row,
)
from registry.register import Register
from registry.types import DayNumber, HolderId, ProductId, TimeNs

CONTRACT_LENGTH_MAX: Final = 64
DRAFT_NUMBER: Final = 2**62
"""Of what the first row makes in the draft: above all that there is, as its number will be."""
DRAFT_STAMP: Final = Stamp(TimeNs(0), b"")


class RowTrouble(IntEnum):
    """What is wrong with a row, or with the file's total; of several, the smallest is told."""

    UNKNOWN_HOLDER = 1  # nobody whom the venue has admitted as a holder
    UNKNOWN_LOT = 2  # there is no such contract
    UNKNOWN_ENCUMBRANCE = 3  # no such pledge or freeze of the holder's stands
    UNITS_OUT_OF_RANGE = 4  # not within 1 and the most units that anything may have
    AMOUNT_OUT_OF_RANGE = 5  # a principal or cost below nothing, or more than a product may have
    CONTRACT_TAKEN = 6  # another lot, or an earlier row, has this contract number
    ROW_OUT_OF_RANGE = 7  # no row of such a file, or no contract number at all
    DATE_OUT_OF_RANGE = 8  # acquired after today; a freeze that is over, or lasts too long
    TOTALS_DIFFER = 9  # the units outstanding would not be those that the file states
    UNITS_EXCEED_ISSUE = 10  # more units than were issued
    LOT_NOT_HELD = 11  # the contract is another holder's
    UNITS_NOT_FREE = 12  # an order, a transfer, a pledge or a freeze lies on them
    LOTS_MAX = 13  # the holder would have more lots of the product than he may
    ENCUMBRANCES_MAX = 14  # as many pledges and freezes lie on the holding as may


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
    encumbrances_per_holding_max: int
    freeze_days_max: int


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
    What a row makes, takes or encumbers counts for those after it.

    Args:
        units_outstanding: what the file says there will be when it is posted.

    Cost: as of posting them, and O(lots of the holders whom they name).
    """
    draft = _Draft(register, product_id, bounds)
    faults: list[RowFault] = []
    for index, row in enumerate(rows):
        may_be = type(row) in ROWS_OF[posting]
        trouble = draft.take(row, index) if may_be else RowTrouble.ROW_OUT_OF_RANGE
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


class _Draft:
    """The product's register as it would be after the rows so far."""

    def __init__(self, register: Register, product_id: ProductId, bounds: Bounds) -> None:
        self._register = register
        self._product_id = product_id
        self._bounds = bounds
        self._drafted = Register()
        self._drafted.open_product(product_id)
        for mine, theirs in (
            (self._drafted.units_outstanding, register.units_outstanding),
            (self._drafted.principal_outstanding, register.principal_outstanding),
        ):
            mine[product_id] = theirs[product_id]
        self._holders: set[HolderId] = set()
        """Whose lots are in it."""

    @property
    def units_outstanding(self) -> int:
        return self._drafted.units_outstanding[self._product_id]

    def take(self, row: AnyRow, index: int) -> RowTrouble | None:
        """Do what the row says, or say what is wrong with it."""
        self._bring(row.holder_id)
        trouble = min((each for each in self._check(row) if each is not None), default=None)
        if trouble is None:
            number = DRAFT_NUMBER + index
            post_row(self._drafted, self._product_id, row, number=number, stamp=DRAFT_STAMP)
        return trouble

    def _check(self, row: AnyRow) -> Sequence[RowTrouble | None]:
        match row:
            case Hold():
                return (self._check_made(row.holder_id, row.contract, row),)
            case Redeem():
                return (self._check_taken(row),)
            case Convey():
                self._bring(row.to_holder_id)
                made = self._check_made(row.to_holder_id, row.to_contract, row)
                return self._check_taken(row), made
            case Pledge():
                return (self._check_encumbered(row),)
            case _:  # Release
                return (self._check_released(row),)

    def _bring(self, holder_id: HolderId) -> None:
        """What the holder has, and what lies on it."""
        if holder_id in self._holders:
            return
        self._holders.add(holder_id)
        key = self._product_id, holder_id
        holding = self._register.holdings.get(key)
        for lot in () if holding is None else holding.lots.values():
            self._drafted.restore_lot(copy(lot))
        for encumbrance in self._register.encumbrances.of.get(key, ()):
            self._drafted.encumbrances.add(copy(encumbrance))

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
        if self._find(holder_id, contract) is not None:
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
            and self._drafted.principal_outstanding[self._product_id] + row.principal <= most
            and 0 <= row.cost <= most
        )

    def _lots_of(self, holder_id: HolderId) -> int:
        key = self._product_id, holder_id
        holding = self._drafted.holdings.get(key)
        held = 0 if holding is None else len(holding.lots)
        return held + self._register.purchases.get(key, 0)

    def _check_taken(self, row: Redeem | Convey) -> RowTrouble | None:
        lot = self._find(row.holder_id, row.lot)
        if lot is None:
            return RowTrouble.UNKNOWN_LOT
        if not 0 < row.units <= self._bounds.units_max:
            return RowTrouble.UNITS_OUT_OF_RANGE
        if lot.holder_id != row.holder_id:
            return RowTrouble.LOT_NOT_HELD
        if row.units > lot.free:
            return RowTrouble.UNITS_NOT_FREE
        return None

    def _check_encumbered(self, row: Pledge) -> RowTrouble | None:
        bounds, key = self._bounds, (self._product_id, row.holder_id)
        lot = None if row.lot is None else self._find(row.holder_id, row.lot)
        if not bounds.is_holder(row.holder_id):
            return RowTrouble.UNKNOWN_HOLDER
        if row.lot is not None and lot is None:
            return RowTrouble.UNKNOWN_LOT
        if not 0 < row.units <= bounds.units_max:
            return RowTrouble.UNITS_OUT_OF_RANGE
        if isinstance(row, Freeze) and not (
            0 <= row.until_on - bounds.today <= bounds.freeze_days_max
        ):
            return RowTrouble.DATE_OUT_OF_RANGE
        if lot is not None and lot.holder_id != row.holder_id:
            return RowTrouble.LOT_NOT_HELD
        if not isinstance(row, Freeze) and row.units > self._free(row.holder_id, lot):
            return RowTrouble.UNITS_NOT_FREE
        if len(self._drafted.encumbrances.of.get(key, ())) >= bounds.encumbrances_per_holding_max:
            return RowTrouble.ENCUMBRANCES_MAX
        return None

    def _free(self, holder_id: HolderId, lot: Lot | None) -> int:
        """Units on which nothing lies: of the lot, or of all that the holder has."""
        if lot is not None:
            return lot.free
        holding = self._drafted.holdings.get((self._product_id, holder_id))
        return 0 if holding is None else holding.available

    def _check_released(self, row: Release) -> RowTrouble | None:
        standing = self._drafted.encumbrances.by_id.get(row.encumbrance_id)
        if standing is None or standing.holder_id != row.holder_id:
            return RowTrouble.UNKNOWN_ENCUMBRANCE
        return None

    def _find(self, holder_id: HolderId, name: LotName) -> Lot | None:
        """The lot of this name, whoever has it, as it is in the draft."""
        if isinstance(name, str):
            lot = self._register.contracts.get((self._product_id, name))
            if lot is not None:
                self._bring(lot.holder_id)
        return self._drafted.find_lot(self._product_id, holder_id, name)


def is_contract(text: str) -> bool:
    """Whether a contract may have this number: something printable, without space around it."""
    return (
        0 < len(text) <= CONTRACT_LENGTH_MAX
        and text.isprintable()
        and text == text.strip()
        and not text.startswith(OWN_NUMBER_SIGN)
    )
