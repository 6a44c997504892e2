"""A product's rules take effect: which orders may meet, what its holders are capped by, and what
its book asks of two who would."""

from collections.abc import Iterable
from dataclasses import replace

from exchange.class_events import BookClassed, ClassedOrder
from exchange.match_veto import MatchVeto
from exchange.on_the_way import OnTheWay
from exchange.order_class import Classes, classes_of
from exchange.settlement import Emit
from exchange.slot_desk import follow_caps
from exchange.state import Order, Product, State
from matching import OrderId, ParticipantId, Phase, Quantity, RestingOrder
from registry.types import DayNumber, ProductId


def follow_rules(
    state: State, product_ids: Iterable[ProductId], day: DayNumber, emit: Emit
) -> None:
    """Caps and classes of these products, where they are others, are those of their rules of this
    day. Orders keep their places, those too that may meet now: whoever comes next meets them. Cost:
    O(packs loaded + rules) a product; as `_give_veto` of one whose caps or classes are others."""
    for product_id in product_ids:
        product, slots = state.products[product_id], state.slots.get(product_id)
        rules = state.rules.rules_on(product_id, day)
        follow_caps(state, product, rules, emit)
        classes = classes_of(rules, product.terms.product_type)
        veto = product.veto
        if veto is None or classes != veto.classes or state.slots.get(product_id) is not slots:
            are_kept_apart = classes is not None or (veto is not None and veto.classes is not None)
            _give_veto(state, product, classes)
            resting = [_classed(state, product, each) for each in product.book.orders_by_age()]
            product.restore_book(resting, product.book.phase)
            if are_kept_apart:
                emit(book_classed(product))


def follow_all(state: State, day: DayNumber, emit: Emit) -> None:
    """Likewise of every product that has rules. Cost: as `follow_rules` of these."""
    follow_rules(state, sorted(state.rules.products), day, emit)


def restore_book(
    state: State, product: Product, order_ids: Iterable[OrderId], phase: Phase
) -> None:
    """Let these orders rest again, in the order in which they came, in a book that asks what the
    product's rules of the day of which orders were judged last ask; what is on its way is counted
    as it is restored. Cost: O(packs loaded + rules + orders × log orders)."""
    if product.product_id in state.rules.products:
        _give_veto(state, product, classes_now(state, product))
    product.restore_book([_resting(state.orders[order_id]) for order_id in order_ids], phase)


def book_classed(product: Product) -> BookClassed:
    """What is told of the classes of a product that has rules, as they are now. Cost: O(orders that
    rest)."""
    assert product.veto is not None, product.product_id
    classes = product.veto.classes
    if classes is None:
        return BookClassed(product_id=product.product_id, matrix=(), orders=())
    return BookClassed(
        product_id=product.product_id,
        matrix=classes.matrix.rows,
        orders=tuple(
            [
                ClassedOrder(
                    order.order_id,
                    order.side,
                    order.price,
                    order.quantity,
                    order.counterparty_class,
                )
                for order in product.book.orders_by_age()
            ]
        ),
    )


def classes_now(state: State, product: Product) -> Classes | None:
    """Which orders the product's rules of the day of which orders were judged last let meet at all.
    Cost: O(packs loaded + rules)."""
    assert state.rules.judged_on is not None, product.product_id
    rules = state.rules.rules_on(product.product_id, state.rules.judged_on)
    return classes_of(rules, product.terms.product_type)


def _give_veto(state: State, product: Product, classes: Classes | None) -> None:
    """Cost: O(open transfers of the venue)."""
    product_id = product.product_id
    on_the_way = OnTheWay()
    for transfer in state.register.transfers.values():
        if transfer.product_id == product_id:
            on_the_way.open(
                transfer.units, seller_id=transfer.seller_id, buyer_id=transfer.buyer_id
            )
    product.veto = MatchVeto(
        state,
        product,
        slots=state.slots.get(product_id),
        classes=classes,
        on_the_way=on_the_way,
    )


def _resting(order: Order) -> RestingOrder:
    return RestingOrder(
        order_id=order.order_id,
        participant_id=ParticipantId(order.party_id),
        side=order.side,
        price=order.price,
        quantity=Quantity(order.open_quantity),
        post_only=order.post_only,
        expires_at_ns=order.expires_at_ns,
        counterparty_class=order.counterparty_class,
        size_terms=order.size_terms,
        time_in_force=order.time_in_force,
    )


def _classed(state: State, product: Product, resting: RestingOrder) -> RestingOrder:
    """An order that rests, in the class that it has by the product's rules."""
    assert product.veto is not None, product.product_id
    order = state.orders[resting.order_id]
    order.counterparty_class = product.veto.class_of(order)
    return replace(resting, counterparty_class=order.counterparty_class)
