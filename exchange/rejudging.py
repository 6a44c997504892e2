"""Orders that stand go on before the rules (stage X): what no longer passes is withdrawn. So do
products (stage P): an open one that is admitted no longer is suspended.

    What changes                                         Whose orders are judged again
    a party's profile, or whether it is listed           its own
    what is disclosed of a product, or its rules         all of the product
    a pack that applies at once                          all of the products that have rules
    the day in Asia/Shanghai                             the same
    what a party holds of a product                      its own, of all that it had (ORD-02)

A verdict depends on nothing else (Ruling), so nothing stands that would not pass. What changes is
noted, and judged in the same command, a bounded number of parties at a time; what is left comes
first of all timers, and until it is done no other command is applied (exchange/sequencer.py): no
order trades that waits for its judgement. What is withdrawn stays so, whatever comes after.
"""

from typing import Final

from exchange.admission import findings_against_open
from exchange.cases import mark_rules_changed
from exchange.judging import findings_against
from exchange.limits import JUDGED_AT_ONCE_MAX, ORDERS_WITHDRAWN_AT_ONCE_MAX
from exchange.negotiation_follow import follow
from exchange.orders import withdraw_order
from exchange.pair_judging import findings_of_whole
from exchange.product_desk import advance
from exchange.rules.types import Finding
from exchange.rules_events import OrdersDisqualified, ProductJudged
from exchange.rules_state import Disqualified, Suspended
from exchange.settlement import Emit
from exchange.state import Order, Product, State
from exchange.types import PartyId
from matching import BUY, SELL, Side
from registry.calendar import day_in_shanghai
from registry.product import ProductEvent
from registry.types import ProductId, TimeNs

SIDES: Final = (BUY, SELL)


def note_party(state: State, party_id: PartyId) -> None:
    """Something else is known of the party. Cost: O(products with rules)."""
    for product_id in state.rules.products:
        if (party_id, product_id) in state.own_orders:
            state.rules.waiting.append((product_id, party_id))
    _note_due(state)


def note_product(state: State, product_id: ProductId) -> None:
    """Something else is known of the product, or it has other rules. Cost: O(1)."""
    if product_id in state.rules.products:
        state.rules.waiting.append((product_id, None))
        _note_due(state)


def note_products(state: State) -> None:
    """Rules that any product may have are others. Cost: O(products with rules)."""
    for product_id in state.rules.products:
        state.rules.waiting.append((product_id, None))
    _note_due(state)


def begin_day(state: State, at_ns: TimeNs) -> bool:
    """Whether it is another day than that of which all orders were judged: all are judged again,
    and approvals looked at that were given by the rules of the day before.
    Cost: O(products with rules)."""
    today = day_in_shanghai(at_ns)
    if state.rules.judged_on is None or state.rules.judged_on >= today:
        return False
    state.rules.judged_on = today
    note_products(state)
    mark_rules_changed(state, state.rules.products, at_ns=at_ns)
    return True


def judge_on(state: State, *, at_ns: TimeNs, emit: Emit) -> None:
    """Judge what the command under way has noted, or the first of it: the clock goes on. Cost:
    JUDGED_AT_ONCE_MAX steps."""
    for _ in range(JUDGED_AT_ONCE_MAX):
        if not state.rules.waiting:
            return
        judge_next(state, at_ns=at_ns, emit=emit)


def judge_next(state: State, *, at_ns: TimeNs, emit: Emit) -> None:
    """The next step: note each party with orders in a product, or judge one of them. Cost: O(open
    orders' parties and products), some 0.1 µs each; or O(rules + the party's orders)."""
    product_id, party_id = state.rules.waiting.popleft()
    if party_id is None:
        _judge_product(state, state.products[product_id], at_ns=at_ns, emit=emit)
        parties = sorted(owner for owner, of in state.own_orders if of == product_id)
        state.rules.waiting.extend((product_id, owner) for owner in parties)
        return
    product = state.products[product_id]
    if not all(_judge(state, product, party_id, side, at_ns=at_ns, emit=emit) for side in SIDES):
        state.rules.waiting.appendleft((product_id, party_id))
    if state.negotiations.withdrawn:
        follow(state, at_ns=at_ns, emit=emit)


def _judge_product(state: State, product: Product, *, at_ns: TimeNs, emit: Emit) -> None:
    """Suspend an open product that its rules admit no longer, and tell why."""
    findings = findings_against_open(state, product, at_ns=at_ns)
    if not findings:
        return
    refusal = advance(state, product, ProductEvent.SUSPEND, emit=emit)
    assert refusal is None, product.product_id
    version, sequence = product.standing.version, state.register.sequence
    state.rules.suspended.append(Suspended(product.product_id, sequence, version))
    emit(ProductJudged(product_id=product.product_id, findings=findings))


def check_standing(state: State) -> None:
    """Assert that no order stands that would have to be withdrawn. Cost: O(orders × rules)."""
    if state.rules.waiting or state.rules.judged_on != day_in_shanghai(state.at_ns):
        return
    for order_id, order in state.orders.items():
        if order.product_id in state.rules.products:
            product, at_ns = state.products[order.product_id], state.at_ns
            against = findings_against(state, product, order.party_id, order.side, at_ns=at_ns)
            assert not against, (order_id, against)  # L4
            split = findings_of_whole(state, product, order, at_ns=at_ns)
            assert not split, (order_id, split)  # L4


def _judge(
    state: State, product: Product, party_id: PartyId, side: Side, *, at_ns: TimeNs, emit: Emit
) -> bool:
    """Withdraw what no longer passes, and tell why. Returns: whether nothing of it is left."""
    own = state.own_orders.get((party_id, product.product_id), {})
    standing = [order for order in own.values() if order.side is side]
    if not standing:
        return True
    findings = findings_against(state, product, party_id, side, at_ns=at_ns)
    if not findings:
        standing, findings = _split(state, product, standing, at_ns=at_ns)
    if not findings:
        return True
    withdrawn = standing[:ORDERS_WITHDRAWN_AT_ONCE_MAX]
    for order in withdrawn:
        _withdraw(state, order, at_ns=at_ns, emit=emit)
    emit(
        OrdersDisqualified(
            party_id=party_id,
            product_id=product.product_id,
            side=side,
            order_ids=tuple(order.order_id for order in withdrawn),
            findings=findings,
        )
    )
    return len(withdrawn) == len(standing)


def _split(
    state: State, product: Product, standing: list[Order], *, at_ns: TimeNs
) -> tuple[list[Order], tuple[Finding, ...]]:
    """The order that was of all that its party had, and is not any more: there is at most one."""
    for order in standing:
        findings = findings_of_whole(state, product, order, at_ns=at_ns)
        if findings:
            return [order], findings
    return [], ()


def _withdraw(state: State, order: Order, *, at_ns: TimeNs, emit: Emit) -> None:
    withdraw_order(state, order, at_ns=at_ns, emit=emit)
    sequence = state.register.sequence
    state.rules.disqualified.append(Disqualified(order.order_id, sequence))


def _note_due(state: State) -> None:
    due_ns = state.rules.next_due_ns()
    if due_ns is not None:
        state.note_due(due_ns)
