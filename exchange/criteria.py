"""What a decision about a transfer is about: the deal, and the documents that count for it.

A maker's proposal and a checker's word name the criteria that they have read. They are computed
anew whenever they are asked for, so that what was agreed to is never taken for what there is.
Source: REG-03 of domain D1, "approvals carry a criteria hash; change → approvals reset".
"""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Final, NamedTuple

import msgspec

from exchange.evidence_types import EvidenceSubject
from exchange.state import State
from registry.terms import DocumentKind
from registry.transfer import Transfer, Who
from registry.types import Draw

CRITERIA_BYTES: Final = 16
CRITERIA_VERSION: Final = 1
"""Of what is hashed."""

_encode = msgspec.msgpack.Encoder().encode


class Deal(NamedTuple):
    """A transfer, both legs, and how often its pack was returned: completed it is another one."""

    transfer_id: int
    product_id: int
    seller_id: int
    buyer_id: int
    units: int
    sources: tuple[Draw, ...]
    price: int
    consideration: int
    buyer_fee_venue: int
    buyer_fee_trust_company: int
    seller_fee_venue: int
    seller_fee_trust_company: int
    returns: int


class Document(NamedTuple):
    """A valid document of the transfer, of its buyer or of its seller."""

    subject: EvidenceSubject
    subject_id: int
    kind: DocumentKind
    of: Who | None
    version: int
    sha256: bytes


def criteria(state: State, transfer: Transfer) -> bytes:
    """The criteria of an open transfer as it is now. Cost: O(documents of it and its parties)."""
    leg = state.money_legs[transfer.transfer_id]
    subjects = (
        (EvidenceSubject.TRANSFER, transfer.transfer_id),
        (EvidenceSubject.PARTY, transfer.seller_id),
        (EvidenceSubject.PARTY, transfer.buyer_id),
    )
    return criteria_of(
        Deal(
            transfer_id=transfer.transfer_id,
            product_id=transfer.product_id,
            seller_id=transfer.seller_id,
            buyer_id=transfer.buyer_id,
            units=transfer.units,
            sources=transfer.sources,
            price=leg.price,
            consideration=leg.consideration,
            buyer_fee_venue=leg.buyer_fee_venue,
            buyer_fee_trust_company=leg.buyer_fee_trust_company,
            seller_fee_venue=leg.seller_fee_venue,
            seller_fee_trust_company=leg.seller_fee_trust_company,
            returns=transfer.returns,
        ),
        (
            Document(
                subject=link.subject,
                subject_id=link.subject_id,
                kind=link.kind,
                of=link.of,
                version=link.version,
                sha256=link.sha256,
            )
            for subject, subject_id in subjects
            for link in state.evidence.of_subject(subject, subject_id)
        ),
    )


def criteria_of(deal: Deal, documents: Iterable[Document]) -> bytes:
    """The criteria of a deal with these documents, in whatever order they come.

    Cost: O(documents × log documents).
    """
    ordered = sorted(_encode(document) for document in documents)
    return blake2b(_encode((CRITERIA_VERSION, deal, ordered)), digest_size=CRITERIA_BYTES).digest()
