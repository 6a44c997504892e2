"""Whatever comes in and stops to count, a transfer goes to the trust company, and settles, exactly
when the rulebook wants no paper more; and each party is told what it wants of it."""

from __future__ import annotations

from random import Random
from typing import Final

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from exchange.events import AnyEvent
from exchange.evidence_types import EvidenceSubject, MediaType
from exchange.profile import CertificationBasis
from exchange.rules.types import Stage
from exchange.types import OPERATOR_ID, PartyId, PartyKind
from matching import BUY, SELL
from registry.terms import DocumentKind
from registry.transfer import Overlay, Transfer, TransferState, Who
from tests.exchange.bank import Bank
from tests.exchange.papers import fault, hands_in, paper
from tests.exchange.rules.admitted import CHINAS, CHINAS_TERMS, AdmittedMarket
from tests.exchange.rules.packs import whole
from tests.exchange.rules.test_transfer_hold import confirmation, said
from tests.exchange.steps import Steps, transfer_of
from tests.model.papers import Side, lacking

PACKS: Final = ("CN-2007", "CN-AMT-2025D", "CN-VENUE-LICENSED", "JP-TBI")
"""Those under which orders may meet in a book."""
STEPS: Final = 40
WHOSE: Final = {None: "BOTH", Who.SELLER: "SELLER", Who.BUYER: "BUYER"}
KINDS: Final = [
    *(DocumentKind.OWN_FUNDS, DocumentKind.RISK_STATEMENT, DocumentKind.DUAL_RECORDING),
    *(DocumentKind.NO_REPURCHASE, DocumentKind.AUTHORITY, DocumentKind.FIXED_DATE),
]


class OnTheWay:
    """A transfer whose papers come and go while somebody lets go of it again and again."""

    def __init__(self, draw: Random) -> None:
        self.draw = draw
        self.packs = set(draw.sample(PACKS, draw.choice([1, 2])))
        signs = draw.random() < 0.5
        terms = msgspec.structs.replace(
            CHINAS_TERMS,
            agreement=signs,
            dual_recording=False,
            cooling_off_hours=draw.choice([0, 23, 24, 25]) if signs else 0,
            checklist=(),
        )
        self.hours = terms.cooling_off_hours
        self.market = AdmittedMarket(terms=msgspec.structs.replace(CHINAS, transfer_terms=terms))
        self.with_account: set[PartyId] = set()
        self.papers: dict[int, tuple[str, str]] = {}
        self.files = self.held = self.went_on = 0
        self.begin(signs=signs)

    def begin(self, *, signs: bool) -> None:
        """The seller's units are sold to a person or a company; both sign where they have to."""
        market = self.market
        for pack_id in self.packs:
            market.loads(whole(pack_id))
        market.rules(*self.packs)
        market.knows(market.other, basis=CertificationBasis.LEGAL_PERSON)
        market.opens()
        buyer = self.buyer = self.draw.choice([market.buyer, market.other])
        self.has_signed = signs
        # All that the seller has, for one buyer: a person may buy it too.
        listing = market.order(market.seller, SELL, 500_000)
        market.does(market.constrained(listing, whole_only=True))
        events = market.does(market.order(buyer, BUY, 500_000))
        (self.transfer_id,) = market.pending()
        self.steps = Steps(market, self.transfer_id)
        if signs:
            market.does(self.steps.sign(market.seller))
            events = market.does(self.steps.sign(buyer))
        while self.transfer.state is TransferState.AGREEMENT_PENDING:
            assert said(events) == []
            due_ns = self.transfer.due_ns
            assert due_ns is not None
            events = market.waits(due_ns - market.at_ns)
        self.compare(events, Stage.SUBMIT)

    @property
    def is_open(self) -> bool:
        return self.transfer_id in self.market.state.register.transfers

    @property
    def transfer(self) -> Transfer:
        return transfer_of(self.market, self.transfer_id)

    def step(self) -> None:
        """Something comes in, or stops to count, or somebody goes on with it."""
        self.draw.choice([self.hand_in] * 6 + [self.fault, self.verify] + [self.go_on] * 2)()

    def hand_in(self) -> None:
        kind, of = (
            self.draw.choice(KINDS),
            self.draw.choice([None, None, None, Who.SELLER, Who.BUYER]),
        )
        self.files += 1
        is_recording = kind is DocumentKind.DUAL_RECORDING
        command = paper(
            self.market,
            EvidenceSubject.TRANSFER,
            self.transfer_id,
            OPERATOR_ID,
            kind=kind,
            of=of,
            file=self.files,
            media_type=MediaType.MP4 if is_recording else MediaType.PDF,
        )
        hands_in(self.market, command)
        self.papers[self.files] = kind.name, WHOSE[of]

    def fault(self) -> None:
        if self.papers:
            number = self.draw.choice(list(self.papers))
            self.market.does(fault(self.market, number))
            del self.papers[number]

    def verify(self) -> None:
        if not self.with_account:
            Bank(self.market)
            self.with_account = {self.market.seller, self.market.buyer}

    def go_on(self) -> None:
        """Somebody lets go of it, or the trust company gives its word."""
        if self.transfer.overlays == Overlay.HELD:
            is_confirmed = self.transfer.state is TransferState.CONFIRMED
            events = self.market.does(self.steps.let_go())
        else:
            is_confirmed = True
            events = self.market.does(confirmation(self.market, self.transfer_id))
        self.compare(events, Stage.SETTLE if is_confirmed else Stage.SUBMIT)

    def compare(self, events: tuple[AnyEvent, ...], stage: Stage) -> None:
        """It was held for exactly what the rulebook wants."""
        wanted = self.wants(stage)
        assert {party_id: rules for party_id, _, rules in said(events)} == wanted
        assert {asked for _, asked, _ in said(events)} <= {stage}
        if wanted:
            self.held += 1
            assert self.transfer.overlays == Overlay.HELD
        else:
            self.went_on += 1
            assert self.is_open is (stage is Stage.SUBMIT)

    def wants(self, stage: Stage) -> dict[PartyId, set[str]]:
        """What the rulebook wants still, of each party."""
        found = {}
        for party_id, buys in ((self.market.seller, False), (self.buyer, True)):
            side = Side(
                buys=buys,
                is_natural=self.market.state.parties[party_id].kind is PartyKind.NATURAL_PERSON,
                both_have_signed=self.has_signed,
                hours_to_withdraw=self.hours,
                own_account=party_id in self.with_account,
                papers=set(self.papers.values()),
            )
            lacks = lacking(self.packs, side, settles=stage is Stage.SETTLE)
            if lacks:
                found[party_id] = lacks
        return found


def played(seed: int) -> OnTheWay:
    on_the_way = OnTheWay(Random(seed))
    for _ in range(STEPS):
        if on_the_way.is_open:
            on_the_way.step()
    return on_the_way


@given(seed=st.integers(0, 2**32))
def test_a_transfer_goes_on_exactly_when_no_paper_is_wanted(seed: int) -> None:
    played(seed)


def test_transfers_are_held_and_go_on_on_the_way() -> None:
    all_of_them = [played(seed) for seed in range(30)]
    assert sum(each.held for each in all_of_them) > 30
    assert sum(each.went_on for each in all_of_them) > 10
    assert sum(not each.is_open for each in all_of_them) > 3
