"""The register's invariants, R1 to R8 of docs/invariants.md."""

from collections import Counter

from registry.backing import backing, is_held
from registry.encumbrance import EncumbranceKind
from registry.holding import Holding
from registry.lots import Lot, buckets
from registry.register import Register
from registry.transfer import EITHER, OPEN_STATES, Transfer, TransferState
from registry.types import HoldingKey, LotId, ProductId, TransferId


def check(register: Register) -> None:
    """Assert every invariant of the register. Cost: O(lots + open transfers)."""
    locked = _check_transfers(register)
    held, marking = _held(register), register.encumbrances.marking
    units: Counter[ProductId] = Counter()
    principal: Counter[ProductId] = Counter()
    for key, holding in register.holdings.items():
        for lot_id, lot in holding.lots.items():
            assert lot.lot_id == lot_id, (lot_id, lot.lot_id)  # R7
            assert (lot.product_id, lot.holder_id) == key, (lot_id, key)  # R7
            _check_lot(lot, held=lot.locked if key in marking else held[lot_id])
            assert lot.locked == locked.pop((key, lot_id), 0), (key, lot_id, lot.locked)  # R3
            units[lot.product_id] += lot.units
            principal[lot.product_id] += lot.principal
        _check_holding(key, holding)
    assert not locked, locked  # R3
    named = {
        (lot.product_id, lot.contract): lot
        for holding in register.holdings.values()
        for lot in holding.lots.values()
        if lot.contract is not None
    }
    assert named == register.contracts, "lots by contract"  # R7
    for product_id, outstanding in register.units_outstanding.items():
        assert units[product_id] == outstanding, (product_id, units[product_id])  # R1
    for product_id, outstanding in register.principal_outstanding.items():
        assert principal[product_id] == outstanding, (product_id, principal[product_id])  # R5


def check_encumbrances(register: Register) -> None:
    """Assert that every claim of a pledge or freeze has one behind it, and that freezes hold the
    transfers that are not backed, and no other, where they are marked. Cost: O(lots + open
    transfers + encumbrances)."""
    encumbrances = register.encumbrances
    pledged: Counter[tuple[HoldingKey, LotId]] = Counter()
    frozen: Counter[tuple[HoldingKey, LotId]] = Counter()
    for encumbrance_id, each in encumbrances.by_id.items():
        assert each.encumbrance_id == encumbrance_id, encumbrance_id  # R8
        is_pledge = each.kind is EncumbranceKind.PLEDGE
        assert 0 <= each.held <= each.units, encumbrance_id  # R8
        assert not is_pledge or each.held == each.units, encumbrance_id  # R8
        key = each.product_id, each.holder_id
        assert each in encumbrances.of[key], encumbrance_id  # R8
        for lot_id, units in each.draws:
            assert units > 0, (encumbrance_id, lot_id)  # R8
            assert each.lot_id in (None, lot_id), (encumbrance_id, lot_id)  # R8
            (pledged if is_pledge else frozen)[key, lot_id] += units
    assert sum(map(len, encumbrances.of.values())) == len(encumbrances.by_id)  # R8
    due = {(each.ends_ns, each.encumbrance_id) for each in encumbrances.by_id.values()}
    assert {pair for pair in due if pair[0] is not None} == set(encumbrances.due)  # R8
    for key, holding in register.holdings.items():
        for lot_id, lot in holding.lots.items():
            assert lot.pledged == pledged.pop((key, lot_id), 0), (key, lot_id)  # R8
            assert lot.frozen == frozen.pop((key, lot_id), 0), (key, lot_id)  # R8
            assert lot.frozen <= lot.units, (key, lot_id)  # R8
        for each in encumbrances.waiting(key):
            lots = holding.lots.values() if each.lot_id is None else (holding.lots[each.lot_id],)
            assert all(lot.frozen == lot.units for lot in lots), each.encumbrance_id  # R8
    assert not pledged, pledged  # R8
    assert not frozen, frozen  # R8
    sales: dict[HoldingKey, dict[TransferId, Transfer]] = {}
    for transfer_id, transfer in register.transfers.items():
        sales.setdefault((transfer.product_id, transfer.seller_id), {})[transfer_id] = transfer
    assert sales == register.sales, "open transfers by seller"  # R8
    for key, of_seller in sales.items():
        assert list(of_seller) == sorted(of_seller), key  # R8
        for transfer, backed in backing(register, key):
            marked = is_held(transfer) is not backed
            assert marked or key in encumbrances.marking, transfer.transfer_id  # R8


