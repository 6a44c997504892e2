"""Parties, their keys and deposits: the operator's work."""

import secrets
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from api.auth.keys import KEY_ID_BYTES, digest_of, mint_key
from api.auth.principal import Principal
from api.dependencies import (
    GivenServices,
    IdempotencyKey,
    IdInPath,
    Operator,
    Paged,
    cut_page,
    officer_named,
)
from api.errors import ApiProblem, Trouble, refused
from api.four_eyes import act_responses, submit_act
from api.responses import COMMAND, CONFLICT, SIGNED_IN, problems
from api.schemas.base import Page, decode_cursor
from api.schemas.cash import CURRENCY
from api.schemas.decimals import format_moment, format_money
from api.schemas.parties import (
    Deposit,
    DepositBody,
    Key,
    MintKeyBody,
    Party,
    RegisterPartyBody,
)
from api.store.edge import (
    KEYS_LIVE_MAX,
    KeyRecord,
    count_live_keys,
    insert_key,
    revoke_key,
)
from api.strict_input import StrictRoute
from api.submission import REPLAYED_HEADER, mark_replayed, money_in, once, submit
from exchange.commands import RecordDeposit, RegisterParty
from exchange.events import PartyRegistered
from exchange.limits import DEPOSIT_MAX
from exchange.money_events import DepositRecorded
from exchange.refusals import Refusal
from exchange.store.queries import kind_of, parties_after
from exchange.types import PartyId, PartyKind

LISTED_IDS_MAX: Final = 100
"""What a page shows at once has fewer parties; a query stays within 2 kB."""
IDS_PATTERN: Final = rf"^[1-9][0-9]{{0,17}}(,[1-9][0-9]{{0,17}}){{0,{LISTED_IDS_MAX - 1}}}$"

ListedIds = Annotated[
    str,
    Query(
        pattern=IDS_PATTERN,
        description=f"These alone, with commas between them; at most {LISTED_IDS_MAX}. Of an id "
        "that is nobody's there is nothing.",
        examples=["2,1042"],
    ),
]

router = APIRouter(route_class=StrictRoute, tags=["parties"])


@router.post(
    "/v1/parties",
    operation_id="register_party",
    status_code=201,
    responses=problems(*COMMAND),
)
async def register_party(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    body: RegisterPartyBody,
) -> Party:
    """Admit a party. Its name stays outside the journal. For the operator."""
    command = RegisterParty(actor=operator.party_id, key=idempotency_key, kind=PartyKind[body.kind])
    outcome = await submit(services, command)
    (registered,) = outcome.events
    assert isinstance(registered, PartyRegistered), registered
    name = await run_in_threadpool(services.edge.record_name, registered.party_id, body.name)
    if name != body.name:
        # The journal cannot see the difference, because it does not know names.
        raise refused(Refusal.IDEMPOTENCY_KEY_REUSED)
    mark_replayed(response, outcome)
    return Party(party_id=str(registered.party_id), kind=registered.kind.name, name=name)


@router.get("/v1/parties", operation_id="list_parties", responses=problems(*SIGNED_IN, 422))
def list_parties(
    request: Request,
    response: Response,
    services: GivenServices,
    _operator: Operator,
    paged: Paged,
    party_ids: ListedIds | None = None,
) -> Page[Party]:
    """All parties, oldest first, or those that are asked for by their ids. For the operator."""
    after = decode_cursor(paged.cursor, start=0)
    among = None if party_ids is None else [PartyId(int(each)) for each in party_ids.split(",")]
    with services.reader.connect() as connection:
        rows = parties_after(connection, after=after, limit=paged.limit + 1, among=among)
    shown, cursor = cut_page(request, response, paged, rows, lambda each: (each[0],))
    names = services.edge.names_of([party_id for party_id, _ in shown])
    items = [
        Party(party_id=str(party_id), kind=kind.name, name=names.get(party_id))
        for party_id, kind in shown
    ]
    return Page(items=items, next_cursor=cursor)


