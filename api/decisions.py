"""Thousands of decisions of a trust company in one request: each is a command of its own.

Nothing is atomic across them, and nothing takes longer than one: the venue's orders go on between
them. An item's key is made of the batch's and its place, so that a batch that comes again decides
what was not decided yet and answers the rest as before.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeAlias, TypeVar

import msgspec
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from api.auth.principal import Principal
from api.batches import Submission
from api.dependencies import Services, officer_in
from api.errors import ApiProblem, FieldError, Trouble
from api.findings import findings_shown
from api.late_decisions import is_late, raise_late
from api.refusal_kinds import REFUSALS
from api.ruled_facts import ruled_facts
from api.schemas.decisions import (
    DecidedItem,
    DecisionItem,
    Decisions,
    DecisionsPreview,
    Made,
    MadeItem,
    ProposedItem,
    decisions_preview_of,
)
from api.schemas.rules import Finding
from api.schemas.transfers import Decision, decision_of
from api.signatures import SignableT, keys_of_officer, with_signature
from api.submission import once, what_happened
from exchange.commands import ConfirmTransfer, CreateProduct, RejectTransfer
from exchange.decision_preview import DecidingOfficer, Effects, Facts, preview, refusal_of_closed
from exchange.events import TransferAdvanced
from exchange.refusals import Refusal
from exchange.review import Decides
from exchange.review_commands import ProposeDecision
from exchange.sequencer import Outcome
from exchange.signed_decisions import Signable
from exchange.store.desk_queries import officer_of, roles_of
from exchange.store.queries import calendars_of_venue, head_sequence
from exchange.store.review_queries import desk_among
from exchange.transfer_commands import AcknowledgeRegistration
from exchange.types import OfficerId, RejectionReason
from registry.calendar import Calendar
from registry.clocks import Clocks
from registry.store.as_of import holders_as_of
from registry.store.queries import Reader, transfers_among
from registry.types import ProductId, TimeNs, TransferId

Batched: TypeAlias = Signable | AcknowledgeRegistration
"""What a trust company says of many transfers at once."""


ItemT = TypeVar("ItemT", bound=DecisionItem)


def decision_in(
    officer: Principal,
    *,
    key: str,
    transfer_id: TransferId,
    version: int | None,
    criteria: str | None,
    reason: str | None,
) -> Decides:
    """The command that takes the officer's decision on what he has read: a version, criteria in
    hexadecimal, or both.

    Args:
        reason: of a rejection, by name; None: it is a confirmation.
    """
    read = None if criteria is None else bytes.fromhex(criteria)
    if reason is None:
        return ConfirmTransfer(
            actor=officer.party_id,
            key=key,
            transfer_id=transfer_id,
            version=version,
            officer=officer.key_id,
            officer_id=officer.officer_id,
            criteria=read,
        )
    return RejectTransfer(
        actor=officer.party_id,
        key=key,
        transfer_id=transfer_id,
        version=version,
        officer=officer.key_id,
        officer_id=officer.officer_id,
        criteria=read,
        reason=RejectionReason[reason],
    )


def decision_taken(services: Services, outcome: Outcome) -> Decision:
    """What a decision did that was not refused."""
    event = what_happened(outcome)
    terms = services.exchange.view.products[event.product_id].terms
    return decision_of(event, terms, at_ns=outcome.at_ns)


async def decide_all(
    services: Services, officer: Principal, items: Sequence[DecisionItem], *, key: str
) -> tuple[Decisions, bool]:
    """Take the decisions, in their order; the answer, and whether all of it was given before.

    A client that goes away does not stop what it has begun.

    Raises:
        ApiProblem: a transfer comes twice, the key was used for another batch, a batch of the same
            party is under way, or the venue was too busy to take all.
        OutcomeUnknown: the venue stopped.
    """
    given = partial(_decision_of, officer)
    commands, outcomes, refusals = await _take_batch(
        services, officer, items, given, key=key, about="decide_transfers"
    )
    answer = _answer(services, commands, outcomes, refusals)
    return answer, all(outcome.replayed for outcome in outcomes)


async def propose_all(
    services: Services, officer: Principal, items: Sequence[ProposedItem], *, key: str
) -> tuple[Made, bool]:
    """Propose to decide so, in their order, and claim before what nobody has; as `decide_all`."""
    given = partial(_proposal_of, officer, officer_in(officer))
    commands, outcomes, refusals = await _take_batch(
        services, officer, items, given, key=key, about="propose_decisions"
    )
    made = (
        MadeItem(
            transfer_id=str(command.transfer_id),
            version=None if refusal is not None else _version_made(outcome),
            refusal=None if refusal is None else REFUSALS[refusal].code,
        )
        for command, outcome, refusal in zip(commands, outcomes, refusals, strict=True)
    )
    taken = sum(refusal is None for refusal in refusals)
    answer = Made.model_construct(taken=taken, refused=len(refusals) - taken, items=made)
    return answer, all(outcome.replayed for outcome in outcomes)


async def _take_batch(
    services: Services,
    officer: Principal,
    items: Sequence[ItemT],
    given: Callable[[ItemT, str], SignableT],
    *,
    key: str,
    about: str,
) -> tuple[list[SignableT], list[Outcome], list[Refusal | None]]:
    services.batches.begin(officer.party_id)
    try:
        commands = await run_in_threadpool(_commands, services, officer, items, given, key)
        await run_in_threadpool(_bind, services, officer, commands, key=key, about=about)
        outcomes, refusals = await take(services, officer, commands)
    finally:
        services.batches.end(officer.party_id)
    return commands, outcomes, refusals


async def take(
    services: Services, officer: Principal, commands: Sequence[Batched]
) -> tuple[list[Outcome], list[Refusal | None]]:
    """Take what the officer says of different transfers, each by itself: the outcomes, and why
    each was refused, if it was. The caller has begun a batch of the party.

    Raises:
        ApiProblem: the venue was too busy to take all.
        OutcomeUnknown: the venue stopped.
    """
    outcomes = await Submission(services.exchange, commands).run()
    refusals, late = await run_in_threadpool(_refusals, services, officer, commands, outcomes)
    await raise_late(services, late)
    return outcomes, refusals


async def preview_all(
    services: Services, officer: Principal, items: Sequence[DecisionItem]
) -> DecisionsPreview:
    """What these decisions would do now; nothing changes."""
    return await run_in_threadpool(_preview, services, officer, items)


def effects_of(services: Services, officer: Principal, commands: Sequence[Decides]) -> Effects:
    """What the officer's decisions about different transfers would do now; nothing changes."""
    products, now_ns = services.exchange.view.products, services.clock.now_ns()
    with services.reader.connect() as connection:
        # One transaction: rows and holdings as of the same command.
        connection.exec_driver_sql("BEGIN")
        transfers = transfers_among(
            connection,
            reader=Reader.TRUST_COMPANY,
            party_id=officer.party_id,
            transfer_ids=[command.transfer_id for command in commands],
        )
        product_ids = {transfer.product_id for transfer in transfers.values()}
        sequence = head_sequence(connection)
        desk = desk_among(connection, list(transfers))
        deciding = _officer(connection, officer, at_ns=now_ns)
        units = {
            product_id: {
                holder.holder_id: holder.units
                for holder in holders_as_of(connection, product_id, sequence=sequence)
            }
            for product_id in product_ids
        }
        calendars = calendars_of_venue(connection)
        ruled = ruled_facts(connection, products, transfers.values(), calendars)
    facts = Facts(
        transfers=transfers,
        steps={each: products[each].terms.transfer_terms.steps() for each in product_ids},
        terms={each: products[each].terms.transfer_terms for each in product_ids},
        units=units,
        settles_ns={
            each: _clocks(products[each].terms, calendars).settles_at_ns(now_ns)
            for each in product_ids
        },
        criteria={key: row.criteria for key, row in desk.items() if row.criteria is not None},
        cases={key: row.case for key, row in desk.items() if row.case is not None},
        officer=deciding,
        at_ns=now_ns,
        ruled=ruled,
    )
    return preview(facts, commands)


