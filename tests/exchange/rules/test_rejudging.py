"""Rules live on: what changes of a party, a product, its rules or the day takes orders that no
longer pass out of the market in the same command, frees what was reserved, and says why."""

from __future__ import annotations

from typing import Any, Final, TypeVar

import pytest

from exchange import rejudging
from exchange.check import check
from exchange.client_commands import RecordFacts, SetListing
from exchange.client_types import EstablishedFacts, ListingReason
from exchange.events import AnyEvent, OrderClosed
from exchange.limits import ORDERS_WITHDRAWN_AT_ONCE_MAX
from exchange.market_commands import SetMarketMode
from exchange.modes.negotiation import Acceptance, Move
from exchange.modes.types import CallAuctionTerms, MarketMode, ModeTerms
from exchange.negotiation_commands import ListUnits, OfferDeal
from exchange.negotiation_events import NegotiationAdvanced
from exchange.profile import Certification, CertificationBasis
from exchange.refusals import Refusal
from exchange.register_commands import SuspendProduct
from exchange.rules.types import CureKind, Override, Verdict
from exchange.rules_events import OrdersDisqualified
from exchange.snapshot import decode_state, encode_state
from exchange.types import OPERATOR_ID, CloseReason, OfficerRole, PartyId, PartyKind
from matching import BUY, SELL, Price, Quantity, Side
from registry.calendar import start_in_shanghai
from registry.types import DayNumber, TimeNs
from tests.exchange.disclosures import disclosure
from tests.exchange.offices import QIAN
from tests.exchange.rules.deals import profile
from tests.exchange.rules.market import RuledMarket, holding
from tests.exchange.rules.packs import next_version, of_parties
from tests.exchange.venue import HOUR_NS, the

CHINA: Final = ("CN-2007", "CN-VENUE-LICENSED")
BID: Final = 300_000

E = TypeVar("E", bound=AnyEvent)


@pytest.fixture
def market() -> RuledMarket:
    """Seller and buyer are certified, assessed and cleared for ten days more."""
    return RuledMarket(*CHINA, known_days=10)


def until_day(market: RuledMarket, later: int) -> tuple[AnyEvent, ...]:
    """Time passes until the first moment of a day in Shanghai, so many days after today."""
    midnight_ns = start_in_shanghai(DayNumber(market.today + later))
    market.waits(TimeNs(midnight_ns - 1 - market.at_ns), downtime=True)
    return market.waits(1)


def listing(market: RuledMarket, party_id: PartyId, reason: ListingReason | None) -> SetListing:
    officer_id = market.appoints(QIAN, OfficerRole.COMPLIANCE)
    return SetListing(
        actor=OPERATOR_ID,
        key=market.key(),
        officer_id=officer_id,
        party_id=party_id,
        reason=reason,
    )


def facts(market: RuledMarket, party_id: PartyId, **said: Any) -> RecordFacts:
    officer_id = market.appoints(QIAN, OfficerRole.COMPLIANCE)
    nothing = {"certification": None, "due_diligence": None, "ownership": None}
    established = EstablishedFacts(**nothing | {"professional": None} | said)
    return RecordFacts(
        actor=OPERATOR_ID,
        key=market.key(),
        officer_id=officer_id,
        party_id=party_id,
        facts=established,
    )


def mode(market: RuledMarket, found: MarketMode, terms: ModeTerms | None = None) -> SetMarketMode:
    return SetMarketMode(
        actor=OPERATOR_ID,
        key=market.key(),
        product_id=market.product_id,
        mode=found,
        terms=terms,
    )


def of(kind: type[E], events: tuple[AnyEvent, ...]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]


def failed(event: OrdersDisqualified) -> set[str]:
    return {each.rule_id for each in event.findings if each.verdict > Verdict.PASS}


def test_a_certification_that_ends_at_midnight_takes_the_bid_with_it(market: RuledMarket) -> None:
    before = market.account(market.buyer)
    bid, ask = market.buys(BID), market.sells(500_000, 11_000)
    until_day(market, 10)
    assert bid in market.state.orders

    events = until_day(market, 1)
    told = of(OrdersDisqualified, events)

    assert [(each.party_id, each.side, each.order_ids) for each in told] == [
        (market.seller, SELL, (ask,)),  # his papers, too, are to be renewed
        (market.buyer, BUY, (bid,)),
    ]
    assert failed(told[0]) == {"PTY-04"}
    assert failed(told[1]) == {"QI-02", "SUI-02", "PTY-04"}
    assert {each.reason for each in of(OrderClosed, events)} == {CloseReason.WITHDRAWN_BY_VENUE}
    assert market.state.orders == {}
    assert market.account(market.buyer) == before
    assert market.holding(market.seller)[0] == 500_000


