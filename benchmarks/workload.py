"""The market that the generator makes: which command comes next, and what it learns from answers.

The mix is exact: a shuffled pack of 50 resting orders, 30 cancels, 15 crossing orders and 5
confirmations, over and over. Everything else is drawn from a seed.

What keeps the market where it is over a run of millions of commands:

* The price of a product does not move. *Near* orders rest within NEAR_LEVELS of it and are there to
  be taken; *far* ones rest beyond and are there to be cancelled. Crossing orders reach the near
  ones only, so that a cancel never comes too late.
* A near order is placed wherever fewer than NEAR_ORDERS of them stand; everything else that rests
  is far. A crossing order takes one listing, or two when more orders are open than at the start;
  one in eight takes half a listing and the next one of that book the other half.
* Each party is on one side of each product, so that nobody can meet himself.
* Transfers pile up, as the mix wants it: three of four pairs that match are not confirmed within
  the run.
"""

from collections import Counter, deque
from enum import IntEnum
from random import Random
from typing import Final

import msgspec

from exchange.commands import AnyCommand, CancelOrder, ConfirmTransfer, PlaceOrder
from exchange.types import PartyId
from matching import OrderId, Price, Quantity, Side, TimeInForce
from registry.types import ProductId, TransferId

LOT: Final = 1_000
HALF_LISTING: Final = Quantity(100 * LOT)
LISTING: Final = Quantity(2 * HALF_LISTING)
TICK: Final = 10
MIDDLE: Final = 10_000  # one yuan a unit, which is par
NEAR_LEVELS: Final = 3
FAR_LEVELS: Final = 40
NEAR_ORDERS: Final = 30
HALF_ONE_IN: Final = 8
TAKEN_MAX: Final = 2  # listings by one crossing order


class Kind(IntEnum):
    """What a command of the mix is for."""

    RESTING = 1
    CANCEL = 2
    CROSSING = 3
    CONFIRMATION = 4


SHARES: Final = {Kind.RESTING: 50, Kind.CANCEL: 30, Kind.CROSSING: 15, Kind.CONFIRMATION: 5}
"""Per cent of all commands."""


class VenueFacts(msgspec.Struct, frozen=True, array_like=True):
    """What the generator has to know of the venue before it starts."""

    seed: int
    traders: list[PartyId]
    """Of even and odd place in turn: the ones buy where the others sell."""
    products: list[ProductId]
    orders_open: int
    """What is held constant over the run."""


