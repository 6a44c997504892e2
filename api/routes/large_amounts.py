"""The report of large amounts as a file. CONFIDENTIAL."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from api.dependencies import GivenServices, Operator, Services
from api.errors import invalid_parameter
from api.files.large_amounts import PROFILE, large_amount_texts, transfers_in
from api.responses import SIGNED_IN, problems
from api.routes.files import SHEET, FormatName, LanguageName, sheet_response
from api.schemas.decimals import parse_day
from api.store.alerts import AlertRecord, alerts_between
from api.strict_input import StrictRoute
from exchange.store.queries import kinds_of
from exchange.supervision.alerts import AlertKind
from exchange.types import PartyId
from registry.calendar import start_in_shanghai
from registry.store.queries import Reader, TransferRow, transfers_among
from registry.trust_company.returned_rows import rows_to_send
from registry.trust_company.sheets import ROWS_MAX, SheetFormat
from registry.trust_company.words import Language
from registry.types import DayNumber, TransferId

DAYS_MAX: Final = 366

router = APIRouter(route_class=StrictRoute, tags=["compliance"])

DayText = Annotated[str, Query(pattern=r"^20[0-9]{2}-[01][0-9]-[0-3][0-9]$", max_length=10)]


@router.get(
    "/v1/exports/large-amounts",
    operation_id="export_large_amounts",
    response_class=Response,
    responses={**SHEET, **problems(*SIGNED_IN, 422)},
)
async def export_large_amounts(
    services: GivenServices,
    operator: Operator,
    *,
    first_day: DayText,
    last_day: DayText,
    form: FormatName = "xlsx",
    language: LanguageName = "zh",
) -> Response:
    """The large amounts that were settled from one day to another, both included, deal by deal and
    party by party, whatever has become of their alerts. For the operator.

    Days are those of Beijing. Of more than 10,000 rows the request is refused: ask for fewer days.
    """
    first, last = _day_in(first_day, parameter="first_day"), _day_in(last_day, parameter="last_day")
    if not 0 <= last - first < DAYS_MAX:
        raise invalid_parameter(
            "out_of_range",
            detail="Not before the first day, nor a year later.",
            parameter="last_day",
        )
    rows = await run_in_threadpool(_rows, services, Language(language), first=first, last=last)
    content = await services.sheets.write(rows, SheetFormat(form))
    return sheet_response(content, SheetFormat(form), name="large-amounts", reader=operator)


def _rows(
    services: Services, language: Language, *, first: DayNumber, last: DayNumber
) -> list[list[str]]:
    with services.edge.transaction() as connection:
        records = alerts_between(
            connection,
            AlertKind.LARGE_AMOUNT,
            from_ns=start_in_shanghai(first),
            until_ns=start_in_shanghai(DayNumber(last + 1)),
            limit=ROWS_MAX,
        )
    if sum(len(record.alert.transfer_ids) for record in records) >= ROWS_MAX:
        raise invalid_parameter("too_many_rows", detail="Ask for fewer days.", parameter="last_day")
    return rows_to_send(_texts(services, records, language), PROFILE, language)


def _texts(
    services: Services, records: list[AlertRecord], language: Language
) -> list[dict[str, str]]:
    transfers = _transfers(services, records)
    parties = {record.alert.party_ids[0] for record in records}
    for transfer in transfers.values():
        parties |= {PartyId(transfer.seller_id), PartyId(transfer.buyer_id)}
    names = services.edge.names_of(sorted(parties))
    with services.reader.connect() as connection:
        kinds = kinds_of(connection, parties)
    products = services.exchange.view.products
    return [
        large_amount_texts(
            record,
            transfers[number],
            terms=products[transfers[number].product_id].terms,
            kinds=kinds,
            names=names,
            language=language,
        )
        for record in records
        for number in record.alert.transfer_ids
    ]


def _transfers(services: Services, records: list[AlertRecord]) -> dict[TransferId, TransferRow]:
    with services.reader.connect() as connection:
        return transfers_among(
            connection, reader=Reader.OPERATOR, party_id=0, transfer_ids=transfers_in(records)
        )


def _day_in(text: str, *, parameter: str) -> DayNumber:
    day = parse_day(text)
    if day is None:
        raise invalid_parameter("malformed", detail="There is no such date.", parameter=parameter)
    return DayNumber(day)