def test_renewal_revives_nothing(market: RuledMarket) -> None:
    market.buys(BID)
    until_day(market, 11)
    market.knows(market.buyer)
    assert market.state.orders == {}
    assert market.judged(market.buyer, BUY, BID) == []


def test_a_risk_that_rises_takes_the_bids_of_whom_it_is_too_much_for(market: RuledMarket) -> None:
    bid, ask = market.buys(BID), market.sells(500_000, 11_000)
    market.knows(market.institutions[0], level=5, basis=CertificationBasis.LEGAL_PERSON)
    bold = market.buys(BID, by=market.institutions[0])
    assert of(OrdersDisqualified, market.does(disclosure(market, risk_level=3))) == []

    told = the(OrdersDisqualified, market.does(disclosure(market, risk_level=4)))

    assert (told.order_ids, failed(told)) == ((bid,), {"SUI-01"})
    assert set(market.state.orders) == {ask, bold}


def test_whoever_is_listed_has_no_orders_on_either_side_and_is_not_told_why(
    market: RuledMarket,
) -> None:
    market.records(market.buyer, units=500_000)
    orders = [market.buys(BID, 9_000), market.buys(BID, 9_010)]
    ask = market.sells(500_000, 11_000, by=market.buyer)

    events = market.does(listing(market, market.buyer, ListingReason.SUSPICION))
    bids, asks = of(OrdersDisqualified, events)

    assert (bids.side, bids.order_ids, asks.side, asks.order_ids) == (
        *(BUY, tuple(orders)),
        *(SELL, (ask,)),
    )
    for each in (bids, asks):
        assert failed(each) == {"PTY-04"}
        (said,) = [finding for finding in each.findings if finding.rule_id == "PTY-04"]
        assert said.inputs == ()
        assert [cure.kind for cure in said.cures] == [CureKind.ASK_THE_VENUE]
    market.does(listing(market, market.buyer, ListingReason.IDENTITY_CHECK))
    assert market.state.orders == {}


def test_facts_that_are_established_anew_count_for_what_stands(market: RuledMarket) -> None:
    market.knows(market.buyer, level=1, professional=True)
    bid = market.buys(BID)
    told = the(OrdersDisqualified, market.does(facts(market, market.buyer, professional=False)))
    assert (told.order_ids, failed(told)) == ((bid,), {"SUI-01"})


def test_facts_that_change_nothing_of_the_verdict_leave_orders_alone(market: RuledMarket) -> None:
    bid = market.buys(BID)
    renewed = Certification(CertificationBasis.INCOME, DayNumber(market.today + 20))
    events = market.does(facts(market, market.buyer, certification=renewed))
    assert of(OrdersDisqualified, events) == []
    assert bid in market.state.orders


def test_rules_that_a_product_gets_are_asked_of_what_stands() -> None:
    market = RuledMarket()
    market.knows(market.buyer, certified_until=None)
    market.loads(of_parties("CN-2007"))
    bid, ask = market.buys(BID), market.sells(500_000, 11_000)
    told = the(OrdersDisqualified, market.does(market.setting("CN-2007")))
    assert (told.order_ids, failed(told)) == ((bid,), {"QI-01"})
    assert set(market.state.orders) == {ask}
    assert of(OrdersDisqualified, market.does(market.setting())) == []


def test_a_product_may_become_stricter_than_its_packs(market: RuledMarket) -> None:
    bid = market.buys(BID)
    stricter = Override(rule_id="QI-06", parameter="natural_person_allowed", value=False)
    told = the(OrdersDisqualified, market.does(market.setting(*CHINA, overrides=(stricter,))))
    assert (told.order_ids, failed(told)) == ((bid,), {"QI-06"})


def stricter_pack() -> str:
    """The next version of CN-2007: what somebody earns certifies him no longer."""
    head, rule, tail = of_parties("CN-2007").partition('id = "QI-02"')
    assert head.endswith("\n[[rules]]\n")
    params = '[rules.params]\nnatural_bases = ["NET_ASSETS"]\n\n[[rules]]\n'
    changed = head.removesuffix("[[rules]]\n") + params + rule + tail
    return next_version(changed)


