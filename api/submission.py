"""From the text of a request to a command's numbers, and from an outcome to an answer's headers."""

import hashlib
from collections.abc import Callable
from typing import Final

import msgspec
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.auth.principal import Principal
from api.dependencies import Services
from api.errors import ApiProblem, invalid_field, refused, refused_by_rules
from api.findings import findings_shown
from api.schemas.decimals import MONEY_SCALE, PRICE_SCALE, parse_day, parse_decimal, parse_moment
from api.schemas.orders import OrderTerms
from api.store.edge import Answered
from exchange.commands import AnyCommand, PlaceConstrainedOrder, PlaceOrder, PlaceOrderFromLots
from exchange.events import TransferAdvanced, TransferFailed, TransferSettled
from exchange.limits import PRICE_MAX, QUANTITY_MAX
from exchange.product_view import ProductView
from exchange.refusals import Refusal
from exchange.rules_events import OrderJudged, ProductJudged
from exchange.sequencer import Outcome
from exchange.types import Fen, PartyId
from matching import Price, Quantity, Side, TimeInForce
from registry.types import DayNumber, LotId, TimeNs

REPLAYED_HEADER: Final = "Idempotency-Replayed"
ONE_FEN: Final = Fen(1)


async def submit(services: Services, command: AnyCommand) -> Outcome:
    """The outcome of a command that was accepted; a refusal ends the request.

    Raises:
        Busy: nothing was journaled.
        OutcomeUnknown: the venue stopped.
    """
    outcome = await services.exchange.submit(command)
    refusal = outcome.refusal
    if refusal is not None:
        raise await refused_for(services, refusal, outcome)
    return outcome


async def refused_for(services: Services, refusal: Refusal, outcome: Outcome) -> ApiProblem:
    """The problem that reports why a command was refused, with what each rule said if rules are
    why: as it was when the command was first given."""
    headers = replay_headers(outcome)
    said = (OrderJudged, ProductJudged)
    judged = next((each for each in outcome.events if isinstance(each, said)), None)
    if judged is None:
        return refused(refusal, headers=headers)
    scale = services.exchange.view.products[judged.product_id].terms.quantity_scale
    findings = await run_in_threadpool(
        findings_shown, services.reader, judged.findings, scale=scale
    )
    members = [finding.model_dump(mode="json") for finding in findings]
    return refused_by_rules(refusal, members, headers=headers)


def once(
    services: Services,
    principal: Principal,
    idempotency_key: str,
    request: list[str],
    act: Callable[[Connection], bytes],
) -> Answered:
    """Do once for its key what the edge does by itself; ends the request if the key was used.

    Args:
        request: what was asked for: the same for the same key, or it is another request.
        act: does it and gives the answer, in one transaction, which it shall not hold up.
    """
    answered = services.edge.once(
        principal.party_id,
        idempotency_key,
        body_digest=hashlib.sha256(msgspec.json.encode(request)).digest(),
        at_ns=services.clock.now_ns(),
        act=act,
    )
    if answered is None:
        raise refused(Refusal.IDEMPOTENCY_KEY_REUSED)
    return answered


def replay_headers(outcome: Outcome) -> dict[str, str]:
    """What says that this answer was given before."""
    return {REPLAYED_HEADER: "true"} if outcome.replayed else {}


def mark_replayed(response: Response, outcome: Outcome) -> None:
    """Say in the headers that this answer was given before."""
    response.headers.update(replay_headers(outcome))


def what_happened(outcome: Outcome) -> TransferSettled | TransferAdvanced | TransferFailed:
    """What an accepted command about a transfer made of it: what follows for others, such as that
    their units are theirs again, comes after it."""
    about = (TransferSettled, TransferAdvanced, TransferFailed)
    return next(event for event in outcome.events if isinstance(event, about))


def order_in(body: OrderTerms, product: ProductView, *, actor: PartyId, key: str) -> PlaceOrder:
    """The command that places this order; ends the request if a field is out of its scale."""
    scale = product.terms.quantity_scale
    order = PlaceOrder(
        actor=actor,
        key=key,
        product_id=product.product_id,
        side=Side[body.side],
        price=price_in(body.price, pointer="/price"),
        quantity=quantity_in(body.quantity, scale=scale, pointer="/quantity"),
        time_in_force=TimeInForce[body.time_in_force],
        post_only=body.post_only,
        expires_at_ns=moment_in(body.expires_at, pointer="/expires_at"),
    )
    minimum = body.minimum_quantity
    if minimum is None and body.lots is None and not body.all_or_none and not body.whole_only:
        return order
    constrained = PlaceConstrainedOrder(
        **msgspec.structs.asdict(order),
        minimum_quantity=(
            Quantity(0)
            if minimum is None
            else quantity_in(minimum, scale=scale, pointer="/minimum_quantity")
        ),
        all_or_none=body.all_or_none,
        whole_only=body.whole_only,
    )
    if body.lots is None:
        return constrained
    lots = tuple(LotId(int(lot_id)) for lot_id in body.lots)
    return PlaceOrderFromLots(**msgspec.structs.asdict(constrained), lots=lots)


def price_in(text: str, *, pointer: str) -> Price:
    """The price in a field; ends the request if it has too many decimals or is out of range."""
    value = _scaled(text, scale=PRICE_SCALE, pointer=pointer)
    if not 0 < value <= PRICE_MAX:
        raise refused(Refusal.PRICE_OUT_OF_RANGE, pointer=pointer)
    return Price(value)


def quantity_in(text: str, *, scale: int, pointer: str) -> Quantity:
    """The quantity in a field of a product with this scale; ends the request like `price_in`."""
    value = _scaled(text, scale=scale, pointer=pointer)
    if not 0 < value <= QUANTITY_MAX:
        raise refused(Refusal.QUANTITY_OUT_OF_RANGE, pointer=pointer)
    return Quantity(value)


def money_in(text: str, *, pointer: str, amount_max: Fen, amount_min: Fen = ONE_FEN) -> Fen:
    """The fen in a field; ends the request like `price_in`."""
    value = _scaled(text, scale=MONEY_SCALE, pointer=pointer)
    if not amount_min <= value <= amount_max:
        raise refused(Refusal.AMOUNT_OUT_OF_RANGE, pointer=pointer)
    return Fen(value)


def day_in(text: str | None, *, pointer: str) -> DayNumber | None:
    """The day in a field, if there is one; ends the request if there is no such date."""
    if text is None:
        return None
    day = parse_day(text)
    if day is None:
        raise invalid_field("malformed", detail="There is no such date.", pointer=pointer)
    return DayNumber(day)


def moment_in(text: str | None, *, pointer: str) -> TimeNs | None:
    """The moment in a field, if there is one; ends the request if there is no such date."""
    if text is None:
        return None
    at_ns = parse_moment(text)
    if at_ns is None:
        raise invalid_field("malformed", detail="There is no such date and time.", pointer=pointer)
    return TimeNs(at_ns)


def _scaled(text: str, *, scale: int, pointer: str) -> int:
    value = parse_decimal(text, scale)
    if value is None:
        detail = f"May have {scale} decimals at most." if scale else "May have no decimals."
        raise invalid_field("too_many_decimals", detail=detail, pointer=pointer)
    return value
