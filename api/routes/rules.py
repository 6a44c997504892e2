"""Rules: the packs of the venue, and which of them a product has."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from api.dependencies import (
    GivenServices,
    IdempotencyKey,
    Operator,
    Paged,
    Services,
    SignedIn,
    SymbolInPath,
    cut_page,
)
from api.errors import ApiProblem, FieldError, refused
from api.findings import findings_shown, rule_shown
from api.four_eyes import act_responses, submit_act
from api.refusal_kinds import REFUSALS
from api.responses import CONFLICT, SIGNED_IN, problems
from api.schemas.base import Page, decode_cursor
from api.schemas.decimals import format_day, format_moment
from api.schemas.rules import (
    LoadRulePackBody,
    OwnParameter,
    PackId,
    ProductRules,
    ProductRulesBody,
    RulePack,
    RulePackSummary,
)
from api.strict_input import StrictRoute
from api.submission import day_in, mark_replayed
from exchange.refusals import Refusal
from exchange.rules.packs import SANDBOX, shipped
from exchange.rules.parse import Fault, PackFaults, parse_pack
from exchange.rules.types import Override, Pack
from exchange.rules_commands import LoadRulePack, SetProductRules
from exchange.rules_events import ProductRulesSet, RulePackLoaded
from exchange.rules_loading import faults_of_loading, idle_among, rules_by_id
from exchange.rules_state import LoadedPack
from exchange.store.rules_queries import (
    packs_loaded,
    rules_of_all,
    rules_of_product,
    suspended_for,
)
from registry.calendar import day_in_shanghai
from registry.types import DayNumber

router = APIRouter(route_class=StrictRoute, tags=["rules"])


@router.get("/v1/rule-packs", operation_id="list_rule_packs", responses=problems(*SIGNED_IN, 422))
def list_rule_packs(
    request: Request,
    response: Response,
    services: GivenServices,
    _principal: SignedIn,
    paged: Paged,
) -> Page[RulePackSummary]:
    """All packs that were ever loaded, oldest first; SANDBOX, which is always there, left out."""
    after = decode_cursor(paged.cursor, start=0)
    with services.reader.connect() as connection:
        loaded = [each for each in packs_loaded(connection) if each.sequence > after]
    shown, cursor = cut_page(request, response, paged, loaded, lambda each: (each.sequence,))
    items = [_summary(each.pack, each) for each in shown]
    return Page(items=items, next_cursor=cursor)


@router.get(
    "/v1/rule-packs/{pack_id}",
    operation_id="get_rule_pack",
    responses=problems(*SIGNED_IN, 404, 422),
)
def get_rule_pack(
    services: GivenServices, _principal: SignedIn, pack_id: Annotated[PackId, Path()]
) -> RulePack:
    """The pack of this id that was loaded last, whether it applies yet or not."""
    if pack_id == SANDBOX.pack_id:
        return _shown(SANDBOX, None, shipped(pack_id))
    with services.reader.connect() as connection:
        of_id = [each for each in packs_loaded(connection) if each.pack.pack_id == pack_id]
    if not of_id:
        raise refused(Refusal.UNKNOWN_RULE_PACK)
    return _shown(of_id[-1].pack, of_id[-1], of_id[-1].text)


@router.post(
    "/v1/rule-packs",
    operation_id="load_rule_pack",
    status_code=201,
    response_model=RulePack,
    responses=act_responses(*CONFLICT),
)
async def load_rule_pack(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    body: LoadRulePackBody,
) -> RulePack | Response:
    """Load a pack; from its day, products that have it are judged by it. For the operator.

    A file with any fault is refused whole, and each fault is told with its line.
    """
    applies_from = day_in(body.applies_from, pointer="/applies_from")
    pack = await run_in_threadpool(_pack_in, services, body.content, applies_from)
    command = LoadRulePack(
        actor=operator.party_id, key=idempotency_key, text=body.content, applies_from=applies_from
    )
    outcome = await submit_act(services, operator, command)
    if isinstance(outcome, Response):
        return outcome
    event, *_ = outcome.events  # orders that may stand no longer come after it
    assert isinstance(event, RulePackLoaded), event
    assert outcome.sequence is not None
    mark_replayed(response, outcome)
    response.headers["Location"] = f"/v1/rule-packs/{pack.pack_id}"
    loaded = LoadedPack(outcome.sequence, outcome.at_ns, event.applies_from, body.content)
    return _shown(pack, loaded, body.content)


@router.get(
    "/v1/products/{symbol}/rules",
    operation_id="get_product_rules",
    responses=problems(*SIGNED_IN, 404, 422),
)
def get_product_rules(
    services: GivenServices, _principal: SignedIn, symbol: SymbolInPath
) -> ProductRules:
    """The rules by which orders for the product are judged today, in the order in which they are
    asked."""
    return product_rules_shown(services, symbol)


@router.post(
    "/v1/products/{symbol}/rules",
    operation_id="set_product_rules",
    response_model=ProductRules,
    responses=act_responses(*CONFLICT, 404),
)
async def set_product_rules(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    symbol: SymbolInPath,
    body: ProductRulesBody,
) -> ProductRules | Response:
    """Say which packs a product has, instead of those that it had. For the operator.

    A product's own parameters of a rule are refused where none is stricter than what its packs say:
    they would do nothing.
    """
    command = SetProductRules(
        actor=operator.party_id,
        key=idempotency_key,
        product_id=services.product(symbol).product_id,
        packs=tuple(body.packs),
        overrides=tuple(
            Override(each.rule_id, each.parameter, each.value) for each in body.overrides
        ),
    )
    await run_in_threadpool(_refuse_idle, services, command)
    outcome = await submit_act(services, operator, command)
    if isinstance(outcome, Response):
        return outcome
    event, *_ = outcome.events  # orders that may stand no longer come after it
    assert isinstance(event, ProductRulesSet), event
    mark_replayed(response, outcome)
    return await run_in_threadpool(product_rules_shown, services, symbol)


def _pack_in(services: Services, content: str, applies_from: DayNumber | None) -> Pack:
    """The pack of this file; ends the request if it has faults."""
    parsed = parse_pack(content)
    if isinstance(parsed, PackFaults):
        raise _faulty(parsed.faults)
    with services.reader.connect() as connection:
        state = rules_of_all(connection)
    today = day_in_shanghai(services.clock.now_ns())
    from_day = today if applies_from is None else applies_from
    faults = faults_of_loading(state, content, parsed, from_day)
    if faults:
        raise _faulty(faults)
    return parsed


def _refuse_idle(services: Services, command: SetProductRules) -> None:
    """End the request if some of a product's own parameters would do nothing, and say which. What
    else is wrong with them the engine refuses."""
    with services.reader.connect() as connection:
        packs = rules_of_all(connection).packs_on(day_in_shanghai(services.clock.now_ns()))
    if not packs.keys() >= set(command.packs):
        return
    idle = idle_among(rules_by_id(command.packs, packs), command.overrides)
    if not idle:
        return
    kind = REFUSALS[Refusal.OVERRIDES_OUT_OF_RANGE]
    errors = [
        FieldError(
            code=kind.code,
            detail=f"{own.rule_id}: nothing here is stricter than what its packs say.",
            pointer=f"/overrides/{index}",
        )
        for index, own in enumerate(command.overrides)
        if own.rule_id in idle
    ]
    raise ApiProblem(kind, f"{kind.title_en}.", errors=errors)


def _faulty(faults: tuple[Fault, ...]) -> ApiProblem:
    kind = REFUSALS[Refusal.RULE_PACK_OUT_OF_RANGE]
    errors = [
        FieldError(code=kind.code, detail=f"Line {fault.line}: {fault.text}.", pointer="/content")
        for fault in faults
    ]
    return ApiProblem(kind, f"{kind.title_en}.", errors=errors)


def product_rules_shown(services: Services, symbol: str) -> ProductRules:
    """The rules of a product as they are today; ends the request if there is none. Blocks."""
    product = services.product(symbol)
    today = day_in_shanghai(services.clock.now_ns())
    with services.reader.connect() as connection:
        state = rules_of_product(connection, product.product_id)
        against = suspended_for(connection, product.product_id)
    own = state.products.get(product.product_id)
    return ProductRules(
        symbol=symbol,
        packs=[] if own is None else list(own.packs),
        overrides=[]
        if own is None
        else [
            OwnParameter(rule_id=each.rule_id, parameter=each.parameter, value=each.value)
            for each in own.overrides
        ],
        version=0 if own is None else own.version,
        rules=[rule_shown(each) for each in state.rules_on(product.product_id, today)],
        suspended_for=findings_shown(services.reader, against, scale=product.terms.quantity_scale),
    )


def _summary(pack: Pack, loaded: LoadedPack | None) -> RulePackSummary:
    begins = pack.effective_from
    return RulePackSummary(
        pack_id=pack.pack_id,
        version=pack.version,
        title_zh=pack.title_zh,
        title_en=pack.title_en,
        extends=list(pack.extends),
        effective_from=None if begins is None else format_day(begins),
        applies_from=None if loaded is None else format_day(loaded.applies_from),
        loaded_at=None if loaded is None else format_moment(loaded.loaded_at_ns),
    )


def _shown(pack: Pack, loaded: LoadedPack | None, content: str) -> RulePack:
    summary = _summary(pack, loaded).model_dump()
    return RulePack(**summary, rules=[rule_shown(each) for each in pack.rules], content=content)
