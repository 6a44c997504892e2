"""A file of decisions comes in: its rows become commands, and the sheet goes back with what became
of each.

A file is known by the hash of its bytes. What it begins is written down before the first command is
given, and the commands' keys are made of the hash and the row: a file that was cut off and comes
again goes on where it ended, and one that was done is answered as before. A file by which nothing
was begun is forgotten: sent again it is looked at anew.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import msgspec
from starlette.concurrency import run_in_threadpool

from api.auth.principal import Principal
from api.decisions import decision_in, effects_of, take
from api.dependencies import Services
from api.errors import REFUSALS, ApiProblem, FieldError, Trouble, refused
from api.files.applications import fact_texts
from api.store.files import FileKind, ReceivedFile, begin_file, finish_file, received_file
from exchange.commands import ConfirmTransfer
from exchange.refusals import Refusal
from exchange.review import Decides
from exchange.types import RejectionReason
from registry.store.queries import Reader, transfers_among
from registry.trust_company.decisions import (
    CONFIRMED,
    NOT_SUBMITTED,
    NOT_TAKEN,
    PROFILE,
    REJECTED,
    DecisionRow,
    check_facts,
    error_text,
    read_decisions,
)
from registry.trust_company.mapping import Columns, find_columns, mark
from registry.trust_company.sheets import FileFault, Sheet
from registry.trust_company.words import Words

REASONS: Final = {
    RejectionReason.DOCUMENTS_INCOMPLETE.name: Words("材料不全", "Documents incomplete"),
    RejectionReason.BUYER_NOT_QUALIFIED.name: Words("受让方不合格", "Buyer not qualified"),
    RejectionReason.TITLE_DISPUTED.name: Words("权属争议", "Title disputed"),
    RejectionReason.TRANSFER_RESTRICTED.name: Words("限制转让", "Transfer restricted"),
    RejectionReason.OTHER.name: Words("其他", "Other"),
}
KEY_LENGTH: Final = 16
"""Of the hash, in hexadecimal: 64 bits tell the files of one party apart."""
ALL_OR_NOTHING: Final = "all or nothing"
EACH: Final = "each by itself"


class MarkedSheet(msgspec.Struct, frozen=True, kw_only=True):
    """A file that goes back."""

    form: str
    content: bytes
    taken: int
    """Rows that decided something."""
    refused: int
    """Rows that were to decide something and did not."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a file says, and what it would have done."""

    sheet: Sheet
    columns: Columns
    read: list[DecisionRow]
    """All rows but the headings."""
    commands: dict[int, Decides]
    """By the number of their row."""


Marks: TypeAlias = dict[int, tuple[Words, str]]
"""Result and error by the number of a row."""


async def import_decisions(
    services: Services, officer: Principal, content: bytes, *, all_or_nothing: bool
) -> tuple[MarkedSheet, bool]:
    """Take the decisions that a file states: the marked sheet, and whether it was given before.

    Args:
        all_or_nothing: nothing is submitted unless every row passes the preview. What changes
            between the two may still be refused.

    Raises:
        ApiProblem: the file cannot be read, was sent otherwise before, or there is no time for it.
        OutcomeUnknown: the venue stopped. Sent again, the file goes on where it ended.
    """
    services.batches.begin(officer.party_id)
    try:
        return await _import(services, officer, content, all_or_nothing=all_or_nothing)
    finally:
        services.batches.end(officer.party_id)


async def _import(
    services: Services, officer: Principal, content: bytes, *, all_or_nothing: bool
) -> tuple[MarkedSheet, bool]:
    sha256 = await run_in_threadpool(lambda: hashlib.sha256(content).digest())
    options = ALL_OR_NOTHING if all_or_nothing else EACH
    file = await run_in_threadpool(_received, services, officer, sha256, options)
    if file is not None and file.answer is not None:
        return msgspec.msgpack.decode(file.answer, type=MarkedSheet), True
    sheet = await services.sheets.read(content)
    if isinstance(sheet, FileFault):
        raise unreadable([(sheet.name.lower(), sheet.value)])
    draft = await run_in_threadpool(_draft, services, officer, sheet, sha256)
    marks = _row_errors(draft)
    if file is not None:
        file_id = file.file_id
    else:
        if all_or_nothing:
            marks |= await run_in_threadpool(_foreseen, services, officer, draft)
        if not draft.commands or (all_or_nothing and marks):
            held_back = dict.fromkeys(draft.commands, (NOT_SUBMITTED, ""))
            return await _marked(services, draft, held_back | marks), False
        file_id = await run_in_threadpool(_begin, services, officer, sha256, options)
    _, refusals = await take(services, officer, list(draft.commands.values()))
    marked = await _marked(services, draft, marks | _decided(draft, refusals))
    await run_in_threadpool(_finish, services, file_id, marked)
    return marked, False


