"""A sheet that went out to an office comes in with its answers: its rows become commands, and it
goes back with what became of each.

What a file begins is written down before the first command is given, and the commands' keys are
made of its hash and the row: a file that was cut off and comes again goes on where it ended, and
one that was done is answered as before. A file by which nothing was begun is forgotten: sent again
it is looked at anew.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeAlias, TypeVar

import msgspec
from starlette.concurrency import run_in_threadpool

from api.auth.principal import Principal
from api.dependencies import Services
from api.files.profiles import profile_of
from api.files.received import begin, columns_in, finish, read_sheet_of, received, sha256_of
from api.refusal_kinds import REFUSALS
from api.store.files import FileKind
from exchange.commands import CreateProduct
from exchange.refusals import Refusal
from registry.store.queries import Reader, TransferRow, transfers_among
from registry.trust_company.mapping import Columns, mark
from registry.trust_company.returned_rows import (
    NOT_SUBMITTED,
    NOT_TAKEN,
    AboutTransfer,
    ReturnedRow,
    check_facts,
    error_text,
)
from registry.trust_company.sheets import Row, Sheet
from registry.trust_company.words import Words
from registry.types import TransferId

KEY_LENGTH: Final = 16
"""Of the hash, in hexadecimal: 64 bits tell the files of one party apart."""

Answer = TypeVar("Answer", bound=AboutTransfer)
Command = TypeVar("Command", bound=AboutTransfer)
Marks: TypeAlias = dict[int, tuple[Words, str]]
"""Result and error by the number of a row."""


class MarkedSheet(msgspec.Struct, frozen=True, kw_only=True):
    """A file that goes back."""

    form: str
    content: bytes
    taken: int
    """Rows whose answer was taken."""
    refused: int
    """Rows that answered and were not taken."""
    charset: str = "utf-8"
    """Of CSV; an answer that was kept before this was has the commonest."""


@dataclass(frozen=True, slots=True)
class Draft(Generic[Command]):
    """What a file says, and what it would have done."""

    sheet: Sheet
    columns: Columns
    errors: Marks
    """Of rows that cannot be taken as they are."""
    commands: dict[int, Command]
    """By the number of their row."""

    def said(self, refusal: Refusal) -> str:
        """Why a row was not taken, in the language of the sheet."""
        kind = REFUSALS[refusal]
        return Words(kind.title_zh, kind.title_en).in_language(self.columns.language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake(Generic[Answer, Command]):
    """One kind of sheet, from one officer."""

    kind: FileKind
    options: str
    """What is asked for with it."""
    read: Callable[[Sequence[Row], Columns], list[ReturnedRow[Answer]]]
    """What the rows below the headings answer."""
    facts_of: Callable[[TransferRow, CreateProduct], Mapping[str, str]]
    """What a row may not say otherwise of its transfer, by field."""
    command_of: Callable[[Answer, str], Command]
    """The command that takes an answer, with this key."""
    take: Callable[[Sequence[Command]], Awaitable[list[Refusal | None]]]
    """Gives the commands; why each was refused, if it was."""
    done: Callable[[Command], Words]
    """What is said of a row that was taken."""
    foresee: Callable[[Sequence[Command]], Mapping[TransferId, Refusal]] | None = None
    """The commands that the venue would refuse now, by transfer: if there is one, nothing is
    submitted. None: each row by itself."""


async def import_sheet(
    services: Services, officer: Principal, content: bytes, intake: Intake[Answer, Command]
) -> tuple[MarkedSheet, bool]:
    """Take the answers that a file states: the marked sheet, and whether it was given before.

    With all or nothing, what changes between preview and submission may still be refused.

    Raises:
        ApiProblem: the file cannot be read, was sent otherwise before, or there is no time for it.
        OutcomeUnknown: the venue stopped. Sent again, the file goes on where it ended.
    """
    services.batches.begin(officer.party_id)
    try:
        return await _import(services, officer, content, intake)
    finally:
        services.batches.end(officer.party_id)


async def _import(
    services: Services, officer: Principal, content: bytes, intake: Intake[Answer, Command]
) -> tuple[MarkedSheet, bool]:
    sha256 = await run_in_threadpool(sha256_of, content)
    file = await run_in_threadpool(
        received, services, officer, intake.kind, sha256=sha256, options=intake.options
    )
    if file is not None and file.answer is not None:
        return msgspec.msgpack.decode(file.answer, type=MarkedSheet), True
    sheet = await read_sheet_of(services, content)
    draft = await run_in_threadpool(_draft, services, officer, sheet, intake, sha256)
    marks = draft.errors
    if file is not None:
        file_id = file.file_id
    else:
        if intake.foresee is not None:
            refusals = await run_in_threadpool(intake.foresee, list(draft.commands.values()))
            marks = marks | _foreseen(draft, refusals)
        if not draft.commands or (intake.foresee is not None and marks):
            held_back: Marks = dict.fromkeys(draft.commands, (NOT_SUBMITTED, ""))
            return await _marked(services, draft, held_back | marks), False
        file_id = await run_in_threadpool(
            begin, services, officer, intake.kind, sha256=sha256, options=intake.options
        )
    outcomes = await intake.take(list(draft.commands.values()))
    marked = await _marked(services, draft, marks | _taken(draft, intake, outcomes))
    await run_in_threadpool(finish, services, file_id, msgspec.msgpack.encode(marked))
    return marked, False


def _draft(
    services: Services,
    officer: Principal,
    sheet: Sheet,
    intake: Intake[Answer, Command],
    sha256: bytes,
) -> Draft[Command]:
    """What the file says; ends the request if its headings are not the profile's."""
    profile = profile_of(services, officer.party_id, intake.kind)
    columns = columns_in(sheet, profile)
    rows = intake.read(sheet.rows[1:], columns)
    stated = [each.answer.transfer_id for each in rows if each.answer is not None]
    with services.reader.connect() as connection:
        transfers = transfers_among(
            connection,
            reader=Reader.TRUST_COMPANY,
            party_id=officer.party_id,
            transfer_ids=stated,
        )
    products = services.exchange.view.products
    sent = {
        transfer_id: intake.facts_of(transfer, products[transfer.product_id].terms)
        for transfer_id, transfer in transfers.items()
    }
    rows = check_facts(rows, columns, sent)
    prefix = sha256.hex()[:KEY_LENGTH]
    errors: Marks = {
        each.row.number: (NOT_TAKEN, error_text(each.errors, columns, profile))
        for each in rows
        if each.errors
    }
    commands = {
        each.row.number: intake.command_of(each.answer, f"{prefix}:{each.row.number}")
        for each in rows
        if each.answer is not None
    }
    return Draft(sheet, columns, errors, commands)


