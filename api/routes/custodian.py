"""The custodian bank: its statements; and where it is simulated, payments that come in."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Response
from sqlalchemy import Connection

from api.dependencies import GivenServices, IdempotencyKey, Operator
from api.errors import ApiProblem, Trouble, invalid_parameter
from api.responses import CONFLICT, SIGNED_IN, problems
from api.schemas.cash import CURRENCY
from api.schemas.decimals import format_money
from api.schemas.money import SimulatedPayment, SimulatedPaymentBody
from api.strict_input import StrictRoute
from api.submission import REPLAYED_HEADER, money_in, once
from exchange.custodian.port import CustodianUnavailable, NoStatement
from exchange.custodian.simulated import SimulatedCustodian
from exchange.custodian.statement import OtherAccount, StatementFault, day_of_text
from exchange.limits import DEPOSIT_MAX

CAMT053: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "camt.053.",
        "content": {"application/xml": {"schema": {"type": "string", "format": "binary"}}},
    }
}

router = APIRouter(route_class=StrictRoute, tags=["money"])


@router.get(
    "/v1/custodian/statements/{day}",
    operation_id="get_custodian_statement",
    response_class=Response,
    responses={**CAMT053, **problems(*SIGNED_IN, 404, 422)},
)
def get_custodian_statement(
    services: GivenServices,
    _operator: Operator,
    day: Annotated[str, Path(max_length=10, examples=["2026-11-22"])],
) -> Response:
    """The custodian's statement of a day that is over, to be looked at and imported. For the
    operator."""
    try:
        wanted = day_of_text(day, where="day")
    except StatementFault as fault:
        raise invalid_parameter("malformed", detail="There is no such day.", parameter="day") from (
            fault
        )
    try:
        content = services.custodian.statement(wanted)
    except NoStatement as fault:
        raise ApiProblem(Trouble.NO_STATEMENT, f"{fault}.") from fault
    except CustodianUnavailable as fault:
        raise ApiProblem(Trouble.CUSTODIAN_UNAVAILABLE, f"{fault}.") from fault
    return Response(content, media_type="application/xml")


@router.post(
    "/v1/custodian/payments",
    operation_id="simulate_payment",
    status_code=201,
    responses=problems(*CONFLICT),
)
def simulate_payment(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    body: SimulatedPaymentBody,
) -> SimulatedPayment:
    """Let a payment from somebody's account come in, where the custodian is simulated. For the
    operator. The statement of the day will show it."""
    custodian = services.custodian
    if not isinstance(custodian, SimulatedCustodian):
        raise ApiProblem(Trouble.CUSTODIAN_NOT_SIMULATED, "Payments come from a real bank.")
    amount = money_in(body.amount, pointer="/amount", amount_max=DEPOSIT_MAX)
    payer = OtherAccount(bank=body.bank, number=body.account_number, holder_name=body.holder_name)

    def act(connection: Connection) -> bytes:
        custodian.receive(connection, amount=amount, payer=payer, text=body.text)
        shown = SimulatedPayment(currency=CURRENCY, amount=format_money(amount))
        return shown.model_dump_json().encode()

    request = ["simulate-payment", body.model_dump_json()]
    answered = once(services, operator, idempotency_key, request, act)
    if answered.replayed:
        response.headers[REPLAYED_HEADER] = "true"
    return SimulatedPayment.model_validate_json(answered.answer)
