"""Four eyes: what the operator does, one officer proposes and another approves.

The proposal carries the act, a command of its own, and the act's handler runs in the command that
approves it: either all of it happens then, or nothing. The checker names the digest of the act that
he has seen. At a venue that was opened without four eyes an act may also be given directly.
"""

from collections.abc import Mapping
from typing import Final

from exchange import clearance_desk
from exchange.administration import create_product, record_deposit
from exchange.calendar_commands import AmendCalendar
from exchange.calendar_desk import amend_calendar
from exchange.clearances import is_for_compliance
from exchange.codec import body_digest, encode_command
from exchange.commands import (
    AnyAct,
    AnyCommand,
    CreateProduct,
    Propose,
    RecordDeposit,
)
from exchange.desk_commands import AppointOfficer, Approve, DismissOfficer, WithdrawProposal
from exchange.desk_events import ActProposed, ProposalClosed
from exchange.desk_state import Officer, Proposal, lapses_ns
from exchange.encumbrances import encumber, release_encumbrance
from exchange.fee_desk import HANDLERS as FEE_HANDLERS
from exchange.halt_commands import LiftHalt
from exchange.halts import lift_halt
from exchange.handler import Handler
from exchange.limits import PROPOSALS_OPEN_MAX
from exchange.market_commands import CallOffMarketMode, SetMarketMode
from exchange.modes.change import call_off_market_mode, set_market_mode
from exchange.money_commands import (
    DecideWithdrawal,
    ImportStatement,
    ResolvePayment,
    VerifyBankAccount,
)
from exchange.money_desk import decide_withdrawal, resolve_payment, verify_bank_account
from exchange.officers import ANY_ROLE, appoint_officer, dismiss_officer, officer_of, smallest
from exchange.price_desk import HANDLERS as PRICE_HANDLERS
from exchange.product_desk import (
    close_product,
    open_product,
    resume_product,
    suspend_product,
)
from exchange.refusals import Refusal
from exchange.register_commands import (
    CloseProduct,
    Encumber,
    OpenProduct,
    PostRegister,
    ReleaseEncumbrance,
    ResumeProduct,
    SuspendProduct,
)
from exchange.register_posting import post_register
from exchange.reversal import reverse_transfer
from exchange.rules_commands import DecideClearance, LoadRulePack, SetProductRules
from exchange.rules_desk import load_rule_pack, set_product_rules
from exchange.settlement import Emit
from exchange.state import State
from exchange.statements import import_statement
from exchange.transfer_commands import CancelTrade, DeclareSellerDefault, ReverseTransfer
from exchange.transfer_steps import cancel_trade, declare_seller_default
from exchange.types import (
    OPERATOR_ID,
    OfficerId,
    OfficerRole,
    PersonId,
    ProposalId,
    ProposalOutcome,
    Sequence,
)
from registry.types import TimeNs

ACTS: Final[Mapping[type, Handler]] = {
    CreateProduct: create_product,
    PostRegister: post_register,
    Encumber: encumber,
    ReleaseEncumbrance: release_encumbrance,
    OpenProduct: open_product,
    SuspendProduct: suspend_product,
    ResumeProduct: resume_product,
    CloseProduct: close_product,
    RecordDeposit: record_deposit,
    VerifyBankAccount: verify_bank_account,
    ImportStatement: import_statement,
    ResolvePayment: resolve_payment,
    DecideWithdrawal: decide_withdrawal,
    CancelTrade: cancel_trade,
    DeclareSellerDefault: declare_seller_default,
    ReverseTransfer: reverse_transfer,
    AppointOfficer: appoint_officer,
    DismissOfficer: dismiss_officer,
    SetMarketMode: set_market_mode,
    CallOffMarketMode: call_off_market_mode,
    **PRICE_HANDLERS,
    **FEE_HANDLERS,
    LoadRulePack: load_rule_pack,
    SetProductRules: set_product_rules,
    DecideClearance: clearance_desk.decide,
    LiftHalt: lift_halt,
    AmendCalendar: amend_calendar,
}
"""What of the operator's needs a second person: what makes title, money or power, or binds it. The
members of AnyAct. Admitting a party is none of it: a party has nothing before somebody gives it
something."""

STAFFING: Final = frozenset({AppointOfficer, DismissOfficer})
"""Acts that one alone may do until there are two who can do it together."""


def digest_of(act: AnyAct) -> bytes:
    """What the checker names of the act that he approves."""
    return body_digest(encode_command(act))


def needs_second_person(state: State, command: AnyCommand, at_ns: TimeNs) -> bool:
    """Whether the operator gives an act directly that a venue with four eyes wants approved.
    Nothing else is looked at in it. Cost: O(1), of staffing O(all officers)."""
    return (
        command.actor == OPERATOR_ID
        and type(command) in ACTS
        and (type(command) not in STAFFING or state.desk.two_may_act(at_ns))
    )


