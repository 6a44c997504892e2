"""The cases of transfers under review: what becomes of claims and proposals when something happens
to the transfer.

A case begins with the first claim and stays until the transfer has ended. A proposal lapses when
what it is about changes, and is told so; who has claimed the transfer, has it no more.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from exchange.criteria import criteria_parts
from exchange.desk_state import Case
from exchange.evidence_types import EvidenceSubject
from exchange.limits import OWN_EVIDENCE_PER_REVIEW_MAX
from exchange.refusals import Refusal
from exchange.review_events import ApprovalsLapsed, Concern, Review
from exchange.settlement import Emit
from exchange.state import State
from exchange.types import PartyId
from registry.transfer import Row, Transfer, TransferEvent, TransferState
from registry.types import ProductId, TimeNs

LAPSING: Final = frozenset({TransferEvent.RESET, TransferEvent.RETURN})
"""What is proposed does not outlast these."""
WITH_THE_TRUST_COMPANY: Final = frozenset({TransferState.SUBMITTED, TransferState.UNDER_REVIEW})
"""The pack is there, and not decided on."""


def follow_case(state: State, transfer: Transfer, row: Row, emit: Emit) -> None:
    """Do with the transfer's case, if it has one, what follows from what has happened to it, after
    its clocks have followed. Cost: O(log n)."""
    desk = state.desk
    case = desk.cases.get(transfer.transfer_id)
    if case is None:
        return
    desk.touched_cases[transfer.transfer_id] = case
    case.claimed_until_ns = transfer.claim_ns
    if transfer.claim_ns is None:
        case.claimed_by = case.claimant = None
    if row.event in LAPSING:
        _lapse(state, transfer, case, row.event, emit)
    if waits_for_checker(transfer, case):
        desk.approvals.add(transfer)
    else:
        desk.approvals.discard(transfer)
    if row.event is TransferEvent.RETURN:
        case.own_evidence.clear()
    if row.decides:
        desk.close_case(transfer)


def review_of(state: State, transfer: Transfer) -> Review | None:
    """Where the review of an open transfer stands; None: nobody has claimed it yet. Cost: O(1)."""
    case = state.desk.cases.get(transfer.transfer_id)
    return None if case is None else case.review()


def mark_changed(state: State, party_id: PartyId, *, at_ns: TimeNs) -> None:
    """A party's documents are others than they were, or what is known of it: what is proposed about
    its transfers lapses, a bounded number of proposals with each command of the clock. Until then
    their criteria differ and nobody can check them. Cost: O(1)."""
    if state.desk.approvals.note_change((EvidenceSubject.PARTY, party_id), at_ns):
        state.note_due(at_ns)


def mark_rules_changed(state: State, product_ids: Iterable[ProductId], *, at_ns: TimeNs) -> None:
    """The rules of these products may be others: as when a party changes. Cost: O(products)."""
    for product_id in product_ids:
        if state.desk.approvals.note_change((EvidenceSubject.PRODUCT, product_id), at_ns):
            state.note_due(at_ns)


def index_cases(state: State) -> None:
    """Of a restored state, find by their parties the cases and the proposals that wait for a
    checker. Cost: O(cases)."""
    for transfer_id, case in state.desk.cases.items():
        transfer = state.register.transfers[transfer_id]
        state.desk.add_case(transfer, case)
        if waits_for_checker(transfer, case):
            state.desk.approvals.add(transfer)


def refuse_own_evidence(state: State, party_id: PartyId) -> Refusal | None:
    """Refuse a party a document of its own while a transfer of its is reviewed for which it has
    handed in as many as it may: it could else keep anybody from deciding, until the transfer
    lapses. Cost: O(its cases)."""
    counts = (case.own_evidence.get(party_id, 0) for case in _reviewed(state, party_id))
    reached = max(counts, default=0) >= OWN_EVIDENCE_PER_REVIEW_MAX
    return Refusal.OWN_EVIDENCE_MAX if reached else None


def count_own_evidence(state: State, party_id: PartyId) -> None:
    """A party has handed in a document of its own. Cost: O(its cases)."""
    for case in _reviewed(state, party_id):
        case.own_evidence[party_id] = case.own_evidence.get(party_id, 0) + 1


def waits_for_checker(transfer: Transfer, case: Case) -> bool:
    """Whether a maker has proposed something that nobody has checked. Cost: O(1)."""
    return transfer.state is TransferState.UNDER_REVIEW and case.made_by is not None


def _reviewed(state: State, party_id: PartyId) -> Iterator[Case]:
    """The party's transfers that officers of a trust company are at work on."""
    for transfer, case in state.desk.cases_of.get(party_id, {}).values():
        if transfer.state in WITH_THE_TRUST_COMPANY:
            yield case


def _lapse(state: State, transfer: Transfer, case: Case, event: TransferEvent, emit: Emit) -> None:
    made_by, reason, read = case.made_by, case.reason, case.read
    if made_by is None:
        return
    assert read is not None, transfer.transfer_id
    state.desk.forget_proposal(case)
    case.lapsed, case.changed = event, Concern(0)
    if event is TransferEvent.RESET:
        case.changed = criteria_parts(state, transfer).changed_since(read)
        assert case.changed, transfer.transfer_id
    leg = state.money_legs[transfer.transfer_id]
    emit(
        ApprovalsLapsed(
            transfer_id=transfer.transfer_id,
            product_id=transfer.product_id,
            trade_number=leg.trade_number,
            seller_id=PartyId(transfer.seller_id),
            buyer_id=PartyId(transfer.buyer_id),
            trust_company_id=leg.trust_company_id,
            units=transfer.units,
            event=event,
            made_by=made_by,
            reason=reason,
            state=transfer.state,
            version=transfer.version,
            changed=case.changed,
        )
    )