def _clocks(terms: CreateProduct, calendars: Mapping[str, Calendar]) -> Clocks:
    calendar = calendars[terms.transfer_terms.calendar_id]
    return Clocks(terms.transfer_terms, calendar, maturity_date=terms.maturity_date)


def _officer(
    connection: Connection, principal: Principal, *, at_ns: TimeNs
) -> DecidingOfficer | None:
    """The officer whose key it is, if he is one still."""
    found = None if principal.officer_id is None else officer_of(connection, principal.officer_id)
    if found is None or found.dismissed_at_ns is not None:
        return None
    roles = roles_of(connection, found)
    return DecidingOfficer(found.person, roles, is_in_office=found.is_in_office(at_ns))


def _decision_of(officer: Principal, item: DecisionItem, key: str) -> Decides:
    return decision_in(
        officer,
        key=key,
        transfer_id=TransferId(int(item.transfer_id)),
        version=item.version,
        criteria=item.criteria,
        reason=item.reason,
    )


def _proposal_of(
    officer: Principal, officer_id: OfficerId, item: ProposedItem, key: str
) -> ProposeDecision:
    return ProposeDecision(
        actor=officer.party_id,
        key=key,
        transfer_id=TransferId(int(item.transfer_id)),
        version=item.version,
        officer=officer.key_id,
        officer_id=officer_id,
        criteria=bytes.fromhex(item.criteria),
        reason=None if item.reason is None else RejectionReason[item.reason],
        claims=True,
    )


