"""What criteria are made of, part by part: the engine has the parts from its state, the edge from
committed rows, and both hash them here.

CONFIDENTIAL facts are in none: whether a party is listed, and how closely it is looked at. An
officer is shown all that is hashed, so that no hash tells him more than he reads.
Source: REG-03 of domain D1; D4, the checker approves what the maker saw.
"""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Final, NamedTuple

import msgspec

from exchange.client_state import NOTICES_MAX, Client
from exchange.client_types import ProfileFact
from exchange.evidence_types import EvidenceSubject
from exchange.profile import Certification, RiskAssessment
from exchange.review_events import Concern
from exchange.rules.types import Override
from exchange.rules_state import RulesState
from registry.terms import DocumentKind
from registry.transfer import Who
from registry.types import DayNumber, Draw, ProductId

CRITERIA_BYTES: Final = 16
CRITERIA_VERSION: Final = 2
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
    accrued: int
    returns: int


class Document(NamedTuple):
    """A valid document of the transfer, of its buyer or of its seller."""

    subject: EvidenceSubject
    subject_id: int
    kind: DocumentKind
    of: Who | None
    version: int
    sha256: bytes


class Standing(NamedTuple):
    """What is known of a seller or buyer that an officer may know, too."""

    party_id: int
    certification: Certification | None
    risk: RiskAssessment | None
    professional: bool
    diligence_until: DayNumber | None
    """The last day on which it is established who the party is."""
    ended: tuple[ProfileFact, ...]
    """Of these the last day is over."""


class NamedRule(NamedTuple):
    """A rule in force for the product: a version of a pack is never changed."""

    pack: str
    pack_version: str
    rule_id: str
    version: str


class ProductRulesRead(NamedTuple):
    """By which rules the product's deals are judged; none: it has no packs."""

    rules: tuple[NamedRule, ...] = ()
    overrides: tuple[Override, ...] = ()

    @property
    def packs(self) -> tuple[tuple[str, str], ...]:
        """The packs that they are from, each with its version and once. Cost: O(rules)."""
        return tuple(dict.fromkeys((rule.pack, rule.pack_version) for rule in self.rules))


class Parts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A hash of each part, so that it can be said which of them has changed."""

    deal: bytes
    documents: bytes
    parties: bytes
    rules: bytes

    @property
    def criteria(self) -> bytes:
        """What a decision names. Cost: O(1)."""
        return _hash((CRITERIA_VERSION, self))

    def changed_since(self, read: "Parts") -> Concern:
        """Which parts are others than were read. Cost: O(1)."""
        changed = Concern(0)
        if self.documents != read.documents:
            changed |= Concern.DOCUMENTS
        if self.parties != read.parties:
            changed |= Concern.PARTIES
        if self.rules != read.rules:
            changed |= Concern.RULES
        return changed


def parts_of(
    deal: Deal,
    documents: Iterable[Document],
    *,
    seller: Standing,
    buyer: Standing,
    rules: ProductRulesRead,
) -> Parts:
    """The parts of a deal with these documents, in whatever order they come.

    Cost: O(documents × log documents + rules).
    """
    return Parts(
        deal=_hash(deal),
        documents=_hash(sorted(_encode(document) for document in documents)),
        parties=_hash((seller, buyer)),
        rules=_hash(rules),
    )


def standing_of(client: Client) -> Standing:
    """What an officer may know of the party. Cost: O(1)."""
    profile, diligence = client.profile, client.profile.due_diligence
    return Standing(
        party_id=client.party_id,
        certification=profile.certification,
        risk=profile.risk,
        professional=profile.professional,
        diligence_until=None if diligence is None else diligence.review_by,
        ended=tuple(fact for fact in ProfileFact if _has_ended(client, fact)),
    )


def rules_read(rules: RulesState, product_id: ProductId, day: DayNumber) -> ProductRulesRead:
    """The product's rules of a day, as criteria have them. Cost: O(packs loaded + rules)."""
    own = rules.products.get(product_id)
    if own is None or not own.packs:
        return ProductRulesRead()
    in_force = rules.rules_on(product_id, day)
    return ProductRulesRead(
        tuple(
            NamedRule(rule.pack, rule.pack_version, rule.rule_id, rule.version)
            for rule in in_force
            if not rule.is_own
        ),
        own.overrides,
    )


def _has_ended(client: Client, fact: ProfileFact) -> bool:
    """Whether the last of its notices was given, which says so, or would have been too late."""
    return client.last_day(fact) is not None and client.notices[fact - 1] == NOTICES_MAX


def _hash(part: object) -> bytes:
    return blake2b(_encode(part), digest_size=CRITERIA_BYTES).digest()
