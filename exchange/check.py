"""The exchange's invariants, E1 to E14, V1 to V3, K1 to K4 and P1 of docs/invariants.md; the
register's, the books', those of client money, of modes, of halts and of holder slots are checked
with them."""

from collections import Counter
from typing import Final

from exchange.admission import check_admitted
from exchange.approvals import parties_of
from exchange.calendar_check import check_calendars
from exchange.cases import waits_for_checker
from exchange.client_types import NO_OWNER
from exchange.criteria import criteria
from exchange.eligibility import reserve_needed
from exchange.evidence_types import EvidenceSubject
from exchange.four_eyes import digest_of
from exchange.halt_check import check_halts
from exchange.modes.check import check_modes
from exchange.money_check import check_money
from exchange.negotiation_check import check_negotiations
from exchange.officers import OFFICER_KINDS
from exchange.pair_check import check_pairs
from exchange.payments import PaymentState
from exchange.profile import EMPTY_PROFILE
from exchange.quotes import can_be_quoted
from exchange.rejudging import check_standing
from exchange.slot_check import check_slots
from exchange.state import State
from exchange.transfer_desk import lacks_nothing_more
from exchange.transfer_hold import check_asked, check_passed
from exchange.types import OPERATOR_ID, TRADING_KINDS, ExceptionKind, PartyId, PartyKind
from matching import Side
from registry.check import check as check_register
from registry.check import check_encumbrances
from registry.preemption import all_waived, those_asked
from registry.transfer import Transfer, TransferState
from registry.types import HolderId, LotId, ProductId

PROPOSED: Final = frozenset(
    {TransferState.UNDER_REVIEW, TransferState.PREEMPTION_OPEN, TransferState.CONFIRMED}
)
"""Where what a maker has proposed waits, or was approved."""
UNFUNDED: Final = frozenset({TransferState.AGREEMENT_PENDING, TransferState.FUNDS_PENDING})
"""Where the buyer may have put no more than a deposit in escrow."""


def check(state: State) -> None:
    """Assert every invariant of the venue. Cost: O(everything)."""
    check_register(state.register)
    check_encumbrances(state.register)
    for product in state.products.values():
        product.book.check()
    _check_accounts(state)
    check_money(state)
    _check_prices(state)
    _check_orders(state)
    check_modes(state)
    check_negotiations(state)
    _check_transfers(state)
    _check_timers_and_keys(state)
    _check_desk(state)
    _check_exceptions(state)
    _check_evidence(state)
    _check_clients(state)
    check_halts(state)
    state.rules.check()
    check_asked(state)
    check_passed(state)
    check_standing(state)
    check_admitted(state)
    check_slots(state)
    check_pairs(state)
    check_calendars(state)


def _check_accounts(state: State) -> None:
    accounts = state.cash.accounts
    assert accounts.keys() == state.parties.keys()  # E1
    for party_id, account in accounts.items():
        least = min(account.available, account.reserved, account.escrow, account.frozen)
        assert least >= 0, party_id  # E1
    reserved: Counter[PartyId] = Counter()
    for order in state.orders.values():
        if order.side is Side.BUY:
            reserved[order.party_id] += order.reserved
    escrow: Counter[PartyId] = Counter()
    for transfer_id, transfer in state.register.transfers.items():
        escrow[PartyId(transfer.buyer_id)] += state.money_legs[transfer_id].paid
    for party_id, account in accounts.items():
        assert account.reserved == reserved[party_id], (party_id, account.reserved)  # E3
        assert account.escrow == escrow[party_id], (party_id, account.escrow)  # E4


