"""Files for offices that work with spreadsheets: open applications go out and decisions come
in, settled transfers go out and their registrations come in."""

from collections.abc import Iterable
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from api.auth.principal import Principal
from api.dependencies import GivenServices, Services, TrustCompany
from api.files.decisions import import_decisions
from api.files.profiles import profile_of
from api.files.registrations import import_registrations
from api.files.returned_sheets import MarkedSheet
from api.files.transfer_texts import Sent, application_texts, registration_texts
from api.responses import CONFLICT, SIGNED_IN, problems
from api.schemas.base import SymbolText
from api.schemas.transfers import row_of
from api.store.files import FileKind
from api.strict_input import FileRoute, StrictRoute
from api.submission import REPLAYED_HEADER
from exchange.product_view import TransferView
from exchange.store.queries import calendars_of_venue
from exchange.store.review_queries import UNDECIDED, desk_among
from exchange.types import PartyId
from registry.store.queries import TransferRow, open_transfers_after
from registry.store.sources import sources_among
from registry.trust_company.returned_rows import rows_to_send
from registry.trust_company.sheets import ROWS_MAX, SheetFormat
from registry.trust_company.words import Language
from registry.types import ProductId

MEDIA_TYPES: Final = {
    SheetFormat.CSV: "text/csv",
    SheetFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FILE_CONTENT: Final = {
    media_type: {"schema": {"type": "string", "format": "binary"}}
    for media_type in MEDIA_TYPES.values()
}
SHEET: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The file.", "content": FILE_CONTENT}
}
TAKEN_HEADER: Final = "Rows-Taken"
REFUSED_HEADER: Final = "Rows-Refused"
MARKED_SHEET: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The same sheet, with what became of each row.",
        "content": FILE_CONTENT,
        "headers": {
            name: {"description": what, "schema": {"type": "integer"}}
            for name, what in (
                (TAKEN_HEADER, "Rows whose decision was taken."),
                (REFUSED_HEADER, "Rows whose decision was not taken: the sheet says why."),
            )
        },
    }
}
FILE_BODY: Final = {
    "requestBody": {
        "required": True,
        "content": FILE_CONTENT
        | {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}

FormatName = Annotated[
    Literal["csv", "xlsx"], Query(alias="format", description="CSV is in UTF-8 with its mark.")
]
LanguageName = Annotated[Literal["zh", "en"], Query(description="Of the headings.")]

AllOrNothing = Annotated[
    Literal["true", "false"],
    Query(description="Submit nothing unless every row would be taken; else each row by itself."),
]

router = APIRouter(route_class=StrictRoute, tags=["files"])
import_router = APIRouter(route_class=FileRoute, tags=["files"])


@router.get(
    "/v1/exports/applications",
    operation_id="export_applications",
    response_class=Response,
    responses={**SHEET, **problems(*SIGNED_IN, 404, 422)},
)
async def export_applications(
    services: GivenServices,
    officer: TrustCompany,
    form: FormatName = "xlsx",
    language: LanguageName = "zh",
    symbol: SymbolText | None = None,
) -> Response:
    """The transfers that wait for the trust company's decision, oldest first, as a file to fill in.

    At most 10,000: the others are in the next one, when these are decided.
    """
    product_id = None if symbol is None else services.product(symbol).product_id
    rows = await run_in_threadpool(_applications, services, officer, product_id, Language(language))
    content = await services.sheets.write(rows, SheetFormat(form))
    return sheet_response(content, SheetFormat(form), name="applications", reader=officer)


@router.get(
    "/v1/exports/registration",
    operation_id="export_registration",
    response_class=Response,
    responses={**SHEET, **problems(*SIGNED_IN, 404, 422)},
)
async def export_registration(
    services: GivenServices,
    officer: TrustCompany,
    form: FormatName = "xlsx",
    language: LanguageName = "zh",
    symbol: SymbolText | None = None,
) -> Response:
    """The settled transfers that wait for their change registration, the most urgent first, as a
    file to fill in. For the trust company.

    Working days are counted by the product's calendar; 0: today is the last. At most 10,000.
    """
    product_id = None if symbol is None else services.product(symbol).product_id
    # Here and not in the thread, which would walk the view while the loop changes it; its transfers
    # themselves are never changed.
    waiting = tuple(services.exchange.view.unregistered.values())
    rows = await run_in_threadpool(
        _registrations, services, officer, waiting, product_id, Language(language)
    )
    content = await services.sheets.write(rows, SheetFormat(form))
    return sheet_response(content, SheetFormat(form), name="registration", reader=officer)


@import_router.post(
    "/v1/imports/decisions",
    operation_id="import_decisions",
    response_class=Response,
    responses={**MARKED_SHEET, **problems(*CONFLICT)},
    openapi_extra=FILE_BODY,
)
async def import_decisions_file(
    request: Request,
    services: GivenServices,
    officer: TrustCompany,
    all_or_nothing: AllOrNothing = "false",
) -> Response:
    """Take the decisions of a file that was exported and filled in, each by itself or all or none;
    the same sheet comes back with what became of each row. For the trust company.

    The file is its own key: the same bytes, sent again, are done once and answered as before. What
    did nothing is looked at anew.
    """
    content = await request.body()
    marked, replayed = await import_decisions(
        services, officer, content, all_or_nothing=all_or_nothing == "true"
    )
    return _marked_response(marked, name="decisions", reader=officer, replayed=replayed)


@import_router.post(
    "/v1/imports/registration",
    operation_id="import_registration",
    response_class=Response,
    responses={**MARKED_SHEET, **problems(*CONFLICT)},
    openapi_extra=FILE_BODY,
)
async def import_registration_file(
    request: Request, services: GivenServices, officer: TrustCompany
) -> Response:
    """Acknowledge the change registrations that a file marks as done, each by itself; the same
    sheet comes back with what became of each row. For the trust company.

    The file is its own key, as with decisions.
    """
    content = await request.body()
    marked, replayed = await import_registrations(services, officer, content)
    return _marked_response(marked, name="registration", reader=officer, replayed=replayed)


def sheet_response(
    content: bytes,
    form: SheetFormat,
    *,
    name: str,
    reader: Principal,
    charset: str = "utf-8",
) -> Response:
    """A file as an answer; the charset is that of CSV."""
    file_name = f"{name}-{reader.party_id}.{form.value}"
    suffix = f"; charset={charset}" if form is SheetFormat.CSV else ""
    return Response(
        content,
        media_type=MEDIA_TYPES[form] + suffix,
        headers={"Content-Disposition": f'attachment; filename="{file_name}"'},
    )


def _marked_response(
    marked: MarkedSheet, *, name: str, reader: Principal, replayed: bool
) -> Response:
    response = sheet_response(
        marked.content,
        SheetFormat(marked.form),
        name=name,
        reader=reader,
        charset=marked.charset,
    )
    response.headers[TAKEN_HEADER] = str(marked.taken)
    response.headers[REFUSED_HEADER] = str(marked.refused)
    if replayed:
        response.headers[REPLAYED_HEADER] = "true"
    return response


def _applications(
    services: Services, officer: Principal, product_id: ProductId | None, language: Language
) -> list[list[str]]:
    profile = profile_of(services, officer.party_id, FileKind.DECISIONS)
    with services.reader.connect() as connection:
        transfers = open_transfers_after(
            connection,
            trust_company_ids=[officer.party_id],
            states=UNDECIDED,
            after=0,
            product_id=product_id,
            limit=ROWS_MAX - 1,
        )
        sent = _sent(services, connection, transfers, language)
        desk = desk_among(connection, [transfer.transfer_id for transfer in transfers])
    texts = (application_texts(each, desk[each.transfer.transfer_id]) for each in sent)
    return rows_to_send(texts, profile, language)


def _registrations(
    services: Services,
    officer: Principal,
    waiting: Iterable[TransferView],
    product_id: ProductId | None,
    language: Language,
) -> list[list[str]]:
    own = [
        transfer
        for transfer in waiting
        if transfer.trust_company_id == officer.party_id
        and product_id in (None, transfer.product_id)
    ]
    own.sort(key=lambda each: (each.registration_due_ns, each.transfer_id))
    transfers = [row_of(transfer) for transfer in own[: ROWS_MAX - 1]]
    profile = profile_of(services, officer.party_id, FileKind.REGISTRATIONS)
    now_ns = services.clock.now_ns()
    with services.reader.connect() as connection:
        calendars = calendars_of_venue(connection)
        sent = _sent(services, connection, transfers, language)
    texts = (
        registration_texts(each, calendars[each.terms.transfer_terms.calendar_id], now_ns=now_ns)
        for each in sent
    )
    return rows_to_send(texts, profile, language)


def _sent(
    services: Services, connection: Connection, transfers: list[TransferRow], language: Language
) -> list[Sent]:
    sources = sources_among(connection, [transfer.transfer_id for transfer in transfers])
    parties = {PartyId(each.seller_id) for each in transfers}
    parties |= {PartyId(each.buyer_id) for each in transfers}
    names = services.edge.names_of(sorted(parties))
    products = services.exchange.view.products
    return [
        Sent(each, products[each.product_id].terms, sources[each.transfer_id], names, language)
        for each in transfers
    ]
