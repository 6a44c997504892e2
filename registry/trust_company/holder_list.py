"""A trust company's list of holders set beside the register: rows to values, and what differs.

Nothing is changed by it. The list says who had how many units on a day, the register says it as of
the end of that day; where they differ, that is a *break*. A row is a holder, by his number at the
venue, or one of his contracts: the rows of a holder count together. Of each product that the list
names, all holders are compared.

    产品代码,截止日期,持有人,份额,质押份额,冻结份额   Product,As of,Holder,Units,Pledged,Frozen
    JH-2026-01,2026-11-20,1042,3000000,0,500000
"""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from itertools import combinations
from typing import Final, NamedTuple, Protocol

from registry.transfer import TransferState
from registry.trust_company.cells import (
    Fault,
    TextFault,
    Trouble,
    read_day,
    read_id,
    read_number,
)
from registry.trust_company.mapping import Column, Columns, Profile, plain_number
from registry.trust_company.sheets import Row
from registry.trust_company.words import Words
from registry.types import DayNumber, HolderId, TimeNs, TransferId

SYMBOL: Final = Column("symbol", Words("产品代码", "Product"), is_required=True)
AS_OF: Final = Column("as_of", Words("截止日期", "As of"), is_required=True)
HOLDER: Final = Column("holder_id", Words("持有人", "Holder"), is_required=True)
UNITS: Final = Column("units", Words("份额", "Units"), is_required=True)
PLEDGED: Final = Column("pledged", Words("质押份额", "Pledged"))
FROZEN: Final = Column("frozen", Words("冻结份额", "Frozen"))
COLUMNS: Final = (
    SYMBOL,
    AS_OF,
    HOLDER,
    Column("holder_name", Words("持有人名称", "Holder name")),
    Column("contract", Words("合同编号", "Contract")),
    UNITS,
    PLEDGED,
    FROZEN,
)
PROFILE: Final = Profile(COLUMNS)
"""Names and contracts inform: a contract that came about by a transfer here has, at the trust
company, a number that we do not know."""


ROUNDS_MAX: Final = 10
"""Of looking for transfers that explain differences; two find most."""


class What(Enum):
    """Of what the numbers differ."""

    UNITS = 1  # that a holder has
    PLEDGED = 2  # of them
    FROZEN = 3  # of them


class Cause(IntEnum):
    """Why list and register differ, as far as it can be known; of several causes that would do,
    the smallest is told."""

    SETTLED_AFTER = 1  # a transfer settled here on the list's day, after it was made, or later
    UNREGISTERED = 2  # a transfer has settled here whose registration was waited for on that day
    PENDING_TRANSFER = 3  # the list has a transfer already that is still open here
    UNKNOWN_HOLDER = 4  # the list has somebody whom the venue does not know as a holder
    MISSING = 5  # the register has somebody whom the list has not
    UNITS_DIFFER = 6  # no transfer explains it
    CLAIM_DIFFERS = 7  # pledged or frozen units


@dataclass(slots=True)
class Stated:
    """What the list says of one holder of a product."""

    units: int = 0
    pledged: int | None = None
    """None: the list has no such column."""
    frozen: int | None = None


@dataclass(frozen=True, slots=True)
class HolderList:
    """What a list says."""

    as_of: DayNumber
    """Its day, in Asia/Shanghai."""
    products: Mapping[str, Mapping[HolderId, Stated]]
    """By symbol."""


class Held(Protocol):
    """What the register says of one holder of a product."""

    @property
    def units(self) -> int: ...
    @property
    def pledged(self) -> int: ...
    @property
    def frozen(self) -> int: ...


class KnownTransfer(Protocol):
    """A transfer of the product, open or settled, as it is now."""

    @property
    def transfer_id(self) -> TransferId: ...
    @property
    def seller_id(self) -> HolderId: ...
    @property
    def buyer_id(self) -> HolderId: ...
    @property
    def units(self) -> int: ...
    @property
    def state(self) -> TransferState: ...
    @property
    def matched_at_ns(self) -> TimeNs: ...
    @property
    def decided_at_ns(self) -> TimeNs | None: ...
    @property
    def registration_due_ns(self) -> TimeNs | None: ...
    @property
    def registered_at_ns(self) -> TimeNs | None: ...


class Move(NamedTuple):
    """Units that the list may have elsewhere than the register has, because of one transfer."""

    cause: Cause
    transfer_id: TransferId
    units: int
    source: HolderId
    """Who has them in the register."""
    target: HolderId
    """Who has them in the list."""


class Break(NamedTuple):
    """One difference. Those of a holder's units add up to theirs less ours."""

    holder_id: HolderId
    what: What
    theirs: int
    """Of the holder in all; 0 where the list does not have him."""
    ours: int
    difference: int
    """What this break explains of it."""
    cause: Cause
    transfer_id: TransferId | None = None


