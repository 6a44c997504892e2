"""What is known of products that their price depends on, and a price in all ways."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.dependencies import (
    GivenServices,
    IdempotencyKey,
    Operator,
    Paged,
    Registrar,
    Services,
    SymbolInPath,
    cut_page,
)
from api.errors import refused
from api.four_eyes import act_responses, submit_act
from api.responses import CONFLICT, problems
from api.schemas.base import Page, decode_cursor
from api.schemas.decimals import PRICE_SCALE, format_day, parse_decimal
from api.schemas.evidence import DayText
from api.schemas.prices import (
    PERCENT_PATTERN,
    Conversion,
    Disclosure,
    PublishDisclosureBody,
    QuoteBasisName,
    SetQuoteBasisBody,
    disclosure_of,
    quotes_shown,
)
from api.strict_input import StrictRoute
from api.submission import day_in, mark_replayed, price_in
from exchange.evidence_types import EvidenceLinkId
from exchange.limits import PRICE_MAX
from exchange.price_commands import PublishDisclosure, SetQuoteBasis
from exchange.price_events import FactsPublished
from exchange.price_types import Benchmark, Disclaimer, IncomeDays, Nav, QuoteBasis
from exchange.price_types import Disclosure as DisclosureRecord
from exchange.quotes import quotes_of, unit_on
from exchange.refusals import Refusal
from exchange.sequencer import Outcome
from exchange.store.evidence_queries import links_among
from exchange.store.price_queries import disclosures_before
from registry.calendar import day_in_shanghai, start_in_shanghai
from registry.types import DayNumber, TimeNs

OF_RATES = (QuoteBasis.NAV_DISCOUNT, QuoteBasis.YIELD)
router = APIRouter(route_class=StrictRoute, tags=["prices"])


@router.post(
    "/v1/products/{symbol}/disclosures",
    operation_id="publish_disclosure",
    status_code=201,
    response_model=Disclosure,
    responses=act_responses(*CONFLICT, 404),
)
async def publish_disclosure(
    response: Response,
    services: GivenServices,
    registrar: Registrar,
    idempotency_key: IdempotencyKey,
    symbol: SymbolInPath,
    body: PublishDisclosureBody,
) -> Disclosure | Response:
    """Say what has changed about a product. For its trust company and the operator.

    No text may make a promise: some words are refused.
    """
    command = PublishDisclosure(
        actor=registrar.party_id,
        key=idempotency_key,
        product_id=services.product(symbol).product_id,
        nav=_nav_in(body),
        last_distribution_on=day_in(body.last_distribution_on, pointer="/last_distribution_on"),
        next_income=_next_income_in(body),
        benchmark=_benchmark_in(body),
        risk_level=body.risk_level,
        documents=tuple(EvidenceLinkId(int(link_id)) for link_id in body.documents),
        text_zh=body.text_zh or "",
        text_en=body.text_en or "",
        distressed=body.distressed,
    )
    outcome = await submit_act(services, registrar, command)
    if isinstance(outcome, Response):
        return outcome
    mark_replayed(response, outcome)
    return await run_in_threadpool(_shown, services, _disclosed(outcome), symbol)


@router.get(
    "/v1/products/{symbol}/disclosures",
    operation_id="list_disclosures",
    responses=problems(404, 422),
)
def list_disclosures(
    request: Request,
    response: Response,
    services: GivenServices,
    paged: Paged,
    symbol: SymbolInPath,
    as_of: Annotated[
        DayText | None, Query(description="What was known at the end of this day is then first.")
    ] = None,
) -> Page[Disclosure]:
    """What was disclosed of a product, newest first. Open to everybody."""
    product, day = services.product(symbol), day_in(as_of, pointer="/as_of")
    with services.reader.connect() as connection:
        found = disclosures_before(
            connection,
            product.product_id,
            before=None if paged.cursor is None else decode_cursor(paged.cursor, start=0),
            before_ns=None if day is None else start_in_shanghai(DayNumber(day + 1)),
            limit=paged.limit + 1,
        )
        links = links_among(connection, _documents_of(*found))
    shown, cursor = cut_page(request, response, paged, found, lambda each: (each.sequence,))
    return Page(items=[disclosure_of(each, symbol, links) for each in shown], next_cursor=cursor)


@router.post(
    "/v1/products/{symbol}/quote-basis",
    operation_id="set_quote_basis",
    response_model=Disclosure,
    responses=act_responses(*CONFLICT, 404),
)
async def set_quote_basis(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    symbol: SymbolInPath,
    body: SetQuoteBasisBody,
) -> Disclosure | Response:
    """Say how a product's price is quoted, while no order rests. For the operator."""
    command = SetQuoteBasis(
        actor=operator.party_id,
        key=idempotency_key,
        product_id=services.product(symbol).product_id,
        quote_basis=QuoteBasis[body.quote_basis],
    )
    outcome = await submit_act(services, operator, command)
    if isinstance(outcome, Response):
        return outcome
    mark_replayed(response, outcome)
    return await run_in_threadpool(_shown, services, _disclosed(outcome), symbol)


