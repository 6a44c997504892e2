"""Evidence: uploading and reading files. What they are attached to is in evidence_links.py."""

import base64
import hashlib
from collections.abc import AsyncIterator, Callable, Coroutine
from io import FileIO
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Path, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from api.auth.principal import Principal
from api.dependencies import (
    GivenServices,
    IdempotencyKey,
    Services,
    SignedIn,
    SignIn,
)
from api.errors import ApiProblem, Trouble, refused
from api.evidence.store import READ_BYTES, FileFaulty, StoredFile, Upload
from api.evidence.types import KINDS, media_type_of
from api.evidence.visibility import sees
from api.responses import COMMAND, SIGNED_IN, problems
from api.schemas.evidence import (
    Evidence,
    EvidenceIdText,
    media_type_name,
)
from api.store import evidence as store
from api.store.edge import Answered
from api.store.evidence import EvidenceRecord
from api.strict_input import StrictRoute, check_not_compressed, check_query
from api.submission import REPLAYED_HEADER, once
from exchange import evidence_state
from exchange.evidence_types import (
    EvidenceFault,
    EvidenceId,
    MediaType,
)
from exchange.limits import DAY_NS
from exchange.refusals import Refusal
from exchange.store.evidence_queries import (
    links_of_file,
)

BYTES_PER_DAY_MAX: Final = 2 * 2**30
"""Of one party: a hundred of the largest files."""
WRITE_BYTES: Final = 524_288
"""Handed to the disk at once."""
NO_QUERY: Final[frozenset[str]] = frozenset()
UPLOAD_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            kind.name: {"schema": {"type": "string", "format": "binary"}} for kind in KINDS.values()
        },
    }
}
FILE_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The bytes of the file, as they were uploaded.",
        "content": UPLOAD_BODY["requestBody"]["content"],
        "headers": {
            "Repr-Digest": {
                "description": "`sha-256=:…:`, the hash that was stored (RFC 9530).",
                "schema": {"type": "string"},
            }
        },
    }
}

router = APIRouter(route_class=StrictRoute, tags=["evidence"])


class UploadRoute(APIRoute):
    """A route that takes a body of any kind as it comes: nothing reads it before the route does."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The framework's handler behind the sign-in."""
        handle = super().get_route_handler()
        sign_ins = [
            dependency.call
            for dependency in self.dependant.dependencies
            if isinstance(dependency.call, SignIn)
        ]

        async def handle_upload(request: Request) -> Response:
            for sign_in in sign_ins:
                sign_in.principal(request)
            check_query(request, NO_QUERY)
            return await handle(request)

        return handle_upload


upload_router = APIRouter(route_class=UploadRoute, tags=["evidence"])


@upload_router.post(
    "/v1/evidence",
    operation_id="upload_evidence",
    status_code=201,
    responses=problems(*COMMAND, 429),
    openapi_extra=UPLOAD_BODY,
)
async def upload_evidence(
    request: Request,
    response: Response,
    services: GivenServices,
    principal: SignedIn,
    idempotency_key: IdempotencyKey,
) -> Evidence:
    """Upload a file of at most 20 MiB; its bytes are the body. Attach it within a day.

    Once it is answered, the file is on the disk.
    """
    check_not_compressed(request)
    media_type = media_type_of(request.headers.get("content-type", ""))
    if media_type is None:
        kinds = ", ".join(kind.name for kind in KINDS.values())
        raise ApiProblem(Trouble.UNSUPPORTED_EVIDENCE, f"Of these: {kinds}.")
    await run_in_threadpool(_check_quota, services, principal, 0)
    try:
        upload = await run_in_threadpool(services.evidence.begin)
        file = await _receive(request, upload, media_type)
    except OSError as error:
        raise ApiProblem(
            Trouble.NOT_READY, "The file could not be stored.", headers={"Retry-After": "1"}
        ) from error
    try:
        answered = await run_in_threadpool(
            _record, services, principal, idempotency_key, file, media_type
        )
    except SQLAlchemyError:
        # Its row may be there: the file stays, and is swept if it is not.
        upload.release()
        raise
    except BaseException:
        upload.abort()
        raise
    if answered.replayed:
        response.headers[REPLAYED_HEADER] = "true"
        upload.abort()
    else:
        upload.release()
    return Evidence(
        evidence_id=msgspec.json.decode(answered.answer, type=str),
        sha256=file.sha256.hex(),
        bytes=file.bytes_count,
        media_type=media_type_name(media_type),
    )