ScaleOf = Callable[[str], int | None]
"""How many decimals the units of the product with this symbol have; None: there is none."""


def read_holder_list(
    rows: Sequence[Row], columns: Columns, *, scale_of: ScaleOf, today: DayNumber
) -> HolderList | list[Fault]:
    """What the list says, or everything that is wrong with its rows: a list that is not read whole
    would have breaks that are none. Cost: O(rows).

    Args:
        rows: without the headings.
        today: in Asia/Shanghai; a list of a later day is wrong.
    """
    reading = _Reading(columns, scale_of, today)
    for row in rows:
        reading.add(row)
    return reading.result()


def move_of(transfer: KnownTransfer, *, begins_ns: TimeNs, ends_ns: TimeNs) -> Move | None:
    """How the list of a day may differ from the register because of a transfer; None: by nothing
    that this transfer did.

    Args:
        begins_ns: the first moment of the list's day.
        ends_ns: the first moment after it, as of which the register is compared.
    """
    if transfer.matched_at_ns >= ends_ns:
        return None
    settled_at_ns = transfer.decided_at_ns
    if settled_at_ns is None:
        cause, is_in_register = Cause.PENDING_TRANSFER, False
    elif transfer.state not in (TransferState.SETTLED, TransferState.REGISTERED):
        return None
    elif settled_at_ns >= begins_ns:
        cause, is_in_register = Cause.SETTLED_AFTER, settled_at_ns < ends_ns
    elif transfer.registration_due_ns is not None and (
        transfer.registered_at_ns is None or transfer.registered_at_ns >= begins_ns
    ):
        cause, is_in_register = Cause.UNREGISTERED, True
    else:
        return None
    seller, buyer = transfer.seller_id, transfer.buyer_id
    source, target = (buyer, seller) if is_in_register else (seller, buyer)
    return Move(cause, transfer.transfer_id, transfer.units, source, target)


def find_breaks(
    theirs: Mapping[HolderId, Stated],
    ours: Mapping[HolderId, Held],
    *,
    known: Container[HolderId],
    moves: Iterable[Move],
) -> list[Break]:
    """All differences of one product, by holder. Cost: O(holders + moves × log moves).

    Args:
        known: whom the venue knows as holders, of those whom only the list has.
        moves: by transfers of the product.
    """
    holders = sorted(theirs.keys() | ours.keys())
    left = Counter(
        {
            holder_id: _units(theirs.get(holder_id)) - _units(ours.get(holder_id))
            for holder_id in holders
        }
    )
    explained: dict[HolderId, list[tuple[int, Move]]] = {}
    for move in _causes(left, sorted(moves, key=lambda each: (each.cause, -each.units, each))):
        explained.setdefault(move.source, []).append((-move.units, move))
        explained.setdefault(move.target, []).append((move.units, move))
    breaks: list[Break] = []
    for holder_id in sorted({*holders, *explained}):
        stated, held = theirs.get(holder_id), ours.get(holder_id)
        both = _units(stated), _units(held)
        for units, move in explained.get(holder_id, ()):
            by = move.cause, move.transfer_id
            breaks.append(Break(holder_id, What.UNITS, *both, units, *by))
        is_known = held is not None or holder_id in explained or holder_id in known
        cause = _cause(stated, held, is_known=is_known)
        if left[holder_id] or (stated is not None and cause is Cause.UNKNOWN_HOLDER):
            breaks.append(Break(holder_id, What.UNITS, *both, left[holder_id], cause))
        if stated is not None and cause is not Cause.UNKNOWN_HOLDER:
            breaks += _claim_breaks(holder_id, stated, held)
    return breaks


def _causes(left: Counter[HolderId], moves: Sequence[Move]) -> list[Move]:
    """The moves that bring list and register nearest to each other, as far as it is found; what
    they do not explain of the differences is then `left`.

    A list lacks, or has, all transfers of a kind more often than some: the best of these ways is
    where the search begins. Then one by one is added, or taken away, as long as this explains at
    least as many units as it moves.
    """
    kinds = sorted({move.cause for move in moves})
    ways = (way for count in range(len(kinds) + 1) for way in combinations(kinds, count))
    best = min(ways, key=lambda way: _units_apart(left, [m for m in moves if m.cause in way]))
    chosen: set[Move] = set()
    for move in moves:
        if move.cause in best:
            _shift(left, move, move.units)
            chosen.add(move)
    for _ in range(ROUNDS_MAX):
        is_nearest = True
        for move in moves:
            units = -move.units if move in chosen else move.units
            source, target = left[move.source], left[move.target]
            apart = abs(source + units) + abs(target - units)
            if apart + move.units <= abs(source) + abs(target):
                _shift(left, move, units)
                chosen ^= {move}
                is_nearest = False
        if is_nearest:
            break
    return [move for move in moves if move in chosen]


