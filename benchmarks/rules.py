"""What rules cost: all that they say of an order, what they add to it, what a party may do and may
answer, and to ask another pack of the past.

    python -m benchmarks.rules --json FILE [--quick]

The engine alone, no disk and no edge. What the figures leave out is said in benchmarks/README.md.
"""

import argparse
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from api import calendars
from benchmarks.report import Figure, median, print_table, write_json
from benchmarks.venue import DEPOSIT, product_terms, register_files
from benchmarks.what_if import Past, measure_what_if
from benchmarks.workload import LOT, MIDDLE, TICK
from exchange.answerable import answerable
from exchange.answerable_words import Word
from exchange.book_view import BookLevel
from exchange.class_view import VIEWERS, viewpoint_of
from exchange.codec import encode_command, encode_events, terms_digest
from exchange.commands import (
    AnyCommand,
    CancelOrder,
    OpenLicensedVenue,
    PlaceOrder,
    RecordDeposit,
    RegisterParty,
)
from exchange.engine import apply
from exchange.events import CommandRefused
from exchange.feasible import feasible
from exchange.fees import DEFAULT_FEE_SCHEDULE
from exchange.judging import findings_of_order, judge_order
from exchange.market_commands import SetMarketMode
from exchange.modes.negotiation import Acceptance
from exchange.modes.types import MarketMode
from exchange.negotiation_commands import ListUnits
from exchange.order_words import order_of
from exchange.pair_preview import Counterparty, Others
from exchange.preview import Facts, preview
from exchange.profile import (
    CddRisk,
    Certification,
    CertificationBasis,
    DueDiligence,
    Profile,
    RiskAssessment,
)
from exchange.register_commands import OpenProduct, SignOffProduct
from exchange.rules.packs import shipped
from exchange.rules_commands import LoadRulePack, SetProductRules
from exchange.state import Product, State
from exchange.types import OPERATOR_ID, Fen, PartyId, PartyKind, Sequence, VenueProfile
from matching import OrderId, Price, Quantity, Side, TimeInForce
from registry.calendar import DAY_NS, HOUR_NS, day_of_date, start_in_shanghai
from registry.terms import SANDBOX
from registry.types import DayNumber, HolderId, ProductId, TimeNs, Units

PACKS: Final = ("CN-2007", "CN-VENUE-LICENSED")
TODAY: Final = day_of_date("2026-11-23")
START_NS: Final = TimeNs(start_in_shanghai(TODAY) + 10 * HOUR_NS)
PAST_BATCHES: Final = 10
LEVELS_PER_SIDE: Final = 100
"""One order each: 200 rest."""
LISTINGS: Final = 50
"""As many as are told of a side."""
PORTION: Final = 300
"""Orders that stand at once in a batch, half of each of two parties."""
MICROSECOND_NS: Final = 1_000
MILLISECOND_NS: Final = 1_000_000
SECOND_NS: Final = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is measured."""

    batches: int
    orders: int
    """Of each batch."""
    questions: int
    """Of each kind, in each batch."""
    pasts: int
    """How often a journal of some batches' orders is executed again."""


FULL: Final = Plan(batches=60, orders=1_000, questions=200, pasts=5)
QUICK: Final = Plan(batches=10, orders=500, questions=50, pasts=1)


