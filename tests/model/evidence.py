"""Papers at the venue, as a clerk would keep them: every one that was ever handed in, and what
became of it. Nobody takes a paper off the pile; whether it counts is asked each time.

A paper is handed in for one thing: an application to transfer, a party, a product. It counts until
another one takes its place, its last day is over in Shanghai, or the file behind it is gone or no
longer what it was. With the application that it is for, it goes to the archive.

Source: domain D4 (documents of an application).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from exchange.evidence_commands import (
    AttachEvidence,
    AttachLateEvidence,
    EvidenceCommand,
    ReportEvidenceFault,
)
from exchange.evidence_events import EvidenceAttached, EvidenceInvalidated
from exchange.evidence_types import EvidenceLinkId, EvidenceStatus, EvidenceSubject
from exchange.refusals import Refusal
from exchange.types import PartyId, PartyKind
from registry.terms import ChecklistItem, DocumentKind
from registry.transfer import TransferEvent, TransferState, Who
from registry.types import ProductId, TimeNs, TransferId
from tests.model.cases import Disturbance, ModelCase, is_waiting
from tests.model.deals import Deals, advanced
from tests.model.ledger import OPERATOR, Ledger, ModelTransfer
from tests.model.limits import Limits

DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
AHEAD_OF_UTC = timedelta(hours=8)
FILE_BYTES_MAX = 20 * 2**20
TAKEN_WITHIN = timedelta(hours=24)
LAST_DAY_WITHIN = timedelta(days=36_525)
WITH_THE_PARTIES = ("AGREEMENT_PENDING", "FUNDS_PENDING", "RETURNED")
"""The pack is not with the trust company: buyer and seller may still lay something into it."""

Applies = list[tuple[Refusal, bool]]


@dataclass(kw_only=True, eq=False)
class Paper:
    """Something that was handed in."""

    number: int
    said: AttachEvidence
    version: int
    attached_at_ns: int
    ended: EvidenceStatus | None = None
    ended_at_ns: int | None = None

    @property
    def thing(self) -> tuple[str, int]:
        """What it is for."""
        return self.said.subject.name, self.said.subject_id

    @property
    def place(self) -> tuple[object, ...]:
        """What another paper must be, to take its place."""
        return *self.thing, self.said.kind, self.said.of

    @property
    def expires_ns(self) -> int | None:
        """The first moment after its last day."""
        last = self.said.expires_on
        if last is None:
            return None
        midnight = EPOCH + (last + 1) * DAY - AHEAD_OF_UTC
        return (midnight - EPOCH) // timedelta(microseconds=1) * 1_000


class Papers(Deals):
    """The deals with the papers that belong to them."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.papers: list[Paper] = []
        self.disturbances: list[Disturbance] = []

    def counting(self) -> list[Paper]:
        """The papers that count, of what is not in the archive, oldest first."""
        return [paper for paper in self.papers if paper.ended is None and lives(self, paper)]

    def take_paper(self, command: EvidenceCommand) -> None:
        """What anybody brings to the desk, or says of what was brought."""
        match command:
            case AttachEvidence():
                self.attach(command)
            case AttachLateEvidence():
                self.archive(command)
            case ReportEvidenceFault():
                self.report(command)

    def attach(self, command: AttachEvidence) -> None:
        """Lay a paper on the pile, perhaps in another one's place."""
        version = 1
        for old in self.counting():
            if old.number == command.replaces:
                version = old.version + 1
                self.strike(old, EvidenceStatus.REPLACED)
        paper = Paper(
            number=self.sequence, said=command, version=version, attached_at_ns=self.at_ns
        )
        self.put_on_the_pile(paper)
        self.follow_pack([paper])
        if is_his_own(command):
            for case in self.sheets_of(command.actor):
                case.disturbing.append(command.actor)

    def sheets_of(self, party_id: PartyId) -> list[ModelCase]:
        """The sheets on the party's applications that the trust company has before it."""
        return [
            transfer.case
            for transfer in self.pending_transfers()
            if party_id in {transfer.buy.party_id, transfer.sell.party_id}
            if transfer.state.name in {"SUBMITTED", "UNDER_REVIEW"}
            if transfer.case is not None
        ]

    def archive(self, command: AttachLateEvidence) -> None:
        """Put a paper to an application that lies in the archive; it never counts."""
        paper = Paper(
            number=self.sequence,
            said=as_for_an_application(command),
            version=1,
            attached_at_ns=self.at_ns,
            ended=EvidenceStatus.LATE,
        )
        self.put_on_the_pile(paper)

    def put_on_the_pile(self, paper: Paper) -> None:
        said = paper.said
        self.papers.append(paper)
        self.events.append(
            EvidenceAttached(
                link_id=EvidenceLinkId(paper.number),
                subject=said.subject,
                subject_id=said.subject_id,
                kind=said.kind,
                of=said.of,
                version=paper.version,
                evidence_id=said.evidence_id,
                sha256=said.sha256,
                bytes_count=said.bytes_count,
                media_type=said.media_type,
                expires_on=said.expires_on,
                replaces=said.replaces,
                attached_by=said.actor,
            )
        )

    def report(self, command: ReportEvidenceFault) -> None:
        """The file is not what it was: no paper that is made of it counts."""
        made_of_it = [
            paper for paper in self.counting() if paper.said.evidence_id == command.evidence_id
        ]
        for paper in made_of_it:
            self.strike(paper, EvidenceStatus.FAULTY)
        self.follow_pack(made_of_it)

    def expire(self, number: int) -> None:
        """Its last day is over."""
        (paper,) = [paper for paper in self.papers if paper.number == number]
        self.strike(paper, EvidenceStatus.EXPIRED)
        self.follow_pack([paper])

    def strike(self, paper: Paper, why: EvidenceStatus) -> None:
        paper.ended, paper.ended_at_ns = why, self.at_ns
        self.events.append(
            EvidenceInvalidated(
                link_id=EvidenceLinkId(paper.number),
                subject=paper.said.subject,
                subject_id=paper.said.subject_id,
                kind=paper.said.kind,
                of=paper.said.of,
                version=paper.version,
                evidence_id=paper.said.evidence_id,
                reason=why,
            )
        )

    def follow_pack(self, changed: list[Paper]) -> None:
        """Where the trust company has the pack, it is another one from now on, and who works on it
        begins anew; where only papers were waited for and this was the last, it is agreed. A
        party's own papers may mean something for what is suggested."""
        concerned = [self.application_of(paper) for paper in changed]
        of_parties = {paper.said.subject_id for paper in changed if paper.thing[0] == "PARTY"}
        for transfer in self.pending_transfers():
            if transfer not in concerned:
                continue
            if transfer.state is TransferState.SUBMITTED:
                transfer.version += 1
                self.events.append(advanced(transfer, TransferEvent.DOCUMENT, officer=None))
            elif transfer.state is TransferState.UNDER_REVIEW:
                self.happens(transfer, "RESET")
            elif self.lacks_no_paper_any_more(transfer):
                self.happens(transfer, "AGREED")
        for party_id in sorted(of_parties):
            self.disturb(PartyId(party_id))

    def disturb(self, party_id: PartyId) -> None:
        """Something of the party is another than it was."""
        known = [each for each in self.disturbances if each.party_id != party_id]
        again = Disturbance(party_id=party_id, since_ns=TimeNs(self.at_ns))
        self.disturbances = [*known, again]
        self.forget_disturbances()

    def forget_disturbances(self) -> None:
        """Where there is nothing to look at, nobody looks."""
        waiting = [each for each in self.pending_transfers() if is_waiting(each)]
        self.disturbances = [each for each in self.disturbances if each.still(waiting)]

    def looks(self) -> list[tuple[int, int, int, int, str]]:
        """Before anything else of that moment, in the order of the changes."""
        self.forget_disturbances()
        disturbances = enumerate(self.disturbances)
        return [(each.since_ns, -1, place, 0, "LOOK") for place, each in disturbances]

    def lacking(self, transfer: ModelTransfer) -> list[ChecklistItem]:
        """Each line of the product's list that no paper of the application answers; a natural
        buyer is recorded, too, where the product wants that."""
        terms = transfer.product.terms.transfer_terms
        wanted = list(terms.checklist)
        buyer = self.kinds[transfer.buy.party_id]
        if terms.dual_recording and buyer is PartyKind.NATURAL_PERSON:
            wanted.append(ChecklistItem(DocumentKind.DUAL_RECORDING, Who.BUYER))
        there = [
            (paper.said.kind, paper.said.of)
            for paper in self.papers
            if paper.ended is None and self.application_of(paper) is transfer
        ]
        return [line for line in wanted if (line.kind, line.of) not in there]

    def application_of(self, paper: Paper) -> ModelTransfer | None:
        what, number = paper.thing
        return self.transfers[TransferId(number)] if what == "TRANSFER" else None

    def papers_that_expire(self) -> list[tuple[int, int, int, int, str]]:
        """Before anything else that happens at that moment."""
        return [
            (paper.expires_ns, 0, paper.number, 0, "EXPIRES")
            for paper in self.counting()
            if paper.expires_ns is not None
        ]


