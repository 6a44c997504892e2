"""Files for offices that work with spreadsheets."""

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from api.auth.principal import Principal
from api.dependencies import GivenServices, Services, TrustCompany
from api.exports import application_texts
from api.responses import SIGNED_IN, problems
from api.schemas.base import SymbolText
from api.schemas.transfers import row_of
from api.strict_input import StrictRoute
from exchange.types import PartyId
from registry.store.queries import TransferRow
from registry.store.sources import sources_among
from registry.transfer import TransferState
from registry.trust_company.decisions import PROFILE, application_rows
from registry.trust_company.sheets import ROWS_MAX, SheetFormat, write_sheet
from registry.trust_company.words import Language

MEDIA_TYPES: Final = {
    SheetFormat.CSV: "text/csv; charset=utf-8",
    SheetFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SHEET: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The file.",
        "content": {
            media_type.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
            for media_type in MEDIA_TYPES.values()
        },
    }
}
UNDECIDED: Final = frozenset({TransferState.SUBMITTED, TransferState.UNDER_REVIEW})
"""In which the trust company decides."""

FormatName = Annotated[
    Literal["csv", "xlsx"], Query(alias="format", description="CSV is in UTF-8 with its mark.")
]
LanguageName = Annotated[Literal["zh", "en"], Query(description="Of the headings.")]

router = APIRouter(route_class=StrictRoute, tags=["files"])


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
    transfers = [
        row_of(transfer)
        for transfer in services.exchange.view.transfers_of(officer.party_id)
        if transfer.state in UNDECIDED and product_id in (None, transfer.product_id)
    ]
    content = await run_in_threadpool(
        _applications, services, transfers[: ROWS_MAX - 1], SheetFormat(form), Language(language)
    )
    return sheet_response(content, SheetFormat(form), name="applications", reader=officer)


def sheet_response(content: bytes, form: SheetFormat, *, name: str, reader: Principal) -> Response:
    """A file as an answer."""
    file_name = f"{name}-{reader.party_id}.{form.value}"
    return Response(
        content,
        media_type=MEDIA_TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="{file_name}"'},
    )


def _applications(
    services: Services, transfers: list[TransferRow], form: SheetFormat, language: Language
) -> bytes:
    with services.reader.connect() as connection:
        sources = sources_among(connection, [transfer.transfer_id for transfer in transfers])
    parties = {PartyId(each.seller_id) for each in transfers}
    parties |= {PartyId(each.buyer_id) for each in transfers}
    texts = application_texts(
        transfers,
        products={key: each.terms for key, each in services.exchange.view.products.items()},
        names=services.edge.names_of(sorted(parties)),
        sources=sources,
        language=language,
    )
    return write_sheet(application_rows(texts.values(), PROFILE, language), form)
