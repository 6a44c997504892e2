"""A trust company's register and its changes come in as signed files, each whole or not at all."""

import hashlib
from collections import Counter
from typing import NamedTuple

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from api.auth.principal import Principal
from api.dependencies import GivenServices, IdempotencyKey, Registrar, Services, keeps
from api.errors import ApiProblem, FieldError, Trouble, refused
from api.four_eyes import act_responses, submit_act
from api.refusal_kinds import REFUSALS, Kind
from api.responses import COMMAND, CONFLICT, problems
from api.routes.signing_keys import decode_base64
from api.schemas.decimals import format_decimal, format_moment, format_money
from api.schemas.register_files import (
    RegisterFileBody,
    RegisterFileFault,
    RegisterFilePreview,
    RegisterFilePreviewBody,
    RegisterImport,
)
from api.signatures import signer_among
from api.store.signing_keys import live_signing_keys
from api.strict_input import StrictRoute
from api.submission import mark_replayed
from exchange.product_view import ProductView
from exchange.refusals import Refusal
from exchange.register_commands import PostRegister
from exchange.register_events import RegisterPosted, UnitsEncumbered
from exchange.register_posting import REFUSALS as ROW_REFUSALS
from exchange.register_preview import RegisterFacts, RegisterPreview, preview_file
from exchange.store.queries import is_posted, kinds_of, open_orders_by_party
from registry.posting import Convey, Hold, Pledge
from registry.posting_check import RowFault
from registry.store.queries import encumbrances_after, lots_of_product
from registry.trust_company.cells import Fault
from registry.trust_company.register_file import RegisterFile, read_register_file
from registry.types import HolderId, Units

router = APIRouter(route_class=StrictRoute, tags=["register"])


class Received(NamedTuple):
    """A file that could be read, of a product that the sender may speak of."""

    content: bytes
    file: RegisterFile
    product: ProductView


@router.post(
    "/v1/imports/register",
    operation_id="import_register",
    status_code=201,
    response_model=RegisterImport,
    responses=act_responses(*CONFLICT, 404),
)
async def import_register(
    response: Response,
    services: GivenServices,
    registrar: Registrar,
    idempotency_key: IdempotencyKey,
    body: RegisterFileBody,
) -> RegisterImport | Response:
    """Post a signed file of a trust company's register, all rows or none. For the operator and the
    trust company.

    A file that is wrong is answered with what is wrong in which line. No file is posted twice.
    """
    received = await run_in_threadpool(_receive, services, registrar, body.content)
    if isinstance(received, list):
        raise _unreadable(received)
    signature = decode_base64(body.signature, pointer="/signature")
    key_id = await run_in_threadpool(_signer_of, services, received, signature)
    if key_id is None:
        error = FieldError(
            code=Trouble.SIGNATURE_INVALID.code,
            detail="Is of no live key of the trust company, or over other bytes.",
            pointer="/signature",
        )
        raise ApiProblem(Trouble.SIGNATURE_INVALID, "The file was not taken.", errors=(error,))
    command = _command(registrar, idempotency_key, received, key_id=key_id, signature=signature)
    preview = await _preview(services, received, command)
    if preview.faults:
        raise _not_posted(received.file, preview.faults)
    outcome = await submit_act(services, registrar, command)
    if isinstance(outcome, Response):
        return outcome
    (posted,) = (event for event in outcome.events if isinstance(event, RegisterPosted))
    encumbered = [event for event in outcome.events if isinstance(event, UnitsEncumbered)]
    mark_replayed(response, outcome)
    terms = received.product.terms
    return RegisterImport(
        file_sha256=posted.file_sha256.hex(),
        symbol=terms.symbol,
        file=posted.posting.name,
        rows=posted.rows,
        lots=[str(lot_id) for lot_id in posted.lots],
        encumbrances=[str(event.encumbrance_id) for event in encumbered],
        units_outstanding=format_decimal(posted.units_outstanding, scale=terms.quantity_scale),
        principal_outstanding=format_money(posted.principal_outstanding),
        signing_key_id=posted.key_id,
        sequence=str(outcome.sequence),
        posted_at=format_moment(outcome.at_ns),
    )


@router.post(
    "/v1/imports/register/preview",
    operation_id="preview_register_import",
    responses=problems(*COMMAND, 404),
)
async def preview_register_import(
    services: GivenServices, registrar: Registrar, body: RegisterFilePreviewBody
) -> RegisterFilePreview:
    """What would become of a register file: everything that is wrong with it, line by line; nothing
    is posted. For the operator and the trust company."""
    received = await run_in_threadpool(_receive, services, registrar, body.content)
    content = decode_base64(body.content, pointer="/content")
    file_sha256 = hashlib.sha256(content).hexdigest()
    if isinstance(received, list):
        return RegisterFilePreview(
            file_sha256=file_sha256,
            symbol=None,
            file=None,
            rows=None,
            units_outstanding=None,
            signing_key_id=None,
            accepted=False,
            faults=[_shown(fault) for fault in received],
        )
    key_id = None
    if body.signature is not None:
        signature = decode_base64(body.signature, pointer="/signature")
        key_id = await run_in_threadpool(_signer_of, services, received, signature)
    command = _command(registrar, "", received, key_id=key_id or "", signature=b"")
    preview = await _preview(services, received, command)
    file, terms = received.file, received.product.terms
    refusals = [_refusal_shown(refusal, None) for refusal in preview.refusals]
    faults = refusals + [_row_fault_shown(file, fault) for fault in preview.faults]
    return RegisterFilePreview(
        file_sha256=file_sha256,
        symbol=terms.symbol,
        file=file.posting.name,
        rows=len(file.rows),
        units_outstanding=format_decimal(file.units_outstanding, scale=terms.quantity_scale),
        signing_key_id=key_id,
        accepted=not faults,
        faults=faults,
    )