def as_for_an_application(command: AttachLateEvidence) -> AttachEvidence:
    """The same paper, had it come in time: for good, and in nobody's place."""
    return AttachEvidence(
        actor=command.actor,
        key=command.key,
        subject=EvidenceSubject.TRANSFER,
        subject_id=command.transfer_id,
        kind=command.kind,
        of=command.of,
        evidence_id=command.evidence_id,
        sha256=command.sha256,
        bytes_count=command.bytes_count,
        media_type=command.media_type,
        uploaded_at_ns=command.uploaded_at_ns,
        expires_on=None,
        replaces=None,
    )


def is_his_own(command: AttachEvidence) -> bool:
    """Whether somebody brings a paper about himself."""
    return command.subject.name == "PARTY" and command.actor == command.subject_id


def lives(ledger: Ledger, paper: Paper) -> bool:
    """Whether what the paper is for is not over."""
    what, number = paper.thing
    return what != "TRANSFER" or ledger.transfers[TransferId(number)] in ledger.pending_transfers()


def rules_of_evidence(papers: Papers, command: EvidenceCommand) -> Applies:
    """Why a paper is not taken, or a fault not noted."""
    counting = papers.counting()
    if isinstance(command, ReportEvidenceFault):
        known = [paper for paper in counting if paper.said.evidence_id == command.evidence_id]
        return [
            (Refusal.NOT_PERMITTED, papers.kinds.get(command.actor) is not PartyKind.OPERATOR),
            (Refusal.UNKNOWN_EVIDENCE, not known),
        ]
    if isinstance(command, AttachLateEvidence):
        return _rules_of_the_archive(papers, command)
    if papers.kinds.get(command.actor) is PartyKind.REGULATOR:
        return [(Refusal.NOT_PERMITTED, True)]
    missing, forbidden = _about_what(papers, command)
    if missing is not None:
        return [(missing, True)]
    same_file = [paper for paper in counting if paper.said.evidence_id == command.evidence_id]
    old = [paper for paper in counting if paper.number == command.replaces]
    asked = Paper(number=0, said=command, version=0, attached_at_ns=0)
    somebody_elses = any(command.actor not in (paper.said.actor, OPERATOR) for paper in old)
    unknown = [
        not same_file and _age(papers, command) >= TAKEN_WITHIN,
        command.replaces is not None and not any(paper.place == asked.place for paper in old),
    ]
    for_it = [paper for paper in counting if paper.thing == asked.thing]
    limits = papers.limits
    return [
        (Refusal.NOT_PERMITTED, forbidden or somebody_elses),
        (Refusal.UNKNOWN_EVIDENCE, any(unknown)),
        (Refusal.EVIDENCE_OUT_OF_RANGE, not all(_in_range(papers, command, same_file))),
        (Refusal.TRANSFER_NOT_IN_STATE, _is_with_the_trust_company(papers, command)),
        (
            Refusal.OWN_EVIDENCE_MAX,
            is_his_own(command)
            and any(
                case.disturbing.count(command.actor) >= limits.own_evidence_per_review_max
                for case in papers.sheets_of(command.actor)
            ),
        ),
        (
            Refusal.EVIDENCE_MAX,
            len(for_it) - len(old) >= limits.evidence_per_subject_max
            or len(same_file) >= limits.links_per_evidence_max,
        ),
    ]


