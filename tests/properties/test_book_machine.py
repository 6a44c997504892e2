"""The real book and the naive one, side by side: Hypothesis to find, a seeded loop for volume.

After every command: the same events, the same book from every side and by every class from which it
can be read, every invariant, and the same book folded from the events alone.
"""

from __future__ import annotations

import os
import random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from matching import (
    BookRules,
    CounterpartyMatrix,
    OrderId,
    OwnerId,
    ParticipantId,
    Phase,
    Price,
    Quantity,
    SelfTradePrevention,
    Side,
    SizeTerms,
    TimeInForce,
)
from tests.properties.book_pair import BookPair
from tests.properties.random_orders import (
    BOOKS,
    EXPIRIES,
    ORDER_IDS,
    OWNERS,
    PARTICIPANTS,
    PRICES,
    PRICES_VALID,
    QUANTITIES,
    QUANTITIES_VALID,
    RandomOrders,
    matrix,
    veto_by_id,
)

SOAK_STEPS = int(os.environ.get("TRUSTEX_SOAK_STEPS", "6000"))
# The widest net that there is: soaked ten times as long as any other property.
EXAMPLES = settings().max_examples
EXAMPLES *= 10 if os.environ.get("TRUSTEX_HYPOTHESIS_PROFILE") == "soak" else 1

CLASSES = st.integers(0, 3)
SIZE_TERMS = st.builds(
    SizeTerms,
    minimum_quantity=st.sampled_from((0, 0, 0, 1, 3, 10)),
    all_or_none=st.booleans(),
    whole_only=st.sampled_from((False, False, False, True)),
    residual_minimum=st.sampled_from((0, 0, 0, 1, 4)),
)

IDS = st.sampled_from(ORDER_IDS)
ROWS: st.SearchStrategy[tuple[int, ...]] = st.one_of(
    st.tuples(IDS),
    st.tuples(IDS, st.sampled_from(QUANTITIES)),
    st.tuples(IDS, st.sampled_from(PRICES), st.sampled_from(QUANTITIES)),
    st.tuples(
        *(IDS, st.sampled_from(PARTICIPANTS), st.integers(1, 2), st.sampled_from(PRICES)),
        *(st.sampled_from(QUANTITIES), st.integers(1, 5), st.integers(0, 3)),
    ),
)


@st.composite
def matrices(draw: st.DrawFn) -> CounterpartyMatrix:
    """Who may trade with whom, of up to three classes a side; mostly somebody."""
    columns = draw(st.integers(1, 3))
    row = st.tuples(*[st.sampled_from((True, True, False))] * columns)
    return CounterpartyMatrix(tuple(draw(st.lists(row, min_size=1, max_size=3))))


