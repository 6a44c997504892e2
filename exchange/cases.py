"""The cases of transfers under review: what becomes of claims and proposals when something happens
to the transfer.

A case begins with the first claim and stays until the transfer has ended. A proposal lapses when
what it is about changes, and is told so; who has claimed the transfer, has it no more.
"""

from typing import Final

from exchange.desk_state import Case
from exchange.review_events import ApprovalsLapsed, Review
from exchange.settlement import Emit
from exchange.state import State
from exchange.types import PartyId
from registry.transfer import Row, Transfer, TransferEvent, TransferState
from registry.types import TimeNs

LAPSING: Final = frozenset({TransferEvent.RESET, TransferEvent.RETURN})
"""What is proposed does not outlast these."""


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
    if row.decides:
        desk.close_case(case)


def review_of(state: State, transfer: Transfer) -> Review | None:
    """Where the review of an open transfer stands; None: nobody has claimed it yet. Cost: O(1)."""
    case = state.desk.cases.get(transfer.transfer_id)
    return None if case is None else case.review()


def mark_changed(state: State, party_id: PartyId, *, at_ns: TimeNs) -> None:
    """A party's documents are others than they were: what is proposed about its transfers lapses,
    a bounded number of proposals with each command of the clock. Until then their criteria differ
    and nobody can check them. Cost: O(1)."""
    if state.desk.approvals.note_change(party_id, at_ns):
        state.note_due(at_ns)


def find_waiting(state: State) -> None:
    """Of a restored state, find by their parties the proposals that wait for a checker. Cost:
    O(cases)."""
    for transfer_id, case in state.desk.cases.items():
        transfer = state.register.transfers[transfer_id]
        if waits_for_checker(transfer, case):
            state.desk.approvals.add(transfer)


def waits_for_checker(transfer: Transfer, case: Case) -> bool:
    """Whether a maker has proposed something that nobody has checked. Cost: O(1)."""
    return transfer.state is TransferState.UNDER_REVIEW and case.made_by is not None


def _lapse(state: State, transfer: Transfer, case: Case, event: TransferEvent, emit: Emit) -> None:
    made_by, reason = case.made_by, case.reason
    if made_by is None:
        return
    state.desk.forget_proposal(case)
    case.lapsed = event
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
        )
    )