class Market:
    """The engine's state with one product that its rules admit, two natural persons who trade it,
    a third whose asks rest, and two institutions: one whose bids rest, and one that trades."""

    def __init__(self, *packs: str, past: Past | None = None) -> None:
        self.past = past
        self.state = State()
        self.keys = 0
        self.does(
            OpenLicensedVenue(
                actor=OPERATOR_ID,
                key="open",
                profile=VenueProfile.SANDBOX,
                fee_schedule=DEFAULT_FEE_SCHEDULE,
                calendars=(calendars.load(SANDBOX.calendar_id),),
                approval_ref="a benchmark",
            )
        )
        company = self.registers(PartyKind.TRUST_COMPANY)
        persons = [self.registers(PartyKind.NATURAL_PERSON) for _ in range(3)]
        institutions = [self.registers(PartyKind.INSTITUTION) for _ in range(2)]
        self.seller, self.buyer, self.ask_maker = persons
        self.bid_maker, self.institution = institutions
        traders = [*persons, *institutions]
        terms = msgspec.structs.replace(
            product_terms(1, company),
            ctrc_code="DEMO-ZXD-2026-000001",
            transfer_terms=msgspec.structs.replace(SANDBOX, onboarding=True),
        )
        self.product_id = ProductId(self.does(terms))
        self.does(
            SignOffProduct(
                actor=company,
                key=self.key(),
                product_id=self.product_id,
                terms_digest=terms_digest(terms),
            )
        )
        for party_id in traders:
            self.does(
                RecordDeposit(
                    actor=OPERATOR_ID, key=self.key(), party_id=party_id, amount=Fen(DEPOSIT)
                )
            )
            party = self.state.parties[party_id]
            party.profile = _profile(party.kind)
        for file in register_files([self.product_id], traders):
            self.does(file)
        self.does(
            OpenProduct(
                actor=OPERATOR_ID,
                key=self.key(),
                product_id=self.product_id,
                units_outstanding=Units(self.state.register.units_outstanding[self.product_id]),
            )
        )
        for pack_id in packs:
            self.does(
                LoadRulePack(
                    actor=OPERATOR_ID, key=self.key(), text=shipped(pack_id), applies_from=None
                )
            )
        if packs:
            self.does(
                SetProductRules(
                    actor=OPERATOR_ID,
                    key=self.key(),
                    product_id=self.product_id,
                    packs=packs,
                    overrides=(),
                )
            )

    @property
    def product(self) -> Product:
        """The one product."""
        return self.state.products[self.product_id]

    def key(self) -> str:
        """A key that was not used before."""
        self.keys += 1
        return f"key-{self.keys}"

    def does(self, command: AnyCommand) -> Sequence:
        """Apply a command that is not refused; its sequence."""
        sequence = Sequence(self.state.sequence + 1)
        events = apply(self.state, command, sequence=sequence, at_ns=START_NS)
        assert not (events and isinstance(events[0], CommandRefused)), (command, events)
        if self.past is not None:
            self.past.add(START_NS, encode_command(command), encode_events(events))
        return sequence

    def registers(self, kind: PartyKind) -> PartyId:
        """A new party."""
        return PartyId(self.does(RegisterParty(actor=OPERATOR_ID, key=self.key(), kind=kind)))

    def order(self, number: int, *, resting: bool = False) -> PlaceOrder:
        """The order of this number: of both sides in turn, at prices where nobody meets."""
        sells = number % 2 == 0
        away = 1 + number // 2 % LEVELS_PER_SIDE
        if resting:
            actor = self.ask_maker if sells else self.bid_maker
        else:
            actor = self.seller if sells else self.buyer
        return PlaceOrder(
            actor=actor,
            key=self.key(),
            product_id=self.product_id,
            side=Side.SELL if sells else Side.BUY,
            price=Price(MIDDLE + TICK * (away if sells else -away)),
            quantity=Quantity(LOT),
            time_in_force=TimeInForce.GOOD_TILL_CANCELLED,
            post_only=False,
            expires_at_ns=None,
        )

    def places(self, orders: int) -> float:
        """CPU time of an order in a batch of so many, in µs. They are withdrawn, a portion at a
        time: no more of a party's stand than its packs let it have (ORD-04)."""
        portions = (
            range(first, min(first + PORTION, orders)) for first in range(0, orders, PORTION)
        )
        return sum(map(self._portion, portions)) / orders / MICROSECOND_NS

    def _portion(self, numbers: range) -> int:
        commands = [self.order(number) for number in numbers]
        begin = time.process_time_ns()
        sequences = [self.does(command) for command in commands]
        spent = time.process_time_ns() - begin
        for command, sequence in zip(commands, sequences, strict=True):
            self.does(CancelOrder(actor=command.actor, key=self.key(), order_id=OrderId(sequence)))
        return spent

    def facts(self, party_id: PartyId) -> Facts:
        """What rows and views would say of the party and the product."""
        state, product = self.state, self.product
        own = state.own_orders.get((party_id, self.product_id), {})
        return Facts(
            kind=state.parties[party_id].kind,
            product_id=self.product_id,
            terms=product.terms,
            state=product.standing.state,
            mode=product.mode,
            fee_schedule=state.fees.opening,
            money_available=Fen(state.cash.accounts[party_id].available),
            lots=tuple(state.register.holdings[self.product_id, HolderId(party_id)].lots.values()),
            units_coming=0,
            orders_open=len(own),
            own_orders=tuple((each.side, each.price) for each in own.values()),
            disclosed=product.facts,
            profile=state.parties[party_id].profile,
            rules=state.rules,
            calendars=state.calendars,
            halts=state.halts,
            turning=None,
            opposite=(),
        )

    def listing(self, number: int) -> ListUnits:
        """Units that may be asked for in parts, each at a price of its own."""
        return ListUnits(
            actor=self.ask_maker,
            key=self.key(),
            product_id=self.product_id,
            price=Price(MIDDLE + TICK * (1 + number)),
            quantity=Quantity(10 * LOT),
            parts=True,
            acceptance=Acceptance.SELLER_CONFIRMS,
            lapses_ns=TimeNs(START_NS + DAY_NS),
            lots=(),
        )

    def words(self) -> list[Word]:
        """What of the listings the institution could answer."""
        return [
            Word(
                negotiation_id=each.negotiation_id,
                offer_id=None,
                mode=each.mode,
                other_id=each.opener_id,
                side=Side.BUY,
                price=each.price,
                quantity=each.quantity,
                parts=True,
                makes_deal=True,
                until_ns=None,
            )
            for each in self.state.negotiations.by_id.values()
        ]

    def others(self, party_id: PartyId) -> Others:
        """What is committed about who has listed."""
        party = self.state.parties[party_id]
        holding = self.state.register.holdings[self.product_id, HolderId(party_id)]
        lister = Counterparty(party_id, party.kind, party.profile, tuple(holding.lots.values()))
        return Others(parties=(lister,), on_the_way=(), kinds={party_id: party.kind})

    def levels(self, party_id: PartyId, side: Side) -> list[BookLevel]:
        """What a plain order of the party's on this side would meet."""
        viewer = VIEWERS[viewpoint_of(self.state.parties[party_id].kind, side)]
        depth = self.product.book.depth(side.opposite, 2 * LEVELS_PER_SIDE, seen_by=viewer)
        return [BookLevel(price, Quantity(quantity), orders) for price, quantity, orders in depth]


