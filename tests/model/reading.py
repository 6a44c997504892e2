"""What officers read of an application: the deal, the papers that count for it, what the cards say
of both who trade, and what rules the product has (in these markets: none).

Source: domain D4, maker and checker; REG-03 of D1.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

import msgspec

from exchange.profile import Profile
from exchange.types import PartyId
from tests.model.clients import Card, Clients, still_to_tell
from tests.model.ledger import ModelTransfer

FACTS = ("CERTIFICATION", "RISK_ASSESSMENT", "DUE_DILIGENCE")
NO_RULES = ((), ())


def things_read(clients: Clients, transfer: ModelTransfer) -> dict[str, bytes]:
    """A digest of each thing that is read."""
    deal = (
        *(transfer.transfer_id, transfer.product.product_id),
        *(transfer.sell.party_id, transfer.buy.party_id),
        *(transfer.units, transfer.sources, transfer.price, transfer.consideration),
        *(transfer.buyer_fee_venue, transfer.buyer_fee_trust_company),
        *(transfer.seller_fee_venue, transfer.seller_fee_trust_company),
        *(transfer.accrued, transfer.returns),
    )
    read = {
        ("TRANSFER", transfer.transfer_id),
        ("PARTY", transfer.buy.party_id),
        ("PARTY", transfer.sell.party_id),
    }
    documents = [
        msgspec.msgpack.encode(
            [
                *(paper.said.subject, paper.said.subject_id, paper.said.kind, paper.said.of),
                *(paper.version, paper.said.sha256),
            ]
        )
        for paper in clients.counting()
        if paper.thing in read
    ]
    both = [_of_card(each.party_id, clients.cards) for each in (transfer.sell, transfer.buy)]
    return {
        "DEAL": _digest(deal),
        "DOCUMENTS": _digest(sorted(documents)),
        "PARTIES": _digest(both),
        "RULES": _digest(NO_RULES),
    }


def digest_of(read: Mapping[str, bytes]) -> bytes:
    """One digest of all of it."""
    things = ("DEAL", "DOCUMENTS", "PARTIES", "RULES")
    return _digest([2, [read[thing] for thing in things]])


def _of_card(party_id: PartyId, cards: Mapping[PartyId, Card]) -> list[object]:
    """Whether he is qualified, what risk he bears, until when it is known who he is, and which of
    these has run out. Not whether he is on the list, nor how closely he is watched."""
    card = cards.get(party_id)
    known = Profile() if card is None else card.profile()
    over = [
        place
        for place, fact in enumerate(FACTS, start=1)
        if card is not None and fact in card.ends and not still_to_tell(card.ends[fact][-1])
    ]
    until = None if known.due_diligence is None else known.due_diligence.review_by
    return [party_id, known.certification, known.risk, known.professional, until, over]


def _digest(thing: object) -> bytes:
    return blake2b(msgspec.msgpack.encode(thing), digest_size=16).digest()
