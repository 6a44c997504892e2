"""What a settled transfer costs each side: in force, past and to come."""

from fastapi import APIRouter, Request, Response

from api.dependencies import GivenServices, IdempotencyKey, Operator, Paged, Services, cut_page
from api.four_eyes import act_responses, submit_act
from api.responses import CONFLICT, problems
from api.schemas.base import Page, decode_cursor
from api.schemas.fee_schedules import (
    FeeSchedule,
    SetFeeScheduleBody,
    opening_shown,
    schedule_in,
    schedule_shown,
)
from api.strict_input import StrictRoute
from api.submission import day_in, mark_replayed
from exchange.fee_commands import SetFeeSchedule
from exchange.fee_events import FeeScheduleSet
from exchange.fee_state import DatedFees
from registry.calendar import day_in_shanghai

OPENING = 0
"""In a cursor: before all that were set."""
router = APIRouter(route_class=StrictRoute, tags=["fee schedules"])


@router.post(
    "/v1/fee-schedules",
    operation_id="set_fee_schedule",
    status_code=201,
    response_model=FeeSchedule,
    responses=act_responses(*CONFLICT, 404),
)
async def set_fee_schedule(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    body: SetFeeScheduleBody,
) -> FeeSchedule | Response:
    """Say what matches of one product, or of all that have no schedule of their own, cost from a
    day on that is still to come. For the operator.

    An order that came before pays, line by line, the lower of both.
    """
    symbol, effective_on = body.symbol, day_in(body.effective_on, pointer="/effective_on")
    assert effective_on is not None, body
    command = SetFeeSchedule(
        actor=operator.party_id,
        key=idempotency_key,
        product_id=None
        if symbol is None
        else services.product(symbol, pointer="/symbol").product_id,
        effective_on=effective_on,
        schedule=schedule_in(body.lines),
    )
    outcome = await submit_act(services, operator, command)
    if isinstance(outcome, Response):
        return outcome
    event, *_ = outcome.events
    assert isinstance(event, FeeScheduleSet), event
    mark_replayed(response, outcome)
    return _shown(services, event.fees)


@router.get("/v1/fee-schedules", operation_id="list_fee_schedules", responses=problems(422))
def list_fee_schedules(
    request: Request, response: Response, services: GivenServices, paged: Paged
) -> Page[FeeSchedule]:
    """Every fee schedule that there ever was or is to come, newest first; the last one is that with
    which the venue was opened. Open to everybody."""
    view = services.exchange.view
    before = None if paged.cursor is None else decode_cursor(paged.cursor, start=OPENING)
    wanted: list[DatedFees | None] = [
        each for each in reversed(view.fees.dated) if before is None or each.schedule_id < before
    ]
    wanted.append(None)
    shown, cursor = cut_page(request, response, paged, wanted[: paged.limit + 1], _place)
    return Page(items=[_shown(services, each) for each in shown], next_cursor=cursor)


def _place(dated: DatedFees | None) -> tuple[int]:
    return (OPENING if dated is None else dated.schedule_id,)


def _shown(services: Services, dated: DatedFees | None) -> FeeSchedule:
    view, today = services.exchange.view, day_in_shanghai(services.clock.now_ns())
    if dated is None:
        return opening_shown(
            view.fees.opening, in_force=view.fees.in_force(None, today) is view.fees.opening
        )
    product_id = dated.product_id
    return schedule_shown(
        dated,
        None if product_id is None else view.products[product_id].terms.symbol,
        in_force=view.fees.in_force(product_id, today) is dated.schedule,
    )
