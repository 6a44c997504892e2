"""What a decision about a transfer is about: the deal, the documents that count for it, what is
known of its parties, and the rules of its product.

A maker's proposal and a checker's word name the criteria that they have read. They are computed
anew whenever they are asked for, so that what was agreed to is never taken for what there is.
Source: REG-03 of domain D1, "approvals carry a criteria hash; change → approvals reset".
"""

from exchange.client_state import Client
from exchange.criteria_parts import (
    Deal,
    Document,
    Parts,
    ProductRulesRead,
    Standing,
    parts_of,
    rules_read,
    standing_of,
)
from exchange.evidence_types import EvidenceSubject
from exchange.state import State
from exchange.types import PartyId
from registry.transfer import Transfer
from registry.types import ProductId


def criteria(state: State, transfer: Transfer) -> bytes:
    """The criteria of an open transfer as it is now. Cost: as its parts."""
    return criteria_parts(state, transfer).criteria


def criteria_parts(state: State, transfer: Transfer) -> Parts:
    """The parts of an open transfer's criteria as they are now. Cost: O(documents of it and its
    parties), and O(packs loaded + rules) where the product has packs."""
    leg = state.money_legs[transfer.transfer_id]
    subjects = (
        (EvidenceSubject.TRANSFER, transfer.transfer_id),
        (EvidenceSubject.PARTY, transfer.seller_id),
        (EvidenceSubject.PARTY, transfer.buyer_id),
    )
    return parts_of(
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
            accrued=leg.due_to_seller - leg.consideration,
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
        seller=_standing(state, PartyId(transfer.seller_id)),
        buyer=_standing(state, PartyId(transfer.buyer_id)),
        rules=_rules(state, transfer.product_id),
    )


def _standing(state: State, party_id: PartyId) -> Standing:
    client = state.clients.clients.get(party_id)
    return standing_of(Client(party_id=party_id) if client is None else client)


def _rules(state: State, product_id: ProductId) -> ProductRulesRead:
    """Those of the day of which orders were judged: the clock begins the next, and tells of it."""
    day = state.rules.judged_on
    return ProductRulesRead() if day is None else rules_read(state.rules, product_id, day)
