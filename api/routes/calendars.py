"""Which days are worked, traded, or open at the bank; the operator amends them."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from starlette.concurrency import run_in_threadpool

from api.dependencies import GivenServices, IdempotencyKey, Operator, Services, SignedIn
from api.errors import refused
from api.four_eyes import act_responses, submit_act
from api.responses import CONFLICT, SIGNED_IN, problems
from api.schemas.calendars import (
    AmendCalendarBody,
    Calendar,
    Calendars,
    calendar_of,
    summary_of,
)
from api.strict_input import StrictRoute
from api.submission import day_in, mark_replayed
from exchange.calendar_commands import AmendCalendar
from exchange.calendar_desk import ends_soon
from exchange.refusals import Refusal
from exchange.store.queries import calendars_of_venue
from registry.calendar import CALENDAR_ID_LETTERS_MAX, DayChange
from registry.calendar import Calendar as Row
from registry.types import DayNumber, TimeNs

CalendarId = Annotated[str, Path(max_length=CALENDAR_ID_LETTERS_MAX)]
router = APIRouter(route_class=StrictRoute, tags=["calendars"])


@router.get("/v1/calendars", operation_id="list_calendars", responses=problems(*SIGNED_IN, 422))
def list_calendars(services: GivenServices, _principal: SignedIn) -> Calendars:
    """The calendars that products, and the bank, go by. For all who are signed in."""
    with services.reader.connect() as connection:
        rows = calendars_of_venue(connection).values()
    now_ns = services.clock.now_ns()
    return Calendars(
        items=[summary_of(row, ends_soon=ends_soon(row, TimeNs(now_ns))) for row in rows]
    )


@router.get(
    "/v1/calendars/{calendar_id}",
    operation_id="get_calendar",
    responses=problems(*SIGNED_IN, 404, 422),
)
def get_calendar(
    services: GivenServices, _principal: SignedIn, calendar_id: CalendarId
) -> Calendar:
    """One calendar with every day that its weekday says otherwise of. For all who are signed in."""
    return _shown(services, calendar_id)


@router.post(
    "/v1/calendars/{calendar_id}",
    operation_id="amend_calendar",
    response_model=Calendar,
    responses=act_responses(*CONFLICT, 404),
)
async def amend_calendar(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    calendar_id: CalendarId,
    body: AmendCalendarBody,
) -> Calendar | Response:
    """Say of days to come whether they are worked, or how far that is known. Deadlines that run are
    set anew in the same moment. For the operator; at a venue with four eyes, by two."""
    covered_until = day_in(body.covered_until, pointer="/covered_until")
    command = AmendCalendar(
        actor=operator.party_id,
        key=idempotency_key,
        calendar_id=calendar_id,
        days=tuple(
            DayChange(_day_in(change.day, index), change.worked)
            for index, change in enumerate(body.days)
        ),
        covered_until=covered_until,
    )
    outcome = await submit_act(services, operator, command)
    if isinstance(outcome, Response):
        return outcome
    mark_replayed(response, outcome)
    return await run_in_threadpool(_shown, services, calendar_id)


def _day_in(text: str, index: int) -> DayNumber:
    day = day_in(text, pointer=f"/days/{index}/day")
    assert day is not None, text
    return day


def _shown(services: Services, calendar_id: str) -> Calendar:
    with services.reader.connect() as connection:
        row: Row | None = calendars_of_venue(connection).get(calendar_id)
    if row is None:
        raise refused(Refusal.UNKNOWN_CALENDAR)
    return calendar_of(row, ends_soon=ends_soon(row, TimeNs(services.clock.now_ns())))