class BookMachine(RuleBasedStateMachine):
    """Every command, in every order that Hypothesis thinks of."""

    def __init__(self) -> None:
        super().__init__()
        self.books = BookPair()

    @initialize(
        matrix=matrices(),
        self_trade=st.sampled_from(SelfTradePrevention),
        candidates_examined_max=st.sampled_from((1, 2, 3, 10_000)),
        retried_max=st.sampled_from((1, 2, 100)),
        retried_fills_max=st.sampled_from((1, 3, 400)),
        has_veto=st.booleans(),
    )
    def open(
        self,
        matrix: CounterpartyMatrix,
        self_trade: SelfTradePrevention,
        candidates_examined_max: int,
        retried_max: int,
        retried_fills_max: int,
        *,
        has_veto: bool,
    ) -> None:
        rules = BookRules(
            matrix=matrix,
            self_trade=self_trade,
            candidates_examined_max=candidates_examined_max,
            retried_max=retried_max,
            retried_fills_max=retried_fills_max,
        )
        self.books = BookPair(rules, veto=veto_by_id if has_veto else None)

    @rule(
        order_id=IDS,
        participant_id=st.sampled_from(PARTICIPANTS),
        side=st.sampled_from(Side),
        price=st.sampled_from(PRICES),
        quantity=st.sampled_from(QUANTITIES),
        time_in_force=st.sampled_from(TimeInForce),
        post_only=st.booleans(),
        expires_at_ns=st.sampled_from(EXPIRIES),
        owner_id=st.sampled_from(OWNERS),
        counterparty_class=st.integers(-1, 3),
        size_terms=st.none() | SIZE_TERMS | st.just(SizeTerms(residual_minimum=-1)),
    )
    def place_any(
        self,
        order_id: OrderId,
        participant_id: ParticipantId,
        side: Side,
        price: Price,
        quantity: Quantity,
        time_in_force: TimeInForce,
        *,
        post_only: bool,
        expires_at_ns: int | None,
        owner_id: OwnerId | None,
        counterparty_class: int,
        size_terms: SizeTerms | None,
    ) -> None:
        self.books.both(
            lambda book: book.place(
                order_id,
                participant_id,
                side,
                price,
                quantity,
                time_in_force,
                post_only=post_only,
                expires_at_ns=expires_at_ns,
                owner_id=owner_id,
                counterparty_class=counterparty_class,
                size_terms=size_terms,
            )
        )

    @rule(
        order_id=IDS,
        participant_id=st.sampled_from(PARTICIPANTS),
        side=st.sampled_from(Side),
        price=st.sampled_from(PRICES_VALID),
        quantity=st.sampled_from(QUANTITIES_VALID),
        counterparty_class=CLASSES,
        size_terms=st.none() | SIZE_TERMS,
    )
    def place_resting(
        self,
        order_id: OrderId,
        participant_id: ParticipantId,
        side: Side,
        price: Price,
        quantity: Quantity,
        counterparty_class: int,
        size_terms: SizeTerms | None,
    ) -> None:
        rows = self.books.rules.matrix.rows
        classes = len(rows) if side is Side.BUY else len(rows[0])
        self.books.both(
            lambda book: book.place(
                order_id,
                participant_id,
                side,
                price,
                quantity,
                counterparty_class=counterparty_class % classes,
                size_terms=size_terms,
            )
        )

    @rule(
        order_id=IDS,
        participant_id=st.sampled_from(PARTICIPANTS),
        side=st.sampled_from(Side),
        quantity=st.sampled_from(QUANTITIES),
        protection_price=st.none() | st.sampled_from(PRICES),
        to_limit=st.booleans(),
        counterparty_class=CLASSES,
    )
    def place_market(
        self,
        order_id: OrderId,
        participant_id: ParticipantId,
        side: Side,
        quantity: Quantity,
        protection_price: Price | None,
        *,
        to_limit: bool,
        counterparty_class: int,
    ) -> None:
        self.books.both(
            lambda book: book.place_market(
                order_id,
                participant_id,
                side,
                quantity,
                protection_price=protection_price,
                to_limit=to_limit,
                counterparty_class=counterparty_class,
            )
        )

    @rule(order_id=IDS)
    def cancel(self, order_id: OrderId) -> None:
        self.books.both(lambda book: book.cancel(order_id))

    @rule(order_id=IDS, quantity=st.sampled_from(QUANTITIES))
    def reduce(self, order_id: OrderId, quantity: Quantity) -> None:
        self.books.both(lambda book: book.reduce(order_id, quantity))

    @rule(
        order_id=IDS,
        price=st.sampled_from(PRICES),
        quantity=st.sampled_from(QUANTITIES),
    )
    def replace(self, order_id: OrderId, price: Price, quantity: Quantity) -> None:
        self.books.both(lambda book: book.replace(order_id, price, quantity))

    @rule(now_ns=st.integers(0, 20), expired_max=st.integers(1, 5))
    def expire(self, now_ns: int, expired_max: int) -> None:
        self.books.both(lambda book: book.expire(now_ns, expired_max=expired_max))

    @rule()
    def end_day(self) -> None:
        self.books.both(lambda book: book.end_day())

    @rule(participant_id=st.sampled_from(PARTICIPANTS))
    def cancel_participant(self, participant_id: ParticipantId) -> None:
        self.books.both(lambda book: book.cancel_participant(participant_id))

    @rule()
    def cancel_all(self) -> None:
        self.books.both(lambda book: book.cancel_all())

    @rule(phase=st.sampled_from(Phase))
    def enter_phase(self, phase: Phase) -> None:
        self.books.both(lambda book: book.enter_phase(phase))

    @rule(
        reference_price=st.sampled_from(PRICES_VALID),
        pressure_limit_percent=st.sampled_from((None, 0, 20, 60)),
    )
    def uncross(self, reference_price: Price, pressure_limit_percent: int | None) -> None:
        self.books.indicate(
            reference_price=reference_price, pressure_limit_percent=pressure_limit_percent
        )
        self.books.both(
            lambda book: book.uncross(
                reference_price=reference_price, pressure_limit_percent=pressure_limit_percent
            )
        )

    @rule(earliest_ns=st.integers(1, 5), window_ns=st.integers(0, 5), draw=st.integers(0, 99))
    def schedule_uncross(self, earliest_ns: int, window_ns: int, draw: int) -> None:
        self.books.both(
            lambda book: book.schedule_uncross(
                earliest_ns=earliest_ns, latest_ns=earliest_ns + window_ns, draw=draw
            )
        )

    @rule(rows=st.lists(ROWS, max_size=8))
    def run(self, rows: list[tuple[int, ...]]) -> None:
        self.books.run(rows)

    @rule()
    def restore(self) -> None:
        self.books.restore()

    @invariant()
    def the_books_agree(self) -> None:
        self.books.check()
        self.books.check_orders(ORDER_IDS)


TestBookMachine = BookMachine.TestCase
TestBookMachine.settings = settings(max_examples=EXAMPLES, stateful_step_count=30)


@pytest.mark.parametrize("number", range(len(BOOKS)))
def test_a_long_run_of_commands_agrees_with_the_model(number: int) -> None:
    rules, veto = BOOKS[number]
    steps = SOAK_STEPS // len(BOOKS)
    books = BookPair(rules, veto=veto)
    orders = RandomOrders(books, random.Random(number))
    for step in range(steps):
        orders.step()
        books.check()
        if step % 50 == 0:
            books.check_orders(ORDER_IDS)
    assert books.counts["Filled"] > steps // 20


def cancel(books: BookPair, order_id: OrderId) -> None:
    books.both(lambda book: book.cancel(order_id))


def test_prices_that_come_and_go_by_the_thousand_leave_no_trace() -> None:
    books = BookPair(BookRules(matrix=matrix("x.", "xx")))
    draw = random.Random(1)
    for step in range(3_000):
        resting = books.model.resting
        if len(resting) > 40 and draw.random() < 0.6:
            cancel(books, draw.choice(resting).order_id)
        else:
            side = draw.choice(list(Side))
            price = Price(draw.randint(1, 5_000) + (4_000 if side is Side.SELL else 0))
            new, class_number = OrderId(step), draw.randrange(2)
            books.run([(new, 1, side.value, price, draw.randint(1, 9), 1, class_number)])
        if step % 10 == 0:
            books.check()
    assert books.counts["Rested"] > 1_500
