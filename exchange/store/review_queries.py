"""Every SELECT about what officers have to decide on and what they have done: committed state only,
for people to read. Nothing is decided from what these return."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from sqlalchemy import Connection, select
from sqlalchemy.engine.row import RowMapping

from exchange.criteria import Deal, Document, criteria_of
from exchange.desk_state import Case
from exchange.evidence_types import EvidenceStatus, EvidenceSubject
from exchange.store.desk_tables import cases
from exchange.store.evidence_tables import evidence_links
from exchange.types import RejectionReason
from registry.store.rows import decode_draws
from registry.store.tables import transfers
from registry.terms import DocumentKind
from registry.transfer import TransferEvent, TransferState, Who
from registry.types import TimeNs, TransferId

IDS_PER_STATEMENT: Final = 500
"""Drivers bound the parameters of a statement."""
UNDECIDED: Final = frozenset({TransferState.SUBMITTED, TransferState.UNDER_REVIEW})
"""In which the trust company decides."""
DEAL_COLUMNS: Final = [transfers.c[name] for name in Deal._fields]
DOCUMENT_COLUMNS: Final = [evidence_links.c[name] for name in Document._fields]


Documents: TypeAlias = dict[tuple[EvidenceSubject, int], list[Document]]
"""By what they are of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRow:
    """What an officer sees of a transfer besides its row."""

    submitted_at_ns: TimeNs | None
    """When the trust company first had it."""
    criteria: bytes | None
    """None: the trust company has nothing to decide now."""
    case: Case | None
    """None: nobody has ever claimed it."""


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
        criteria = {row["transfer_id"]: _criteria(row, documents) for row in undecided}
        for row in rows:
            transfer_id = TransferId(row["transfer_id"])
            found[transfer_id] = DeskRow(
                submitted_at_ns=row["submitted_at_ns"],
                criteria=criteria.get(transfer_id),
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


def _criteria(row: RowMapping, documents: Documents) -> bytes:
    fields = {name: row[name] for name in Deal._fields}
    deal = Deal(**{**fields, "sources": decode_draws(row["sources"])})
    subjects = (
        (EvidenceSubject.TRANSFER, deal.transfer_id),
        (EvidenceSubject.PARTY, deal.seller_id),
        (EvidenceSubject.PARTY, deal.buyer_id),
    )
    return criteria_of(deal, [each for subject in subjects for each in documents.get(subject, ())])


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
        )
        for row in connection.execute(wanted)
    }