def propose(
    state: State, command: Propose, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Keep the act until another person approves it; its proposal's id is the command's
    sequence."""
    maker = _officer(state, command, OfficerRole.MAKER, at_ns)
    proposals = state.desk.proposals
    refusal = smallest(
        maker if isinstance(maker, Refusal) else None,
        None if command.act.actor == command.actor else Refusal.NOT_PERMITTED,
        None if state.calendars else Refusal.UNKNOWN_CALENDAR,
        None if len(proposals) < PROPOSALS_OPEN_MAX else Refusal.PROPOSALS_OPEN_MAX,
    )
    if refusal is not None:
        return refusal
    assert isinstance(maker, Officer), maker
    proposal = Proposal(
        proposal_id=ProposalId(sequence),
        officer_id=maker.officer_id,
        person=maker.person,
        act=command.act,
        digest=digest_of(command.act),
        proposed_at_ns=at_ns,
        lapses_ns=lapses_ns(state.calendars.values(), at_ns),
    )
    proposals[proposal.proposal_id] = proposal
    state.desk.touched_proposals[proposal.proposal_id] = proposal
    state.note_due(proposal.lapses_ns)
    emit(
        ActProposed(
            proposal_id=proposal.proposal_id,
            officer_id=proposal.officer_id,
            act=proposal.act,
            digest=proposal.digest,
            lapses_ns=proposal.lapses_ns,
        )
    )
    return None


def approve(
    state: State, command: Approve, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Carry the act out, with the ids of this command; or refuse as the act is refused, and the
    proposal stays open."""
    checker = _officer(state, command, OfficerRole.CHECKER, at_ns)
    proposal = state.desk.proposals.get(command.proposal_id)
    if isinstance(checker, Refusal) or proposal is None:
        return smallest(
            checker if isinstance(checker, Refusal) else None,
            Refusal.UNKNOWN_PROPOSAL if proposal is None else None,
        )
    if proposal.digest != command.digest:
        return Refusal.CRITERIA_STALE
    if proposal.person == checker.person:
        return Refusal.SAME_PERSON
    if is_for_compliance(state, proposal.act):
        officer = _officer(state, command, OfficerRole.COMPLIANCE, at_ns)
        if isinstance(officer, Refusal):
            return officer
    refusal = ACTS[type(proposal.act)](state, proposal.act, sequence, at_ns, emit)
    if refusal is None:
        outcome = ProposalOutcome.APPROVED
        _close(state, proposal, outcome, by=checker.officer_id, at_ns=at_ns, emit=emit)
    return refusal


def withdraw_proposal(
    state: State, command: WithdrawProposal, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """End a proposal without effect."""
    proposal = state.desk.proposals.get(command.proposal_id)
    is_another = proposal is not None and not _is_of(state, command.officer_id, proposal.person)
    role = OfficerRole.HEAD if is_another else ANY_ROLE
    officer = _officer(state, command, role, at_ns)
    if isinstance(officer, Refusal) or proposal is None:
        return smallest(
            officer if isinstance(officer, Refusal) else None,
            Refusal.UNKNOWN_PROPOSAL if proposal is None else None,
        )
    outcome = ProposalOutcome.WITHDRAWN
    _close(state, proposal, outcome, by=command.officer_id, at_ns=at_ns, emit=emit)
    return None


def lapse_proposal(state: State, *, due_ns: TimeNs, at_ns: TimeNs, emit: Emit) -> None:
    """The oldest proposal whose time ended at `due_ns` was approved by nobody."""
    proposal = next(each for each in state.desk.proposals.values() if each.lapses_ns == due_ns)
    _close(state, proposal, ProposalOutcome.LAPSED, by=None, at_ns=at_ns, emit=emit)


def _officer(
    state: State, command: Propose | Approve | WithdrawProposal, role: OfficerRole, at_ns: TimeNs
) -> Officer | Refusal:
    if command.actor != OPERATOR_ID:
        return Refusal.NOT_PERMITTED
    return officer_of(state, OPERATOR_ID, command.officer_id, role=role, at_ns=at_ns)


def _is_of(state: State, officer_id: OfficerId, person: PersonId) -> bool:
    officer = state.desk.officers.get(officer_id)
    return officer is not None and officer.person == person


def _close(
    state: State,
    proposal: Proposal,
    outcome: ProposalOutcome,
    *,
    by: OfficerId | None,
    at_ns: TimeNs,
    emit: Emit,
) -> None:
    del state.desk.proposals[proposal.proposal_id]
    proposal.outcome, proposal.closed_by, proposal.closed_at_ns = outcome, by, at_ns
    proposal.closed_sequence = Sequence(state.register.sequence)
    state.desk.touched_proposals[proposal.proposal_id] = proposal
    state.keys.retire(proposal.key, at_ns)
    emit(ProposalClosed(proposal_id=proposal.proposal_id, outcome=outcome, officer_id=by))


HANDLERS: Final[Mapping[type, Handler]] = {
    Propose: propose,
    Approve: approve,
    WithdrawProposal: withdraw_proposal,
}
