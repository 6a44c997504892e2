"""How trust companies answer: their service levels."""

from collections.abc import Iterator
from typing import Annotated, Final

from fastapi import APIRouter, Query

from api.dependencies import GivenServices, IdInPath, Registrar, trust_company_in
from api.responses import SIGNED_IN, problems
from api.schemas.base import PlainInteger
from api.schemas.decimals import format_day
from api.schemas.trust_companies import ServiceLevel, month_of
from api.strict_input import StrictRoute
from exchange.store.queries import calendars_of_venue
from registry.calendar import day_in_shanghai, day_of_date, start_in_shanghai
from registry.store.queries import transfers_ended
from registry.turnaround import turnaround
from registry.types import TimeNs

MONTHS_MAX: Final = 36
MONTHS_DEFAULT: Final = 12
MONTHS_A_YEAR: Final = 12

router = APIRouter(route_class=StrictRoute, tags=["trust companies"])


@router.get(
    "/v1/trust-companies/{trust_company_id}/sla",
    operation_id="get_service_level",
    responses=problems(*SIGNED_IN, 404, 422),
)
def get_service_level(
    services: GivenServices,
    registrar: Registrar,
    trust_company_id: IdInPath,
    months: Annotated[
        PlainInteger, Query(ge=1, le=MONTHS_MAX, description="The last so many, this one included.")
    ] = MONTHS_DEFAULT,
) -> ServiceLevel:
    """How fast a trust company answers, and what it leaves unanswered, month by month. For itself
    and the operator."""
    party_id = trust_company_in(services, registrar, trust_company_id)
    with services.reader.connect() as connection:
        known = calendars_of_venue(connection)
        calendars = {
            product_id: known[product.terms.transfer_terms.calendar_id]
            # A copy: this is a thread, and the loop may add a product meanwhile.
            for product_id, product in services.exchange.view.products.copy().items()
        }
        items = [
            month_of(
                month,
                turnaround(
                    transfers_ended(
                        connection, trust_company_id=party_id, from_ns=from_ns, until_ns=until_ns
                    ),
                    calendars,
                ),
            )
            for month, from_ns, until_ns in _months(services.clock.now_ns(), count=months)
        ]
    return ServiceLevel(trust_company_id=trust_company_id, items=items)


def _months(now_ns: int, *, count: int) -> Iterator[tuple[str, int, int]]:
    """The last so many months in Asia/Shanghai, this one first: name, first moment, first moment
    after."""
    year, month, _ = map(int, format_day(day_in_shanghai(TimeNs(now_ns))).split("-"))
    this = year * MONTHS_A_YEAR + month - 1
    for months in range(this, this - count, -1):
        yield _name(months), _begins_ns(months), _begins_ns(months + 1)


def _name(months: int) -> str:
    """Of the month, counted from the first one of the year 0."""
    year, month = divmod(months, MONTHS_A_YEAR)
    return f"{year}-{month + 1:02d}"


def _begins_ns(months: int) -> int:
    return start_in_shanghai(day_of_date(f"{_name(months)}-01"))
