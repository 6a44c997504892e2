"""The desk of the engine and that of the model, compared: what lives, and all that was reported."""

from __future__ import annotations

import msgspec

from exchange.codec import body_digest, encode_command
from exchange.desk_state import DeskState
from exchange.market_view import MarketView
from exchange.review_events import Concern
from exchange.store.desk_rows import take_desk_rows
from exchange.types import ExceptionKind
from registry.transfer import TransferEvent
from tests.model.cases import ModelCase, review_of
from tests.model.exchange import ModelExchange
from tests.model.ledger import ModelTransfer
from tests.model.matters import Matter, company_of
from tests.model.offices import ModelOfficer, ModelProposal

Row = tuple[object, ...]


class DeskRows:
    """The last that was reported of every officer, proposal and exception."""

    def __init__(self) -> None:
        self.officers: dict[object, Row] = {}
        self.proposals: dict[object, Row] = {}
        self.cases: dict[object, Row] = {}
        self.exceptions: dict[object, Row] = {}
        self.signed_decisions: list[Row] = []

    def take(self, desk: DeskState) -> None:
        """Write down what was touched; nothing is touched any more."""
        rows = take_desk_rows(desk)
        self.officers.update((row[0], row) for row in rows["officers"])
        self.proposals.update((row[0], row) for row in rows["proposals"])
        self.cases.update((row[0], row) for row in rows["cases"])
        self.exceptions.update((row[0], row) for row in rows["exceptions"])
        self.signed_decisions += rows["signed_decisions"]

    def check(self, model: ModelExchange) -> None:
        """Assert that it is what the model says, of what has ended too."""
        assert self.officers == {
            each.officer_id: officer_row(each) for each in model.officers.values()
        }
        assert self.proposals == {
            each.proposal_id: proposal_row(each) for each in model.proposals.values()
        }
        assert self.signed_decisions == model.signatures
        assert self.exceptions == {each.number: matter_row(model, each) for each in model.matters}
        assert self.cases == {
            each.transfer_id: case_row(model, each, each.case)
            for each in model.transfers.values()
            if each.case is not None
        }


def check_desk(desk: DeskState, view: MarketView, model: ModelExchange) -> None:
    """Assert that both know the same officers, open proposals and exceptions, oldest first, and
    that engine, view and model say the same of every open transfer's review."""
    reviews = {each.transfer_id: review_of(each) for each in model.pending_transfers()}
    assert {key: case.review() for key, case in desk.cases.items()} == {
        key: review for key, review in reviews.items() if review is not None
    }
    assert {key: each.review for key, each in view.transfers.items()} == reviews
    assert list(desk.officers) == [
        each.officer_id for each in model.officers.values() if each.dismissed_at_ns is None
    ]
    assert list(desk.proposals) == [
        each.proposal_id for each in model.proposals.values() if each.is_open
    ]
    assert list(desk.exceptions) == [each.number for each in model.on_table()]


def officer_row(officer: ModelOfficer) -> Row:
    """An officer of the model, in column order of the table."""
    appointed = officer.appointed
    return (
        officer.officer_id,
        appointed.party_id,
        appointed.person,
        int(appointed.roles),
        officer.from_ns,
        appointed.until_ns,
        appointed.deputy_for,
        officer.dismissed_at_ns,
    )


def proposal_row(proposal: ModelProposal) -> Row:
    """A proposal of the model, in column order of the table."""
    act = proposal.proposed.act
    return (
        proposal.proposal_id,
        proposal.proposed.officer_id,
        proposal.person,
        encode_command(act),
        body_digest(encode_command(act)),
        proposal.proposed_at_ns,
        proposal.lapses_ns,
        None if proposal.outcome is None else int(proposal.outcome),
        proposal.closed_by,
        proposal.closed_at_ns,
        proposal.closed_sequence,
    )


def case_row(model: ModelExchange, transfer: ModelTransfer, case: ModelCase) -> Row:
    """What was done with a transfer of the model, in column order of the table."""
    made = case.suggestion
    return (
        transfer.transfer_id,
        case.claimed_by,
        None if case.claimed_by is None else model.officers[case.claimed_by].appointed.person,
        transfer.claim_ns,
        None if made is None else made.by,
        None if made is None else model.officers[made.by].appointed.person,
        None if made is None or made.reason is None else int(made.reason),
        None if made is None else made.seen,
        case.checked_by,
        TransferEvent[case.lapsed].value if case.lapsed else None,
        sum(Concern[thing] for thing in case.others),
    )


def matter_row(model: ModelExchange, matter: Matter) -> Row:
    """An exception of the model, in column order of the table."""
    kind, subject_id, _ = matter.thing
    said = matter.said
    what = (matter.number, ExceptionKind[kind].value, subject_id, company_of(model, matter))
    when = (matter.raised_at_ns, matter.times, matter.resolved_at_ns)
    word: Row = (None,) * 4
    if said is not None:
        word = said.actor, said.officer_id, int(said.code), said.note
    late: Row = (None,) * 4
    if matter.late is not None:
        decision, reason, officer_id, officer = msgspec.structs.astuple(matter.late)
        late = decision.value, None if reason is None else reason.value, officer_id, officer
    incident: Row = (None, None)  # no check raises here: tests/exchange/rules/test_incidents.py
    return (*what, *when, *word, *late, *incident)
