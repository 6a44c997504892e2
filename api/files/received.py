"""Files that come in: known by the hash of their bytes, with what each has begun and its answer.

What can be read of none ends the request with everything that is wrong.
"""

import hashlib
from collections.abc import Iterable

from api.auth.principal import Principal
from api.dependencies import Services
from api.errors import ApiProblem, FieldError, Trouble
from api.refusal_kinds import REFUSALS
from api.schemas.decimals import format_moment
from api.store.files import FileKind, ReceivedFile, begin_file, finish_file, received_file
from exchange.refusals import Refusal
from registry.trust_company.cells import Fault
from registry.trust_company.mapping import Columns, Profile, find_columns
from registry.trust_company.sheets import FileFault, Sheet
from registry.trust_company.words import Words


def sha256_of(content: bytes) -> bytes:
    """What a file is known by. Cost: O(bytes)."""
    return hashlib.sha256(content).digest()


def received(
    services: Services, sender: Principal, kind: FileKind, *, sha256: bytes, options: str
) -> ReceivedFile | None:
    """What is known of the file; ends the request if it was sent to do something else, or with
    another key: the journal names the key, and the answer tells what that one's owner has done."""
    with services.edge.transaction() as connection:
        file = received_file(connection, party_id=sender.party_id, kind=kind, sha256=sha256)
    if file is not None and (file.options != options or file.key_id != sender.key_id):
        kind_of_problem = REFUSALS[Refusal.FILE_ALREADY_IMPORTED]
        when = format_moment(file.at_ns)
        detail = f"The file was imported with the key {file.key_id} at {when}, {file.options}."
        raise ApiProblem(kind_of_problem, detail)
    return file


def begin(
    services: Services, sender: Principal, kind: FileKind, *, sha256: bytes, options: str
) -> int:
    """Write down that something is begun by this file; its number."""
    with services.edge.transaction() as connection:
        return begin_file(
            connection,
            party_id=sender.party_id,
            kind=kind,
            sha256=sha256,
            key_id=sender.key_id,
            options=options,
            at_ns=services.clock.now_ns(),
        )


def finish(services: Services, file_id: int, answer: bytes) -> None:
    """Keep the answer to a file that was done to its end."""
    with services.edge.transaction() as connection:
        finish_file(connection, file_id, answer)


async def read_sheet_of(services: Services, content: bytes) -> Sheet:
    """The rows of the file; ends the request if there are none that can be read."""
    sheet = await services.sheets.read(content)
    if isinstance(sheet, FileFault):
        raise unreadable([(sheet.name.lower(), sheet.value)])
    return sheet


def columns_in(sheet: Sheet, profile: Profile) -> Columns:
    """Where the fields of the sheet are; ends the request if its headings are not the profile's."""
    columns = find_columns(profile, sheet.rows)
    if isinstance(columns, Columns):
        return columns
    raise unreadable((f"column_{fault.problem.name.lower()}", fault.said) for fault in columns)


def unreadable_rows(faults: Iterable[Fault], columns: Columns) -> ApiProblem:
    """The problem of a file in which these cells are wrong."""
    return unreadable((fault.trouble.name.lower(), _said(fault, columns)) for fault in faults)


def unreadable(faults: Iterable[tuple[str, Words]]) -> ApiProblem:
    """The problem of a file of which nothing can be read: codes, and what is wrong in words."""
    errors = [FieldError(code=code, detail=" / ".join(words)) for code, words in faults]
    return ApiProblem(
        Trouble.INVALID_FILE, "Nothing was done: the file cannot be read.", errors=errors
    )


def _said(fault: Fault, columns: Columns) -> Words:
    heading = columns.headings.get(fault.column or "", fault.column or "")
    zh, en = fault.trouble.value
    if fault.line is None:
        return Words(f"{heading}：{zh}", f"{heading} {en}")
    return Words(f"第 {fault.line} 行 {heading}：{zh}", f"row {fault.line}, {heading}: {en}")
