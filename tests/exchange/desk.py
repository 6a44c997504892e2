"""A sequencer at work without a disk: batches that are committed go to a list, and the clock shows
what the test says.

The venue is that of the simulation: a trust company (2), five traders (3 to 7), two products.
"""

from __future__ import annotations

from typing import Any, Final

from exchange.check import check
from exchange.clock import Timekeeper
from exchange.codec import CHAIN_START
from exchange.commands import AnyCommand, PlaceOrder
from exchange.market_change import MarketChange
from exchange.market_view import MarketView
from exchange.ports import Head, JournalRow
from exchange.sequencer import Batch, Outcome, Sequencer
from exchange.state import State
from exchange.types import PartyId, Sequence
from matching import Price, Quantity, Side, TimeInForce
from registry.types import TimeNs
from tests.simulation.traffic import LOT, PAR, PRODUCTS, START_NS, TICK, TRADERS, founding

FOUNDING_COMMANDS: Final = len(founding())


class HandClock:
    """A clock that is set by hand."""

    def __init__(self, now_ns: int = START_NS) -> None:
        self.shows_ns = now_ns

    def now_ns(self) -> TimeNs:
        """What it was set to."""
        return TimeNs(self.shows_ns)


class Answers:
    """Outcomes of one command, in the order in which they came."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []

    @property
    def one(self) -> Outcome:
        """The only outcome."""
        (outcome,) = self.outcomes
        return outcome


class Desk:
    """Offer commands, form batches, commit them: each step by hand, or all with `give`."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.timekeeper = Timekeeper(self.clock, journaled_ns=TimeNs(0))
        self.view = MarketView()
        self.sequencer = Sequencer(
            State(),
            head=Head(1, Sequence(0), CHAIN_START),
            view=self.view,
            timekeeper=self.timekeeper,
        )
        self.journal: list[JournalRow] = []
        for command in founding():
            assert self.give(command).refusal is None, command

    def offer(self, command: AnyCommand) -> Answers:
        """Queue a command; its outcome comes with the commit of its batch."""
        answers = Answers()
        self.sequencer.offer(command, answers.outcomes.append)
        return answers

    def form(self) -> Batch:
        """Form the next batch, of which there must be one."""
        batch = self.sequencer.form()
        assert batch is not None
        return batch

    def commit(self, batch: Batch) -> list[MarketChange]:
        """The batch is on the disk, and published."""
        rows: list[Any] = batch.changes.journal
        self.journal += [JournalRow(*row) for row in rows]
        check(self.sequencer.state)
        return self.sequencer.publish(batch, lambda sequence: self.journal[sequence - 1])

    def give(self, command: AnyCommand) -> Outcome:
        """Queue a command, and form and commit its batch."""
        answers = self.offer(command)
        self.commit(self.form())
        return answers.one


def order(
    key: str,
    *,
    trader: int = 0,
    side: Side = Side.BUY,
    price: int = PAR,
    lots: int = 1,
    expires_at_ns: int | None = None,
) -> PlaceOrder:
    """An order of the trader of this index."""
    return PlaceOrder(
        actor=PartyId(TRADERS[trader]),
        key=key,
        product_id=PRODUCTS[0],
        side=side,
        price=Price(price - price % TICK),
        quantity=Quantity(LOT * lots),
        time_in_force=TimeInForce.GOOD_TILL_CANCELLED,
        post_only=False,
        expires_at_ns=None if expires_at_ns is None else TimeNs(expires_at_ns),
    )
