"""Who may see what is attached to what: whoever may see the subject, and of a transfer's documents
its buyer and seller only their own and those for both."""

from dataclasses import dataclass

from sqlalchemy import Connection

from api.auth.principal import Principal
from api.dependencies import Services, reader_of
from api.errors import invalid_field
from api.schemas.decimals import is_id
from exchange.evidence_state import EvidenceLink
from exchange.evidence_types import EvidenceSubject
from exchange.refusals import Refusal
from exchange.store.queries import kind_of
from exchange.types import PartyId
from registry.store.queries import Reader, TransferRow, transfer_of
from registry.transfer import Who
from registry.types import ProductId


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a principal sees of a subject's documents."""

    sides: tuple[Who | None, ...] | None
    """Of which sides of a transfer; None: of all."""
    transfer: TransferRow | None = None
    """The transfer, if the subject is one."""

    def shows(self, link: EvidenceLink) -> bool:
        """Whether a document of the subject is among what is seen."""
        return self.sides is None or link.of in self.sides


ALL = Seen(sides=None)


def subject_in(
    services: Services, *, name: str, text: str, pointer: str | None = None
) -> tuple[EvidenceSubject, int]:
    """The subject that a request names; ends the request if it cannot be one."""
    subject = EvidenceSubject[name]
    if subject is EvidenceSubject.PRODUCT:
        return subject, services.product(text, pointer=pointer).product_id
    if not is_id(text):
        raise invalid_field("malformed", detail="Must be an id.", pointer=pointer or "")
    return subject, int(text)


def sees(
    connection: Connection,
    services: Services,
    principal: Principal,
    subject: EvidenceSubject,
    subject_id: int,
) -> Seen | Refusal:
    """What the principal sees of the subject's documents, or as what it is unknown to him."""
    reads_all = principal.reads_all
    match subject:
        case EvidenceSubject.TRANSFER:
            return _sees_transfer(connection, principal, subject_id)
        case EvidenceSubject.PARTY:
            mine = reads_all or principal.party_id == subject_id
            known = mine and kind_of(connection, PartyId(subject_id)) is not None
            return ALL if known else Refusal.UNKNOWN_PARTY
        case EvidenceSubject.PRODUCT:
            terms = services.exchange.view.products[ProductId(subject_id)].terms
            mine = reads_all or terms.trust_company_id == principal.party_id
            return ALL if mine else Refusal.UNKNOWN_PRODUCT


def _sees_transfer(
    connection: Connection, principal: Principal, transfer_id: int
) -> Seen | Refusal:
    reader = reader_of(principal)
    transfer = transfer_of(
        connection,
        reader=reader,
        party_id=principal.party_id,
        transfer_id=transfer_id,
    )
    if transfer is None:
        return Refusal.UNKNOWN_TRANSFER
    if reader is not Reader.PARTY:
        return Seen(sides=None, transfer=transfer)
    side = Who.BUYER if PartyId(transfer.buyer_id) == principal.party_id else Who.SELLER
    return Seen(sides=(side, None), transfer=transfer)
