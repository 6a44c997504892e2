"""Holder slots of one product: how many holders it has, and how many its open transfers may bring.

Arithmetic alone, kept as things change: nothing here knows an order, a register or a command.

    used = holders  +  buyers of open transfers who would be new ones

A new holder needs no slot of his own while every open transfer to him is the *exit* of its seller:
it takes all units that the seller has, and nothing is on its way to that seller. Then buyer and
seller change places in one record. What is counted is the worst that any choice of the open
transfers could lead to, so that neither settling nor failing of one ever raises it: docs/decisions/
0026-holder-slots.md says why. Source: HC-01, HC-02, HC-03 and VEN-03 of domain D1.
"""

from collections.abc import Callable
from enum import IntEnum
from operator import add, sub
from typing import Final, NamedTuple

import msgspec

from exchange.match_rule import MatchRule
from exchange.seats import NOTHING, Frees, Holder, Move, Seat, Takes
from exchange.types import Fen
from registry.calendar import Calendar
from registry.types import DayNumber, HolderId, TransferId

NO_TRANSFER: Final = TransferId(-1)
"""Below zero: a number that no transfer has."""


class CountBasis(IntEnum):
    """Which holders a cap on all of them counts. The numbers are stored: never reuse one."""

    NOW = 1  # those that hold units
    EVER = 2  # those that have held units since the product has caps


class Caps(msgspec.Struct, frozen=True, kw_only=True, array_like=True, forbid_unknown_fields=True):
    """What bounds the number of a product's holders, and how soon one of them may turn round."""

    natural_small_max: int | None = None
    """HC-01: natural persons with less principal than the threshold; None: any number."""
    natural_threshold: Fen = Fen(0)
    """Of principal: who has as much is not counted as one with little."""
    holders_max: int | None = None
    """HC-02: all holders; None: any number."""
    count_basis: CountBasis = CountBasis.NOW
    """Of HC-02."""
    turnaround_days: int = 0
    """VEN-03: trading days that lie between opposite trades of one party; 0: none."""


NO_CAPS: Final = Caps()
"""Of a product whose rules cap nothing: it has no slots."""


class Count(NamedTuple):
    """Holders of one sort."""

    held: int
    """Those that there are."""
    reserved: int
    """Slots that open transfers hold besides."""

    @property
    def used(self) -> int:
        """Both. Cost: O(1)."""
        return self.held + self.reserved


class Counts(NamedTuple):
    """All that is counted of one product."""

    natural_small: Count
    """Natural persons with less principal than the threshold, and those who may become so."""
    natural_large: int
    """Natural persons with as much or more, now."""
    institutions: int
    """Now, each as one."""
    now: Count
    """All holders by their weights."""
    ever: Count
    """Those who have ever held, by their weights."""