@router.get(
    "/v1/evidence/{evidence_id}",
    operation_id="get_evidence",
    responses=problems(*SIGNED_IN, 404, 422) | FILE_ANSWER,
    response_class=StreamingResponse,
)
async def get_evidence(
    services: GivenServices,
    principal: SignedIn,
    evidence_id: Annotated[EvidenceIdText, Path()],
) -> StreamingResponse:
    """The bytes of a file that you have uploaded, or that is a document which you may see.

    They are hashed on the way: an answer that ends short is of a file that is not what it was.
    """
    wanted = EvidenceId(bytes.fromhex(evidence_id))
    record = await run_in_threadpool(_readable, services, principal, wanted)
    if record is None:
        raise refused(Refusal.UNKNOWN_EVIDENCE)
    try:
        file = await run_in_threadpool(
            services.evidence.open_file, wanted, bytes_count=record.bytes_count
        )
    except FileFaulty as fault:
        await services.evidence_worker.report(fault)
        raise ApiProblem(Trouble.EVIDENCE_FAULTY, "It is in the log.") from fault
    digest = base64.b64encode(record.sha256).decode("ascii")
    suffix = KINDS[record.media_type].suffix
    return StreamingResponse(
        _checked(services, file, record),
        media_type=media_type_name(record.media_type),
        headers={
            "Content-Length": str(record.bytes_count),
            "Content-Disposition": f'attachment; filename="{evidence_id}.{suffix}"',
            "Content-Security-Policy": "sandbox",
            "Repr-Digest": f"sha-256=:{digest}:",
        },
    )


async def _receive(request: Request, upload: Upload, media_type: MediaType) -> StoredFile:
    """The body, on the disk, once its beginning was found to be of its type."""
    pending = bytearray()
    try:
        async for part in request.stream():
            pending += part
            if len(pending) >= WRITE_BYTES:
                await run_in_threadpool(upload.write, bytes(pending))
                pending.clear()
        await run_in_threadpool(upload.write, bytes(pending))
        _check_type(upload, media_type)
        return await run_in_threadpool(upload.finish)
    except BaseException:
        upload.abort()
        raise


def _check_type(upload: Upload, media_type: MediaType) -> None:
    if not KINDS[media_type].fits(upload.head):
        name = media_type_name(media_type)
        raise ApiProblem(Trouble.EVIDENCE_TYPE_DIFFERS, f"These bytes are not {name}.")


def _record(
    services: Services,
    principal: Principal,
    idempotency_key: str,
    file: StoredFile,
    media_type: MediaType,
) -> Answered:
    """The file, known to the edge from now on; or the one that the same key brought before."""
    at_ns = services.clock.now_ns()

    def act(connection: Connection) -> bytes:
        _check_quota_in(connection, services, principal, file.bytes_count)
        store.insert_evidence(
            connection, file, party_id=principal.party_id, media_type=media_type, at_ns=at_ns
        )
        return msgspec.json.encode(file.evidence_id.hex())

    request = ["upload-evidence", file.sha256.hex(), media_type.name]
    return once(services, principal, idempotency_key, request, act)


def _check_quota(services: Services, principal: Principal, bytes_count: int) -> None:
    with services.edge.transaction() as connection:
        _check_quota_in(connection, services, principal, bytes_count)


def _check_quota_in(
    connection: Connection, services: Services, principal: Principal, bytes_count: int
) -> None:
    since_ns = services.clock.now_ns() - DAY_NS
    before = store.bytes_since(connection, principal.party_id, after_ns=since_ns)
    if before + bytes_count >= BYTES_PER_DAY_MAX:
        raise ApiProblem(
            Trouble.EVIDENCE_BYTES_MAX,
            f"A party uploads {BYTES_PER_DAY_MAX} bytes a day at most.",
            headers={"Retry-After": "3600"},
        )


async def _checked(
    services: Services, file: FileIO, record: EvidenceRecord
) -> AsyncIterator[bytes]:
    """The bytes of the file; the last of them only once all of them give the hash."""
    hashed = hashlib.sha256()
    try:
        held = await run_in_threadpool(file.read, READ_BYTES)
        while held:
            await run_in_threadpool(hashed.update, held)
            following = await run_in_threadpool(file.read, READ_BYTES)
            if not following:
                break
            yield held
            held = following
        if hashed.digest() != record.sha256:
            fault = FileFaulty(record.evidence_id, EvidenceFault.DIFFERENT)
            await services.evidence_worker.report(fault)
            raise fault
        yield held
    finally:
        file.close()


def _uploaded(services: Services, evidence_id: EvidenceId) -> EvidenceRecord | None:
    with services.edge.transaction() as connection:
        return store.evidence_of(connection, evidence_id)


def _readable(
    services: Services, principal: Principal, evidence_id: EvidenceId
) -> EvidenceRecord | None:
    """The file, if the principal may read it: what it is, the journal says where it can."""
    record = _uploaded(services, evidence_id)
    with services.reader.connect() as connection:
        links = links_of_file(connection, evidence_id)
        is_mine = record is not None and record.party_id == principal.party_id
        if not (
            is_mine or principal.reads_all or _sees_any(connection, services, principal, links)
        ):
            return None
    if not links:
        return record
    last = links[-1]
    return EvidenceRecord(
        evidence_id=evidence_id,
        party_id=last.attached_by,
        sha256=last.sha256,
        bytes_count=last.bytes_count,
        media_type=last.media_type,
        created_at_ns=last.attached_at_ns,
    )


def _sees_any(
    connection: Connection,
    services: Services,
    principal: Principal,
    links: list[evidence_state.EvidenceLink],
) -> bool:
    for link in links:
        seen = sees(connection, services, principal, link.subject, link.subject_id)
        if not isinstance(seen, Refusal) and seen.shows(link):
            return True
    return False
