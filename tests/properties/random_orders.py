"""Random commands for one order book: few ids, prices and owners, so that everything meets.

Most commands are valid and some just not; a phase without trading is soon left again.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from matching import (
    BookRules,
    CounterpartyMatrix,
    OrderId,
    OwnerId,
    ParticipantId,
    Phase,
    Price,
    Quantity,
    RestingOrder,
    SelfTradePrevention,
    Side,
    SizeTerms,
    TimeInForce,
    Veto,
)
from tests.properties.book_pair import BookPair

ORDER_IDS: Final = [OrderId(number) for number in range(1, 61)]
PARTICIPANTS: Final = [ParticipantId(number) for number in range(1, 6)]
OWNERS: Final = [None, None, None, OwnerId(1), OwnerId(2), OwnerId(77)]
PRICES_VALID: Final = [Price(number) for number in range(1, 9)]
PRICES: Final = [*PRICES_VALID, Price(0), Price(2**62), Price(2**62 + 1)]
QUANTITIES_VALID: Final = [Quantity(number) for number in range(1, 21)]
QUANTITIES: Final = [
    *QUANTITIES_VALID,
    *(Quantity(number) for number in (-1, 0, 2**62, 2**62 + 1)),
]
EXPIRIES: Final = [None, None, None, 0, *range(1, 20), 2**62, 2**62 + 1]
IN_FORCE: Final = list(TimeInForce)
SIDES: Final = list(Side)


def veto_by_id(candidate: RestingOrder, incoming: RestingOrder, quantity: int) -> bool:
    """No to some pairs, always the same ones, and to some of them only at some quantities."""
    pair = candidate.order_id * 7 + incoming.order_id * 3
    return pair % 5 == 0 or (pair + quantity) % 11 == 0


def matrix(*rows: str) -> CounterpartyMatrix:
    """A row of words for each class of buyers: `x` where they may trade."""
    return CounterpartyMatrix(tuple(tuple(cell == "x" for cell in row) for row in rows))


BOOKS: Final[list[tuple[BookRules, Veto | None]]] = [
    (BookRules(), None),
    (BookRules(self_trade=SelfTradePrevention.SKIP, candidates_examined_max=3), None),
    (BookRules(matrix=matrix("xx.", ".xx")), None),
    (BookRules(matrix=matrix("x..", "xx.", ".xx"), retried_max=1), veto_by_id),
    (
        BookRules(matrix=matrix("x.", "xx"), self_trade=SelfTradePrevention.REJECT_INCOMING),
        veto_by_id,
    ),
    (BookRules(matrix=matrix("xx", "xx"), self_trade=SelfTradePrevention.CANCEL_OLDEST), None),
    (BookRules(self_trade=SelfTradePrevention.CANCEL_BOTH, retried_fills_max=2), veto_by_id),
    (BookRules(matrix=matrix("x.x", ".x.", "x.x"), candidates_examined_max=2), veto_by_id),
]
"""The books of the long run: each way to prevent self-trades, matrices of all shapes."""


class RandomOrders:
    """Draws the next command for a pair of books."""

    def __init__(self, books: BookPair, draw: Random) -> None:
        self.books = books
        self.draw = draw
        self.change_weather()

    def change_weather(self) -> None:
        """Another mix: few orders or many, plain or choosy, far from each other or close."""
        self.order_ids = ORDER_IDS[: self.draw.choice((10, 25, 25, 60))]
        self.choosy = self.draw.choice((0.1, 0.3, 0.7))
        self.greedy = self.draw.choice((1, 2, 4))

    def step(self) -> None:
        """One command of a mix in which most are valid."""
        if self.draw.random() < 0.005:
            self.change_weather()
        phase = self.books.model.phase
        gathers = phase is Phase.AUCTION
        leaves = {Phase.CONTINUOUS: 12, Phase.AUCTION: 6}.get(phase, 300)
        commands: list[tuple[int, Callable[[], None]]] = [
            (600, self.place),
            (200 if gathers else 40, self.place_market),
            (60, self.cancel),
            (60, self.reduce),
            (120, self.replace),
            (12, self.expire),
            (3, self.end_day),
            (2, self.cancel_participant),
            (1, self.cancel_all),
            (leaves, self.enter_phase),
            (25 if gathers else 1, self.uncross),
            (25 if gathers else 1, self.indicate),
            (10 if gathers else 1, self.schedule_uncross),
            (20, self.run),
            (10, self.restore),
        ]
        weights = [weight for weight, _ in commands]
        self.draw.choices([run for _, run in commands], weights)[0]()

    def price(self, side: Side) -> Price:
        """Buyers mostly want it cheap, so that books grow deep."""
        if self.draw.random() < 0.01:
            return self.draw.choice(PRICES)
        prices = self.draw.choices(PRICES_VALID, k=self.draw.randint(1, self.greedy))
        return min(prices) if side is Side.BUY else max(prices)

    def quantity(self) -> Quantity:
        return self.draw.choice(QUANTITIES_VALID if self.draw.random() < 0.99 else QUANTITIES)

    def new_id(self) -> OrderId:
        """An id that mostly is free."""
        taken = {order.order_id for order in self.books.model.resting}
        free = [order_id for order_id in self.order_ids if order_id not in taken]
        return self.draw.choice(free if free and self.draw.random() < 0.97 else self.order_ids)

    def resting_id(self) -> OrderId:
        """An order that rests, or any other."""
        resting = self.books.model.resting
        if resting and self.draw.random() < 0.9:
            return self.draw.choice(resting).order_id
        return self.draw.choice(self.order_ids)

    def counterparty_class(self, side: Side) -> int:
        rows = self.books.rules.matrix.rows
        count = len(rows) if side is Side.BUY else len(rows[0])
        return self.draw.randrange(count) if self.draw.random() < 0.99 else count

    def size_terms(self) -> SizeTerms | None:
        draw = self.draw
        # An auction takes none of them.
        if draw.random() < (0.05 if self.books.model.phase is Phase.AUCTION else self.choosy):
            return SizeTerms(
                minimum_quantity=draw.choice((0, 0, 0, 1, 3, 8)),
                all_or_none=draw.random() < 0.5,
                whole_only=draw.random() < 0.15,
                residual_minimum=draw.choice((0, 0, 0, 1, 2, 6)),
            )
        return None

    def place(self) -> None:
        draw = self.draw
        if len(self.books.model.resting) >= len(self.order_ids) and draw.random() < 0.9:
            self.cancel()
            return
        order_id, participant_id = self.new_id(), draw.choice(PARTICIPANTS)
        side, size_terms = draw.choice(SIDES), self.size_terms()
        # Large all-or-none orders at good prices wait for enough to come together.
        waits = size_terms is not None and size_terms.all_or_none and draw.random() < 0.5
        price, quantity = self.price(side.opposite if waits else side), self.quantity()
        in_force = draw.choices(IN_FORCE, (16, 1, 1, 2, 2))[0]
        post_only = draw.random() < (0.15 if waits else 0.05)
        has_expiry = in_force is TimeInForce.GOOD_TILL_DATE or draw.random() < 0.1
        expires_at_ns = draw.choice(EXPIRIES) if has_expiry else None
        owner_id = draw.choice(OWNERS)
        counterparty_class = self.counterparty_class(side)
        self.books.both(
            lambda book: book.place(
                order_id,
                participant_id,
                side,
                price,
                quantity,
                in_force,
                post_only=post_only,
                expires_at_ns=expires_at_ns,
                owner_id=owner_id,
                counterparty_class=counterparty_class,
                size_terms=size_terms,
            )
        )

    def place_market(self) -> None:
        draw = self.draw
        order_id, participant_id = self.new_id(), draw.choice(PARTICIPANTS)
        side, quantity = draw.choice(SIDES), self.quantity()
        protection_price = self.price(side) if draw.random() < 0.3 else None
        to_limit = draw.random() < 0.5
        owner_id = draw.choice(OWNERS)
        counterparty_class = self.counterparty_class(side)
        self.books.both(
            lambda book: book.place_market(
                order_id,
                participant_id,
                side,
                quantity,
                protection_price=protection_price,
                to_limit=to_limit,
                owner_id=owner_id,
                counterparty_class=counterparty_class,
            )
        )

    def run(self) -> None:
        """Some commands in bulk."""
        self.books.run([self.row() for _ in range(self.draw.randint(1, 6))])

    def row(self) -> tuple[int, ...]:
        draw = self.draw
        side = draw.choice(SIDES)
        price, quantity = self.price(side), self.quantity()
        match draw.randrange(8):
            case 0:
                return (self.resting_id(),)
            case 1:
                return (self.resting_id(), quantity)
            case 2:
                return (self.resting_id(), price, quantity)
            case _:
                in_force = draw.choices(IN_FORCE, (16, 4, 1, 1, 1))[0]
                return (
                    *(self.new_id(), draw.choice(PARTICIPANTS), side.value, price, quantity),
                    *(in_force.value, self.counterparty_class(side)),
                )

    def cancel(self) -> None:
        order_id = self.resting_id()
        self.books.both(lambda book: book.cancel(order_id))

    def reduce(self) -> None:
        order_id, quantity = self.resting_id(), self.quantity()
        self.books.both(lambda book: book.reduce(order_id, quantity))

    def replace(self) -> None:
        order_id, quantity = self.resting_id(), self.quantity()
        price = self.price(self.draw.choice(SIDES))
        self.books.both(lambda book: book.replace(order_id, price, quantity))

    def expire(self) -> None:
        now_ns, expired_max = self.draw.randrange(20), self.draw.randint(1, 5)
        self.books.both(lambda book: book.expire(now_ns, expired_max=expired_max))

    def end_day(self) -> None:
        self.books.both(lambda book: book.end_day())

    def cancel_participant(self) -> None:
        participant_id = self.draw.choice(PARTICIPANTS)
        self.books.both(lambda book: book.cancel_participant(participant_id))

    def cancel_all(self) -> None:
        self.books.both(lambda book: book.cancel_all())

    def enter_phase(self) -> None:
        phase = self.draw.choice([*Phase, Phase.AUCTION, Phase.AUCTION])
        self.books.both(lambda book: book.enter_phase(phase))

    def uncross(self) -> None:
        reference_price = self.draw.choice(PRICES_VALID)
        percent = self.draw.choice((None, 0, 20, 60))
        self.books.both(
            lambda book: book.uncross(
                reference_price=reference_price, pressure_limit_percent=percent
            )
        )

    def indicate(self) -> None:
        self.books.indicate(
            reference_price=self.draw.choice(PRICES_VALID),
            pressure_limit_percent=self.draw.choice((None, 0, 20, 60)),
        )

    def schedule_uncross(self) -> None:
        earliest_ns, draw = self.draw.randint(1, 9), self.draw.randrange(99)
        latest_ns = earliest_ns + self.draw.randrange(9)
        self.books.both(
            lambda book: book.schedule_uncross(
                earliest_ns=earliest_ns, latest_ns=latest_ns, draw=draw
            )
        )

    def restore(self) -> None:
        self.books.restore()