def _foreseen(draft: Draft[Command], refusals: Mapping[TransferId, Refusal]) -> Marks:
    return {
        number: (NOT_TAKEN, draft.said(refusals[command.transfer_id]))
        for number, command in draft.commands.items()
        if command.transfer_id in refusals
    }


def _taken(
    draft: Draft[Command], intake: Intake[Answer, Command], refusals: Sequence[Refusal | None]
) -> Marks:
    return {
        number: (
            (intake.done(command), "") if refusal is None else (NOT_TAKEN, draft.said(refusal))
        )
        for (number, command), refusal in zip(draft.commands.items(), refusals, strict=True)
    }


async def _marked(services: Services, draft: Draft[Command], marks: Marks) -> MarkedSheet:
    sheet = draft.sheet
    rows = await run_in_threadpool(_mark, draft, marks)
    results = [result for result, _ in marks.values()]
    refused = results.count(NOT_TAKEN)
    return MarkedSheet(
        form=sheet.format.value,
        content=await services.sheets.write(rows, sheet.format, encoding=sheet.encoding),
        taken=len(results) - refused - results.count(NOT_SUBMITTED),
        refused=refused,
        charset=sheet.encoding.removesuffix("-sig"),
    )


def _mark(draft: Draft[Command], marks: Marks) -> list[list[str]]:
    language = draft.columns.language
    texts = {
        number: (result.in_language(language), error) for number, (result, error) in marks.items()
    }
    return mark(draft.sheet.rows, draft.columns, texts)
