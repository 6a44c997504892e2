"""Every command in every state, by either side: it moves the negotiation as its table says, or is
refused, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from api.negotiations_page import TITLES, negotiations_page
from exchange.modes.english import ENGLISH
from exchange.modes.listed import LISTED
from exchange.modes.negotiated import NEGOTIATED
from exchange.modes.negotiation import (
    BACKED,
    LED,
    OFFERED,
    OPEN,
    OPEN_STATES,
    REOPENED,
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
from exchange.negotiation_state import MACHINES
from exchange.refusals import Refusal
from exchange.types import NegotiationId, PartyKind
from tests.exchange.dealing import Dealing
from tests.exchange.venue import HOUR_NS, the

PAGE = Path(__file__).parents[2] / "docs" / "negotiations.md"
FIRST_PASSING, SELLER_CONFIRMS = Acceptance.FIRST_PASSING, Acceptance.SELLER_CONFIRMS


class Stage:
    """An open negotiation in one state, with who has the word and who has not."""

    def __init__(self, machine: Machine, state: NegotiationState) -> None:
        self.machine = machine
        modes = [mode for mode, each in MACHINES.items() if each is machine]
        mode = modes[0] if modes else MarketMode.LISTED_PRICE
        venue = self.venue = Dealing(mode)
        self.maker, self.taker = venue.seller, venue.buyer
        self.offer_id = 0
        if machine is NEGOTIATED:
            self.number = venue.opens(venue.offer())
            self.offer_id = self.number
        elif machine is RFQ:
            self.maker, self.taker = venue.buyer, venue.seller
            self.number = venue.opens(venue.request())
        elif machine is ENGLISH:
            self.number = venue.opens(venue.auction(lapses_in=2))
            if state is not OPEN:
                self.bids_are_made(state)
        else:
            firm = machine is LISTED[FIRST_PASSING]
            acceptance = FIRST_PASSING if firm else SELLER_CONFIRMS
            self.number = venue.opens(venue.listing(parts=True, acceptance=acceptance))
        if state is OFFERED:
            self.has_offer(by_taker=True)
            venue.does(venue.yes(self.number, self.offer_id, by=self.maker))
        elif state is BACKED and machine is not ENGLISH:
            self.is_sold()

    def is_sold(self) -> None:
        """All that is listed goes to somebody, and the taker stands behind him."""
        venue = self.venue
        buyer = venue.registers(PartyKind.INSTITUTION)
        venue.deposits(buyer, 100_000)
        wish = venue.makes(venue.answer(self.number, by=buyer))
        self.has_offer(by_taker=True)
        venue.does(venue.yes(self.number, wish, by=self.maker))
        venue.does(venue.yes(self.number, wish, by=buyer))

    def bids_are_made(self, state: NegotiationState) -> None:
        """The taker bids, and another more; then it is over, and then the transfer has failed."""
        venue = self.venue
        self.offer_id = venue.makes(venue.answer(self.number, by=self.taker))
        venue.makes(venue.answer(self.number, price=10_100, by=venue.other))
        if state is LED:
            return
        told = the(NegotiationAdvanced, venue.waits(HOUR_NS))
        assert told.transfer_id is not None
        if state is REOPENED:
            venue.does(venue.rejection(told.transfer_id))

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
                firsts = (NEGOTIATED, ENGLISH)
                if self.offer_id and role is Role.TAKER and self.machine not in firsts:
                    by = venue.other
                raised = 10_000 + (100 if self.machine is ENGLISH and self.offer_id else 0)
                return venue.answer(number, price=raised, by=by)
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
    if act is not Act.OFFER and state is OPEN and machine is not ENGLISH:
        stage.has_offer(by_taker=True)
    command = stage.command(act, role)
    if not machine.may(state, act, role):
        refused = stage.venue.refuses(command)
        # A firm listing and a new auction have no offers that could be accepted or declined.
        nothing = Refusal.OFFER_NOT_STANDING
        no_bids = machine is ENGLISH and state is OPEN
        if (machine is LISTED[FIRST_PASSING] or no_bids) and act in (Act.ACCEPT, Act.DECLINE):
            assert refused is nothing
        elif act is Act.ACCEPT and role is Role.TAKER and machine is LISTED[SELLER_CONFIRMS]:
            assert refused is nothing  # he has asked, and nobody has picked him
        else:
            assert refused is Refusal.NOT_YOUR_TURN
        return
    told = the(NegotiationAdvanced, stage.venue.does(command))
    assert told.move in machine.acts[act, role]
    assert told.state is machine.table[state, told.move]


def _lapses(stage: Stage) -> NegotiationAdvanced:
    return the(NegotiationAdvanced, stage.venue.waits(3_600 * 10**9))


def _lapses_at_last(stage: Stage) -> NegotiationAdvanced:
    venue = stage.venue
    lapses_ns = venue.standing(NegotiationId(stage.number)).lapses_ns
    return the(NegotiationAdvanced, venue.waits(lapses_ns - venue.at_ns))


def _two_ask(stage: Stage) -> None:
    stage.venue.makes(stage.venue.answer(stage.number, by=stage.venue.other))


REACHED: list[tuple[Machine, NegotiationState, Move, Callable[[Stage], NegotiationAdvanced]]] = [
    *((machine, OPEN, Move.LAPSE, _lapses) for _, machine in TITLES),
    (LISTED[SELLER_CONFIRMS], OFFERED, Move.LAPSE, _lapses),
    (LISTED[SELLER_CONFIRMS], BACKED, Move.RELEASE, _lapses),
    (ENGLISH, LED, Move.AWARD, _lapses),
    (ENGLISH, BACKED, Move.RELEASE, _lapses_at_last),
    (ENGLISH, REOPENED, Move.LAPSE, _lapses_at_last),
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
        states = {state for state, _ in machine.table}
        assert {to for to in machine.table.values() if to in OPEN_STATES} <= states
        assert states <= OPEN_STATES
        for state in states:
            assert (state, Move.CLOSE) in machine.table


def test_the_page_says_what_the_tables_say() -> None:
    stored = PAGE.read_text(encoding="utf-8")
    assert stored == negotiations_page(), "python -m api.negotiations_page > docs/negotiations.md"