def _version_made(outcome: Outcome) -> int:
    """The transfer's after the proposal, which comes after the claim if there was one."""
    event = outcome.events[-1]
    assert isinstance(event, TransferAdvanced), event
    return event.version


def _commands(
    services: Services,
    officer: Principal,
    items: Sequence[ItemT],
    given: Callable[[ItemT, str], SignableT],
    key: str,
) -> list[SignableT]:
    """A command for each item; ends the request if a transfer comes twice, or a signature is not
    the officer's."""
    commands: list[SignableT] = []
    is_signed = any(item.signature is not None for item in items)
    keys = keys_of_officer(services, officer) if is_signed else []
    seen: set[str] = set()
    for index, item in enumerate(items):
        if item.transfer_id in seen:
            error = FieldError(
                code="repeated_transfer",
                detail="The transfer is decided above.",
                pointer=f"/items/{index}/transfer_id",
            )
            raise ApiProblem(Trouble.VALIDATION_FAILED, "The request is invalid.", errors=(error,))
        seen.add(item.transfer_id)
        assert (item.reason is None) is (item.decision == "CONFIRM"), item
        command = given(item, f"{key}:{index}")
        if item.signature is not None:
            pointer = f"/items/{index}/signature"
            command = with_signature(command, item.signature, keys, pointer=pointer)
        commands.append(command)
    return commands


def _bind(
    services: Services, officer: Principal, commands: Sequence[Signable], *, key: str, about: str
) -> None:
    """Bind the key to the whole batch; ends the request if it was bound to another one. The keys of
    the items alone would let a batch come again with more of them."""
    request = msgspec.json.encode(commands).decode()
    once(services, officer, key, [about, request], lambda _: b"")


def _refusals(
    services: Services,
    officer: Principal,
    commands: Sequence[Batched],
    outcomes: Sequence[Outcome],
) -> tuple[list[Refusal | None], list[Decides]]:
    """Why each was refused, if it was, and the decisions that came too late."""
    pairs = list(zip(commands, outcomes, strict=True))
    closed = [
        command.transfer_id
        for command, outcome in pairs
        if outcome.refusal is Refusal.UNKNOWN_TRANSFER
    ]
    with services.reader.connect() as connection:
        rows = transfers_among(
            connection,
            reader=Reader.TRUST_COMPANY,
            party_id=officer.party_id,
            transfer_ids=closed,
        )
    refusals: list[Refusal | None] = []
    late: list[Decides] = []
    for command, outcome in pairs:
        refusal = outcome.refusal
        if refusal is Refusal.UNKNOWN_TRANSFER:
            row = rows.get(command.transfer_id)
            refusal = refusal_of_closed(row)
            if row is not None and isinstance(command, Decides) and is_late(command, row.state):
                late.append(command)
        refusals.append(refusal)
    return refusals, late


def _answer(
    services: Services,
    commands: Sequence[Decides],
    outcomes: Sequence[Outcome],
    refusals: Sequence[Refusal | None],
) -> Decisions:
    items = (
        DecidedItem(
            transfer_id=str(command.transfer_id),
            decision=None if refusal is not None else decision_taken(services, outcome),
            refusal=None if refusal is None else REFUSALS[refusal].code,
        )
        for command, outcome, refusal in zip(commands, outcomes, refusals, strict=True)
    )
    # Each item is made when it is written: all at once, the garbage collector went through so many
    # new objects that the loop waited for 30 ms.
    taken = sum(refusal is None for refusal in refusals)
    return Decisions.model_construct(taken=taken, refused=len(refusals) - taken, items=items)


def _preview(
    services: Services, officer: Principal, items: Sequence[DecisionItem]
) -> DecisionsPreview:
    commands = _commands(services, officer, items, partial(_decision_of, officer), "")
    effects = effects_of(services, officer, commands)
    products = services.exchange.view.products
    terms = {each: products[each].terms for each in effects.products}
    return decisions_preview_of(effects, terms, _findings(services, effects, terms))


def _findings(
    services: Services, effects: Effects, terms: Mapping[ProductId, CreateProduct]
) -> dict[TransferId, list[Finding]]:
    """What the rules would say of each transfer that they would hold, in their words."""
    found: dict[TransferId, list[Finding]] = {}
    for product_id, product in terms.items():
        held = [each for each in effects.held if each.product_id == product_id]
        said = list(dict.fromkeys(finding for each in held for finding in each.findings))
        read = findings_shown(services.reader, said, scale=product.quantity_scale) if said else []
        shown = dict(zip(said, read, strict=True))
        found |= {each.transfer_id: [shown[finding] for finding in each.findings] for each in held}
    return found
