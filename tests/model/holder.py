"""One holder of a product as he stands at the exchange: his lots, and all that lies on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from matching import Side
from registry.types import Draw, HolderId, HoldingKey, LotId
from tests.model.encumbrance import Holder, Sale
from tests.model.ledger import Ledger, ModelTransfer


def holder_of(ledger: Ledger, key: HoldingKey) -> Holder:
    """His lots, sell orders and open transfers, and the pledges and freezes that stand."""
    product_id, holder_id = key
    return Holder(
        units={
            lot_id: units
            for lot_id, (units, _, _) in ledger.register.lots_of(
                product_id, holder_id, as_of=ledger.sequence
            ).items()
        },
        orders=[
            Sale(order.order_id, _needs(order.draws))
            for order in ledger.open_orders()
            if order.side is Side.SELL
            and (order.product.product_id, HolderId(order.party_id)) == key
        ],
        transfers=[
            Sale(each.transfer_id, Counter(dict(each.sources))) for each in sales(ledger, key)
        ],
        claims=list(ledger.standing_claims(key)),
    )


def sales(ledger: Ledger, key: HoldingKey) -> list[ModelTransfer]:
    """His open transfers, as seller, oldest first."""
    return [each for each in ledger.pending_transfers() if each.sold == key]


def take_what_waits(ledger: Ledger, key: HoldingKey) -> None:
    """His pledges and freezes take what there is for them."""
    for claim, taken in holder_of(ledger, key).all_take():
        for lot_id, units in taken.items():
            ledger.register.encumber(
                lot_id,
                units,
                sequence=ledger.sequence,
                is_freeze=claim.is_freeze,
                cause_id=claim.number,
            )


def may_lack_units(ledger: Ledger, transfer: ModelTransfer) -> bool:
    """Whether it is still to be seen who of the seller's transfers has units, and there are not
    enough for all in one of its lots."""
    if transfer.sold not in ledger.marking:
        return False
    holder = holder_of(ledger, transfer.sold)
    drawn: list[LotId] = [lot_id for lot_id, _ in transfer.sources]
    return any(
        holder.frozen(lot) + holder.pledged(lot) + holder.locked(lot) > holder.units[lot]
        for lot in drawn
    )


def holdings(ledger: Ledger) -> dict[HoldingKey, tuple[int, ...]]:
    """Available, reserved, locked, pledged and frozen, of everybody who has title of units."""
    sums: dict[HoldingKey, tuple[int, ...]] = {}
    for lot_id, (units, _, _, *claims) in ledger.lots().items():
        if units > 0:
            lot = ledger.register.lots[lot_id]
            before = sums.get((lot.product_id, lot.holder_id), (0,) * 5)
            after = zip(before, in_buckets(units, *claims), strict=True)
            sums[lot.product_id, lot.holder_id] = tuple(map(sum, after))
    return sums


def in_buckets(
    units: int, pledged: int, frozen: int, reserved: int, locked: int
) -> tuple[int, int, int, int, int]:
    """Available, reserved, locked, pledged and frozen: each unit says the strongest thing that lies
    on it, and nothing lies on a unit on which something lies while others are left."""
    left, says = units, Counter[str]()
    claims = (("frozen", frozen), ("pledged", pledged), ("locked", locked), ("reserved", reserved))
    for name, claimed in claims:
        says[name] = min(claimed, left)
        left -= says[name]
    return left, says["reserved"], says["locked"], says["pledged"], says["frozen"]


def _needs(draws: Iterable[Draw]) -> Counter[int]:
    # The same lot may be drawn from twice.
    needs = Counter[int]()
    for lot_id, units in draws:
        needs[lot_id] += units
    return needs
