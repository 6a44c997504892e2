"""Documents: who may hand in what, when one stops to count, and who hears of it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from exchange.events import TransferAdvanced
from exchange.evidence_commands import AttachEvidence
from exchange.evidence_events import EvidenceAttached, EvidenceInvalidated
from exchange.evidence_types import (
    EvidenceId,
    EvidenceLinkId,
    EvidenceStatus,
    EvidenceSubject,
    MediaType,
)
from exchange.refusals import Refusal
from exchange.snapshot import decode_state, encode_state
from exchange.types import OPERATOR_ID, PartyKind
from registry.terms import DocumentKind
from registry.transfer import TransferEvent, TransferState, Who
from registry.types import DayNumber, TimeNs
from tests.exchange.papers import (
    DAY_NS,
    fault,
    hands_in,
    of_party,
    of_product,
    of_transfer,
    paper,
    today,
)
from tests.exchange.venue import NOBODY, NOWHERE, Venue, kinds, the

TRANSFER, PARTY, PRODUCT = EvidenceSubject


@pytest.fixture
def venue() -> Venue:
    """A match of 100 units, submitted to the trust company."""
    venue = Venue()
    venue.sells(100)
    venue.buys(100)
    return venue


def put_into(venue: Venue, state: TransferState) -> None:
    """The transfer, as if its product went that way."""
    (transfer,) = venue.state.register.transfers.values()
    transfer.state = state
    venue.state.desk.open_case(transfer)


def documents(venue: Venue, subject: EvidenceSubject, number: int) -> list[tuple[int, int]]:
    """File and version of the valid ones."""
    links = venue.state.evidence.of_subject(subject, number)
    return [(link.evidence_id[0], link.version) for link in links]


def test_a_document_counts_from_the_command_that_attaches_it(venue: Venue) -> None:
    command = of_transfer(venue, of=Who.BUYER, expires_on=today(venue))
    told = the(EvidenceAttached, venue.does(command))
    assert told.link_id == EvidenceLinkId(venue.state.sequence)
    for name in ("subject", "subject_id", "kind", "of", "evidence_id", "sha256", "bytes_count"):
        assert getattr(told, name) == getattr(command, name), name
    assert (told.version, told.attached_by) == (1, venue.trust_company)
    assert (told.media_type, told.expires_on) == (command.media_type, command.expires_on)
    assert documents(venue, TRANSFER, command.subject_id) == [(1, 1)]


def test_who_decides_on_a_pack_that_has_changed_is_refused(venue: Venue) -> None:
    (transfer_id,) = venue.pending()
    events = venue.does(of_transfer(venue))
    assert kinds(events) == ["EvidenceAttached", "TransferAdvanced"]
    told = the(TransferAdvanced, events)
    assert (told.event, told.version) == (TransferEvent.DOCUMENT, 3)
    assert told.deadline_ns is not None
    old = venue.confirmation(transfer_id, version=2)
    assert venue.refuses(old) is Refusal.TRANSFER_VERSION_STALE
    venue.does(venue.confirmation(transfer_id, version=3))


def test_a_replaced_document_does_not_count_and_the_next_has_the_next_version(
    venue: Venue,
) -> None:
    first = hands_in(venue, of_transfer(venue))
    other = hands_in(venue, of_transfer(venue, file=2))
    events = venue.does(of_transfer(venue, file=3, replaces=first))
    assert kinds(events) == ["EvidenceInvalidated", "EvidenceAttached", "TransferAdvanced"]
    gone = the(EvidenceInvalidated, events)
    assert (gone.link_id, gone.reason) == (first, EvidenceStatus.REPLACED)
    assert the(EvidenceAttached, events).version == 2
    (transfer_id,) = venue.pending()
    assert documents(venue, TRANSFER, transfer_id) == [(2, 1), (3, 2)]
    again = of_transfer(venue, file=4, replaces=first)
    assert venue.refuses(again) is Refusal.UNKNOWN_EVIDENCE
    venue.does(of_transfer(venue, file=4, replaces=other))


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": DocumentKind.NOTICE},
        {"of": Who.BUYER},
        {"subject": PRODUCT, "subject_id": 6},
    ],
)
def test_a_document_takes_the_place_of_one_of_its_kind_and_person_only(
    venue: Venue, changes: dict[str, Any]
) -> None:
    first = hands_in(venue, of_transfer(venue))
    assert venue.product_id == 6
    other = msgspec.structs.replace(of_transfer(venue, replaces=first), **changes)
    assert venue.refuses(other) is Refusal.UNKNOWN_EVIDENCE


def test_a_document_is_replaced_by_who_handed_it_in_or_the_operator(venue: Venue) -> None:
    put_into(venue, TransferState.RETURNED)
    notice = hands_in(venue, of_transfer(venue, kind=DocumentKind.NOTICE))
    for actor in (venue.buyer, venue.seller):
        swapped = of_transfer(venue, kind=DocumentKind.NOTICE, by=actor, file=2, replaces=notice)
        assert venue.refuses(swapped) is Refusal.NOT_PERMITTED
    swapped = of_transfer(venue, kind=DocumentKind.NOTICE, by=OPERATOR_ID, file=2, replaces=notice)
    venue.does(swapped)


def test_a_document_expires_with_the_end_of_its_last_day(venue: Venue) -> None:
    last = DayNumber(today(venue) + 1)
    link_id = hands_in(venue, of_party(venue, venue.buyer, expires_on=last))
    end_ns = (last + 1) * DAY_NS - DAY_NS // 3
    venue.does(venue.confirmation(venue.pending()[0]))
    assert venue.state.next_due_ns() == end_ns
    assert kinds(venue.waits(end_ns - 1 - venue.at_ns)) == ["TimeAdvanced"]
    gone = the(EvidenceInvalidated, venue.waits(1))
    assert (gone.link_id, gone.reason) == (link_id, EvidenceStatus.EXPIRED)
    assert documents(venue, PARTY, venue.buyer) == []


def test_the_pack_changes_when_a_document_of_it_expires() -> None:
    venue = Venue()
    venue.at_ns = TimeNs((today(venue) + 1) * DAY_NS - DAY_NS // 3 - 10**9)
    venue.sells(100)
    venue.buys(100)
    venue.does(of_transfer(venue, expires_on=today(venue)))
    events = venue.waits(10**9)
    assert kinds(events) == ["EvidenceInvalidated", "TransferAdvanced", "TimeAdvanced"]
    assert the(TransferAdvanced, events).event is TransferEvent.DOCUMENT


def test_a_faulty_file_ends_every_document_that_is_made_of_it(venue: Venue) -> None:
    links = [
        hands_in(venue, command)
        for command in (
            of_transfer(venue),
            of_transfer(venue, kind=DocumentKind.NOTICE),
            of_product(venue),
        )
    ]
    other = hands_in(venue, of_product(venue, file=2))
    events = venue.does(fault(venue))
    gone = [event for event in events if isinstance(event, EvidenceInvalidated)]
    assert [event.link_id for event in gone] == links
    assert {event.reason for event in gone} == {EvidenceStatus.FAULTY}
    # Two documents of one pack: it is another one once.
    told = ["EvidenceInvalidated", "ExceptionRaised"] * 3
    assert kinds(events) == [*told, "TransferAdvanced"]
    assert list(venue.state.evidence.links) == [other]
    assert venue.refuses(fault(venue)) is Refusal.UNKNOWN_EVIDENCE


def test_only_the_operator_reports_a_fault(venue: Venue) -> None:
    venue.does(of_product(venue))
    for actor in (venue.trust_company, venue.buyer, NOBODY):
        assert venue.refuses(fault(venue, by=actor)) is Refusal.NOT_PERMITTED


@pytest.mark.parametrize("state", list(TransferState)[1:7])
def test_the_parties_change_the_pack_only_while_they_have_it(
    venue: Venue, state: TransferState
) -> None:
    put_into(venue, state)
    theirs = {
        TransferState.AGREEMENT_PENDING,
        TransferState.FUNDS_PENDING,
        TransferState.RETURNED,
    }
    sides: list[Who | None] = [Who.BUYER, Who.SELLER, None]
    for actor, of in zip((venue.buyer, venue.seller, venue.buyer), sides, strict=True):
        command = of_transfer(venue, by=actor, of=of)
        if state in theirs:
            assert kinds(venue.submit(command)) == ["EvidenceAttached"]
        else:
            assert venue.refuses(command) is Refusal.TRANSFER_NOT_IN_STATE


def test_nobody_hands_in_for_the_other_side(venue: Venue) -> None:
    put_into(venue, TransferState.RETURNED)
    for actor, of in ((venue.buyer, Who.SELLER), (venue.seller, Who.BUYER)):
        assert venue.refuses(of_transfer(venue, by=actor, of=of)) is Refusal.NOT_PERMITTED
    for actor in (venue.trust_company, OPERATOR_ID):
        for side in (Who.BUYER, Who.SELLER, None):
            venue.does(of_transfer(venue, by=actor, of=side))


def test_a_subject_does_not_exist_for_whom_it_does_not_concern(venue: Venue) -> None:
    rival = venue.registers(PartyKind.TRUST_COMPANY)
    says = venue.refuses
    for actor in (rival, venue.other, NOBODY):
        assert says(of_transfer(venue, by=actor)) is Refusal.UNKNOWN_TRANSFER
        assert says(of_product(venue, by=actor)) is Refusal.UNKNOWN_PRODUCT
        assert says(of_party(venue, venue.buyer, by=actor)) is Refusal.UNKNOWN_PARTY
    assert says(of_product(venue, by=venue.buyer)) is Refusal.UNKNOWN_PRODUCT
    assert says(of_party(venue, venue.buyer, by=venue.trust_company)) is Refusal.UNKNOWN_PARTY
    assert says(paper(venue, TRANSFER, NOWHERE, OPERATOR_ID)) is Refusal.UNKNOWN_TRANSFER
    assert says(paper(venue, PRODUCT, NOWHERE, OPERATOR_ID)) is Refusal.UNKNOWN_PRODUCT
    assert says(paper(venue, PARTY, NOWHERE, OPERATOR_ID)) is Refusal.UNKNOWN_PARTY


OUT_OF_RANGE: tuple[dict[str, Any], ...] = (
    {"of": Who.TRUST_COMPANY},
    {"of": Who.BUYER | Who.SELLER},
    {"evidence_id": EvidenceId(bytes(15))},
    {"sha256": bytes(31)},
    {"bytes_count": 0},
    {"bytes_count": 20 * 2**20 + 1},
    {"kind": DocumentKind.DUAL_RECORDING, "media_type": MediaType.M4A},
    {"kind": DocumentKind.DUAL_RECORDING, "media_type": MediaType.PDF},
)


@pytest.mark.parametrize("changes", OUT_OF_RANGE, ids=repr)
def test_a_document_out_of_range_is_refused(venue: Venue, changes: dict[str, Any]) -> None:
    command = msgspec.structs.replace(of_transfer(venue), **changes)
    assert venue.refuses(command) is Refusal.EVIDENCE_OUT_OF_RANGE


def test_only_a_transfer_has_documents_of_one_side(venue: Venue) -> None:
    for command in (of_product(venue, of=Who.BUYER), of_party(venue, venue.buyer, of=Who.SELLER)):
        assert venue.refuses(command) is Refusal.EVIDENCE_OUT_OF_RANGE


def test_a_last_day_is_today_or_within_a_hundred_years(venue: Venue) -> None:
    for days, taken in ((-1, False), (0, True), (36_525, True), (36_526, False)):
        command = of_transfer(venue, expires_on=DayNumber(today(venue) + days))
        if taken:
            venue.does(command)
        else:
            assert venue.refuses(command) is Refusal.EVIDENCE_OUT_OF_RANGE


def test_one_name_stands_for_one_file(venue: Venue) -> None:
    venue.does(of_transfer(venue))
    for changes in (
        {"sha256": bytes(32)},
        {"bytes_count": 1},
        {"media_type": MediaType.PNG},
    ):
        other = msgspec.structs.replace(of_product(venue), **changes)
        assert venue.refuses(other) is Refusal.EVIDENCE_OUT_OF_RANGE
    venue.does(of_product(venue))


def test_a_file_is_attached_within_a_day_or_while_it_is_attached_elsewhere(venue: Venue) -> None:
    """The sweep of files asks the journal for nothing else."""
    late = of_party(venue, venue.buyer, uploaded_at_ns=venue.at_ns - DAY_NS)
    in_time = of_party(venue, venue.buyer, uploaded_at_ns=venue.at_ns - DAY_NS + 1)
    assert venue.refuses(late) is Refusal.UNKNOWN_EVIDENCE
    first = hands_in(venue, in_time)
    venue.does(msgspec.structs.replace(late, key=venue.key()))
    venue.does(of_party(venue, venue.buyer, file=2, replaces=first))
    (second,) = (link for link in venue.state.evidence.links.values() if link.version == 1)
    venue.does(of_party(venue, venue.buyer, file=3, replaces=second.link_id))
    assert venue.refuses(msgspec.structs.replace(late, key=venue.key())) is Refusal.UNKNOWN_EVIDENCE


def test_a_subject_and_a_file_have_so_many_documents(
    venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.evidence.EVIDENCE_PER_SUBJECT_MAX", 2)
    monkeypatch.setattr("exchange.evidence.LINKS_PER_EVIDENCE_MAX", 3)
    first = hands_in(venue, of_product(venue))
    venue.does(of_product(venue))
    assert venue.refuses(of_product(venue, file=2)) is Refusal.EVIDENCE_MAX
    venue.does(of_product(venue, file=2, replaces=first))
    venue.does(of_transfer(venue))
    venue.does(of_party(venue, venue.buyer))
    assert venue.refuses(of_party(venue, venue.buyer)) is Refusal.EVIDENCE_MAX
    venue.does(of_party(venue, venue.buyer, file=2))


def test_with_the_transfer_its_documents_leave_the_state_and_their_timers_with_them(
    venue: Venue,
) -> None:
    (transfer_id,) = venue.pending()
    venue.does(of_transfer(venue, expires_on=today(venue)))
    venue.does(venue.confirmation(transfer_id, version=3))
    assert not venue.state.evidence.links
    assert venue.state.evidence.next_expiry() is None
    assert venue.refuses(paper(venue, TRANSFER, transfer_id, OPERATOR_ID)) is (
        Refusal.UNKNOWN_TRANSFER
    )
    assert venue.refuses(fault(venue)) is Refusal.UNKNOWN_EVIDENCE


def test_an_overlay_does_not_keep_documents_away(venue: Venue) -> None:
    (transfer,) = venue.state.register.transfers.values()
    row = transfer.advance(TransferEvent.DOCUMENT, steps=frozenset())
    assert row.under_overlay


def test_documents_survive_a_snapshot(venue: Venue) -> None:
    venue.does(of_transfer(venue, of=Who.SELLER, expires_on=today(venue)))
    venue.does(of_product(venue, file=2, media_type=MediaType.XLSX))
    image = encode_state(venue.state)
    restored = decode_state(image)
    restored.evidence.check()
    assert encode_state(restored) == image
    assert restored.evidence.next_expiry() == venue.state.evidence.next_expiry()
    assert restored.earliest_due_ns == venue.state.next_due_ns()


def test_the_first_refusal_that_applies_is_told(
    venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.evidence.EVIDENCE_PER_SUBJECT_MAX", 0)
    notice = of_transfer(venue)

    def says(**changes: Any) -> Refusal:
        command: AttachEvidence = msgspec.structs.replace(notice, key=venue.key(), **changes)
        return venue.refuses(command)

    late, odd = {"uploaded_at_ns": venue.at_ns - DAY_NS}, {"bytes_count": 0}
    buyer = {"actor": venue.buyer}
    assert [
        says(actor=venue.other, subject_id=NOWHERE, **late, **odd),
        says(**buyer, of=Who.SELLER, replaces=EvidenceLinkId(NOWHERE), **late, **odd),
        says(**buyer, of=Who.BUYER, replaces=EvidenceLinkId(NOWHERE), **odd),
        says(**buyer, of=Who.BUYER, **late, **odd),
        says(**buyer, of=Who.BUYER, **odd),
        says(**buyer, of=Who.BUYER),
        says(),
    ] == [
        Refusal.UNKNOWN_TRANSFER,
        Refusal.NOT_PERMITTED,
        Refusal.UNKNOWN_EVIDENCE,
        Refusal.UNKNOWN_EVIDENCE,
        Refusal.EVIDENCE_OUT_OF_RANGE,
        Refusal.TRANSFER_NOT_IN_STATE,
        Refusal.EVIDENCE_MAX,
    ]
