"""Proposals on the wire: what an officer of the operator's wants done, and a second approves."""

from typing import Annotated, Any, Literal

from pydantic import Field

from api.schemas.base import Answer, Body
from api.schemas.decimals import Moment

DIGEST_PATTERN = r"^[0-9a-f]{32}$"
ProposalState = Literal["OPEN", "APPROVED", "WITHDRAWN", "LAPSED"]


class Proposal(Answer):
    """An act that was proposed. Nothing of it is done before another person approves it."""

    proposal_id: str
    officer_id: Annotated[str, Field(description="The maker.")]
    act: Annotated[
        dict[str, Any],
        Field(description="All that will be done: its type and every field of it."),
    ]
    digest: Annotated[str, Field(description="Of the act: who approves it names it.")]
    proposed_at: Moment
    lapses_at: Moment
    state: ProposalState
    closed_by: Annotated[
        str | None, Field(description="Who approved or withdrew it; null: nobody, or not yet.")
    ]
    closed_at: Moment | None
    result_id: Annotated[
        str | None,
        Field(description="The id of what an approved act made, where it makes something."),
    ]


class Proposals(Answer):
    """What one request has proposed, to be approved in this order."""

    items: list[Proposal]


class ApproveBody(Body):
    """What the checker has seen."""

    digest: Annotated[str, Field(pattern=DIGEST_PATTERN, max_length=32)]