@router.get(
    "/v1/products/{symbol}/price", operation_id="convert_price", responses=problems(404, 422)
)
def convert_price(
    services: GivenServices,
    symbol: SymbolInPath,
    basis: Annotated[QuoteBasisName, Query()],
    value: Annotated[
        str,
        Query(
            pattern=PERCENT_PATTERN,
            max_length=12,
            description="Yuan a unit; of NAV_DISCOUNT and YIELD percent.",
            examples=["0.9850"],
        ),
    ],
) -> Conversion:
    """A price that is stated in one way in all of them, as of today. Open to everybody.

    All of it is an estimate from what was disclosed, and no promise.
    """
    product, stated = services.product(symbol), QuoteBasis[basis]
    number = parse_decimal(value.removeprefix("-"), PRICE_SCALE)
    assert number is not None, value
    if value.startswith("-"):
        number = -number
    if stated not in OF_RATES and not 0 < number <= PRICE_MAX:
        raise refused(Refusal.PRICE_OUT_OF_RANGE)
    today = day_in_shanghai(TimeNs(services.clock.now_ns()))
    quotes = quotes_of(unit_on(product.terms, product.facts, today), stated, number)
    if quotes is None:
        raise refused(Refusal.QUOTE_BASIS_CONFLICT)
    return Conversion(
        symbol=symbol,
        pricing_date=format_day(today),
        basis=basis,
        value=value,
        quotes=quotes_shown(quotes),
    )


def _shown(services: Services, record: DisclosureRecord, symbol: str) -> Disclosure:
    """A disclosure with its documents, which are as old as itself at least."""
    with services.reader.connect() as connection:
        return disclosure_of(record, symbol, links_among(connection, _documents_of(record)))


def _documents_of(*records: DisclosureRecord) -> list[EvidenceLinkId]:
    return sorted({link_id for record in records for link_id in record.documents})


def _nav_in(body: PublishDisclosureBody) -> Nav | None:
    if body.nav is None:
        return None
    value = price_in(body.nav.value, pointer="/nav/value")
    return Nav(value, _day(body.nav.on, pointer="/nav/on"))


def _next_income_in(body: PublishDisclosureBody) -> IncomeDays | None:
    if body.next_income is None:
        return None
    return IncomeDays(
        _day(body.next_income.record_on, pointer="/next_income/record_on"),
        _day(body.next_income.payment_on, pointer="/next_income/payment_on"),
    )


def _benchmark_in(body: PublishDisclosureBody) -> Benchmark | None:
    if body.benchmark is None:
        return None
    return Benchmark(body.benchmark.rate_bps, Disclaimer[body.benchmark.disclaimer])


def _day(text: str, *, pointer: str) -> DayNumber:
    day = day_in(text, pointer=pointer)
    assert day is not None, pointer
    return day


def _disclosed(outcome: Outcome) -> DisclosureRecord:
    """The disclosure that a command has made, as it was then, asked again or not."""
    event, *_ = outcome.events  # orders that may stand no longer come after it
    assert isinstance(event, FactsPublished), event
    assert outcome.sequence is not None, event
    return DisclosureRecord(
        sequence=outcome.sequence,
        product_id=event.product_id,
        at_ns=TimeNs(outcome.at_ns),
        published_by=event.published_by,
        facts=event.facts,
        documents=event.documents,
        text_zh=event.text_zh,
        text_en=event.text_en,
    )