def test_a_pack_that_applies_at_once_is_asked_of_what_stands(market: RuledMarket) -> None:
    bid = market.buys(BID)
    told = the(OrdersDisqualified, market.does(market.loading(stricter_pack())))
    assert (told.order_ids, failed(told)) == ((bid,), {"QI-01"})
    (said,) = [each for each in told.findings if each.rule_id == "QI-01"]
    assert (said.pack, said.pack_version) == ("CN-2007", "4")


def test_a_pack_that_applies_later_is_asked_from_its_day_on(market: RuledMarket) -> None:
    bid = market.buys(BID)
    assert of(OrdersDisqualified, market.does(market.loading(stricter_pack(), in_days=3))) == []
    until_day(market, 2)
    assert bid in market.state.orders
    told = the(OrdersDisqualified, until_day(market, 1))
    assert (told.order_ids, failed(told)) == ((bid,), {"QI-01"})


def test_what_holds_for_a_person_to_decide_may_not_stand_either() -> None:
    market = RuledMarket()
    market.knows(market.buyer, certified_until=None)
    market.loads(holding("CN-2007"))
    bid = market.buys(BID)
    told = the(OrdersDisqualified, market.does(market.setting("CN-2007")))
    assert told.order_ids == (bid,)


def test_a_rule_without_the_stage_is_asked_when_an_order_comes_and_not_again() -> None:
    market = RuledMarket(known_days=10)
    market.loads(of_parties("CN-2007").replace(', "X"]', "]"))
    market.rules("CN-2007")
    bid = market.buys(BID)
    until_day(market, 20)
    assert bid in market.state.orders
    assert market.judged(market.buyer, BUY, BID) == ["QI-02", "SUI-02"]


def test_what_depends_on_the_order_itself_is_not_asked_again(market: RuledMarket) -> None:
    bid = market.buys(BID)
    more = Override(rule_id="QI-04", parameter="contract_minimum_fen", value=40_000_000)
    assert of(OrdersDisqualified, market.does(market.setting(*CHINA, overrides=(more,)))) == []
    assert bid in market.state.orders


def test_orders_of_a_suspended_product_are_judged_too(market: RuledMarket) -> None:
    bid = market.buys(BID)
    market.does(SuspendProduct(actor=OPERATOR_ID, key=market.key(), product_id=market.product_id))
    told = the(OrdersDisqualified, market.does(disclosure(market, risk_level=4)))
    assert told.order_ids == (bid,)


def test_what_gathers_for_an_auction_is_withdrawn_before_it_trades(market: RuledMarket) -> None:
    """The auction is at the moment at which the bidder's papers end."""
    at_midnight = CallAuctionTerms(uncross_minutes=(0,), window_minutes=0)
    market.does(mode(market, MarketMode.CALL_AUCTION, at_midnight))
    until_day(market, 10)
    market.knows(market.seller)
    market.buys(BID)
    ask = market.sells(500_000)
    until_day(market, 1)
    assert set(market.state.orders) == {ask}
    assert market.pending() == []


def offer(market: RuledMarket) -> OfferDeal:
    return OfferDeal(
        actor=market.buyer,
        key=market.key(),
        product_id=market.product_id,
        side=Side.BUY,
        price=Price(10_000),
        quantity=Quantity(BID),
        counterparty_id=market.seller,
        lapses_ns=TimeNs(market.at_ns + HOUR_NS),
        lots=(),
    )


def listed(market: RuledMarket) -> ListUnits:
    return ListUnits(
        actor=market.seller,
        key=market.key(),
        product_id=market.product_id,
        price=Price(10_000),
        quantity=Quantity(500_000),
        parts=False,
        acceptance=Acceptance.FIRST_PASSING,
        lapses_ns=TimeNs(market.at_ns + HOUR_NS),
        lots=(),
    )


@pytest.mark.parametrize(
    ("found", "opens"), [(MarketMode.NEGOTIATED, offer), (MarketMode.LISTED_PRICE, listed)]
)
def test_a_negotiation_ends_with_the_word_that_may_stand_no_longer(
    market: RuledMarket, found: MarketMode, opens: Any
) -> None:
    market.does(mode(market, found))
    command = opens(market)
    market.does(command)
    assert len(market.state.negotiations.by_id) == 1
    events = market.does(listing(market, command.actor, ListingReason.SUSPICION))
    assert the(OrdersDisqualified, events).party_id == command.actor
    assert the(NegotiationAdvanced, events).move is Move.CLOSE
    assert market.state.negotiations.by_id == {}
    assert market.state.orders == {}