def measure(plan: Plan) -> list[Figure]:
    """Every figure, each with what was measured beside it."""
    figures = [*_order_path(plan), *_explaining(plan), *_feasible(plan), *_answerable(plan)]
    return [*figures, *measure_what_if(_past(plan), times=plan.pasts)]


def _order_path(plan: Plan) -> Iterable[Figure]:
    """The same orders with rules and without, by turns."""
    plain, ruled = Market(), Market(*PACKS)
    for market in (plain, ruled):
        market.places(plan.orders)
    turns = [(plain.places(plan.orders), ruled.places(plan.orders)) for _ in range(plan.batches)]
    without = median(plain_us for plain_us, _ in turns)
    yield Figure(
        name="rules.order_path_added_us",
        value=median(ruled_us - plain_us for plain_us, ruled_us in turns),
        unit="us",
        baseline=without,
    )


def _explaining(plan: Plan) -> Iterable[Figure]:
    """All that every rule says of an order, beside the verdict alone."""
    market = Market(*PACKS)
    state, product = market.state, market.product
    orders = [
        order_of(market.order(number), Sequence(1), START_NS, product=product)
        for number in range(2)
    ]
    findings = [findings_of_order(state, product, each, at_ns=START_NS) for each in orders]

    def explains() -> None:
        for order in orders:
            findings_of_order(state, product, order, at_ns=START_NS)

    def judges() -> None:
        for order in orders:
            refusal = judge_order(
                state,
                product,
                order,
                price=order.price,
                open_quantity=order.open_quantity,
                at_ns=START_NS,
            )
            assert refusal is None, refusal

    explained, judged = _by_turns(plan, explains, judges)
    explain_us = explained / len(orders) / MICROSECOND_NS
    yield Figure(
        name="rules.explain_us",
        value=explain_us,
        unit="us",
        baseline=judged / len(orders) / MICROSECOND_NS,
    )
    yield Figure(
        name="rules.verdicts_per_s",
        value=sum(map(len, findings)) * SECOND_NS / explained,
        unit="1/s",
        baseline=SECOND_NS / _by_turns(plan, _nothing, _nothing)[0],
    )


