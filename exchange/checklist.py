"""Which documents a transfer needs before the trust company is asked, and which it has not."""

from typing import Final

from exchange.evidence_types import EvidenceSubject
from exchange.state import State
from exchange.types import PartyId, PartyKind
from registry.terms import ChecklistItem, DocumentKind, TransferTerms
from registry.transfer import EITHER, Transfer, Who

RECORDING_OF_BUYER: Final = ChecklistItem(DocumentKind.DUAL_RECORDING, Who.BUYER)


def required_documents(terms: TransferTerms, *, buyer_kind: PartyKind) -> tuple[ChecklistItem, ...]:
    """What a product's transfers need: its checklist, and the recording of a natural buyer where it
    asks for one. Cost: O(checklist). Source: SUI-04, OWN-04 of domain D1."""
    items = terms.checklist
    is_recorded = terms.dual_recording and buyer_kind is PartyKind.NATURAL_PERSON
    if is_recorded and RECORDING_OF_BUYER not in items:
        return (*items, RECORDING_OF_BUYER)
    return items


def missing_documents(state: State, transfer: Transfer) -> list[ChecklistItem]:
    """What an open transfer needs and has not, in the order of the checklist: no document, or none
    that is valid now. Cost: O(checklist + documents); O(1) where the product asks for none."""
    terms = state.products[transfer.product_id].terms.transfer_terms
    buyer = state.parties[PartyId(transfer.buyer_id)]
    required = required_documents(terms, buyer_kind=buyer.kind)
    if not required:
        return []
    links = state.evidence.of_subject(EvidenceSubject.TRANSFER, transfer.transfer_id)
    there = {ChecklistItem(link.kind, link.of) for link in links}
    return [item for item in required if item not in there]


def documents_complete(state: State, transfer: Transfer) -> bool:
    """Whether an open transfer has every document that it needs. Cost: as `missing_documents`."""
    return not missing_documents(state, transfer)


def who_owes(state: State, transfer: Transfer) -> Who:
    """Which of buyer and seller an open transfer waits for: a document for both is owed by both.
    Cost: as `missing_documents`."""
    owing = Who(0)
    for item in missing_documents(state, transfer):
        owing |= EITHER if item.of is None else item.of
    return owing