def _units_apart(left: Counter[HolderId], moves: Iterable[Move]) -> int:
    """How many units would be unexplained after these moves."""
    after = Counter(left)
    for move in moves:
        _shift(after, move, move.units)
    return sum(map(abs, after.values()))


def _shift(left: Counter[HolderId], move: Move, units: int) -> None:
    left[move.source] += units
    left[move.target] -= units


@dataclass(slots=True)
class _Reading:
    """The rows of one list, and what was found to be wrong with them."""

    columns: Columns
    scale_of: ScaleOf
    today: DayNumber
    as_of: DayNumber | None = None
    products: dict[str, dict[HolderId, Stated]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def result(self) -> HolderList | list[Fault]:
        if self.faults:
            return self.faults
        elif self.as_of is None:
            return [Fault(TextFault.MISSING, None, AS_OF.field)]
        else:
            return HolderList(self.as_of, self.products)

    def add(self, row: Row) -> None:
        faults_before = len(self.faults)
        for column in COLUMNS:
            fault = self.columns.fault(row, column.field)
            if fault is not None:
                self._fault(fault, row, column)
        if len(self.faults) > faults_before:
            return
        scale = self._scale(row)
        self._read_day(row)
        holder_id = read_id(self._text(row, HOLDER))
        if holder_id is None:
            self._fault(TextFault.MALFORMED, row, HOLDER)
        units = self._number(row, UNITS, scale=scale)
        pledged, frozen = (self._claim(row, column, scale=scale) for column in (PLEDGED, FROZEN))
        if len(self.faults) > faults_before:
            return
        assert holder_id is not None, row
        product = self.products.setdefault(self._text(row, SYMBOL), {})
        stated = product.setdefault(HolderId(holder_id), Stated())
        stated.units += units
        stated.pledged = None if pledged is None else (stated.pledged or 0) + pledged
        stated.frozen = None if frozen is None else (stated.frozen or 0) + frozen

    def _text(self, row: Row, column: Column) -> str:
        return self.columns.text(row, column.field)

    def _fault(self, trouble: Trouble, row: Row, column: Column) -> None:
        self.faults.append(Fault(trouble, row.number, column.field))

    def _scale(self, row: Row) -> int | None:
        scale = self.scale_of(self._text(row, SYMBOL))
        if scale is None:
            self._fault(TextFault.UNKNOWN_PRODUCT, row, SYMBOL)
        return scale

    def _read_day(self, row: Row) -> None:
        day = read_day(self._text(row, AS_OF))
        if day is None:
            self._fault(TextFault.MALFORMED, row, AS_OF)
        elif day > self.today:
            self._fault(TextFault.IN_THE_FUTURE, row, AS_OF)
        elif self.as_of is None:
            self.as_of = day
        elif day != self.as_of:
            self._fault(TextFault.DIFFERS, row, AS_OF)

    def _claim(self, row: Row, column: Column, *, scale: int | None) -> int | None:
        """Units on which something lies; an empty cell says that nothing does."""
        if column.field not in self.columns.places:
            return None
        return self._number(row, column, scale=scale) if self._text(row, column) else 0

    def _number(self, row: Row, column: Column, *, scale: int | None) -> int:
        text = plain_number(self._text(row, column))
        number = TextFault.MALFORMED if text is None else read_number(text, decimals=scale or 0)
        if not isinstance(number, TextFault):
            return number
        # How many decimals the units of a product have that there is not, nobody knows.
        if scale is not None or number is TextFault.MALFORMED:
            self._fault(number, row, column)
        return 0


def _units(holds: Stated | Held | None) -> int:
    return 0 if holds is None else holds.units


def _cause(stated: Stated | None, held: Held | None, *, is_known: bool) -> Cause:
    """Of what no transfer explains."""
    if not is_known:
        return Cause.UNKNOWN_HOLDER
    elif stated is None and held is not None:
        return Cause.MISSING
    else:
        return Cause.UNITS_DIFFER


def _claim_breaks(holder_id: HolderId, stated: Stated, held: Held | None) -> list[Break]:
    claims = (
        (What.PLEDGED, stated.pledged, 0 if held is None else held.pledged),
        (What.FROZEN, stated.frozen, 0 if held is None else held.frozen),
    )
    return [
        Break(holder_id, what, theirs, ours, theirs - ours, Cause.CLAIM_DIFFERS)
        for what, theirs, ours in claims
        if theirs is not None and theirs != ours
    ]