def _receive(services: Services, registrar: Principal, text: str) -> Received | list[Fault]:
    """The file, or what is wrong with its text; ends the request if its product is none that the
    sender may speak of."""
    content = decode_base64(text, pointer="/content")
    view = services.exchange.view

    def scale_of(symbol: str) -> int | None:
        product = view.product(symbol)
        if product is None or not keeps(registrar, product):
            return None
        return product.terms.quantity_scale

    file = read_register_file(content, scale_of=scale_of)
    if isinstance(file, list):
        return file
    product = view.product(file.symbol)
    assert product is not None, file.symbol
    return Received(content, file, product)


def _signer_of(services: Services, received: Received, signature: bytes) -> str | None:
    """The live key of the product's trust company that made the signature, if one did."""
    company_id = received.product.terms.trust_company_id
    with services.edge.transaction() as connection:
        keys = live_signing_keys(connection, company_id, officer_id=None)
    return signer_among(keys, message=received.content, signature=signature)


def _command(
    registrar: Principal, key: str, received: Received, *, key_id: str, signature: bytes
) -> PostRegister:
    file = received.file
    return PostRegister(
        actor=registrar.party_id,
        key=key,
        product_id=received.product.product_id,
        posting=file.posting,
        rows=file.rows,
        units_outstanding=Units(file.units_outstanding),
        file_sha256=hashlib.sha256(received.content).digest(),
        key_id=key_id,
        signature=signature,
    )


async def _preview(
    services: Services, received: Received, command: PostRegister
) -> RegisterPreview:
    product_id = received.product.product_id
    # Here and not in the thread, which would read the view while the loop changes it.
    buyers = Counter(
        HolderId(transfer.buyer_id)
        for transfer in services.exchange.view.transfers.values()
        if transfer.product_id == product_id
    )
    return await run_in_threadpool(_preview_rows, services, received, command, buyers)


def _preview_rows(
    services: Services, received: Received, command: PostRegister, buyers: Counter[HolderId]
) -> RegisterPreview:
    named = {row.holder_id for row in command.rows if isinstance(row, Hold | Pledge)}
    named |= {row.to_holder_id for row in command.rows if isinstance(row, Convey)}
    encumbered = {row.holder_id for row in command.rows if isinstance(row, Pledge)}
    with services.reader.connect() as connection:
        facts = RegisterFacts(
            terms=received.product.terms,
            state=received.product.state,
            lots=lots_of_product(connection, command.product_id),
            encumbrances=encumbrances_after(
                connection, after=0, product_ids=[command.product_id], stands=True
            ),
            purchases=buyers,
            orders=open_orders_by_party(connection, command.product_id, encumbered),
            kinds=kinds_of(connection, named),
            is_known=is_posted(connection, command.file_sha256),
        )
    return preview_file(facts, command, services.clock.now_ns())


def _unreadable(faults: list[Fault]) -> ApiProblem:
    errors = [_field_error(_shown(fault)) for fault in faults]
    return ApiProblem(Trouble.VALIDATION_FAILED, _count(len(faults)), errors=errors)


def _not_posted(file: RegisterFile, faults: list[RowFault]) -> ApiProblem:
    """A total that is wrong is a problem of its own; rows are told one by one."""
    (first, *_) = faults
    kind: Kind = REFUSALS[Refusal.ROWS_OUT_OF_RANGE]
    if first.row is None:
        raise refused(ROW_REFUSALS[first.trouble])
    errors = [_field_error(_row_fault_shown(file, fault)) for fault in faults]
    return ApiProblem(kind, _count(len(faults)), errors=errors)


def _count(faults: int) -> str:
    return f"Nothing was posted: the file has {faults} fault{'' if faults == 1 else 's'}."


def _field_error(fault: RegisterFileFault) -> FieldError:
    place = "" if fault.line is None else f"Line {fault.line}: "
    column = "" if fault.column is None else f"{fault.column}: "
    return FieldError(code=fault.code, detail=f"{place}{column}{fault.detail}", pointer="/content")


def _shown(fault: Fault) -> RegisterFileFault:
    return RegisterFileFault(
        line=fault.line,
        column=fault.column,
        code=fault.trouble.name.lower(),
        detail=_sentence(fault.trouble.value.en),
    )


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:].rstrip('.')}."


def _row_fault_shown(file: RegisterFile, fault: RowFault) -> RegisterFileFault:
    line = None if fault.row is None else file.lines[fault.row]
    return _refusal_shown(ROW_REFUSALS[fault.trouble], line)


def _refusal_shown(refusal: Refusal, line: int | None) -> RegisterFileFault:
    kind = REFUSALS[refusal]
    return RegisterFileFault(line=line, column=None, code=kind.code, detail=f"{kind.title_en}.")
