"""Thousands of decisions of a trust company in one request: each is a command of its own.

Nothing is atomic across them, and nothing takes longer than one: the venue's orders go on between
them. An item's key is made of the batch's and its place, so that a batch that comes again decides
what was not decided yet and answers the rest as before.
"""

from collections.abc import Sequence

import msgspec
from starlette.concurrency import run_in_threadpool

from api.auth.principal import Principal
from api.batches import Submission
from api.dependencies import Services
from api.errors import REFUSALS, ApiProblem, FieldError, Trouble
from api.schemas.decisions import (
    DecidedItem,
    DecisionItem,
    Decisions,
    DecisionsPreview,
    decisions_preview_of,
)
from api.schemas.transfers import Decision, decision_of
from api.submission import once
from exchange.commands import ConfirmTransfer, RejectTransfer
from exchange.decision_preview import Decides, Facts, preview, refusal_of_closed
from exchange.events import TransferAdvanced, TransferFailed, TransferSettled
from exchange.refusals import Refusal
from exchange.sequencer import Outcome
from exchange.store.queries import head_sequence
from exchange.types import RejectionReason
from registry.store.as_of import holders_as_of
from registry.store.queries import Reader, transfers_among
from registry.types import TransferId


def decision_taken(services: Services, outcome: Outcome) -> Decision:
    """What a decision did that was not refused."""
    (event,) = outcome.events
    assert isinstance(event, TransferSettled | TransferAdvanced | TransferFailed), event
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
    services.batches.begin(officer.party_id)
    try:
        commands = await run_in_threadpool(_commands, officer, items, key)
        await run_in_threadpool(_bind, services, officer, commands, key)
        outcomes = await Submission(services.exchange, commands).run()
        answer = await run_in_threadpool(_answer, services, officer, commands, outcomes)
    finally:
        services.batches.end(officer.party_id)
    return answer, all(outcome.replayed for outcome in outcomes)


async def preview_all(
    services: Services, officer: Principal, items: Sequence[DecisionItem]
) -> DecisionsPreview:
    """What these decisions would do now; nothing changes."""
    return await run_in_threadpool(_preview, services, officer, items)


def _commands(officer: Principal, items: Sequence[DecisionItem], key: str) -> list[Decides]:
    """A command for each item; ends the request if a transfer comes twice."""
    commands: list[Decides] = []
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
        commands.append(_command(officer, item, f"{key}:{index}"))
    return commands


def _command(officer: Principal, item: DecisionItem, key: str) -> Decides:
    transfer_id = TransferId(int(item.transfer_id))
    if item.decision == "CONFIRM":
        return ConfirmTransfer(
            actor=officer.party_id,
            key=key,
            transfer_id=transfer_id,
            version=item.version,
            officer=officer.key_id,
        )
    assert item.reason is not None, item
    return RejectTransfer(
        actor=officer.party_id,
        key=key,
        transfer_id=transfer_id,
        version=item.version,
        officer=officer.key_id,
        reason=RejectionReason[item.reason],
    )


def _bind(services: Services, officer: Principal, commands: Sequence[Decides], key: str) -> None:
    """Bind the key to the whole batch; ends the request if it was bound to another one. The keys of
    the items alone would let a batch come again with more of them."""
    request = msgspec.json.encode(commands).decode()
    once(services, officer, key, ["decide_transfers", request], lambda _: b"")


def _answer(
    services: Services,
    officer: Principal,
    commands: Sequence[Decides],
    outcomes: Sequence[Outcome],
) -> Decisions:
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
    for command, outcome in pairs:
        refusal = outcome.refusal
        if refusal is Refusal.UNKNOWN_TRANSFER:
            row = rows.get(command.transfer_id)
            refusal = refusal_of_closed(row, version=command.version)
        refusals.append(refusal)
    items = (
        DecidedItem(
            transfer_id=str(command.transfer_id),
            decision=None if refusal is not None else decision_taken(services, outcome),
            refusal=None if refusal is None else REFUSALS[refusal].code,
        )
        for (command, outcome), refusal in zip(pairs, refusals, strict=True)
    )
    # Each item is made when it is written: all at once, the garbage collector went through so many
    # new objects that the loop waited for 30 ms.
    taken = refusals.count(None)
    return Decisions.model_construct(taken=taken, refused=len(refusals) - taken, items=items)


def _preview(
    services: Services, officer: Principal, items: Sequence[DecisionItem]
) -> DecisionsPreview:
    commands = _commands(officer, items, "")
    products = services.exchange.view.products
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
        units = {
            product_id: {
                holder.holder_id: holder.units
                for holder in holders_as_of(connection, product_id, sequence=sequence)
            }
            for product_id in product_ids
        }
    facts = Facts(
        transfers=transfers,
        steps={each: products[each].terms.transfer_terms.steps() for each in product_ids},
        units=units,
    )
    terms = {each: products[each].terms for each in product_ids}
    return decisions_preview_of(preview(facts, commands), terms)
