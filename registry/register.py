"""The title register of the venue's products: holdings by lot, the transfers that are still open,
and an entry for every change of title.

A holding's units are partitioned into buckets (registry/lots.py). Lots without units, holdings
without lots and terminal transfers leave the register's memory, a settled one when its registration
is no longer waited for; SQL keeps them.
"""

from bisect import insort
from collections.abc import Sequence

from sortedcontainers import SortedList

from registry.encumbrance import Encumbrance, EncumbranceKind, Encumbrances, seize
from registry.entries import ENCUMBRANCE_CAUSES, TRANSFER, Cause, Entry
from registry.holding import Holding
from registry.lots import Lot, part_of
from registry.transfer import TERMINAL_STATES, Row, Transfer, TransferState, UnitsEffect
from registry.types import (
    DayNumber,
    Draw,
    HolderId,
    HoldingKey,
    LotId,
    ProductId,
    TimeNs,
    TransferId,
    Units,
)


class Register:
    """Holdings and open transfers of all products of the venue.

    `sequence` is that of the command under way, and set before it. `touched_lots` and
    `touched_claims` collect the lots whose title and whose reserved or locked units changed since
    the rows were last taken, `entries` what was entered.
    """

    __slots__ = (
        "contracts",
        "deadlines",
        "encumbrances",
        "entries",
        "holdings",
        "principal_outstanding",
        "purchases",
        "sales",
        "sequence",
        "touched_claims",
        "touched_lots",
        "transfers",
        "units_outstanding",
        "unregistered",
    )

    def __init__(self) -> None:
        self.sequence = 0
        self.holdings: dict[HoldingKey, Holding] = {}
        self.contracts: dict[tuple[ProductId, str], Lot] = {}
        """The lots that have a number of the trust company's, by it."""
        self.units_outstanding: dict[ProductId, int] = {}
        self.principal_outstanding: dict[ProductId, int] = {}
        """Fen. A transfer moves principal and neither makes nor takes any."""
        self.transfers: dict[TransferId, Transfer] = {}
        """The open ones."""
        self.unregistered: dict[TransferId, Transfer] = {}
        """Settled ones whose change registration is waited for."""
        self.purchases: dict[HoldingKey, int] = {}
        """How many open transfers will each give this holder a lot of this product."""
        self.sales: dict[HoldingKey, dict[TransferId, Transfer]] = {}
        """The open transfers that will each take units of this product from this holder."""
        self.encumbrances = Encumbrances()
        self.deadlines: SortedList[tuple[TimeNs, TransferId]] = SortedList()
        self.touched_lots: dict[LotId, Lot] = {}
        self.touched_claims: dict[LotId, Lot] = {}
        self.entries: list[Entry] = []

    def open_product(self, product_id: ProductId) -> None:
        """Start the register of a product, with no unit outstanding."""
        assert product_id not in self.units_outstanding, product_id
        self.units_outstanding[product_id] = 0
        self.principal_outstanding[product_id] = 0

    def find_lot(self, product_id: ProductId, holder_id: HolderId, name: str | LotId) -> Lot | None:
        """The lot with this contract number, whoever has it; or with this own number, if it has no
        contract's and the holder has it. Cost: O(1)."""
        if isinstance(name, str):
            return self.contracts.get((product_id, name))
        holding = self.holdings.get((product_id, holder_id))
        lot = None if holding is None else holding.lots.get(name)
        return None if lot is None or lot.contract is not None else lot

    def issue(self, lot: Lot, cause: Cause) -> None:
        """Take over a lot whose units the venue did not know before."""
        self.units_outstanding[lot.product_id] += lot.units
        self.principal_outstanding[lot.product_id] += lot.principal
        self.take_in(lot, cause, self.sequence)

    def redeem(self, lot: Lot, units: int) -> None:
        """Free units of the lot exist no more, nor does their part of its principal."""
        principal = self.take_out(lot, units, cause=Cause.REDEMPTION, cause_id=self.sequence)
        self.units_outstanding[lot.product_id] -= units
        self.principal_outstanding[lot.product_id] -= principal

    def take_out(self, lot: Lot, units: int, *, cause: Cause, cause_id: int) -> int:
        """Free units leave the lot, with their part of its cost and of its principal: the latter,
        in fen. Cost: O(log lots)."""
        key = lot.product_id, lot.holder_id
        holding, free = self.holdings[key], lot.free
        assert 0 < units <= free, (lot.lot_id, units, free)
        principal = part_of(lot.principal, units=units, of_units=lot.units)
        lot.cost -= part_of(lot.cost, units=units, of_units=lot.units)
        lot.principal -= principal
        lot.units -= units
        holding.available -= units
        holding.principal -= principal
        if units == free:
            holding.spend(lot.lot_id)
        if lot.units == 0:
            self._end(lot, holding)
        self.touched_lots[lot.lot_id] = lot
        self._enter(lot, holding, cause, cause_id)
        if not holding.lots:
            del self.holdings[key]
        return principal

    def take_in(self, lot: Lot, cause: Cause, cause_id: int) -> None:
        """The lot is its holder's from now on, with whatever claims it brings; freezes that wait
        for one take hold of it."""
        holding = self._hold(lot)
        self.touched_lots[lot.lot_id] = lot
        self._enter(lot, holding, cause, cause_id)
        if self.encumbrances.of:
            self._hold_what_waits((lot.product_id, lot.holder_id), [lot])

    def encumber(self, encumbrance: Encumbrance) -> None:
        """A pledge or freeze takes hold of what there is for it. Reserved and locked units may be
        backed no more: whose they are is withdrawn, or held. Cost: O(lots of the holding)."""
        self.encumbrances.add(encumbrance)
        self.encumbrances.touched[encumbrance.encumbrance_id] = encumbrance
        holding = self.holdings.get((encumbrance.product_id, encumbrance.holder_id))
        if holding is None:
            return
        # Of the lots with the smallest numbers first, whatever the order in which they came.
        named = encumbrance.lot_id
        lot_ids = sorted(holding.lots) if named is None else (named,)
        self._take_hold(encumbrance, [holding.lots[lot_id] for lot_id in lot_ids])

    def let_go(self, encumbrance: Encumbrance) -> None:
        """A pledge or freeze stands no longer; freezes that wait take hold of what it held. Cost:
        O(encumbrances of the holding × lots that it held)."""
        key = encumbrance.product_id, encumbrance.holder_id
        _, cause = ENCUMBRANCE_CAUSES[encumbrance.kind]
        draws, encumbrance.draws = encumbrance.draws, ()
        self.encumbrances.discard(encumbrance)
        self.encumbrances.touched[encumbrance.encumbrance_id] = encumbrance
        if not draws:
            return
        self._claim(encumbrance, [(lot_id, -units) for lot_id, units in draws], cause)
        lots = self.holdings[key].lots
        self._hold_what_waits(key, [lots[lot_id] for lot_id, _ in sorted(draws)])

    def restore_lot(self, lot: Lot) -> None:
        """Put back a lot of a snapshot, claims and all."""
        self._hold(lot)

    def reserve(
        self,
        product_id: ProductId,
        holder_id: HolderId,
        units: Units,
        lots: tuple[LotId, ...] = (),
    ) -> tuple[Draw, ...]:
        """available → reserved: a sell order now stands behind these units.

        Args:
            lots: draw from these alone, in this order; none named: from the lots with the smallest
                numbers that have free units.

        Returns: of which lots, first come first drawn. Cost: O(lots drawn from × log lots).
        """
        key = product_id, holder_id
        holding = self.holdings[key]
        draws = self.drawable(key, units, lots)
        for lot_id, drawn in draws:
            lot = holding.lots[lot_id]
            if drawn == lot.free:
                holding.spend(lot_id)
            lot.reserved += drawn
            self.touched_claims[lot_id] = lot
        holding.available -= units
        holding.reserved += units
        return draws

    def drawable(
        self, key: HoldingKey, units: Units, lots: tuple[LotId, ...] = ()
    ) -> tuple[Draw, ...]:
        """Of which lots so many units would be reserved. Cost: O(lots drawn from)."""
        holding = self.holdings[key]
        assert 0 < units <= holding.available, (units, holding.available)
        draws: list[Draw] = []
        left: int = units
        for lot_id in lots or holding.free_lots:
            lot = holding.lots.get(lot_id)
            free = 0 if lot is None else lot.free
            if free == 0:
                continue
            draws.append((lot_id, min(free, left)))
            left -= min(free, left)
            if left == 0:
                break
        assert left == 0, (lots, units, left)
        return tuple(draws)

    def release(self, product_id: ProductId, holder_id: HolderId, draws: tuple[Draw, ...]) -> None:
        """reserved → available: the sell order no longer needs these units."""
        holding = self.holdings[product_id, holder_id]
        for lot_id, units in draws:
            lot = holding.lots[lot_id]
            assert 0 < units <= lot.reserved, (lot_id, units, lot.reserved)
            self.touched_claims[lot_id] = lot
            if lot.pledged or lot.frozen:
                holding.discount(lot)
                lot.reserved -= units
                holding.count(lot)
                continue
            if lot.free == 0:
                insort(holding.free_lots, lot_id)
            lot.reserved -= units
            holding.reserved -= units
            holding.available += units

    def add_transfer(self, transfer: Transfer) -> None:
        """Take a new transfer among the open ones; nothing of it is locked yet."""
        assert transfer.state is TransferState.MATCHED, transfer.state
        assert transfer.transfer_id not in self.transfers, transfer.transfer_id
        assert transfer.seller_id != transfer.buyer_id, transfer.seller_id
        self._keep(transfer)

    def restore_transfer(self, transfer: Transfer) -> None:
        """Put back an open transfer of a snapshot, or a settled one whose registration is waited
        for; what an open one locks is so in the snapshot's lots."""
        if transfer.registration_due_ns is not None:
            assert transfer.state is TransferState.SETTLED, transfer.state
            self.unregistered[transfer.transfer_id] = transfer
        else:
            assert transfer.state not in TERMINAL_STATES, transfer.state
            self._keep(transfer)
        self.wait(transfer)

    def follow(
        self, transfer: Transfer, row: Row, *, acquired_on: DayNumber, cost: int
    ) -> int | None:
        """Do with the transfer's units what the row says; one that has ended is no longer open.

        Its clocks must be stopped (`stop_waiting`) before the row is followed, and be waited for
        (`wait`) afterwards, if any still runs. Cost: O(sources).

        Args:
            acquired_on: the day, of a lot that the buyer gets.
            cost: what he pays for it, fees included, in fen.

        Returns: what the units that moved had cost the seller, in fen; None where none moved.
        """
        cost_moved = None
        match row.units:  # the most common first
            case UnitsEffect.LOCK:
                self._lock(transfer)
            case UnitsEffect.KEEP | UnitsEffect.MOVE_ON:
                pass  # locked they stay, here for a new transfer that draws from the same lots
            case UnitsEffect.MOVE:
                cost_moved = self._move(transfer, acquired_on=acquired_on, cost=cost)
            case UnitsEffect.UNLOCK:
                self._unlock(transfer)
            case _:
                raise AssertionError(row)
        if row.decides:
            self._forget(transfer)
        return cost_moved

    def move_back(
        self, transfer: Transfer, *, lot_id: LotId, acquired_on: DayNumber, cost: int
    ) -> None:
        """The units that a settled transfer moved, on which nothing lies, are a new lot of the
        seller's. Cost: O(log lots).

        Args:
            cost: of the new lot, in fen.
        """
        key = transfer.product_id, transfer.buyer_id
        bought = self.holdings[key].lots[LotId(transfer.transfer_id)]
        assert bought.free == bought.units == transfer.units, (transfer.transfer_id, bought)
        cause_id = transfer.transfer_id
        principal = self.take_out(bought, transfer.units, cause=Cause.REVERSAL, cause_id=cause_id)
        returned = Lot(
            lot_id=lot_id,
            product_id=transfer.product_id,
            holder_id=transfer.seller_id,
            acquired_on=acquired_on,
            units=transfer.units,
            principal=principal,
            cost=cost,
        )
        self.take_in(returned, Cause.REVERSAL, cause_id)

    def wait(self, transfer: Transfer) -> TimeNs | None:
        """Wait for the transfer's clock that ends first, if one runs. Returns: when that is. Cost:
        O(log transfers)."""
        timer_ns = transfer.timer_ns
        if timer_ns is not None:
            self.deadlines.add((timer_ns, transfer.transfer_id))
        return timer_ns

    def stop_waiting(self, transfer: Transfer) -> None:
        """Wait no longer: its clocks are about to change. Cost: O(log transfers)."""
        timer_ns = transfer.timer_ns
        if timer_ns is not None:
            self.deadlines.remove((timer_ns, transfer.transfer_id))

    def next_deadline_ns(self) -> TimeNs | None:
        """When the first clock of a transfer ends, or None. Cost: O(1)."""
        return self.deadlines[0][0] if self.deadlines else None

    def _hold(self, lot: Lot) -> Holding:
        key = lot.product_id, lot.holder_id
        holding = self.holdings.get(key)
        if holding is None:
            holding = self.holdings[key] = Holding()
        holding.add(lot)
        if lot.contract is not None:
            assert (lot.product_id, lot.contract) not in self.contracts, lot.contract
            self.contracts[lot.product_id, lot.contract] = lot
        return holding

    def _end(self, lot: Lot, holding: Holding) -> None:
        # Nothing is left of the lot; its contract's number is free again.
        del holding.lots[lot.lot_id]
        if lot.contract is not None:
            del self.contracts[lot.product_id, lot.contract]

    def _take_hold(self, encumbrance: Encumbrance, lots: Sequence[Lot]) -> None:
        taken = seize(encumbrance.kind, encumbrance.units - encumbrance.held, lots)
        if not taken:
            return
        cause, _ = ENCUMBRANCE_CAUSES[encumbrance.kind]
        self._claim(encumbrance, taken, cause)
        draws = dict(encumbrance.draws)
        draws.update({lot_id: draws.get(lot_id, 0) + units for lot_id, units in taken})
        encumbrance.draws = tuple(draws.items())
        self.encumbrances.touched[encumbrance.encumbrance_id] = encumbrance

    def _hold_what_waits(self, key: HoldingKey, lots: list[Lot]) -> None:
        # Where a freeze waits everything else that it may hold is frozen (R8): these alone, the
        # smallest number first, can be what it waits for.
        for encumbrance in self.encumbrances.waiting(key):
            named = encumbrance.lot_id
            its = lots if named is None else [lot for lot in lots if lot.lot_id == named]
            self._take_hold(encumbrance, its)
            lots = [lot for lot in lots if lot.frozen < lot.units]

    def _claim(self, encumbrance: Encumbrance, draws: Sequence[Draw], cause: Cause) -> None:
        # Of each lot so many units more, or fewer.
        holding = self.holdings[encumbrance.product_id, encumbrance.holder_id]
        lots, is_pledge = holding.lots, encumbrance.kind is EncumbranceKind.PLEDGE
        changed: list[Lot] = []
        for lot_id, units in draws:
            lot = lots[lot_id]
            holding.claim(lot, pledged=units if is_pledge else 0, frozen=0 if is_pledge else units)
            self.touched_lots[lot_id] = lot
            changed.append(lot)
            self._enter(lot, holding, cause, encumbrance.encumbrance_id)
        holding.look_for_free(changed)

    def _enter(self, lot: Lot, holding: Holding, cause: Cause, cause_id: int) -> None:
        entries, sequence, ordinal = self.entries, self.sequence, 0
        if entries:
            last = entries[-1]
            ordinal = last.ordinal + 1 if last.sequence == sequence else 0
        entries.append(
            Entry(
                lot.product_id,
                lot.holder_id,
                sequence,
                ordinal,
                lot.lot_id,
                lot.units,
                lot.principal,
                lot.cost,
                lot.pledged,
                lot.frozen,
                holding.total,
                holding.principal,
                holding.pledged,
                holding.frozen,
                len(holding.lots),
                cause._value_,
                cause_id,
            )
        )

    def _lock(self, transfer: Transfer) -> None:
        holding = self.holdings[transfer.product_id, transfer.seller_id]
        left: int = transfer.units
        for lot_id, units in transfer.sources:
            lot = holding.lots[lot_id]
            assert 0 < units <= lot.reserved, (lot_id, units, lot.reserved)
            lot.reserved -= units
            lot.locked += units
            self.touched_claims[lot_id] = lot
            left -= units
        assert left == 0 < transfer.units, (transfer.units, transfer.sources)
        holding.reserved -= transfer.units
        holding.locked += transfer.units

    def _unlock(self, transfer: Transfer) -> None:
        holding = self.holdings[transfer.product_id, transfer.seller_id]
        for lot_id, units in transfer.sources:
            lot = holding.lots[lot_id]
            assert units <= lot.locked, (lot_id, units, lot.locked)
            self.touched_claims[lot_id] = lot
            if lot.pledged or lot.frozen:
                holding.discount(lot)
                lot.locked -= units
                holding.count(lot)
                continue
            if lot.free == 0:
                insort(holding.free_lots, lot_id)
            lot.locked -= units
            holding.locked -= units
            holding.available += units

    def _move(self, transfer: Transfer, *, acquired_on: DayNumber, cost: int) -> int:
        # The units leave the seller's lots and are one new lot of the buyer, free to be listed,
        # under the transfer's number.
        seller = transfer.product_id, transfer.seller_id
        holding = self.holdings[seller]
        principal_moved = cost_moved = 0
        for lot_id, units in transfer.sources:
            lot = holding.lots[lot_id]
            assert units <= lot.locked, (lot_id, units, lot.locked)
            assert lot.frozen + lot.pledged + units <= lot.units, lot_id
            principal = part_of(lot.principal, units=units, of_units=lot.units)
            part_of_cost = part_of(lot.cost, units=units, of_units=lot.units)
            lot.units -= units
            lot.locked -= units
            lot.principal -= principal
            lot.cost -= part_of_cost
            holding.locked -= units
            holding.principal -= principal
            principal_moved += principal
            cost_moved += part_of_cost
            if lot.units == 0:
                self._end(lot, holding)
            self.touched_lots[lot_id] = self.touched_claims[lot_id] = lot
            self._enter(lot, holding, TRANSFER, transfer.transfer_id)
        if not holding.lots:
            del self.holdings[seller]
        bought = Lot(
            lot_id=LotId(transfer.transfer_id),
            product_id=transfer.product_id,
            holder_id=transfer.buyer_id,
            acquired_on=acquired_on,
            units=transfer.units,
            principal=principal_moved,
            cost=cost,
        )
        self.take_in(bought, TRANSFER, transfer.transfer_id)
        return cost_moved

    def _keep(self, transfer: Transfer) -> None:
        self.transfers[transfer.transfer_id] = transfer
        buyer = transfer.product_id, transfer.buyer_id
        self.purchases[buyer] = self.purchases.get(buyer, 0) + 1
        seller = transfer.product_id, transfer.seller_id
        sales = self.sales.get(seller)
        if sales is None:
            self.sales[seller] = {transfer.transfer_id: transfer}
        else:
            sales[transfer.transfer_id] = transfer

    def _forget(self, transfer: Transfer) -> None:
        del self.transfers[transfer.transfer_id]
        buyer = transfer.product_id, transfer.buyer_id
        self.purchases[buyer] -= 1
        if self.purchases[buyer] == 0:
            del self.purchases[buyer]
        seller = transfer.product_id, transfer.seller_id
        sales = self.sales[seller]
        del sales[transfer.transfer_id]
        if not sales:
            del self.sales[seller]
