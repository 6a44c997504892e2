"""The invariants of pairs, L6 and L7 of docs/invariants.md: everything counted anew."""

from exchange.on_the_way import OnTheWay
from exchange.order_class import MUST_BE_WHOLE, BuyClass, SellClass
from exchange.pair_facts import of_standing
from exchange.rules_following import classes_now
from exchange.state import Product, State
from exchange.types import PartyKind
from matching import BUY

OF_PERSONS = frozenset({SellClass.PART, SellClass.WHOLE})


def check_pairs(state: State) -> None:
    """Assert that what is on its way is what open transfers say, and that orders have the classes
    of their parties. Cost: O(open transfers + orders + rules)."""
    ways = {product_id: OnTheWay() for product_id in state.rules.products}
    for transfer in state.register.transfers.values():
        if transfer.product_id in ways:
            way = ways[transfer.product_id]
            way.open(transfer.units, seller_id=transfer.seller_id, buyer_id=transfer.buyer_id)
    for product_id, product in state.products.items():
        veto = product.veto
        assert (veto is not None) == (product_id in ways), product_id  # L6
        if veto is not None:
            assert veto.on_the_way.sold == ways[product_id].sold, product_id  # L6
            assert veto.on_the_way.coming == ways[product_id].coming, product_id  # L6
            assert veto.slots is state.slots.get(product_id), product_id  # H1
            assert veto.classes == classes_now(state, product), product_id  # L7
        _check_classes(state, product)


def _check_classes(state: State, product: Product) -> None:
    has_classes = product.veto is not None and product.veto.classes is not None
    for resting in product.book.orders_by_age():
        order = state.orders[resting.order_id]
        assert resting.counterparty_class == order.counterparty_class, order.order_id  # L7
        if not has_classes:
            assert order.counterparty_class == 0, order.order_id  # L7
            continue
        is_natural = state.parties[order.party_id].kind is PartyKind.NATURAL_PERSON
        if order.side is BUY:
            of_persons = order.counterparty_class == BuyClass.NATURAL_PERSON
        else:
            of_persons = order.counterparty_class in OF_PERSONS
        assert of_persons == is_natural, order.order_id  # L7
        waits = (product.product_id, order.party_id) in state.rules.waiting
        if order.side is not BUY and order.counterparty_class in MUST_BE_WHOLE and not waits:
            assert of_standing(state, product, order).kept == 0, order.order_id  # L7