def unreadable(faults: Iterable[tuple[str, Words]]) -> ApiProblem:
    """The problem of a file of which nothing can be read: codes, and what is wrong in words."""
    errors = [FieldError(code=code, detail=" / ".join(words)) for code, words in faults]
    return ApiProblem(
        Trouble.INVALID_FILE, "Nothing was done: the file cannot be read.", errors=errors
    )


def _received(
    services: Services, officer: Principal, sha256: bytes, options: str
) -> ReceivedFile | None:
    """What is known of the file; ends the request if it was sent to do something else."""
    with services.edge.transaction() as connection:
        file = received_file(
            connection, party_id=officer.party_id, kind=FileKind.DECISIONS, sha256=sha256
        )
    if file is not None:
        # What was begun with one key is not gone on with by another: the journal names the key.
        is_anothers = file.answer is None and file.key_id != officer.key_id
        if file.options != options or is_anothers:
            raise refused(Refusal.FILE_ALREADY_IMPORTED)
    return file


def _begin(services: Services, officer: Principal, sha256: bytes, options: str) -> int:
    with services.edge.transaction() as connection:
        return begin_file(
            connection,
            party_id=officer.party_id,
            kind=FileKind.DECISIONS,
            sha256=sha256,
            key_id=officer.key_id,
            options=options,
            at_ns=services.clock.now_ns(),
        )


def _finish(services: Services, file_id: int, marked: MarkedSheet) -> None:
    with services.edge.transaction() as connection:
        finish_file(connection, file_id, msgspec.msgpack.encode(marked))


def _draft(services: Services, officer: Principal, sheet: Sheet, sha256: bytes) -> Draft:
    """What the file says; ends the request if its headings are not those of decisions."""
    columns = find_columns(PROFILE, sheet.rows)
    if not isinstance(columns, Columns):
        raise unreadable((f"column_{fault.problem.name.lower()}", fault.said) for fault in columns)
    read = read_decisions(sheet.rows[1:], columns, reasons=REASONS)
    stated = [row.decision.transfer_id for row in read if row.decision is not None]
    with services.reader.connect() as connection:
        transfers = transfers_among(
            connection,
            reader=Reader.TRUST_COMPANY,
            party_id=officer.party_id,
            transfer_ids=stated,
        )
    products = services.exchange.view.products
    applications = {
        transfer_id: fact_texts(transfer, products[transfer.product_id].terms)
        for transfer_id, transfer in transfers.items()
    }
    read = check_facts(read, columns, applications)
    prefix = sha256.hex()[:KEY_LENGTH]
    commands = {
        row.row.number: decision_in(
            officer,
            key=f"{prefix}:{row.row.number}",
            transfer_id=row.decision.transfer_id,
            version=row.decision.version,
            criteria=None,
            reason=row.decision.reason,
        )
        for row in read
        if row.decision is not None
    }
    return Draft(sheet, columns, read, commands)


def _row_errors(draft: Draft) -> Marks:
    return {
        row.row.number: (NOT_TAKEN, error_text(row.errors, draft.columns))
        for row in draft.read
        if row.errors
    }


def _foreseen(services: Services, officer: Principal, draft: Draft) -> Marks:
    """The rows that the venue would refuse now."""
    effects = effects_of(services, officer, list(draft.commands.values()))
    refusals = dict(effects.refused)
    return {
        number: (NOT_TAKEN, _said(refusals[command.transfer_id], draft))
        for number, command in draft.commands.items()
        if command.transfer_id in refusals
    }


def _decided(draft: Draft, refusals: Sequence[Refusal | None]) -> Marks:
    marks: Marks = {}
    for (number, command), refusal in zip(draft.commands.items(), refusals, strict=True):
        if refusal is not None:
            marks[number] = (NOT_TAKEN, _said(refusal, draft))
        else:
            marks[number] = (CONFIRMED if isinstance(command, ConfirmTransfer) else REJECTED, "")
    return marks


def _said(refusal: Refusal, draft: Draft) -> str:
    kind = REFUSALS[refusal]
    return Words(kind.title_zh, kind.title_en).in_language(draft.columns.language)


async def _marked(services: Services, draft: Draft, marks: Marks) -> MarkedSheet:
    sheet = draft.sheet
    rows = await run_in_threadpool(_mark, draft, marks)
    results = [result for result, _ in marks.values()]
    return MarkedSheet(
        form=sheet.format.value,
        content=await services.sheets.write(rows, sheet.format, encoding=sheet.encoding),
        taken=results.count(CONFIRMED) + results.count(REJECTED),
        refused=results.count(NOT_TAKEN),
    )


def _mark(draft: Draft, marks: Marks) -> list[list[str]]:
    language = draft.columns.language
    texts = {
        number: (result.in_language(language), error) for number, (result, error) in marks.items()
    }
    return mark(draft.sheet.rows, draft.columns, texts)
