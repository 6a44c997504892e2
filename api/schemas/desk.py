"""What officers see of a transfer on the wire, besides the transfer."""

from typing import Annotated, Final

from pydantic import Field

from api.schemas.base import Answer
from api.schemas.criteria import (
    ConcernName,
    PackRead,
    PartyRead,
    concerns,
    packs_read,
    party_read,
)
from api.schemas.decimals import Moment, format_moment
from api.schemas.signed_decisions import DecisionName, ReasonShown
from exchange.review_events import Review
from exchange.store.review_queries import DeskRow
from exchange.types import OfficerId

NOTHING_DONE: Final = Review(
    claimed_by=None,
    claimed_until_ns=None,
    made_by=None,
    reason=None,
    criteria=None,
    checked_by=None,
    lapsed=None,
)


class DeskShown(Answer):
    """Where a transfer stands at the trust company's desk."""

    submitted_at: Annotated[
        Moment | None, Field(description="When the trust company first had it.")
    ]
    seller_name: Annotated[
        str | None, Field(description="As admitted, outside the journal; null where it has none.")
    ]
    buyer_name: str | None
    criteria: Annotated[
        str | None,
        Field(
            description="Of the deal, of the documents that count for it now, of what is known of "
            "seller and buyer, and of the rules of the product; a decision names them. Null while "
            "there is nothing to decide."
        ),
    ]
    seller: Annotated[
        PartyRead | None, Field(description="As the criteria have it, and null with them.")
    ]
    buyer: PartyRead | None
    packs: Annotated[
        list[PackRead],
        Field(
            description="The rule packs in force for the product as the criteria have them, with "
            "what they extend; empty where it has none."
        ),
    ]
    claimed_by: Annotated[str | None, Field(description="The officer who works on it.")]
    claimed_until: Moment | None
    made_by: Annotated[
        str | None, Field(description="The officer whose proposal waits, or was approved.")
    ]
    proposed: Annotated[DecisionName | None, Field(description="What he has proposed.")]
    proposed_reason: Annotated[ReasonShown | None, Field(description="Of a rejection.")]
    checked_by: Annotated[str | None, Field(description="The officer who has approved it.")]
    approvals_lapsed: Annotated[
        Annotated[str, Field(json_schema_extra={"enum": ["RESET", "RETURN"]})] | None,
        Field(
            description="Why the last proposal lapsed, if none was made since: RESET, what it was "
            "about has changed; RETURN, the pack was returned."
        ),
    ]
    changed: Annotated[
        list[ConcernName], Field(description="What had changed then, if it was RESET.")
    ]


def desk_shown(desk: DeskRow, *, seller_name: str | None, buyer_name: str | None) -> DeskShown:
    """Where a transfer stands, for officers and who watches over them, with whose it is."""
    review = NOTHING_DONE if desk.case is None else desk.case.review()
    made, reason = review.made_by is not None, review.reason
    proposed: DecisionName = "CONFIRM" if reason is None else "REJECT"
    return DeskShown(
        submitted_at=_moment(desk.submitted_at_ns),
        seller_name=seller_name,
        buyer_name=buyer_name,
        criteria=None if desk.criteria is None else desk.criteria.hex(),
        seller=None if desk.read is None else party_read(desk.read.seller),
        buyer=None if desk.read is None else party_read(desk.read.buyer),
        packs=[] if desk.read is None else packs_read(desk.read.rules),
        claimed_by=_id(review.claimed_by),
        claimed_until=_moment(review.claimed_until_ns),
        made_by=_id(review.made_by),
        proposed=proposed if made else None,
        proposed_reason=None if reason is None else reason.name,
        checked_by=_id(review.checked_by),
        approvals_lapsed=None if review.lapsed is None else review.lapsed.name,
        changed=concerns(review.changed),
    )


def _id(officer_id: OfficerId | None) -> str | None:
    return None if officer_id is None else str(officer_id)


def _moment(at_ns: int | None) -> str | None:
    return None if at_ns is None else format_moment(at_ns)
