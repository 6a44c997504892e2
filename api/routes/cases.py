"""The case of a transfer, to be read and taken along."""

import base64
import hashlib
from typing import Final

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from api.auth.principal import Principal
from api.dependencies import GivenServices, IdInPath, Registrar, Services
from api.errors import refused
from api.evidence.visibility import sees
from api.journal_subjects import OF_EXCEPTIONS, Subject, SubjectKind
from api.responses import SIGNED_IN, problems
from api.routes.evidence_links import checklist_in
from api.routes.journal_events import journal_event
from api.routes.rules import product_rules_shown
from api.routes.transfers import transfer_with_states
from api.schemas.cases import TransferCase
from api.schemas.clearances import clearance_shown
from api.schemas.decimals import format_moment
from api.schemas.evidence import EvidenceLink, link_of
from api.schemas.exceptions import exception_of as exception_shown
from api.store.journal_index import Sought
from api.strict_input import StrictRoute
from exchange.evidence_types import EvidenceSubject
from exchange.refusals import Refusal
from exchange.store.clearance_queries import clearances_for
from exchange.store.desk_queries import exceptions_about
from exchange.store.evidence_queries import links_of_subject
from registry.store.queries import TransferRow

DOCUMENTS_MAX: Final = 10_000
"""More than a transfer can have."""
ABOUT_TRANSFERS: Final = [
    kind for kind, subject in OF_EXCEPTIONS.items() if subject is SubjectKind.TRANSFER
]

router = APIRouter(route_class=StrictRoute, tags=["transfers"])


@router.get(
    "/v1/transfers/{transfer_id}/case",
    operation_id="get_case",
    response_model=TransferCase,
    responses=problems(*SIGNED_IN, 404, 422),
)
async def get_case(
    services: GivenServices, registrar: Registrar, transfer_id: IdInPath
) -> Response:
    """All of a transfer in one document, whose SHA-256 the header Repr-Digest says (RFC 9530).

    For the operator and the product's trust company, who sees its own part alone.
    """
    is_indexed = await services.journal_index.catch_up()
    case = await run_in_threadpool(
        _case, services, registrar, int(transfer_id), is_indexed=is_indexed
    )
    body = case.model_dump_json().encode()
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode("ascii")
    return Response(
        body, media_type="application/json", headers={"Repr-Digest": f"sha-256=:{digest}:"}
    )


def _case(
    services: Services, reader: Principal, transfer_id: int, *, is_indexed: bool
) -> TransferCase:
    upto = services.journal_index.indexed_up_to()
    shown = transfer_with_states(services, reader, transfer_id, is_indexed=is_indexed)
    row, documents = _documents(services, reader, transfer_id)
    terms = services.exchange.view.products[row.product_id].terms
    trust_company_id = None if reader.reads_all else reader.party_id
    with services.reader.connect() as connection:
        exceptions = exceptions_about(
            connection, ABOUT_TRANSFERS, row.transfer_id, trust_company_id=trust_company_id
        )
        clearances = clearances_for(connection, row.transfer_id) if reader.reads_all else None
    events = None
    if reader.reads_all:
        about = Sought(subjects=(Subject(SubjectKind.TRANSFER, row.transfer_id),))
        events = services.journal_index.find(about)
    return TransferCase(
        as_of_sequence=str(upto),
        read_at=format_moment(services.clock.now_ns()),
        transfer=shown,
        checklist=checklist_in(services, row),
        documents=documents,
        exceptions=[exception_shown(each) for each in exceptions],
        rules=product_rules_shown(services, terms.symbol),
        clearances=(
            None if clearances is None else [clearance_shown(each, terms) for each in clearances]
        ),
        events=None if events is None else [journal_event(services, each) for each in events],
    )


def _documents(
    services: Services, reader: Principal, transfer_id: int
) -> tuple[TransferRow, list[EvidenceLink]]:
    """The transfer's row, and its documents that the reader may see."""
    kind = EvidenceSubject.TRANSFER
    with services.reader.connect() as connection:
        seen = sees(connection, services, reader, kind, transfer_id)
        if isinstance(seen, Refusal):
            raise refused(seen)
        links = links_of_subject(
            connection, kind, transfer_id, after=0, limit=DOCUMENTS_MAX, of=seen.sides
        )
    assert seen.transfer is not None, transfer_id
    return seen.transfer, [link_of(link, str(transfer_id)) for link in links]