class Answer(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a participant is told of a command: by it the generator learns the ids."""

    number: int
    """The command's own number, from 0."""
    order_id: int
    """The command's sequence, which is the id of the order if it placed one."""
    refusal: int
    """0 if it was not refused."""
    opened: tuple[tuple[TransferId, int, PartyId], ...]
    """Transfers that it opened: id, version, trust company."""


class Queue:
    """One side of one product's book, as far as the generator knows it."""

    __slots__ = (
        "half_taken",
        "makers",
        "near_placed",
        "near_resting",
        "product_id",
        "side",
        "takers",
    )

    def __init__(
        self, product_id: ProductId, side: Side, *, makers: list[PartyId], takers: list[PartyId]
    ) -> None:
        self.product_id = product_id
        self.side = side
        self.makers = makers
        self.takers = takers
        self.near_placed = 0  # sent and not yet taken
        self.near_resting = 0  # known to stand in the book and not yet taken
        self.half_taken = False

    def price(self, levels: int) -> Price:
        """The price `levels` away from the middle, on this side."""
        away = -levels if self.side is Side.BUY else levels
        return Price(MIDDLE + away * TICK)


class Workload:
    """Commands one by one, and what their answers say."""

    def __init__(self, facts: VenueFacts) -> None:
        self._draw = Random(facts.seed)
        self._orders_open_wanted = facts.orders_open
        halves = (facts.traders[0::2], facts.traders[1::2])
        self._queues = [
            Queue(product_id, side, makers=halves[number % 2], takers=halves[1 - number % 2])
            for product, product_id in enumerate(facts.products)
            for number, side in enumerate(Side, start=product)
        ]
        self._pack: list[Kind] = []
        self._number = 0
        self._waiting: dict[int, tuple[Kind, PartyId, Queue | None]] = {}
        self._far: list[tuple[OrderId, PartyId]] = []
        self._near_resting = 0
        self._pending: deque[tuple[TransferId, int, PartyId]] = deque()
        self.sent: Counter[Kind] = Counter()
        self.refused: Counter[int] = Counter()
        self.transfers_opened = 0

    @property
    def waiting(self) -> int:
        """Commands without an answer."""
        return len(self._waiting)

    @property
    def orders_open(self) -> int:
        """Orders known to rest."""
        return len(self._far) + self._near_resting

    @property
    def transfers_pending(self) -> int:
        """Transfers that nobody has confirmed yet."""
        return len(self._pending)

    def opening(self) -> tuple[int, AnyCommand]:
        """A resting order, to fill the books before the run: its number and the command."""
        return self._numbered(Kind.RESTING)

    def following(self) -> tuple[int, AnyCommand]:
        """The next command of the mix: its number and the command."""
        if not self._pack:
            self._pack = [kind for kind, share in SHARES.items() for _ in range(share)]
            self._draw.shuffle(self._pack)
        return self._numbered(self._pack.pop())

    def learn(self, answer: Answer) -> None:
        """Take note of an answer."""
        kind, party_id, near = self._waiting.pop(answer.number)
        if answer.refusal:
            self.refused[answer.refusal] += 1
            if near is not None:
                near.near_placed -= 1
        elif kind is Kind.RESTING:
            if near is None:
                self._far.append((OrderId(answer.order_id), party_id))
            else:
                near.near_resting += 1
                self._near_resting += 1
        elif kind is Kind.CROSSING:
            self.transfers_opened += len(answer.opened)
            self._pending.extend(answer.opened)

    def _numbered(self, kind: Kind) -> tuple[int, AnyCommand]:
        number = self._number
        self._number += 1
        key = f"journey-{number:012}"
        near: Queue | None = None
        command: AnyCommand
        if kind is Kind.CANCEL and self._far:
            order_id, party_id = self._any_far()
            command = CancelOrder(actor=party_id, key=key, order_id=order_id)
        elif kind is Kind.CROSSING and (taken := self._any_near()) is not None:
            command = self._crossing(taken, key)
        elif kind is Kind.CONFIRMATION and self._pending:
            transfer_id, version, trust_company_id = self._pending.popleft()
            command = ConfirmTransfer(
                actor=trust_company_id,
                key=key,
                transfer_id=transfer_id,
                version=version,
                officer="officer-1",
            )
        else:
            # What a book that is still empty cannot have is counted as what it became.
            kind = Kind.RESTING
            command, near = self._resting(key)
        self.sent[kind] += 1
        self._waiting[number] = (kind, command.actor, near)
        return number, command

    def _resting(self, key: str) -> tuple[PlaceOrder, Queue | None]:
        queue = self._draw.choice(self._queues)
        near: Queue | None = None
        if queue.near_placed < NEAR_ORDERS:
            near = queue
            queue.near_placed += 1
            levels = 1 + self._draw.randrange(NEAR_LEVELS)
        else:
            levels = 1 + NEAR_LEVELS + self._draw.randrange(FAR_LEVELS)
        command = PlaceOrder(
            actor=self._draw.choice(queue.makers),
            key=key,
            product_id=queue.product_id,
            side=queue.side,
            price=queue.price(levels),
            quantity=LISTING,
            time_in_force=TimeInForce.GOOD_TILL_CANCELLED,
            post_only=False,
            expires_at_ns=None,
        )
        return command, near

    def _crossing(self, taken: Queue, key: str) -> PlaceOrder:
        if taken.half_taken:
            taken.half_taken = False
            quantity, listings = HALF_LISTING, 0
        elif self._draw.randrange(HALF_ONE_IN) == 0:
            taken.half_taken = True
            quantity, listings = HALF_LISTING, 1
        else:
            listings = TAKEN_MAX if self.orders_open > self._orders_open_wanted else 1
            quantity = Quantity(LISTING * listings)
        taken.near_placed -= listings
        taken.near_resting -= listings
        self._near_resting -= listings
        return PlaceOrder(
            actor=self._draw.choice(taken.takers),
            key=key,
            product_id=taken.product_id,
            side=taken.side.opposite,
            price=taken.price(NEAR_LEVELS),
            quantity=quantity,
            time_in_force=TimeInForce.IMMEDIATE_OR_CANCEL,
            post_only=False,
            expires_at_ns=None,
        )

    def _any_far(self) -> tuple[OrderId, PartyId]:
        far = self._far
        at = self._draw.randrange(len(far))
        far[at], far[-1] = far[-1], far[at]
        return far.pop()

    def _any_near(self) -> Queue | None:
        for _ in self._queues:
            queue = self._draw.choice(self._queues)
            if queue.near_resting >= TAKEN_MAX:
                return queue
        return None
