"""Documents that come when their transfer has ended: they are on record, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from exchange.evidence_events import EvidenceAttached
from exchange.evidence_types import EvidenceId, EvidenceLinkId, EvidenceStatus, MediaType
from exchange.refusals import Refusal
from exchange.store.rows import take_rows
from exchange.types import OPERATOR_ID, PartyKind
from registry.terms import DocumentKind
from registry.transfer import Who
from registry.types import TimeNs
from tests.exchange.papers import DAY_NS, fault, file, late, of_product, of_transfer
from tests.exchange.steps import Steps
from tests.exchange.steps import steps as matched_transfer
from tests.exchange.venue import Venue, kinds, the


def settled(**terms: object) -> Steps:
    """A transfer that took effect."""
    on = matched_transfer(**terms)
    on.venue.does(on.venue.confirmation(on.transfer_id))
    return on


@pytest.fixture
def on() -> Steps:
    """The same, of a product without registration: it has left memory."""
    return settled()


def written(venue: Venue) -> list[Any]:
    """The rows of documents since they were last asked for."""
    return take_rows(venue.state)["evidence_links"]


@pytest.mark.parametrize("of", [Who.BUYER, Who.SELLER, None])
def test_it_has_a_row_and_is_not_kept_in_memory(on: Steps, of: Who | None) -> None:
    venue = on.venue
    command = late(venue, on.transfer_id, of=of)
    events = venue.does(command)
    assert kinds(events) == ["EvidenceAttached"]
    told = the(EvidenceAttached, events)
    assert told.link_id == EvidenceLinkId(venue.state.sequence)
    assert (told.subject_id, told.version) == (on.transfer_id, 1)
    assert (told.kind, told.of, told.sha256) == (command.kind, of, command.sha256)
    (row,) = written(venue)
    assert row[0] == told.link_id
    assert row[-2:] == (EvidenceStatus.LATE, None)
    assert not venue.state.evidence.links


def test_a_transfer_whose_registration_is_awaited_has_ended_too() -> None:
    on = settled(registration=True)
    assert on.transfer_id in on.venue.state.register.unregistered
    assert kinds(on.venue.does(late(on.venue, on.transfer_id))) == ["EvidenceAttached"]


def test_a_transfer_that_failed_has_a_record_too() -> None:
    on = matched_transfer()
    on.venue.does(on.venue.rejection(on.transfer_id))
    assert kinds(on.venue.does(late(on.venue, on.transfer_id))) == ["EvidenceAttached"]


def test_while_it_is_open_documents_are_handed_in_for_its_pack() -> None:
    on = matched_transfer()
    assert on.venue.refuses(late(on.venue, on.transfer_id)) is Refusal.TRANSFER_NOT_IN_STATE


def test_its_trust_company_and_the_operator_put_it_on_record_and_nobody_else(on: Steps) -> None:
    venue = on.venue
    other = venue.registers(PartyKind.TRUST_COMPANY)
    for actor in (venue.buyer, venue.seller, other):
        assert venue.refuses(late(venue, on.transfer_id, actor=actor)) is Refusal.NOT_PERMITTED
    # Who is no trust company is nobody's, whatever the edge says that a row says.
    theirs = late(venue, on.transfer_id, actor=venue.buyer, trust_company_id=venue.buyer)
    assert venue.refuses(theirs) is Refusal.NOT_PERMITTED
    venue.does(late(venue, on.transfer_id))
    venue.does(late(venue, on.transfer_id, actor=OPERATOR_ID))


def test_a_file_is_put_on_record_within_a_day_of_its_upload(on: Steps) -> None:
    venue = on.venue
    old = TimeNs(venue.at_ns - DAY_NS)
    venue.does(late(venue, on.transfer_id, uploaded_at_ns=TimeNs(old + 1)))
    # A late document keeps nothing in memory: the next one is asked how old its file is.
    command = late(venue, on.transfer_id, uploaded_at_ns=old)
    assert venue.refuses(command) is Refusal.UNKNOWN_EVIDENCE
    venue.does(of_product(venue))
    venue.does(late(venue, on.transfer_id, uploaded_at_ns=old))


@pytest.mark.parametrize(
    "changes",
    [
        {"of": Who.OPERATOR},
        {"evidence_id": EvidenceId(b"short")},
        {"sha256": bytes(31)},
        {"bytes_count": 0},
        {"bytes_count": 20 * 2**20 + 1},
        {"kind": DocumentKind.DUAL_RECORDING, "media_type": MediaType.PDF},
    ],
)
def test_what_is_no_file_or_nobodys_is_refused(on: Steps, changes: dict[str, Any]) -> None:
    command = late(on.venue, on.transfer_id, **changes)
    assert on.venue.refuses(command) is Refusal.EVIDENCE_OUT_OF_RANGE


def test_one_name_is_one_file(on: Steps) -> None:
    venue = on.venue
    venue.does(of_product(venue, file=1))
    other = late(venue, on.transfer_id, file=2, evidence_id=file(1))
    assert venue.refuses(other) is Refusal.EVIDENCE_OUT_OF_RANGE


def test_a_fault_of_its_file_changes_nothing_about_what_has_ended(on: Steps) -> None:
    venue = on.venue
    venue.does(late(venue, on.transfer_id))
    assert venue.refuses(fault(venue)) is Refusal.UNKNOWN_EVIDENCE


def test_what_came_in_time_stays_as_it_was() -> None:
    on = matched_transfer()
    venue = on.venue
    venue.does(of_transfer(venue))
    venue.does(venue.rejection(on.transfer_id, version=3))
    written(venue)
    venue.does(late(venue, on.transfer_id, file=2))
    (row,) = written(venue)
    assert row[-2] == EvidenceStatus.LATE
