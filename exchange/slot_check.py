"""The invariants of holder slots, H1 to H3 of docs/invariants.md: everything counted anew."""

from collections.abc import Iterable
from typing import NamedTuple

from exchange.seats import Move
from exchange.slot_rules import caps_of
from exchange.slots import NO_CAPS, Count, Counts, Slots
from exchange.state import Product, State
from registry.types import HolderId, ProductId, TransferId


class _Party(NamedTuple):
    """A holder, or a buyer of an open transfer."""

    is_natural: bool
    weight: int
    units: int
    principal: int
    purchases: dict[TransferId, Move]
    sales: dict[TransferId, Move]


def check_slots(state: State) -> None:
    """Assert that every capped product's slots are those of its holders and open transfers. Cost:
    O(holdings × open transfers of the product)."""
    for product_id, slots in state.slots.items():
        veto = state.products[product_id].veto
        assert veto is not None, product_id  # H1
        assert veto.slots is slots, product_id  # H1
        for transfer_id, transfer in state.register.transfers.items():
            if transfer.product_id == product_id:
                seller_id, buyer_id, units, _, _ = slots.moves[transfer_id]
                assert (seller_id, buyer_id) == (transfer.seller_id, transfer.buyer_id)  # H1
                assert units == transfer.units, transfer_id  # H1
        assert slots.moves.keys() <= state.register.transfers.keys(), product_id  # H1
        parties = _parties(state, product_id, slots)
        assert slots.counts == _counted(slots, parties), (slots.counts, parties)  # H1
        holders = {holder_id for holder_id, party in parties.items() if party.units}
        assert holders <= slots.ever.keys(), product_id  # H2
        for trades in (slots.bought, slots.sold):
            assert list(trades.values()) == sorted(trades.values()), product_id  # H2
            assert trades.keys() <= slots.ever.keys(), product_id  # H2
    for product in state.products.values():
        _check_caps(state, product)


def _check_caps(state: State, product: Product) -> None:
    caps = NO_CAPS
    day = state.rules.judged_on
    if day is not None and product.product_id in state.rules.products:
        rules = state.rules.rules_on(product.product_id, day)
        caps = caps_of(rules, product.terms.product_type)
    slots = state.slots.get(product.product_id)
    assert caps == (NO_CAPS if slots is None else slots.caps), product.product_id  # H3


def _parties(state: State, product_id: ProductId, slots: Slots) -> dict[HolderId, _Party]:
    holdings = {
        holder_id: holding
        for (of_product, holder_id), holding in state.register.holdings.items()
        if of_product == product_id
    }
    parties: dict[HolderId, _Party] = {}
    for holder_id in {*holdings, *(move.buyer_id for move in slots.moves.values())}:
        holding = holdings.get(holder_id)
        moves = slots.moves.items()
        parties[holder_id] = _Party(
            *slots.holder_of(holder_id),
            units=0 if holding is None else holding.total,
            principal=0 if holding is None else holding.principal,
            purchases={key: move for key, move in moves if move.buyer_id == holder_id},
            sales={key: move for key, move in moves if move.seller_id == holder_id},
        )
    return parties


def _counted(slots: Slots, parties: dict[HolderId, _Party]) -> Counts:
    threshold = slots.caps.natural_threshold
    exits = {
        transfer_id: party
        for party in parties.values()
        for transfer_id, move in party.sales.items()
        if move.units == party.units and not party.purchases
    }
    holders = [party for party in parties.values() if party.units]
    newcomers = [party for party in parties.values() if not party.units]
    natural = [party for party in parties.values() if party.is_natural]
    small = [party for party in natural if party.units and party.principal < threshold]
    soon = [party for party in natural if party not in small and _gets_small(party, slots, exits)]
    held = _weight(holders)
    pending = {move.buyer_id for move in slots.moves.values()}
    return Counts(
        natural_small=Count(len(small), len(soon)),
        natural_large=sum(party.is_natural for party in holders) - len(small),
        institutions=sum(not party.is_natural for party in holders),
        now=Count(held, sum(_needed(party, exits) for party in newcomers)),
        ever=Count(
            sum(slots.holder_of(holder_id).weight for holder_id in slots.ever),
            _weight(parties[holder_id] for holder_id in pending - slots.ever.keys()),
        ),
    )


def _gets_small(party: _Party, slots: Slots, exits: dict[TransferId, _Party]) -> bool:
    """Whether some of his open transfers would leave him with less than the threshold, in no slot
    that a seller with as little leaves him."""
    threshold = slots.caps.natural_threshold
    sold = sum(move.units for move in party.sales.values())
    if sold < party.units:
        left = party.principal - sum(move.principal for move in party.sales.values())
        return left < threshold
    if any(move.principal < threshold for move in party.sales.values()):
        return True
    for transfer_id, move in party.purchases.items():
        seller = exits.get(transfer_id)
        in_his_place = seller is not None and seller.is_natural and seller.principal < threshold
        if move.principal < threshold and not in_his_place:
            return True
    return False


def _needed(newcomer: _Party, exits: dict[TransferId, _Party]) -> int:
    if any(transfer_id not in exits for transfer_id in newcomer.purchases):
        return newcomer.weight
    left = [exits[transfer_id].weight for transfer_id in newcomer.purchases]
    return max(0, newcomer.weight - min(left))


def _weight(parties: Iterable[_Party]) -> int:
    return sum(party.weight for party in parties)