def _check_orders(state: State) -> None:
    drawn: Counter[tuple[ProductId, HolderId, LotId]] = Counter()
    orders_open: Counter[PartyId] = Counter()
    for order_id, order in state.orders.items():
        product = state.products[order.product_id]
        assert order.open_quantity > 0, order_id  # E6
        resting = product.book.order(order_id)
        if resting is None:
            assert product.aside.get(order_id) is order, order_id  # E6
        else:
            assert resting.quantity == order.open_quantity, order_id  # E6
            assert (resting.side, resting.price) == (order.side, order.price), order_id  # E6
        assert order.filled_quantity + order.open_quantity == order.quantity, order_id  # E6
        needed = reserve_needed(
            state, product, order, price=order.price, open_quantity=order.open_quantity
        )
        if not state.rules.waiting:  # bids at a clean price may be about to reserve anew
            assert order.reserved == needed, (order_id, order.reserved, needed)  # E5
        if order.side is Side.SELL:
            assert sum(units for _, units in order.draws) == order.reserved, order_id  # E5
        for lot_id, units in order.draws:
            assert units > 0, (order_id, lot_id)  # E5
            assert not order.lots or lot_id in order.lots, (order_id, lot_id)  # E5
            drawn[order.product_id, HolderId(order.party_id), lot_id] += units
        orders_open[order.party_id] += 1
        assert state.own_orders[order.party_id, order.product_id][order_id] is order  # E6
    for key, holding in state.register.holdings.items():
        for lot_id, lot in holding.lots.items():
            assert lot.reserved == drawn.pop((*key, lot_id), 0), (lot_id, lot.reserved)  # R6
    assert not drawn, drawn  # R6
    standing = sum(len(each.book) + len(each.aside) for each in state.products.values())
    assert standing == len(state.orders), standing  # E6
    assert sum(map(len, state.own_orders.values())) == len(state.orders)  # E6
    for party_id, party in state.parties.items():
        assert party.orders_open == orders_open[party_id], party_id  # E6


def _check_transfers(state: State) -> None:
    transfers = state.register.transfers
    transfers_open: Counter[PartyId] = Counter()
    for transfer_id, transfer in transfers.items():
        assert not lacks_nothing_more(state, transfer), transfer_id  # V3
        _check_preemption(state, transfer)
        transfers_open[PartyId(transfer.seller_id)] += 1
        transfers_open[PartyId(transfer.buyer_id)] += 1
    for party_id, party in state.parties.items():
        assert party.transfers_open == transfers_open[party_id], party_id  # E7
    unregistered = state.register.unregistered
    assert transfers.keys() == state.money_legs.keys()  # E7
    assert unregistered.keys() == state.settled_legs.keys()  # E7
    for transfer_id, leg in {**state.money_legs, **state.settled_legs}.items():
        transfer = transfers.get(transfer_id) or unregistered[transfer_id]
        product = state.products[transfer.product_id]
        assert leg.trust_company_id == product.terms.trust_company_id, transfer_id  # E7
        assert leg.seller_fee_venue + leg.seller_fee_trust_company <= leg.consideration  # E7
        assert 0 <= leg.paid <= leg.cost, transfer_id  # E7
        assert leg.rest_due == 0 or transfer.state in UNFUNDED, transfer_id  # E7
        assert 0 < leg.trade_number <= product.trades, transfer_id  # E7
        assert (leg.buy_order_id is None) is (transfer.preempts is not None), transfer_id  # E7


def _check_preemption(state: State, transfer: Transfer) -> None:
    terms = state.products[transfer.product_id].terms.transfer_terms
    asked = those_asked(terms, transfer)
    assert len(set(transfer.waived)) == len(transfer.waived), transfer.transfer_id  # E14
    assert set(transfer.waived) <= set(asked), transfer.transfer_id  # E14
    if transfer.state is TransferState.PREEMPTION_OPEN:
        assert not all_waived(terms, transfer), transfer.transfer_id  # E14
    if transfer.preempts is not None:
        assert transfer.buyer_id in terms.right_holders, transfer.transfer_id  # E14
        assert transfer.preempts < transfer.transfer_id, transfer.transfer_id  # E14


def _check_timers_and_keys(state: State) -> None:
    noted_ns = state.earliest_due_ns
    due_ns = state.next_due_ns()
    assert due_ns is None or (noted_ns is not None and noted_ns <= due_ns), (noted_ns, due_ns)  # E8
    retired = {key for _, key in state.keys.retired()}
    live = {key for order in state.orders.values() for key in order.keys}
    live |= {proposal.key for proposal in state.desk.proposals.values()}
    live |= {application.key for application in state.clients.applications.values()}
    live |= state.negotiations.keys()
    assert not retired & live  # E8
    assert retired | live == state.keys.entries.keys()  # E8


def _check_desk(state: State) -> None:
    officers = state.desk.officers
    for officer_id, officer in officers.items():
        assert officer.dismissed_at_ns is None, officer_id  # E9
        assert state.parties[officer.party_id].kind in OFFICER_KINDS, officer_id  # E9
        if officer.deputy_for is None:
            assert officer.roles, officer_id  # E9
        else:
            principal = officers[officer.deputy_for]
            assert not officer.roles, officer_id  # E9
            assert principal.deputy_for is None, officer_id  # E9
            assert principal.party_id == officer.party_id, officer_id  # E9
            assert principal.person != officer.person, officer_id  # E9
    for proposal_id, proposal in state.desk.proposals.items():
        assert proposal.outcome is None, proposal_id  # E10
        assert proposal.act.actor == OPERATOR_ID, proposal_id  # E10
        assert proposal.digest == digest_of(proposal.act), proposal_id  # E10
        assert proposal.lapses_ns > proposal.proposed_at_ns, proposal_id  # E10
    _check_cases(state)


