"""What an agreement and a returned pack wait for: the documents of the product's checklist."""

from __future__ import annotations

import pytest

from exchange.events import TransferAdvanced
from exchange.evidence_commands import AttachEvidence
from exchange.evidence_types import EvidenceSubject, MediaType
from exchange.refusals import Refusal
from exchange.snapshot import decode_state, encode_state
from exchange.types import OPERATOR_ID, PartyId
from registry.terms import ChecklistItem, DocumentKind, FaultFee
from registry.transfer import Overlay, TransferEvent, TransferState, Who
from registry.types import TimeNs
from tests.exchange.papers import DAY_NS as REAL_DAY_NS
from tests.exchange.papers import fault, paper, today
from tests.exchange.steps import (
    BOTH,
    DAY_NS,
    Steps,
    end_of_day,
    failed,
    happened,
    matched,
    steps,
    terms,
    told,
    trading,
    transfer_of,
)
from tests.exchange.venue import kinds, the

E, S = TransferEvent, TransferState
PROOF = ChecklistItem(DocumentKind.QUALIFICATION, Who.BUYER)
CONSENT = ChecklistItem(DocumentKind.AUTHORITY, Who.SELLER)
CONTRACT = ChecklistItem(DocumentKind.AGREEMENT, None)
RECORDING = ChecklistItem(DocumentKind.DUAL_RECORDING, Who.BUYER)
MONEY = 100_000_000
NO_FEE = FaultFee(rate_bps=0, maximum=0)
FEE = FaultFee(rate_bps=33, maximum=2_000_000)  # of 100.00: 0.33


def asking(*items: ChecklistItem, hours: int = 0, **changes: object) -> Steps:
    """A transfer that is to be agreed on and needs these documents."""
    return steps(agreement=True, checklist=items, cooling_off_hours=hours, **changes)


def document(
    on: Steps, item: ChecklistItem, *, by: PartyId | None = None, **more: object
) -> AttachEvidence:
    """A document for a line of the checklist, by whom it is of."""
    venue = on.venue
    by = by or (venue.buyer if item.of is Who.BUYER else venue.seller)
    return paper(
        venue,
        EvidenceSubject.TRANSFER,
        on.transfer_id,
        by,
        kind=item.kind,
        of=item.of,
        media_type=MediaType.MP4,
        **more,
    )


def sign_both(on: Steps, *, buyer: PartyId | None = None) -> TransferAdvanced:
    on.venue.does(on.sign(on.venue.seller))
    return told(on, on.sign(buyer or on.venue.buyer))


def overdue(*items: ChecklistItem, fault_fee: FaultFee = NO_FEE) -> Steps:
    """All have signed, nobody cools off, and these documents are missing."""
    on = asking(*items, fault_fee=fault_fee)
    assert sign_both(on).event is E.OVERDUE_DOCUMENTS
    return on


# --- when cooling-off is over ---------------------------------------------------------------------


def test_with_all_documents_there_it_is_agreed_when_cooling_off_is_over() -> None:
    on = asking(PROOF, CONTRACT, hours=24)
    sign_both(on)
    for item in (PROOF, CONTRACT):
        assert kinds(on.venue.does(document(on, item))) == ["EvidenceAttached"]
    said = the(TransferAdvanced, on.venue.waits(DAY_NS))
    assert (said.event, said.state, said.documents_overdue) == (E.AGREED, S.SUBMITTED, False)


def test_with_a_document_missing_the_parties_have_three_working_days() -> None:
    on = asking(PROOF, CONTRACT, hours=24)
    sign_both(on)
    on.venue.does(document(on, PROOF))
    said = the(TransferAdvanced, on.venue.waits(DAY_NS))
    assert (said.event, said.state) == (E.OVERDUE_DOCUMENTS, S.AGREEMENT_PENDING)
    assert (said.documents_overdue, said.deadline_ns) == (True, end_of_day(1 + 3))
    assert happened(on.venue.waits(4 * DAY_NS - 1)) == []
    ended = failed(on.venue.waits(1))
    assert (ended.event, ended.state) == (E.LAPSE, S.LAPSED)


def test_who_may_not_cool_off_has_them_from_the_second_signature() -> None:
    venue = trading(terms(agreement=True, cooling_off_hours=24, checklist=(CONTRACT,)))
    on = Steps(venue, matched(venue, buyer=venue.other))
    said = sign_both(on, buyer=venue.other)
    assert (said.event, said.version) == (E.OVERDUE_DOCUMENTS, 5)
    assert (said.documents_overdue, said.deadline_ns) == (True, end_of_day(3))


def test_a_natural_buyer_is_recorded_and_an_institution_is_not() -> None:
    recorded = {"agreement": True, "dual_recording": True}
    natural = steps(**recorded)
    assert sign_both(natural).event is E.OVERDUE_DOCUMENTS
    said = the(TransferAdvanced, natural.venue.does(document(natural, RECORDING)))
    assert said.event is E.AGREED
    venue = trading(terms(**recorded))
    on = Steps(venue, matched(venue, buyer=venue.other))
    assert sign_both(on, buyer=venue.other).event is E.AGREED


