"""The operator's acts at the edge: an officer of the operator's proposes them, with the answer 202;
the operator's own key does them at once, where the venue lets one alone do it.

Routes that give an act submit it here.
"""

from collections.abc import Sequence
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from api.accounts_booked import keep_accounts_booked
from api.auth.principal import Principal
from api.dependencies import Services
from api.responses import problems
from api.schemas.acts import act_shown
from api.schemas.base import Answer
from api.schemas.decimals import format_moment
from api.schemas.proposals import Proposal, Proposals, ProposalState
from api.submission import mark_replayed, submit
from exchange.commands import AnyAct, Propose
from exchange.desk_events import ActProposed, OfficerDismissed
from exchange.limits import TRANSFER_IDS_PER_COMMAND
from exchange.money_events import StatementImported, WithdrawalAdvanced
from exchange.register_commands import Encumber
from exchange.sequencer import Outcome
from exchange.store.desk_queries import ProposalRow
from exchange.types import OfficerId, PartyKind, ProposalOutcome
from registry.types import ProductId


def act_responses(
    *statuses: int, model: type[Answer] = Proposal
) -> dict[int | str, dict[str, Any]]:
    """The declarations of these problems, and of the answer to a proposal, or to several."""
    return {
        202: {"model": model, "description": "Proposed: a second officer has to approve it."},
        **problems(*statuses),
    }


async def submit_act(services: Services, principal: Principal, act: AnyAct) -> Outcome | Response:
    """The outcome of an act that was done, or the answer that says what was proposed; a refusal
    ends the request.

    Raises:
        Busy: nothing was journaled.
        OutcomeUnknown: the venue stopped.
    """
    proposed = await propose(services, principal, act)
    if proposed is not None:
        return proposed
    return await done(services, await submit(services, act))


async def propose(services: Services, principal: Principal, act: AnyAct) -> Response | None:
    """The answer that says what was proposed, or None where the key is no officer's of the
    operator's: then the act is the caller's to submit. Ends the request and raises like
    `submit_act`."""
    officer_id = _proposer(principal)
    if officer_id is None:
        return None
    proposal, outcome = await _made(services, officer_id, act)
    location = f"/v1/proposals/{proposal.proposal_id}"
    response = JSONResponse(proposal.model_dump(), 202, headers={"Location": location})
    mark_replayed(response, outcome)
    return response


async def propose_all(
    services: Services, principal: Principal, acts: Sequence[AnyAct]
) -> Response | None:
    """The same of several acts, which are approved one after the other. Asked again, it goes on."""
    officer_id = _proposer(principal)
    if officer_id is None:
        return None
    made = [await _made(services, officer_id, act) for act in acts]
    body = Proposals(items=[proposal for proposal, _ in made])
    response = JSONResponse(body.model_dump(), 202)
    if all(outcome.replayed for _, outcome in made):
        mark_replayed(response, made[-1][1])
    return response


def _proposer(principal: Principal) -> OfficerId | None:
    return principal.officer_id if principal.kind is PartyKind.OPERATOR else None


async def _made(services: Services, officer_id: OfficerId, act: AnyAct) -> tuple[Proposal, Outcome]:
    command = Propose(actor=act.actor, key=act.key, officer_id=officer_id, act=act)
    outcome = await submit(services, command)
    (proposed,) = outcome.events
    assert isinstance(proposed, ActProposed), proposed
    row = ProposalRow(
        proposal_id=proposed.proposal_id,
        officer_id=proposed.officer_id,
        act=proposed.act,
        digest=proposed.digest,
        proposed_at_ns=outcome.at_ns,
        lapses_ns=proposed.lapses_ns,
        outcome=None,
        closed_by=None,
        closed_at_ns=None,
        closed_sequence=None,
    )
    return proposal_shown(services, row), outcome


async def done(services: Services, outcome: Outcome) -> Outcome:
    """The outcome, once the edge has followed it: who was dismissed signs in no more, what is to be
    paid out is, and the accounts of a booked statement are kept."""
    dismissed = [
        event.officer_id for event in outcome.events if isinstance(event, OfficerDismissed)
    ]
    if dismissed:
        at_ns = services.clock.now_ns()
        revoked = await run_in_threadpool(services.edge.revoke_keys_of, dismissed, at_ns=at_ns)
        for record in revoked:
            services.keys.withdraw(record.digest)
            services.feed.withdraw_key(record.key_id)
        await services.sign_ins.withdraw_officers(dismissed)
    if any(isinstance(event, StatementImported) for event in outcome.events):
        await run_in_threadpool(keep_accounts_booked, services.reader, services.edge)
    if any(isinstance(event, WithdrawalAdvanced) for event in outcome.events):
        services.payouts.wake()
    return outcome


def proposal_shown(services: Services, row: ProposalRow) -> Proposal:
    """A proposal as officers see it."""
    approved = row.outcome is ProposalOutcome.APPROVED
    return Proposal(
        proposal_id=str(row.proposal_id),
        officer_id=str(row.officer_id),
        act=act_shown(row.act, scale_of=lambda product_id: _scale(services, product_id)),
        digest=row.digest.hex(),
        proposed_at=format_moment(row.proposed_at_ns),
        lapses_at=format_moment(row.lapses_ns),
        state=_state(row.outcome),
        closed_by=None if row.closed_by is None else str(row.closed_by),
        closed_at=None if row.closed_at_ns is None else format_moment(row.closed_at_ns),
        result_id=_result_id(row) if approved else None,
    )


def _result_id(row: ProposalRow) -> str:
    assert row.closed_sequence is not None, row.proposal_id
    # Pledges and freezes have ids of their own: a file brings several in one command.
    made_at_once = TRANSFER_IDS_PER_COMMAND if isinstance(row.act, Encumber) else 1
    return str(row.closed_sequence * made_at_once)


def _scale(services: Services, product_id: ProductId) -> int:
    return services.exchange.view.products[product_id].terms.quantity_scale


def _state(outcome: ProposalOutcome | None) -> ProposalState:
    match outcome:
        case None:
            return "OPEN"
        case ProposalOutcome.APPROVED:
            return "APPROVED"
        case ProposalOutcome.WITHDRAWN:
            return "WITHDRAWN"
        case ProposalOutcome.LAPSED:
            return "LAPSED"
