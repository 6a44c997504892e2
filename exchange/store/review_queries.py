"""Every SELECT about what officers have to decide on and what they have done: committed state only,
for people to read. Nothing is decided from what these return."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from sqlalchemy import Connection, select
from sqlalchemy.engine.row import RowMapping

from exchange.criteria_parts import (
    Deal,
    Document,
    ProductRulesRead,
    Standing,
    parts_of,
    rules_read,
    standing_of,
)
from exchange.desk_state import Case
from exchange.evidence_types import EvidenceStatus, EvidenceSubject
from exchange.review_events import Concern
from exchange.store.client_queries import clients_among
from exchange.store.desk_tables import cases
from exchange.store.evidence_tables import evidence_links
from exchange.store.rules_queries import rules_of_product
from exchange.store.tables import journal
from exchange.types import RejectionReason
from registry.calendar import day_in_shanghai
from registry.store.rows import decode_draws
from registry.store.tables import transfers
from registry.terms import DocumentKind
from registry.transfer import TransferEvent, TransferState, Who
from registry.types import DayNumber, ProductId, TimeNs, TransferId

IDS_PER_STATEMENT: Final = 500
"""Drivers bound the parameters of a statement."""
UNDECIDED: Final = frozenset({TransferState.SUBMITTED, TransferState.UNDER_REVIEW})
"""In which the trust company decides."""
DEAL_COLUMNS: Final = [transfers.c[name] for name in Deal._fields]
DOCUMENT_COLUMNS: Final = [evidence_links.c[name] for name in Document._fields]


Documents: TypeAlias = dict[tuple[EvidenceSubject, int], list[Document]]
"""By what they are of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What there is to be approved besides the deal and its documents, and the hash of all."""

    criteria: bytes
    seller: Standing
    buyer: Standing
    rules: ProductRulesRead


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRow:
    """What an officer sees of a transfer besides its row."""

    submitted_at_ns: TimeNs | None
    """When the trust company first had it."""
    read: Read | None
    """None: the trust company has nothing to decide now."""
    case: Case | None
    """None: nobody has ever claimed it."""

    @property
    def criteria(self) -> bytes | None:
        """What a decision names, if there is one to be made."""
        return None if self.read is None else self.read.criteria


def desk_among(
    connection: Connection, transfer_ids: Sequence[TransferId]
) -> dict[TransferId, DeskRow]:
    """What officers see of these transfers. Cost: O(transfers + their and their parties'
    documents)."""
    found: dict[TransferId, DeskRow] = {}
    for begin in range(0, len(transfer_ids), IDS_PER_STATEMENT):
        some = transfer_ids[begin : begin + IDS_PER_STATEMENT]
        wanted = select(transfers.c.state, transfers.c.submitted_at_ns, *DEAL_COLUMNS)
        wanted = wanted.where(transfers.c.transfer_id.in_(some))
        rows = connection.execute(wanted).mappings().all()
        undecided = [row for row in rows if TransferState(row["state"]) in UNDECIDED]
        documents = _documents_of(connection, undecided)
        cases_of = _cases_of(connection, some)
        standings = _standings_of(connection, undecided)
        rules = _rules_of(connection, undecided)
        read = {
            row["transfer_id"]: _read(
                row, documents, standings, rules[ProductId(row["product_id"])]
            )
            for row in undecided
        }
        for row in rows:
            transfer_id = TransferId(row["transfer_id"])
            found[transfer_id] = DeskRow(
                submitted_at_ns=row["submitted_at_ns"],
                read=read.get(transfer_id),
                case=cases_of.get(transfer_id),
            )
    return found


def _documents_of(connection: Connection, rows: Iterable[RowMapping]) -> Documents:
    """The valid documents of these transfers and of their parties."""
    subjects: dict[EvidenceSubject, set[int]] = {
        EvidenceSubject.TRANSFER: set(),
        EvidenceSubject.PARTY: set(),
    }
    for row in rows:
        subjects[EvidenceSubject.TRANSFER].add(row["transfer_id"])
        subjects[EvidenceSubject.PARTY] |= {row["seller_id"], row["buyer_id"]}
    found: Documents = {}
    for subject, subject_ids in subjects.items():
        for document in _valid_documents(connection, subject, sorted(subject_ids)):
            found.setdefault((subject, document.subject_id), []).append(document)
    return found


def _valid_documents(
    connection: Connection, subject: EvidenceSubject, subject_ids: Sequence[int]
) -> Iterable[Document]:
    columns = evidence_links.c
    for begin in range(0, len(subject_ids), IDS_PER_STATEMENT):
        wanted = select(*DOCUMENT_COLUMNS).where(
            columns.subject == subject.value,
            columns.subject_id.in_(subject_ids[begin : begin + IDS_PER_STATEMENT]),
            columns.status == EvidenceStatus.VALID.value,
        )
        for row in connection.execute(wanted):
            yield Document(
                subject=subject,
                subject_id=row.subject_id,
                kind=DocumentKind(row.kind),
                of=None if row.of is None else Who(row.of),
                version=row.version,
                sha256=row.sha256,
            )


def _standings_of(connection: Connection, rows: Iterable[RowMapping]) -> dict[int, Standing]:
    """What is known of the sellers and buyers of these transfers."""
    party_ids = {row[name] for row in rows for name in ("seller_id", "buyer_id")}
    clients = clients_among(connection, sorted(party_ids))
    return {party_id: standing_of(client) for party_id, client in clients.items()}


def _rules_of(
    connection: Connection, rows: Iterable[RowMapping]
) -> dict[ProductId, ProductRulesRead]:
    """The rules of the products of these transfers, of the day that it is in the journal."""
    product_ids = {ProductId(row["product_id"]) for row in rows}
    if not product_ids:
        return {}
    last = select(journal.c.at_ns).order_by(journal.c.sequence.desc()).limit(1)
    day: DayNumber = day_in_shanghai(TimeNs(connection.execute(last).scalar_one()))
    return {
        product_id: rules_read(rules_of_product(connection, product_id), product_id, day)
        for product_id in sorted(product_ids)
    }


def _read(
    row: RowMapping,
    documents: Documents,
    standings: dict[int, Standing],
    rules: ProductRulesRead,
) -> Read:
    fields = {name: row[name] for name in Deal._fields}
    deal = Deal(**{**fields, "sources": decode_draws(row["sources"])})
    subjects = (
        (EvidenceSubject.TRANSFER, deal.transfer_id),
        (EvidenceSubject.PARTY, deal.seller_id),
        (EvidenceSubject.PARTY, deal.buyer_id),
    )
    of_deal = [each for subject in subjects for each in documents.get(subject, ())]
    seller, buyer = standings[deal.seller_id], standings[deal.buyer_id]
    parts = parts_of(deal, of_deal, seller=seller, buyer=buyer, rules=rules)
    return Read(criteria=parts.criteria, seller=seller, buyer=buyer, rules=rules)


def _cases_of(
    connection: Connection, transfer_ids: Collection[TransferId]
) -> dict[TransferId, Case]:
    wanted = select(cases).where(cases.c.transfer_id.in_(transfer_ids))
    return {
        TransferId(row.transfer_id): Case(
            transfer_id=row.transfer_id,
            claimed_by=row.claimed_by,
            claimant=row.claimant,
            claimed_until_ns=row.claimed_until_ns,
            made_by=row.made_by,
            maker=row.maker,
            reason=None if row.reason is None else RejectionReason(row.reason),
            criteria=row.criteria,
            checked_by=row.checked_by,
            lapsed=None if row.lapsed is None else TransferEvent(row.lapsed),
            changed=Concern(row.changed),
        )
        for row in connection.execute(wanted)
    }
