"""What a transfer needs before the trust company is asked, and what of it is missing."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from exchange.checklist import documents_complete, missing_documents, required_documents
from exchange.types import PartyKind
from registry.terms import ChecklistItem, DocumentKind, TransferTerms
from registry.transfer import Transfer, Who
from tests.exchange.papers import DAY_NS, fault, hands_in, of_party, of_transfer, today
from tests.exchange.venue import TERMS, Venue

PROOF = ChecklistItem(DocumentKind.QUALIFICATION, Who.BUYER)
CONSENT = ChecklistItem(DocumentKind.AUTHORITY, Who.SELLER)
AGREEMENT = ChecklistItem(DocumentKind.AGREEMENT, None)
RECORDING = ChecklistItem(DocumentKind.DUAL_RECORDING, Who.BUYER)


def terms(*items: ChecklistItem, dual_recording: bool = False) -> TransferTerms:
    return msgspec.structs.replace(
        TERMS.transfer_terms, agreement=True, checklist=items, dual_recording=dual_recording
    )


@pytest.fixture
def venue() -> Venue:
    """A match of a product that asks for a proof, a consent and the agreement."""
    venue = Venue()
    venue.sells(100)
    venue.buys(100)
    product = venue.state.products[venue.product_id]
    asked = terms(PROOF, CONSENT, AGREEMENT)
    product.terms = msgspec.structs.replace(product.terms, transfer_terms=asked)
    return venue


def only(venue: Venue) -> Transfer:
    (transfer,) = venue.state.register.transfers.values()
    return transfer


def hand_in(venue: Venue, item: ChecklistItem, **more: Any) -> None:
    hands_in(venue, of_transfer(venue, kind=item.kind, of=item.of, **more))


def missing(venue: Venue) -> list[ChecklistItem]:
    return missing_documents(venue.state, only(venue))


def test_a_product_that_asks_for_nothing_misses_nothing() -> None:
    venue = Venue()
    venue.sells(100)
    venue.buys(100)
    assert documents_complete(venue.state, only(venue))


def test_each_line_of_the_checklist_wants_a_document_of_its_kind_and_person(venue: Venue) -> None:
    assert missing(venue) == [PROOF, CONSENT, AGREEMENT]
    hand_in(venue, PROOF)
    assert missing(venue) == [CONSENT, AGREEMENT]
    hand_in(venue, AGREEMENT)
    hand_in(venue, ChecklistItem(CONSENT.kind, Who.BUYER))
    hand_in(venue, ChecklistItem(CONSENT.kind, None))
    hands_in(venue, of_party(venue, venue.seller, kind=CONSENT.kind))
    assert missing(venue) == [CONSENT]
    assert not documents_complete(venue.state, only(venue))
    hand_in(venue, CONSENT)
    assert documents_complete(venue.state, only(venue))


def test_a_document_that_expires_or_is_found_faulty_is_missing_again(venue: Venue) -> None:
    hand_in(venue, PROOF, file=1, expires_on=today(venue))
    hand_in(venue, CONSENT, file=2)
    hand_in(venue, AGREEMENT, file=3)
    assert missing(venue) == []
    venue.does(fault(venue, 2))
    assert missing(venue) == [CONSENT]
    # The transfer of this product would lapse before the day is over.
    (transfer,) = venue.state.register.transfers.values()
    venue.state.register.stop_waiting(transfer)
    transfer.decision_ns = transfer.notice_ns = None
    transfer.mature_ns = None
    venue.waits(DAY_NS)
    assert missing(venue) == [PROOF, CONSENT]


def test_a_replaced_document_leaves_nothing_missing(venue: Venue) -> None:
    first = hands_in(venue, of_transfer(venue, kind=PROOF.kind, of=PROOF.of))
    hand_in(venue, PROOF, file=2, replaces=first)
    assert PROOF not in missing(venue)


@pytest.mark.parametrize(
    ("asked", "kind", "expected"),
    [
        (terms(), PartyKind.NATURAL_PERSON, ()),
        (terms(PROOF), PartyKind.INSTITUTION, (PROOF,)),
        (terms(PROOF, dual_recording=True), PartyKind.INSTITUTION, (PROOF,)),
        (terms(PROOF, dual_recording=True), PartyKind.NATURAL_PERSON, (PROOF, RECORDING)),
        (terms(RECORDING, dual_recording=True), PartyKind.NATURAL_PERSON, (RECORDING,)),
        (terms(RECORDING), PartyKind.INSTITUTION, (RECORDING,)),
    ],
)
def test_a_natural_buyer_is_recorded_where_the_product_says_so(
    asked: TransferTerms, kind: PartyKind, expected: tuple[ChecklistItem, ...]
) -> None:
    assert required_documents(asked, buyer_kind=kind) == expected
