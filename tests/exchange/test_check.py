"""Each invariant of the exchange, broken on purpose: the check sees it, and says which it is."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from msgspec import structs

from exchange.cash import Account
from exchange.check import check
from exchange.desk_state import Officer, Proposal
from exchange.evidence_state import EvidenceLink
from exchange.evidence_types import EvidenceId, EvidenceLinkId, EvidenceStatus, EvidenceSubject
from exchange.fees import DEFAULT_FEE_SCHEDULE
from exchange.price_types import QuoteBasis
from exchange.state import MoneyLeg, Order, State
from exchange.types import (
    OPERATOR_ID,
    Fen,
    OfficerRole,
    PartyId,
    ProposalOutcome,
    Sequence,
)
from matching import OrderId, ParticipantId, Price, Quantity, Side
from registry.transfer import EITHER, TransferState
from registry.types import HolderId, LotId, TimeNs, TransferId
from tests.exchange.offices import RUAN, SHEN
from tests.exchange.papers import of_product, today
from tests.exchange.venue import START_NS, Venue

BID, OFFER = OrderId(10), OrderId(11)
BUYER, SELLER = PartyId(4), PartyId(3)


@pytest.fixture
def state() -> State:
    """A bid that expires, an offer, a pending transfer between the two parties, officers of the
    operator, one of whom is a deputy, a proposal, and a document of the product that counts today.
    """
    venue = Venue(DEFAULT_FEE_SCHEDULE)
    assert (venue.buys(500, 9_000, expires_at_ns=START_NS + 99), venue.sells(300)) == (BID, OFFER)
    venue.buys(100)
    assert (venue.buyer, venue.seller) == (BUYER, SELLER)
    venue.appoints(RUAN, OfficerRole.MAKER)
    venue.appoints(SHEN, until_ns=START_NS + 10, deputy_for=principal(venue.state).officer_id)
    venue.proposes(venue.deposit(BUYER, 1), officer_id=principal(venue.state).officer_id)
    venue.does(of_product(venue, expires_on=today(venue)))
    return venue.state


def buyer(state: State) -> Account:
    return state.cash.accounts[BUYER]


def bid(state: State) -> Order:
    return state.orders[BID]


def leg(state: State) -> MoneyLeg:
    (only,) = state.money_legs.values()
    return only


def account_of_nobody(state: State) -> None:
    state.cash.accounts[PartyId(77)] = Account()


def account_lost(state: State) -> None:
    del state.cash.accounts[PartyId(5)]


def overdrawn(state: State) -> None:
    buyer(state).available -= 10**9


def money_out_of_nothing(state: State) -> None:
    buyer(state).available += 1


def money_lost_on_the_way(state: State) -> None:
    state.cash.accounts[SELLER].deposited += 1


def operator_deposits(state: State) -> None:
    state.cash.accounts[OPERATOR_ID].deposited += 1
    state.cash.accounts[OPERATOR_ID].available += 1


def deposit_without_its_money(state: State) -> None:
    state.cash.paid_in += 1


def reserved_for_nothing(state: State) -> None:
    buyer(state).available -= 1
    buyer(state).reserved += 1


def escrow_for_nothing(state: State) -> None:
    buyer(state).available -= 1
    buyer(state).escrow += 1


def cheaper_than_it_is(state: State) -> None:
    bid(state).reserved -= 1
    buyer(state).reserved -= 1
    buyer(state).available += 1


def more_units_listed_than_offered(state: State) -> None:
    holding = state.register.holdings[bid(state).product_id, HolderId(SELLER)]
    (lot,) = holding.lots.values()
    lot.reserved += 1
    holding.available -= 1
    holding.reserved += 1


def order_that_draws_less_than_it_is_for(state: State) -> None:
    state.orders[OFFER].draws = ((only_lot(state), 199),)


def order_that_draws_from_nowhere(state: State) -> None:
    state.orders[OFFER].draws = ((LotId(1), 200),)


def draws_that_cancel_out(state: State) -> None:
    state.orders[OFFER].draws = ((only_lot(state), 201), (only_lot(state), -1))


def drawn_from_a_lot_that_the_order_does_not_name(state: State) -> None:
    state.orders[OFFER].lots = (LotId(1),)


def buy_that_draws(state: State) -> None:
    bid(state).draws = ((only_lot(state), 1),)


def only_lot(state: State) -> LotId:
    (lot_id,) = state.register.holdings[bid(state).product_id, HolderId(SELLER)].lots
    return lot_id


def order_that_does_not_rest(state: State) -> None:
    state.products[bid(state).product_id].book.cancel(OFFER)


def order_that_nobody_placed(state: State) -> None:
    book = state.products[bid(state).product_id].book
    book.place(OrderId(77), ParticipantId(BUYER), Side.BUY, Price(10), Quantity(10))


def other_quantity_in_the_book(state: State) -> None:
    state.products[bid(state).product_id].book.reduce(OFFER, Quantity(100))


def other_price_in_the_book(state: State) -> None:
    state.orders[OFFER].price = Price(10_010)


def filled_more_than_it_was_for(state: State) -> None:
    state.orders[OFFER].filled_quantity += 1


def fill_forgotten(state: State) -> None:
    state.orders[OFFER].filled_quantity -= 1


def counted_wrongly(state: State) -> None:
    state.parties[BUYER].orders_open += 1


def not_found_by_party(state: State) -> None:
    own = state.own_orders[BUYER, bid(state).product_id]
    own[OrderId(77)] = bid(state)


def transfer_without_money(state: State) -> None:
    state.money_legs[TransferId(77)] = leg(state)


def settled_transfer_without_money(state: State) -> None:
    state.settled_legs[TransferId(77)] = leg(state)


def transfer_of_another_trust_company(state: State) -> None:
    leg(state).trust_company_id = PartyId(3)


def seller_who_pays(state: State) -> None:
    leg(state).seller_fee_venue = Fen(leg(state).consideration + 1)


def rest_that_was_not_paid(state: State) -> None:
    pays_more_for_the_transfer(state, -1)


def more_paid_than_it_costs(state: State) -> None:
    pays_more_for_the_transfer(state, 1)


def pays_more_for_the_transfer(state: State, fen: int) -> None:
    leg(state).paid = Fen(leg(state).paid + fen)
    buyer(state).available -= fen
    buyer(state).escrow += fen


def trade_without_a_number(state: State) -> None:
    leg(state).trade_number = 0


def bought_by_no_order(state: State) -> None:
    leg(state).buy_order_id = None


def trade_of_tomorrow(state: State) -> None:
    leg(state).trade_number += 1


def timer_forgotten(state: State) -> None:
    state.earliest_due_ns = TimeNs(START_NS + 100)


def no_timer_at_all(state: State) -> None:
    state.earliest_due_ns = None


def key_forgotten(state: State) -> None:
    del state.keys.entries[bid(state).keys[0]]


def key_of_nothing(state: State) -> None:
    state.keys.remember(b"stray", Sequence(3))


def key_of_an_open_order_retired(state: State) -> None:
    state.keys.retire(bid(state).keys[0], TimeNs(START_NS))


def principal(state: State) -> Officer:
    return next(iter(state.desk.officers.values()))


def deputy(state: State) -> Officer:
    return list(state.desk.officers.values())[1]


def proposal(state: State) -> Proposal:
    (only,) = state.desk.proposals.values()
    return only


def officer_who_was_dismissed(state: State) -> None:
    principal(state).dismissed_at_ns = START_NS


def officer_of_an_investor(state: State) -> None:
    principal(state).party_id = BUYER


def officer_who_may_do_nothing(state: State) -> None:
    principal(state).roles = OfficerRole(0)


def deputy_with_roles_of_his_own(state: State) -> None:
    deputy(state).roles = OfficerRole.CHECKER


def deputy_of_himself(state: State) -> None:
    deputy(state).deputy_for = deputy(state).officer_id


def deputy_elsewhere(state: State) -> None:
    deputy(state).party_id = PartyId(2)


def deputy_who_is_the_same_person(state: State) -> None:
    deputy(state).person = RUAN


def proposal_that_is_closed(state: State) -> None:
    proposal(state).outcome = ProposalOutcome.LAPSED


def proposal_of_somebody_elses_act(state: State) -> None:
    proposal(state).act = msgspec.structs.replace(proposal(state).act, actor=BUYER)


def act_that_nobody_saw(state: State) -> None:
    proposal(state).digest = bytes(16)


def proposal_that_lapses_before_it_is_made(state: State) -> None:
    proposal(state).lapses_ns = START_NS
    state.next_due_ns()


def key_of_a_proposal_forgotten(state: State) -> None:
    del state.keys.entries[proposal(state).key]


def document(state: State) -> EvidenceLink:
    (link,) = state.evidence.links.values()
    return link


def document_that_is_invalid(state: State) -> None:
    document(state).status = EvidenceStatus.FAULTY


def document_of_a_transfer_that_ended(state: State) -> None:
    state.evidence.add(another(state, EvidenceSubject.TRANSFER))


def document_of_no_party(state: State) -> None:
    state.evidence.add(another(state, EvidenceSubject.PARTY))


def document_of_no_product(state: State) -> None:
    state.evidence.add(another(state, EvidenceSubject.PRODUCT))


def another(state: State, subject: EvidenceSubject) -> EvidenceLink:
    return structs.replace(
        document(state), link_id=EvidenceLinkId(1), subject=subject, subject_id=77
    )


def document_of_tomorrow(state: State) -> None:
    state.evidence.add(structs.replace(document(state), link_id=EvidenceLinkId(7_777)))


def document_that_its_subject_forgot(state: State) -> None:
    state.evidence._of_subject.clear()


def document_that_its_file_forgot(state: State) -> None:
    state.evidence._of_file.clear()


def document_that_does_not_expire(state: State) -> None:
    state.evidence._expiries.clear()


def file_without_a_document(state: State) -> None:
    state.evidence._of_file[EvidenceId(bytes(16))] = {}


def agreement_that_waits_for_nothing(state: State) -> None:
    (transfer,) = state.register.transfers.values()
    transfer.state, transfer.signed = TransferState.AGREEMENT_PENDING, EITHER
    transfer.documents_overdue = True


def book_broken(state: State) -> None:
    state.products[bid(state).product_id].book._state.buy_lanes[0].plain.best = None


def register_broken(state: State) -> None:
    state.register.deadlines.clear()


def test_a_venue_that_is_not_yet_open_is_sound() -> None:
    check(State())


def quote_of_what_nobody_knows(state: State) -> None:
    (product,) = state.products.values()
    product.facts = structs.replace(product.facts, quote_basis=QuoteBasis.CLEAN)


@pytest.mark.parametrize(
    ("number", "breaks"),
    [
        ("E1", account_of_nobody),
        ("E1", account_lost),
        ("E1", overdrawn),
        ("E2", money_out_of_nothing),
        ("E2", money_lost_on_the_way),
        ("E2", operator_deposits),
        ("E2", deposit_without_its_money),
        ("E3", reserved_for_nothing),
        ("E4", escrow_for_nothing),
        ("E5", cheaper_than_it_is),
        ("E5", order_that_draws_less_than_it_is_for),
        ("E5", draws_that_cancel_out),
        ("E5", drawn_from_a_lot_that_the_order_does_not_name),
        ("R6", more_units_listed_than_offered),
        ("R6", order_that_draws_from_nowhere),
        ("R6", buy_that_draws),
        ("E6", order_that_does_not_rest),
        ("E6", order_that_nobody_placed),
        ("E6", other_quantity_in_the_book),
        ("E6", other_price_in_the_book),
        ("E6", filled_more_than_it_was_for),
        ("E6", fill_forgotten),
        ("E6", counted_wrongly),
        ("E6", not_found_by_party),
        ("E7", transfer_without_money),
        ("E7", settled_transfer_without_money),
        ("E7", transfer_of_another_trust_company),
        ("E7", seller_who_pays),
        ("E7", rest_that_was_not_paid),
        ("E7", more_paid_than_it_costs),
        ("E7", trade_without_a_number),
        ("E7", trade_of_tomorrow),
        ("E7", bought_by_no_order),
        ("E8", timer_forgotten),
        ("E8", no_timer_at_all),
        ("E8", key_forgotten),
        ("E8", key_of_nothing),
        ("E8", key_of_an_open_order_retired),
        ("E8", key_of_a_proposal_forgotten),
        ("E9", officer_who_was_dismissed),
        ("E9", officer_of_an_investor),
        ("E9", officer_who_may_do_nothing),
        ("E9", deputy_with_roles_of_his_own),
        ("E9", deputy_of_himself),
        ("E9", deputy_elsewhere),
        ("E9", deputy_who_is_the_same_person),
        ("E10", proposal_that_is_closed),
        ("E10", proposal_of_somebody_elses_act),
        ("E10", act_that_nobody_saw),
        ("E10", proposal_that_lapses_before_it_is_made),
        ("V1", document_that_is_invalid),
        ("V1", document_of_a_transfer_that_ended),
        ("V1", document_of_no_party),
        ("V1", document_of_no_product),
        ("V1", document_of_tomorrow),
        ("V2", document_that_its_subject_forgot),
        ("V2", document_that_its_file_forgot),
        ("V2", document_that_does_not_expire),
        ("V2", file_without_a_document),
        ("V3", agreement_that_waits_for_nothing),
        ("P1", quote_of_what_nobody_knows),
        ("B2", book_broken),
        ("R4", register_broken),
    ],
)
def test_a_broken_venue_is_seen(state: State, number: str, breaks: Callable[[State], None]) -> None:
    check(state)
    breaks(state)
    with pytest.raises(AssertionError) as caught:
        check(state)
    assert violated(caught) == number


def violated(caught: pytest.ExceptionInfo[AssertionError]) -> str:
    """The number beside the assertion that failed."""
    line = str(caught.traceback[-1].statement)
    return line.rpartition("# ")[2].partition(":")[0].strip()