class Slots:
    """The holders of one product and the parties of its open transfers, counted.

    Each change costs O(1), and so does a look at the counts.
    """

    def __init__(
        self, caps: Caps, calendar: Calendar, holder_of: Callable[[HolderId], Holder]
    ) -> None:
        self.caps = caps
        self.calendar = calendar
        self.moves: dict[TransferId, Move] = {}
        """Of the open transfers, and while a search goes on of what it has found."""
        self.ever: dict[HolderId, int] = {}
        """Who has ever held, and as how many he counts."""
        self.bought: dict[HolderId, DayNumber] = {}
        """When a party's last purchase was settled, the oldest first, while it still matters."""
        self.sold: dict[HolderId, DayNumber] = {}
        """Likewise of sales."""
        self.told: Counts | None = None
        """The counts that were last made known."""
        self.holder_of = holder_of
        self._seats: dict[HolderId, Seat] = {}
        self._totals = NOTHING
        self._ever_held = 0

    def hold(self, holder_id: HolderId, *, units: int, principal: int) -> None:
        """The party has so much of the product now, in all its lots."""
        seat = self._seat(holder_id)
        seat.units, seat.principal = units, principal
        if units:
            self.note_held(holder_id)
        self._follow(holder_id, seat)

    def note_held(self, holder_id: HolderId) -> None:
        """The party has held units. Cost: O(1)."""
        if holder_id not in self.ever:
            weight = self.ever[holder_id] = self.holder_of(holder_id).weight
            self._ever_held += weight

    def weigh(self, holder_id: HolderId) -> None:
        """The party counts as another number of holders from now on. Cost: O(1)."""
        if holder_id in self.ever:
            self._ever_held -= self.ever.pop(holder_id)
            self.note_held(holder_id)
        seat = self._seats.get(holder_id)
        if seat is not None:
            seat.weight = self.holder_of(holder_id).weight
            self._follow(holder_id, seat)

    def take_over(self, before: "Slots") -> None:
        """What is remembered goes on under these caps. Cost: O(holders ever)."""
        for holder_id in before.ever:
            self.note_held(holder_id)
        self.bought, self.sold = before.bought, before.sold

    def open(self, transfer_id: TransferId, move: Move) -> None:
        """A transfer is pending: its buyer's slot is reserved."""
        self._enter(transfer_id, move, 1)

    def close(self, transfer_id: TransferId) -> Move:
        """The transfer is pending no more, whatever became of it."""
        move = self.moves[transfer_id]
        self._enter(transfer_id, move, -1)
        return move

    def settled(self, move: Move, day: DayNumber) -> None:
        """Title moved on this day: from now on it counts as one of an opposite trade. Cost: as many
        days as lie between opposite trades, and O(trades that matter no more)."""
        if not self.caps.turnaround_days:
            return
        for trades, holder_id in ((self.bought, move.buyer_id), (self.sold, move.seller_id)):
            trades.pop(holder_id, None)
            trades[holder_id] = day
            while self._free_on(trades[first := next(iter(trades))]) <= day:
                del trades[first]

    @property
    def counts(self) -> Counts:
        """How many holders there are, and how many slots open transfers hold."""
        totals = self._totals
        return Counts(
            natural_small=Count(totals.small_held, totals.small_used - totals.small_held),
            natural_large=totals.natural_large,
            institutions=totals.institution,
            now=Count(totals.held, totals.used - totals.held),
            ever=Count(self._ever_held, totals.never_held),
        )

    def try_open(self, transfer_id: TransferId, move: Move) -> MatchRule | None:
        """Open the transfer if no rule forbids it; else say which."""
        rule = self.turnaround(move)
        if rule is None:
            before = self._used()
            self.open(transfer_id, move)
            rule = self._exceeded(before)
            if rule is not None:
                self.close(transfer_id)
        return rule

    def check_successor(
        self, move: Move, *, replaced_id: TransferId, transfer_id: TransferId
    ) -> MatchRule | None:
        """Which rule forbids that this takes the place of an open transfer of the same units, or
        None; nothing happens. Cost: O(open transfers of the parties)."""
        rule = self.turnaround(move)
        if rule is None:
            before = self._used()
            replaced = self.close(replaced_id)
            self.open(transfer_id, move)
            rule = self._exceeded(before)
            self.close(transfer_id)
            self._put_back(replaced_id, replaced)
        return rule

    def check_settling(self, move: Move) -> MatchRule | None:
        """Which cap keeps this open transfer from settling now, or None: the caps have become less
        since the match, or more hold than may, and it would make another holder. Cost: O(1)."""
        if self._beyond(self._used(), before=(0, 0)) is None:
            return None  # then whatever settles is within them
        return self._beyond(self._held_after(move), before=self._held())

    def changes(
        self, move: Move, transfer_id: TransferId, *, replaced_id: TransferId | None = None
    ) -> tuple[Counts, Counts]:
        """The counts before and after this was opened; nothing happens.

        Args:
            replaced_id: of the open transfer of the same units whose place it would take.

        Cost: O(open transfers of the parties).
        """
        before = self.counts
        replaced = None if replaced_id is None else self.close(replaced_id)
        self.open(transfer_id, move)
        after = self.counts
        self.close(transfer_id)
        if replaced is not None:
            assert replaced_id is not None, move
            self._put_back(replaced_id, replaced)
        return before, after

    def turnaround(self, move: Move) -> MatchRule | None:
        """VEN-03, of either party. Cost: as many days as lie between opposite trades."""
        for free_on in (self.may_buy_on(move.buyer_id), self.may_sell_on(move.seller_id)):
            if free_on is not None and free_on > move.day:
                return MatchRule.TURNAROUND
        return None

    def may_buy_on(self, holder_id: HolderId) -> DayNumber | None:
        """The first day on which the party may buy after its last sale; None: it made none that
        matters. Cost: as `turnaround`."""
        seat = self._seats.get(holder_id)
        return self._free_after(self.sold.get(holder_id), {} if seat is None else seat.sales)

    def may_sell_on(self, holder_id: HolderId) -> DayNumber | None:
        """The first day on which the party may sell after its last purchase; None: it made none
        that matters. Cost: as `turnaround`."""
        seat = self._seats.get(holder_id)
        return self._free_after(self.bought.get(holder_id), {} if seat is None else seat.purchases)

    def _put_back(self, transfer_id: TransferId, move: Move) -> None:
        self.open(transfer_id, move)
        # It is not the latest for having been put back last.
        buyer, seller = self._seats[move.buyer_id], self._seats[move.seller_id]
        buyer.purchases = dict(sorted(buyer.purchases.items()))
        seller.sales = dict(sorted(seller.sales.items()))

    def _free_after(
        self, settled_on: DayNumber | None, pending: dict[TransferId, Move]
    ) -> DayNumber | None:
        if not self.caps.turnaround_days:
            return None
        last = settled_on
        if pending:
            matched_on = next(reversed(pending.values())).day
            last = matched_on if last is None else max(last, matched_on)
        return None if last is None else self._free_on(last)

    def _free_on(self, traded_on: DayNumber) -> DayNumber:
        return self.calendar.day_after_trading(traded_on, self.caps.turnaround_days)

    def _used(self) -> tuple[int, int]:
        """The slots in use, of natural persons with little and of all."""
        totals = self._totals
        if self.caps.count_basis is CountBasis.NOW:
            return totals.small_used, totals.used
        return totals.small_used, self._ever_held + totals.never_held

    def _exceeded(self, before: tuple[int, int]) -> MatchRule | None:
        """Which cap is exceeded that was not so far: above it, what raises no count passes."""
        return self._beyond(self._used(), before=before)

    def _maxima(self) -> tuple[tuple[MatchRule, int | None], tuple[MatchRule, int | None]]:
        return (
            (MatchRule.NATURAL_HOLDERS, self.caps.natural_small_max),
            (MatchRule.ALL_HOLDERS, self.caps.holders_max),
        )

    def _beyond(self, after: tuple[int, int], *, before: tuple[int, int]) -> MatchRule | None:
        for (rule, most), was, count in zip(self._maxima(), before, after, strict=True):
            if most is not None and count > max(most, was):
                return rule
        return None

    def _held(self) -> tuple[int, int]:
        """As `_used`, of those that hold."""
        totals = self._totals
        if self.caps.count_basis is CountBasis.NOW:
            return totals.small_held, totals.held
        return totals.small_held, self._ever_held

    def _held_after(self, move: Move) -> tuple[int, int]:
        """As `_held`, once this has settled."""
        small, held = self._held()
        for holder_id, sign in ((move.seller_id, -1), (move.buyer_id, 1)):
            seat = self._seats[holder_id]
            units, principal = (
                seat.units + sign * move.units,
                seat.principal + sign * move.principal,
            )
            threshold = self.caps.natural_threshold
            small -= seat.is_small(threshold)
            small += seat.would_be_small(threshold, units=units, principal=principal)
            if self.caps.count_basis is CountBasis.NOW:
                held += seat.weight * ((units > 0) - (seat.units > 0))
            elif holder_id not in self.ever:
                held += seat.weight
        return small, held

    def _seat(self, holder_id: HolderId) -> Seat:
        seat = self._seats.get(holder_id)
        if seat is None:
            seat = self._seats[holder_id] = Seat(self.holder_of(holder_id))
        return seat

    def _enter(self, transfer_id: TransferId, move: Move, change: int) -> None:
        """Take a transfer among those of its parties (1), or away from them (-1)."""
        seller, buyer = self._seat(move.seller_id), self._seat(move.buyer_id)
        if change > 0:
            assert transfer_id not in self.moves, transfer_id
            self.moves[transfer_id] = move
            seller.sales[transfer_id] = buyer.purchases[transfer_id] = move
        else:
            del self.moves[transfer_id], seller.sales[transfer_id], buyer.purchases[transfer_id]
        seller.units_sold += change * move.units
        seller.principal_sold += change * move.principal
        if move.principal < self.caps.natural_threshold:
            seller.small_sales += change
            buyer.small_purchases += change
        self._follow(move.seller_id, seller)
        self._follow(move.buyer_id, buyer)

    def _follow(self, holder_id: HolderId, seat: Seat) -> None:
        """Count anew what has changed, and whom it makes room for or no longer does."""
        frees = seat.leaves(self.caps.natural_threshold)
        if frees != seat.frees:
            for each, change in ((seat.frees, -1), (frees, 1)):
                if each is not None:
                    self._make_room(each, change)
            seat.frees = frees
        self._count(holder_id, seat)

    def _make_room(self, frees: Frees, change: int) -> None:
        buyer = self._seats[frees.buyer_id]
        left = buyer.freed.get(frees.weight, 0) + change
        if left:
            buyer.freed[frees.weight] = left
        else:
            del buyer.freed[frees.weight]
        buyer.small_freed += change * frees.is_small
        self._count(frees.buyer_id, buyer)

    def _count(self, holder_id: HolderId, seat: Seat) -> None:
        takes = seat.counted(self.caps.natural_threshold, ever=holder_id in self.ever)
        if takes != seat.takes:
            more = map(sub, takes, seat.takes)
            self._totals = Takes._make(map(add, self._totals, more))
            seat.takes = takes
        if seat.is_empty:
            self._seats.pop(holder_id, None)