def _check_cases(state: State) -> None:
    desk, transfers = state.desk, state.register.transfers
    for transfer_id, transfer in transfers.items():
        under_review = transfer.state is TransferState.UNDER_REVIEW
        assert transfer_id in desk.cases or not under_review, transfer_id  # E13
        assert transfer.claim_ns is None or under_review, transfer_id  # E13
    waiting = {}
    for transfer_id, case in desk.cases.items():
        transfer = transfers[transfer_id]
        claimed = transfer.claim_ns is not None
        assert case.claimed_until_ns == transfer.claim_ns, transfer_id  # E13
        assert (case.claimed_by is not None) is (case.claimant is not None) is claimed  # E13
        made = case.made_by is not None
        assert (case.maker is not None) is (case.criteria is not None) is made, transfer_id  # E13
        assert not made or transfer.state in PROPOSED, transfer_id  # E13
        if waits_for_checker(transfer, case):
            waiting[transfer_id] = transfer
            if not desk.approvals.is_to_be_looked_at(transfer):
                assert case.criteria == criteria(state, transfer), transfer_id  # E13
    desk.approvals.check(waiting)  # E13
    found = {
        (party_id, transfer_id): pair
        for party_id, of_party in desk.cases_of.items()
        for transfer_id, pair in of_party.items()
    }
    expected = {
        (party_id, transfer_id): (transfers[transfer_id], case)
        for transfer_id, case in desk.cases.items()
        for party_id in parties_of(transfers[transfer_id])
    }
    assert found == expected  # E13


def _check_exceptions(state: State) -> None:
    desk = state.desk
    assert len(desk.exceptions_about) == len(desk.exceptions)  # E11
    companies: Counter[PartyId] = Counter()
    for exception_id, exception in desk.exceptions.items():
        kind, subject_id = exception.kind, exception.subject_id
        assert desk.exceptions_about[kind, subject_id] is exception, exception_id  # E11
        assert exception.resolved_at_ns is None, exception_id  # E11
        company = exception.trust_company_id
        if company is not None:
            assert state.parties[company].kind is PartyKind.TRUST_COMPANY, exception_id  # E11
            companies[company] += 1
        if kind is ExceptionKind.REGISTRATION_LATE:
            assert subject_id in state.register.unregistered, exception_id  # E12
        elif kind in (ExceptionKind.LATE_DECISION, ExceptionKind.MONEY_CLAIM):
            assert subject_id not in state.register.transfers, exception_id  # E12
    assert desk.exceptions_of == companies  # E11
    unmatched = {
        payment_id
        for payment_id, payment in state.money.payments.items()
        if payment.state is PaymentState.UNMATCHED
    }
    payments = {subject for kind, subject in desk.exceptions_about if kind is ExceptionKind.PAYMENT}
    assert payments == unmatched  # E12


def _check_evidence(state: State) -> None:
    state.evidence.check()
    for link_id, link in state.evidence.links.items():
        assert link_id <= state.sequence, link_id  # V1
        match link.subject:
            case EvidenceSubject.TRANSFER:
                assert link.subject_id in state.money_legs, link_id  # V1
            case EvidenceSubject.PARTY:
                assert link.subject_id in state.parties, link_id  # V1
            case EvidenceSubject.PRODUCT:
                assert link.subject_id in state.products, link_id  # V1


def _check_clients(state: State) -> None:
    clients = state.clients
    clients.check()
    for party_id, party in state.parties.items():
        client = clients.clients.get(party_id)
        expected = EMPTY_PROFILE if client is None else client.profile
        assert party.profile is expected, party_id  # K1
    for party_id, client in clients.clients.items():
        assert state.parties[party_id].kind in TRADING_KINDS, party_id  # K1
        owner_id = client.profile.owner_id
        if owner_id != NO_OWNER:
            owner = state.parties[PartyId(owner_id)]
            assert owner.profile.owner_id == NO_OWNER, party_id  # K3
            assert owner_id != party_id, party_id  # K3
    for key, application in clients.applications.items():
        assert state.parties[application.party_id].kind in TRADING_KINDS, key  # K4


def _check_prices(state: State) -> None:
    for product_id, product in state.products.items():
        assert can_be_quoted(product.terms, product.facts, product.facts.quote_basis), (
            product_id
        )  # P1
