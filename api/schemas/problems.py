"""The problem document, RFC 9457, as OpenAPI shows it."""

from typing import Annotated

from pydantic import Field

from api.schemas.base import Answer
from api.schemas.means import Means
from api.schemas.rules import Finding


class ProblemError(Answer):
    """What is wrong with one field or parameter."""

    code: Annotated[str, Field(description="Stable.")]
    detail: str
    pointer: Annotated[str, Field(description="JSON pointer into the body.")] = ""
    parameter: Annotated[str, Field(description="In path, query or header.")] = ""


class Problem(Answer):
    """Why a request did not do what it asked for."""

    type: Annotated[str, Field(description="Where this kind of problem is explained.")]
    title: Annotated[str, Field(description="In the language of Accept-Language: zh-CN or en.")]
    status: int
    detail: str
    instance: str
    code: Annotated[str, Field(description="Stable; decide by this.")]
    request_id: Annotated[str, Field(description="Name it when you ask the operator.")]
    retryable: Annotated[bool, Field(description="The same request may succeed later.")]
    errors: tuple[ProblemError, ...] = ()
    findings: Annotated[
        tuple[Finding, ...], Field(description="What each rule said, where rules are why.")
    ] = ()
    means: Annotated[
        Means | None, Field(description="What is missing, where money or units are why.")
    ] = None