def _rules_of_the_archive(papers: Papers, command: AttachLateEvidence) -> Applies:
    """Only who keeps the archive puts something into it, and only to what lies there."""
    transfer = papers.transfers[command.transfer_id]
    keepers = (transfer.product.terms.trust_company_id, OPERATOR)
    paper = as_for_an_application(command)
    same_file = [each for each in papers.counting() if each.said.evidence_id == paper.evidence_id]
    return [
        (Refusal.NOT_PERMITTED, command.actor not in keepers),
        (Refusal.UNKNOWN_EVIDENCE, not same_file and _age(papers, paper) >= TAKEN_WITHIN),
        (Refusal.EVIDENCE_OUT_OF_RANGE, not all(_in_range(papers, paper, same_file))),
        (Refusal.TRANSFER_NOT_IN_STATE, transfer in papers.pending_transfers()),
    ]


def _age(papers: Papers, command: AttachEvidence) -> timedelta:
    return timedelta(microseconds=(papers.at_ns - command.uploaded_at_ns) // 1_000)


def _about_what(papers: Papers, command: AttachEvidence) -> tuple[Refusal | None, bool]:
    """Whether what it is for exists to who asks, and whether he may not hand this in for it."""
    who, number = command.actor, command.subject_id
    kind = papers.kinds.get(who)
    match command.subject.name:
        case "PARTY":
            if PartyId(number) not in papers.kinds or who not in (PartyId(number), OPERATOR):
                return Refusal.UNKNOWN_PARTY, False
            return None, False
        case "PRODUCT":
            product = papers.products.get(ProductId(number))
            if product is None or who not in (product.terms.trust_company_id, OPERATOR):
                return Refusal.UNKNOWN_PRODUCT, False
            return None, False
        case _:
            transfer = papers.transfers.get(TransferId(number))
            if transfer is None or transfer not in papers.pending_transfers():
                return Refusal.UNKNOWN_TRANSFER, False
            roles = {
                transfer.buy.party_id: "BUYER",
                transfer.sell.party_id: "SELLER",
                transfer.product.terms.trust_company_id: None,
                OPERATOR: None,
            }
            if who not in roles or kind is None:
                return Refusal.UNKNOWN_TRANSFER, False
            role = roles[who]
            whose = None if command.of is None else command.of.name
            return None, role is not None and whose not in (role, None)


def _in_range(papers: Papers, command: AttachEvidence, same_file: list[Paper]) -> list[bool]:
    today = EPOCH + timedelta(microseconds=papers.at_ns // 1_000) + AHEAD_OF_UTC
    last = command.expires_on
    whose = None if command.of is None else command.of.name
    of_whom: tuple[str | None, ...] = (None,)
    if command.subject.name == "TRANSFER":
        of_whom = (None, "BUYER", "SELLER")
    return [
        whose in of_whom,
        len(command.evidence_id) == 16,
        len(command.sha256) == 32,
        1 <= command.bytes_count <= FILE_BYTES_MAX,
        command.kind.name != "DUAL_RECORDING" or command.media_type.name == "MP4",
        last is None or (today - EPOCH).days <= last <= (today - EPOCH + LAST_DAY_WITHIN).days,
        all(
            (paper.said.sha256, paper.said.bytes_count, paper.said.media_type)
            == (command.sha256, command.bytes_count, command.media_type)
            for paper in same_file
        ),
    ]


def _is_with_the_trust_company(papers: Papers, command: AttachEvidence) -> bool:
    """Buyer and seller ask for it back before they change it."""
    if command.subject.name != "TRANSFER":
        return False
    transfer = papers.transfers[TransferId(command.subject_id)]
    is_party = command.actor in (transfer.buy.party_id, transfer.sell.party_id)
    return is_party and transfer.state.name not in WITH_THE_PARTIES
