"""The headings that a trust company has in its files, beside the common ones."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path

from api.dependencies import GivenServices, IdInPath, Registrar, trust_company_in
from api.errors import ApiProblem, FieldError, Trouble
from api.files.profiles import PROFILES, profile_of
from api.responses import COMMAND, SIGNED_IN, problems
from api.schemas.file_headings import (
    FileColumns,
    FileHeadings,
    HeadingsBody,
    file_columns_of,
)
from api.store.files import FileKind
from api.store.own_headings import replace_own_headings
from api.strict_input import StrictRoute
from registry.trust_company.mapping import own_heading_faults

FileName = Literal["DECISIONS", "REGISTRATIONS", "HOLDERS"]

router = APIRouter(route_class=StrictRoute, tags=["files"])


@router.get(
    "/v1/trust-companies/{trust_company_id}/file-headings",
    operation_id="get_file_headings",
    responses=problems(*SIGNED_IN, 404, 422),
)
def get_file_headings(
    services: GivenServices, registrar: Registrar, trust_company_id: IdInPath
) -> FileHeadings:
    """The columns of a trust company's files, with the headings by which each is known. For itself
    and the operator."""
    party_id = trust_company_in(services, registrar, trust_company_id)
    items = [file_columns_of(kind, profile_of(services, party_id, kind)) for kind in PROFILES]
    return FileHeadings(trust_company_id=trust_company_id, items=items)


@router.put(
    "/v1/trust-companies/{trust_company_id}/file-headings/{file}",
    operation_id="set_file_headings",
    responses=problems(*COMMAND, 404),
)
def set_file_headings(
    services: GivenServices,
    registrar: Registrar,
    trust_company_id: IdInPath,
    file: Annotated[FileName, Path()],
    body: HeadingsBody,
) -> FileColumns:
    """Replace a trust company's own headings in files of one kind: what goes out has them, and what
    comes in may have these or the common ones. For itself and the operator."""
    party_id = trust_company_in(services, registrar, trust_company_id)
    kind = FileKind[file]
    faults = own_heading_faults(PROFILES[kind], body.headings)
    if faults:
        errors = [
            FieldError(
                code=f"heading_{fault.name.lower()}",
                detail=f"{fault.value.zh} / {fault.value.en}",
                pointer="/headings/" + field.replace("~", "~0").replace("/", "~1"),
            )
            for field, fault in faults.items()
        ]
        raise ApiProblem(Trouble.VALIDATION_FAILED, "The headings were not set.", errors=errors)
    with services.edge.transaction() as connection:
        replace_own_headings(connection, party_id, kind, body.headings)
    return file_columns_of(kind, profile_of(services, party_id, kind))