def _held(register: Register) -> Counter[LotId]:
    """Returns: how many units of which lots are locked for transfers that a freeze holds."""
    held: Counter[LotId] = Counter()
    for transfer in register.transfers.values():
        if is_held(transfer):
            for lot_id, units in transfer.sources:
                held[lot_id] += units
    return held


def _check_transfers(register: Register) -> Counter[tuple[HoldingKey, LotId]]:
    """Returns: how many units of which lots the open transfers lock."""
    locked: Counter[tuple[HoldingKey, LotId]] = Counter()
    purchases: Counter[HoldingKey] = Counter()
    for transfer in register.transfers.values():
        assert transfer.state in OPEN_STATES, transfer.state  # R4
        assert transfer.state is not TransferState.MATCHED, transfer.transfer_id  # R4
        assert transfer.units > 0, transfer.units  # R4
        paused = transfer.paused_at_ns is not None
        assert bool(transfer.overlays) is paused, (transfer.transfer_id, transfer.overlays)  # R4
        assert paused or transfer.overlay_ns is None, transfer.transfer_id  # R4
        assert paused or not transfer.rescindable, transfer.transfer_id  # R4
        if transfer.documents_overdue:
            assert transfer.state is TransferState.AGREEMENT_PENDING, transfer.transfer_id  # R4
            assert transfer.signed == EITHER, transfer.transfer_id  # R4
        drawn = sum(units for _, units in transfer.sources)
        assert drawn == transfer.units, (transfer.transfer_id, drawn)  # R3
        for lot_id, units in transfer.sources:
            assert units > 0, (transfer.transfer_id, lot_id, units)  # R3
            locked[(transfer.product_id, transfer.seller_id), lot_id] += units
        purchases[transfer.product_id, transfer.buyer_id] += 1
    assert purchases == register.purchases, "count of open purchases"  # R7
    for transfer in register.unregistered.values():
        assert transfer.state is TransferState.SETTLED, transfer.state  # R4
        assert transfer.registration_due_ns is not None, transfer.transfer_id  # R4
        assert not transfer.overlays, transfer.transfer_id  # R4
    deadlines = {
        (transfer.timer_ns, transfer.transfer_id)
        for transfers in (register.transfers, register.unregistered)
        for transfer in transfers.values()
        if transfer.timer_ns is not None
    }
    assert deadlines == set(register.deadlines), "deadline index"  # R4
    assert len(deadlines) == len(register.deadlines), "deadline index"  # R4
    return locked


def _check_lot(lot: Lot, *, held: int) -> None:
    assert lot.units > 0, lot.lot_id  # R2
    assert min(lot.principal, lot.cost) >= 0, lot.lot_id  # R2
    assert min(lot.reserved, lot.locked, lot.pledged, lot.frozen) >= 0, lot.lot_id  # R2
    assert sum(buckets(lot)) == lot.units, lot.lot_id  # R2
    encumbered = lot.frozen + lot.pledged
    backed = lot.locked - held
    assert backed == 0 or encumbered + backed <= lot.units, lot.lot_id  # R6
    claimed = encumbered + lot.locked
    assert lot.reserved == 0 or claimed + lot.reserved <= lot.units, lot.lot_id  # R6


def _check_holding(key: HoldingKey, holding: Holding) -> None:
    assert holding.lots, key  # R7
    total = [sum(bucket) for bucket in zip(*map(buckets, holding.lots.values()), strict=True)]
    assert total == [
        holding.available,
        holding.reserved,
        holding.locked,
        holding.pledged,
        holding.frozen,
    ], (key, total)  # R7
    assert holding.principal == sum(lot.principal for lot in holding.lots.values()), key  # R7
    free = sorted(lot_id for lot_id, lot in holding.lots.items() if lot.free > 0)
    assert holding.free_lots == free, (key, free)  # R7