def test_what_stopped_to_count_is_missing_again() -> None:
    on = asking(PROOF, CONTRACT, hours=24)
    venue = on.venue
    sign_both(on)
    for number, item in enumerate((PROOF, CONTRACT), start=1):
        venue.does(document(on, item, file=number))
    assert kinds(venue.does(fault(venue, 2))) == ["EvidenceInvalidated", "ExceptionRaised"]
    assert happened(venue.waits(DAY_NS)) == [E.OVERDUE_DOCUMENTS]


def test_a_document_that_expires_before_cooling_off_is_over_is_missing_too() -> None:
    venue = trading(terms(agreement=True, checklist=(PROOF,), cooling_off_hours=24))
    venue.at_ns = TimeNs((today(venue) + 1) * REAL_DAY_NS - REAL_DAY_NS // 3 - DAY_NS // 2)
    on = Steps(venue, matched(venue))
    sign_both(on)
    venue.does(document(on, PROOF, expires_on=today(venue)))
    events = venue.waits(DAY_NS)
    assert kinds(events) == ["EvidenceInvalidated", "TransferAdvanced", "TimeAdvanced"]
    assert happened(events) == [E.OVERDUE_DOCUMENTS]


def test_documents_are_not_late_while_nobody_can_hand_them_in() -> None:
    on = asking(PROOF, hours=24)
    sign_both(on)
    assert happened(on.venue.waits(2 * DAY_NS, downtime=True)) == [None]
    assert happened(on.venue.waits(2 * DAY_NS)) == [E.OVERDUE_DOCUMENTS]
    assert happened(on.venue.waits(5 * DAY_NS, downtime=True)) == [None]
    assert transfer_of(on.venue, on.transfer_id).documents_overdue
    assert happened(on.venue.waits(2 * DAY_NS)) == [E.LAPSE]


# --- while only documents are missing -------------------------------------------------------------


def test_the_last_document_makes_the_agreement_in_the_same_command() -> None:
    on = overdue(PROOF, CONTRACT)
    assert kinds(on.venue.does(document(on, CONTRACT))) == ["EvidenceAttached"]
    events = on.venue.does(document(on, PROOF, file=2))
    assert kinds(events) == ["EvidenceAttached", "TransferAdvanced"]
    said = the(TransferAdvanced, events)
    assert (said.event, said.state, said.officer) == (E.AGREED, S.SUBMITTED, None)
    assert (said.documents_overdue, said.deadline_ns) == (False, end_of_day(10))
    on.venue.does(on.venue.confirmation(on.transfer_id, version=on.version))


@pytest.mark.parametrize("who", ["trust_company", "operator"])
def test_others_may_hand_it_in_for_the_parties(who: str) -> None:
    on = overdue(PROOF)
    by = {"trust_company": on.venue.trust_company, "operator": OPERATOR_ID}[who]
    said = the(TransferAdvanced, on.venue.does(document(on, PROOF, by=by)))
    assert said.event is E.AGREED


def test_a_document_of_another_kind_or_person_does_not_help() -> None:
    on = overdue(PROOF)
    for other in (CONTRACT, CONSENT, ChecklistItem(PROOF.kind, None)):
        assert kinds(on.venue.does(document(on, other))) == ["EvidenceAttached"]


def test_a_document_that_is_gone_again_leaves_the_time_as_it_was() -> None:
    on = overdue(PROOF, CONTRACT)
    on.venue.does(document(on, PROOF))
    on.venue.waits(DAY_NS)
    assert kinds(on.venue.does(fault(on.venue))) == ["EvidenceInvalidated", "ExceptionRaised"]
    assert kinds(on.venue.does(document(on, CONTRACT, file=2))) == ["EvidenceAttached"]
    transfer = transfer_of(on.venue, on.transfer_id)
    assert (transfer.documents_overdue, transfer.deadline_ns) == (True, end_of_day(3))


@pytest.mark.parametrize(
    ("missing", "fault_is", "buyer_pays"),
    [
        ((PROOF,), Who.BUYER, 33),
        ((CONSENT,), Who.SELLER, -33),
        ((CONTRACT,), BOTH, 0),
        ((PROOF, CONSENT), BOTH, 0),
        ((CONSENT, CONTRACT), BOTH, 0),
    ],
)
def test_who_owes_the_document_is_at_fault_for_the_lapse(
    missing: tuple[ChecklistItem, ...], fault_is: Who, buyer_pays: int
) -> None:
    on = overdue(*missing, RECORDING, fault_fee=FEE)
    venue = on.venue
    venue.deposits(venue.seller, 1_000)
    venue.does(document(on, RECORDING))
    ended = failed(venue.waits(4 * DAY_NS))
    assert (ended.event, ended.fault) == (E.LAPSE, fault_is)
    assert (ended.fault_fee, ended.fault_fee_owed) == (abs(buyer_pays), 0)
    assert venue.account(venue.buyer) == (MONEY - buyer_pays, 0, 0)
    assert venue.account(venue.seller) == (1_000 + buyer_pays, 0, 0)


def test_who_did_not_sign_is_at_fault_before_who_owes_a_document() -> None:
    on = asking(PROOF, fault_fee=FEE)
    on.venue.does(on.sign(on.venue.buyer))
    assert failed(on.venue.waits(3 * DAY_NS)).fault is Who.SELLER


def test_what_comes_when_it_has_lapsed_is_for_no_transfer() -> None:
    on = overdue(PROOF)
    on.venue.at_ns = end_of_day(3)
    late = document(on, PROOF)
    on.venue.waits(0)
    assert on.venue.refuses(late) is Refusal.UNKNOWN_TRANSFER


def test_after_his_cooling_off_the_buyer_may_not_withdraw_because_a_document_is_missing() -> None:
    on = asking(CONSENT, hours=24)
    sign_both(on)
    on.venue.waits(DAY_NS)
    assert happened(on.venue.does(on.cancel(on.venue.buyer))) == [E.CONSENT]
    assert happened(on.venue.does(on.cancel(on.venue.seller))) == [E.CANCEL]


def test_an_overlay_stops_the_time_and_the_agreement() -> None:
    on = overdue(PROOF)
    venue = on.venue
    venue.does(on.hold(Overlay.HALTED))
    assert kinds(venue.does(document(on, PROOF))) == ["EvidenceAttached"]
    assert happened(venue.waits(4 * DAY_NS)) == []
    said = told(on, on.let_go(Overlay.HALTED))
    assert (said.event, said.state, said.officer) == (E.AGREED, S.SUBMITTED, "ruan")
    assert said.overlays == Overlay(0)


def test_an_overlay_lifted_gives_the_time_that_was_left() -> None:
    on = overdue(PROOF)
    venue = on.venue
    venue.waits(DAY_NS)
    for overlay in (Overlay.HALTED, Overlay.HELD):
        venue.does(on.hold(overlay))
    venue.waits(3 * DAY_NS)
    assert told(on, on.let_go(Overlay.HALTED)).deadline_ns is None
    said = told(on, on.let_go(Overlay.HELD))
    assert (said.event, said.documents_overdue) == (E.LIFT_OVERLAY, True)
    assert said.deadline_ns == end_of_day(4 + 2)


def test_it_survives_a_snapshot() -> None:
    on = overdue(PROOF)
    image = encode_state(on.venue.state)
    restored = decode_state(image)
    assert encode_state(restored) == image
    assert restored.register.transfers[on.transfer_id].documents_overdue


# --- what was returned ----------------------------------------------------------------------------


def returned(*items: ChecklistItem) -> Steps:
    """A pack that was complete is back with the parties."""
    on = asking(*items, returns_max=1)
    for number, item in enumerate(items, start=1):
        on.venue.does(document(on, item, file=number))
    assert sign_both(on).event is E.AGREED
    on.venue.does(on.send_back())
    return on


def test_a_pack_that_lacks_a_document_is_not_handed_in_again() -> None:
    on = returned(PROOF, CONSENT)
    venue = on.venue
    assert kinds(venue.does(fault(venue, 2))) == ["EvidenceInvalidated", "ExceptionRaised"]
    for by in (venue.buyer, venue.seller, OPERATOR_ID):
        assert venue.refuses(on.resubmit(by=by)) is Refusal.DOCUMENTS_MISSING
    assert kinds(venue.does(document(on, CONSENT, file=3))) == ["EvidenceAttached"]
    assert told(on, on.resubmit()).event is E.RESUBMIT


def test_documents_are_asked_for_after_everything_else() -> None:
    on = returned(PROOF)
    venue = on.venue
    venue.does(fault(venue))
    assert venue.refuses(on.resubmit(by=venue.trust_company)) is Refusal.NOT_PERMITTED
    stale = on.resubmit()
    venue.does(on.hold())
    assert venue.refuses(stale) is Refusal.TRANSFER_VERSION_STALE
    assert venue.refuses(on.resubmit()) is Refusal.TRANSFER_HELD
    venue.does(on.let_go())
    assert venue.refuses(on.resubmit()) is Refusal.DOCUMENTS_MISSING


def test_a_document_that_is_swapped_is_never_missing() -> None:
    on = returned(PROOF)
    (first,) = on.venue.state.evidence.links
    on.venue.does(document(on, PROOF, file=2, replaces=first))
    assert told(on, on.resubmit()).event is E.RESUBMIT


def test_a_pack_under_decision_that_lacks_a_document_is_the_trust_companys_to_judge() -> None:
    on = asking(PROOF)
    venue = on.venue
    venue.does(document(on, PROOF))
    sign_both(on)
    said = told(on, fault(venue))
    assert (said.event, said.state) == (E.DOCUMENT, S.SUBMITTED)
    venue.does(venue.confirmation(on.transfer_id, version=said.version))