def _feasible(plan: Plan) -> Iterable[Figure]:
    """What a party may do on both sides, beside the preview of one order."""
    market = Market(*PACKS)
    for number in range(2 * LEVELS_PER_SIDE):
        market.does(market.order(number, resting=True))
    assert len(market.product.book) == 2 * LEVELS_PER_SIDE
    institution = market.institution  # a part of a person's holding is for institutions
    facts = market.facts(institution)
    levels = {side: market.levels(institution, side) for side in Side}
    order = replace(market.order(1), actor=institution)

    def solves() -> None:
        for side, opposite in levels.items():
            price = opposite[0].price
            told = feasible(
                facts, institution, side, price=price, opposite=opposite, at_ns=START_NS
            )
            assert told.quantities, told
            assert len(told.takes) == LEVELS_PER_SIDE, told

    def previews() -> None:
        assert preview(facts, order, START_NS).refusal is None

    solved, previewed = _by_turns(plan, solves, previews)
    yield Figure(
        name="rules.feasible_ms",
        value=solved / MILLISECOND_NS,
        unit="ms",
        baseline=previewed / MILLISECOND_NS,
    )


def _answerable(plan: Plan) -> Iterable[Figure]:
    """What a party may answer of a page of listings in parts, beside what it may order."""
    market = Market(*PACKS)
    market.does(
        SetMarketMode(
            actor=OPERATOR_ID,
            key=market.key(),
            product_id=market.product_id,
            mode=MarketMode.LISTED_PRICE,
            terms=None,
        )
    )
    for number in range(LISTINGS):
        market.does(market.listing(number))
    facts, institution = market.facts(market.institution), market.institution
    words = market.words()
    others = market.others(market.ask_maker)

    def solves() -> None:
        told = answerable(facts, institution, Side.BUY, words, others, reserved={}, at_ns=START_NS)
        assert len(told) == LISTINGS, told
        assert all(each.quantities for each in told), told

    def orders() -> None:
        told = feasible(
            facts, institution, Side.BUY, price=Price(MIDDLE), opposite=[], at_ns=START_NS
        )
        assert told.quantities, told

    solved, ordered = _by_turns(plan, solves, orders)
    yield Figure(
        name="rules.answerable_ms",
        value=solved / MILLISECOND_NS,
        unit="ms",
        baseline=ordered / MILLISECOND_NS,
    )


def _past(plan: Plan) -> Past:
    """Of four orders one meets another, and the rest are withdrawn."""
    past = Past()
    market = Market(past=past)
    for number in range(PAST_BATCHES * plan.orders // 4):
        for side, actor in ((Side.SELL, market.seller), (Side.BUY, market.buyer)):
            meeting = msgspec.structs.replace(market.order(number), side=side, actor=actor)
            market.does(msgspec.structs.replace(meeting, price=Price(MIDDLE)))
        market.places(2)
    return past


def _by_turns(
    plan: Plan, question: Callable[[], None], baseline: Callable[[], None]
) -> tuple[float, float]:
    """CPU time of each by itself, in ns: medians of batches that take turns."""
    turns = [
        (_batch(question, plan.questions), _batch(baseline, plan.questions))
        for _ in range(plan.batches)
    ]
    return median(first for first, _ in turns), median(second for _, second in turns)


def _batch(question: Callable[[], None], times: int) -> float:
    begin = time.process_time_ns()
    for _ in range(times):
        question()
    return (time.process_time_ns() - begin) / times


def _nothing() -> None:
    """What calling a function costs."""


def _profile(kind: PartyKind) -> Profile:
    until, is_natural = DayNumber(TODAY + 300), kind is PartyKind.NATURAL_PERSON
    basis = CertificationBasis.FINANCIAL_ASSETS if is_natural else CertificationBasis.LEGAL_PERSON
    return Profile(
        certification=Certification(basis, until),
        risk=RiskAssessment(3, TODAY, until),
        due_diligence=DueDiligence(CddRisk.LOW, until),
        certified_on=TODAY,
        reviewed_on=TODAY,
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--json", type=Path, required=True, help="where to write the figures")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter")
    options = parser.parse_args()
    figures = measure(QUICK if options.quick else FULL)
    write_json(figures, options.json)
    print_table(figures)


if __name__ == "__main__":
    main()
