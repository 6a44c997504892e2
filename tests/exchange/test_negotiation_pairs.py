"""Every command in every state, by either side: it moves the negotiation as its table says, or is
refused, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from api.negotiations_page import TITLES, negotiations_page
from exchange.modes.listed import LISTED
from exchange.modes.negotiated import NEGOTIATED
from exchange.modes.negotiation import (
    OFFERED,
    OPEN,
    Acceptance,
    Act,
    Machine,
    Move,
    NegotiationState,
    Role,
)
from exchange.modes.rfq import RFQ
from exchange.modes.types import MarketMode
from exchange.negotiation_commands import AboutNegotiation
from exchange.negotiation_events import NegotiationAdvanced
from exchange.refusals import Refusal
from exchange.types import NegotiationId
from tests.exchange.dealing import Dealing
from tests.exchange.venue import the

PAGE = Path(__file__).parents[2] / "docs" / "negotiations.md"
FIRST_PASSING, SELLER_CONFIRMS = Acceptance.FIRST_PASSING, Acceptance.SELLER_CONFIRMS


class Stage:
    """An open negotiation in one state, with who has the word and who has not."""

    def __init__(self, machine: Machine, state: NegotiationState) -> None:
        self.machine = machine
        mode = MarketMode.LISTED_PRICE
        if machine in (NEGOTIATED, RFQ):
            mode = MarketMode.NEGOTIATED if machine is NEGOTIATED else MarketMode.RFQ
        venue = self.venue = Dealing(mode)
        self.maker, self.taker = venue.seller, venue.buyer
        self.offer_id = 0
        if machine is NEGOTIATED:
            self.number = venue.opens(venue.offer())
            self.offer_id = self.number
        elif machine is RFQ:
            self.maker, self.taker = venue.buyer, venue.seller
            self.number = venue.opens(venue.request())
        else:
            firm = machine is LISTED[FIRST_PASSING]
            acceptance = FIRST_PASSING if firm else SELLER_CONFIRMS
            self.number = venue.opens(venue.listing(parts=True, acceptance=acceptance))
        if state is OFFERED:
            self.has_offer(by_taker=True)
            venue.does(venue.yes(self.number, self.offer_id, by=self.maker))

    def has_offer(self, *, by_taker: bool) -> None:
        """Of several offers one of the taker's, or of somebody else's, where offers can be made."""
        venue = self.venue
        if self.offer_id or self.machine is LISTED[FIRST_PASSING]:
            return
        if not by_taker and self.machine is RFQ:
            venue.records(venue.other, 1_000)
        by = self.taker if by_taker else venue.other
        self.offer_id = venue.makes(venue.answer(self.number, by=by))

    def command(self, act: Act, role: Role) -> AboutNegotiation:
        """What this side would say."""
        venue, number = self.venue, NegotiationId(self.number)
        by = self.maker if role is Role.MAKER else self.taker
        match act:
            case Act.OFFER:
                if self.offer_id and role is Role.TAKER and self.machine is not NEGOTIATED:
                    by = venue.other
                return venue.answer(number, by=by)
            case Act.ACCEPT:
                return venue.yes(number, self.offer_id, by=by)
            case Act.DECLINE:
                return venue.no(number, self.offer_id, by=by)
            case Act.WITHDRAW:
                return venue.back(number, by=by)


CASES = [
    pytest.param(machine, state, act, role, id=f"{title} {state.name} {act.name} {role.name}")
    for title, machine in TITLES
    for state in sorted({state for state, _ in machine.table})
    for act in Act
    for role in Role
]


@pytest.mark.parametrize(("machine", "state", "act", "role"), CASES)
def test_a_command_does_what_the_table_says_or_is_refused(
    machine: Machine, state: NegotiationState, act: Act, role: Role
) -> None:
    stage = Stage(machine, state)
    if act is not Act.OFFER and state is OPEN:
        stage.has_offer(by_taker=True)
    command = stage.command(act, role)
    if not machine.may(state, act, role):
        refused = stage.venue.refuses(command)
        # A firm listing has no offers that could be accepted or declined.
        nothing = Refusal.OFFER_NOT_STANDING
        if machine is LISTED[FIRST_PASSING] and act in (Act.ACCEPT, Act.DECLINE):
            assert refused is nothing
        elif act is Act.ACCEPT and state is OPEN and machine is LISTED[SELLER_CONFIRMS]:
            assert refused is nothing  # he has asked, and nobody has picked him
        else:
            assert refused is Refusal.NOT_YOUR_TURN
        return
    told = the(NegotiationAdvanced, stage.venue.does(command))
    assert told.move in machine.acts[act, role]
    assert told.state is machine.table[state, told.move]


def _lapses(stage: Stage) -> NegotiationAdvanced:
    return the(NegotiationAdvanced, stage.venue.waits(3_600 * 10**9))


def _two_ask(stage: Stage) -> None:
    stage.venue.makes(stage.venue.answer(stage.number, by=stage.venue.other))


REACHED: list[tuple[Machine, NegotiationState, Move, Callable[[Stage], NegotiationAdvanced]]] = [
    *((machine, OPEN, Move.LAPSE, _lapses) for _, machine in TITLES),
    (LISTED[SELLER_CONFIRMS], OFFERED, Move.LAPSE, _lapses),
]


@pytest.mark.parametrize(("machine", "state", "move", "ask"), REACHED)
def test_the_clock_ends_what_nobody_has_agreed_to(
    machine: Machine,
    state: NegotiationState,
    move: Move,
    ask: Callable[[Stage], NegotiationAdvanced],
) -> None:
    told = ask(Stage(machine, state))
    assert (told.move, told.state) == (move, machine.table[state, move])


def test_who_is_next_is_offered_the_units_and_else_they_are_open_to_all() -> None:
    machine = LISTED[SELLER_CONFIRMS]
    stage = Stage(machine, OFFERED)
    _two_ask(stage)
    moves = []
    for by in (stage.taker, stage.venue.other):
        told = stage.venue.does(stage.venue.back(NegotiationId(stage.number), by=by))
        moves.append(the(NegotiationAdvanced, told).move)
    assert moves == [Move.PASS_ON, Move.FALL_BACK]


def test_every_state_can_be_left() -> None:
    for _, machine in TITLES:
        assert all(to in (OPEN, OFFERED) or to > OFFERED for to in machine.table.values())
        for state in {state for state, _ in machine.table}:
            assert (state, Move.CLOSE) in machine.table


def test_the_page_says_what_the_tables_say() -> None:
    stored = PAGE.read_text(encoding="utf-8")
    assert stored == negotiations_page(), "python -m api.negotiations_page > docs/negotiations.md"