@router.post(
    "/v1/parties/{party_id}/keys",
    operation_id="mint_key",
    status_code=201,
    responses=problems(*CONFLICT, 404),
)
def mint_party_key(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    party_id: IdInPath,
    body: MintKeyBody,
) -> Key:
    """Make a key for a party. The secret is in the first answer only. For the operator.

    Who lost that answer revokes the key by its id and makes another one.
    """
    owner_id = PartyId(int(party_id))
    with services.reader.connect() as connection:
        kind = kind_of(connection, owner_id)
        officer = officer_named(connection, owner_id, body.officer_id)
    if kind is None:
        raise refused(Refusal.UNKNOWN_PARTY)
    key = mint_key(demo=services.demo)
    key_id = secrets.token_hex(KEY_ID_BYTES)
    record = KeyRecord(
        key_id=key_id,
        digest=digest_of(key),
        principal=Principal(owner_id, kind, key_id, officer),
        label=body.label,
        created_at_ns=services.clock.now_ns(),
        revoked_at_ns=None,
    )

    def act(connection: Connection) -> bytes:
        if count_live_keys(connection, owner_id, officer) >= KEYS_LIVE_MAX:
            raise ApiProblem(Trouble.KEYS_MAX, f"A party or officer has {KEYS_LIVE_MAX} at most.")
        insert_key(connection, record)
        shown = Key(
            key_id=key_id,
            party_id=party_id,
            officer_id=body.officer_id,
            label=body.label,
            created_at=format_moment(record.created_at_ns),
            key=None,
        )
        return shown.model_dump_json().encode()

    request = ["mint", party_id, body.label, *([body.officer_id] if body.officer_id else [])]
    answered = once(services, operator, idempotency_key, request, act)
    shown = Key.model_validate_json(answered.answer)
    if answered.replayed:
        response.headers[REPLAYED_HEADER] = "true"
        return shown
    services.keys.add(record.digest, record.principal)
    return shown.model_copy(update={"key": key})


@router.delete(
    "/v1/parties/{party_id}/keys/{key_id}",
    operation_id="revoke_key",
    status_code=204,
    responses=problems(*SIGNED_IN, 400, 404, 422),
)
async def revoke_party_key(
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    party_id: IdInPath,
    key_id: str,
) -> Response:
    """Revoke a key: from now on it signs nobody in. For the operator."""
    owner_id = PartyId(int(party_id))

    def act(connection: Connection) -> bytes:
        digest = revoke_key(
            connection, party_id=owner_id, key_id=key_id, at_ns=services.clock.now_ns()
        )
        if digest is None:
            raise ApiProblem(Trouble.UNKNOWN_KEY, "The party has no such live key.")
        return digest

    request = ["revoke", party_id, key_id]
    answered = await run_in_threadpool(once, services, operator, idempotency_key, request, act)
    if answered.replayed:
        return Response(status_code=204, headers={REPLAYED_HEADER: "true"})
    services.keys.revoke(answered.answer)
    services.feed.withdraw_key(key_id)
    return Response(status_code=204)


@router.post(
    "/v1/parties/{party_id}/deposits",
    operation_id="record_deposit",
    status_code=201,
    response_model=Deposit,
    responses=act_responses(*CONFLICT, 404),
)
async def record_deposit(
    response: Response,
    services: GivenServices,
    operator: Operator,
    idempotency_key: IdempotencyKey,
    party_id: IdInPath,
    body: DepositBody,
) -> Deposit | Response:
    """Book money that has arrived at the custodian for a party. For the operator."""
    command = RecordDeposit(
        actor=operator.party_id,
        key=idempotency_key,
        party_id=PartyId(int(party_id)),
        amount=money_in(body.amount, pointer="/amount", amount_max=DEPOSIT_MAX),
    )
    outcome = await submit_act(services, operator, command)
    if isinstance(outcome, Response):
        return outcome
    (recorded,) = outcome.events
    assert isinstance(recorded, DepositRecorded), recorded
    mark_replayed(response, outcome)
    return Deposit(
        deposit_id=str(outcome.sequence),
        party_id=str(recorded.party_id),
        currency=CURRENCY,
        amount=format_money(recorded.amount),
        recorded_at=format_moment(outcome.at_ns),
    )