def test_an_offer_that_lapses_in_the_moment_in_which_it_may_stand_no_longer(
    market: RuledMarket,
) -> None:
    market.does(mode(market, MarketMode.NEGOTIATED))
    until_day(market, 10)
    midnight_ns = start_in_shanghai(DayNumber(market.today + 1))
    market.waits(TimeNs(midnight_ns - HOUR_NS - market.at_ns), downtime=True)
    market.does(offer(market))
    events = market.waits(HOUR_NS, downtime=True)
    assert the(OrdersDisqualified, events).party_id == market.buyer
    assert market.state.negotiations.by_id == {}


# What is more than one command does.


@pytest.fixture
def crowd(market: RuledMarket, monkeypatch: pytest.MonkeyPatch) -> RuledMarket:
    """Three institutions bid in a product of whose orders one command judges one step."""
    monkeypatch.setattr(rejudging, "JUDGED_AT_ONCE_MAX", 1)
    market.institutions += [market.registers(PartyKind.INSTITUTION) for _ in range(2)]
    for party_id in market.institutions:
        market.knows(party_id, basis=CertificationBasis.LEGAL_PERSON)
        market.deposits(party_id, 10**9)
        market.buys(BID, by=party_id)
    return market


def test_what_is_left_comes_before_anything_else(crowd: RuledMarket) -> None:
    events = crowd.does(disclosure(crowd, risk_level=4))
    assert of(OrdersDisqualified, events) == []
    assert crowd.state.next_due_ns() == 0
    (*told,) = of(OrdersDisqualified, crowd.waits(0))
    assert [each.party_id for each in told] == crowd.institutions
    assert not crowd.state.rules.waiting


def test_nobody_trades_with_what_waits_to_be_judged(crowd: RuledMarket) -> None:
    crowd.does(disclosure(crowd, risk_level=4))
    with pytest.raises(AssertionError):
        crowd.submit(crowd.order(crowd.seller, SELL, 500_000))


def test_a_snapshot_keeps_what_waits_to_be_judged(crowd: RuledMarket) -> None:
    crowd.does(disclosure(crowd, risk_level=4))
    assert crowd.state.rules.waiting
    live, crowd.state = crowd.state, decode_state(encode_state(crowd.state))
    assert crowd.state.rules.waiting == live.rules.waiting
    assert crowd.state.rules.judged_on == live.rules.judged_on
    assert crowd.state.earliest_due_ns == 0
    told = of(OrdersDisqualified, crowd.waits(0))
    assert [each.party_id for each in told] == crowd.institutions


def test_many_orders_of_one_party_are_withdrawn_in_steps(market: RuledMarket) -> None:
    count = 2 * ORDERS_WITHDRAWN_AT_ONCE_MAX + 1
    market.deposits(market.buyer, 10**12)
    orders = [market.buys(BID, 9_000 + 10 * number) for number in range(count)]
    told = of(OrdersDisqualified, market.does(disclosure(market, risk_level=4)))
    step = ORDERS_WITHDRAWN_AT_ONCE_MAX
    assert [len(each.order_ids) for each in told] == [step, step, 1]
    assert [order_id for each in told for order_id in each.order_ids] == orders


def test_an_order_that_may_stand_no_longer_is_seen_by_the_check(market: RuledMarket) -> None:
    """L4: somebody forgets to note that the party has another profile."""
    order_id = market.buys(BID)
    known, clients = profile(level=1), market.state.clients
    clients.set_profile(clients.client(market.buyer), known, at_ns=market.at_ns)
    market.state.parties[market.buyer].profile = known
    market.state.next_due_ns()
    with pytest.raises(AssertionError, match=str(order_id)):
        check(market.state)


def test_days_and_what_waits_fit_the_products(market: RuledMarket) -> None:
    """L3."""
    market.state.rules.judged_on = None
    with pytest.raises(AssertionError):
        check(market.state)


def test_a_day_on_which_nothing_changes_withdraws_nothing(market: RuledMarket) -> None:
    bid, ask = market.buys(BID), market.sells(500_000, 11_000)
    for _ in range(5):
        assert of(OrdersDisqualified, until_day(market, 1)) == []
    assert set(market.state.orders) == {bid, ask}


def test_a_venue_without_rules_has_no_midnight() -> None:
    market = RuledMarket()
    market.buys(BID)
    assert market.state.rules.next_due_ns() is None
    assert market.refuses(market.setting("NO-PACK")) is Refusal.UNKNOWN_RULE_PACK
    assert market.state.rules.next_due_ns() is None
