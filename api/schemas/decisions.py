"""Many decisions of a trust company in one request, and what they would do."""

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from api.refusal_kinds import REFUSALS
from api.schemas.base import Answer, Body
from api.schemas.decimals import (
    Decimal,
    IdText,
    Moment,
    format_decimal,
    format_moment,
    format_money,
)
from api.schemas.rules import Finding
from api.schemas.signed_decisions import (
    CriteriaText,
    DecisionName,
    ReasonName,
    SignatureText,
    signs_what_was_read,
)
from api.schemas.transfers import Decision
from exchange.commands import CreateProduct
from exchange.decision_preview import Effects
from exchange.foretelling import Held
from registry.types import ProductId, TransferId

DECISIONS_MAX: Final = 10_000
"""In one request: as many transfers as one party can have open."""

RefusalCode = Annotated[
    str, Field(description="Of the page of problems.", examples=["transfer_version_stale"])
]


class DecisionBody(Body):
    """A decision, with the reason of a rejection."""

    decision: DecisionName
    reason: Annotated[
        ReasonName | None, Field(validate_default=True, description="Of a rejection alone.")
    ] = None

    @field_validator("reason")
    @classmethod
    def _only_a_rejection_has_one(cls, reason: str | None, info: ValidationInfo) -> str | None:
        decision = info.data.get("decision")
        if decision == "REJECT" and reason is None:
            raise PydanticCustomError("required", "A rejection has a reason.")
        if decision == "CONFIRM" and reason is not None:
            raise PydanticCustomError("conflict", "A confirmation has no reason.")
        return reason


class DecisionItem(DecisionBody):
    """A decision about one transfer."""

    transfer_id: IdText
    version: Annotated[
        int | None,
        Field(
            ge=1,
            le=999_999_999,
            description="The one that was read, as in its ETag. May be left out where criteria say "
            "what was read.",
        ),
    ] = None
    criteria: Annotated[
        CriteriaText | None,
        Field(validate_default=True, description="Required where the product has review."),
    ] = None
    signature: SignatureText | None = None

    @field_validator("criteria")
    @classmethod
    def _says_what_was_read(cls, criteria: str | None, info: ValidationInfo) -> str | None:
        if criteria is None and info.data.get("version", 0) is None:
            raise PydanticCustomError("required", "A decision names a version, criteria or both.")
        return criteria

    @field_validator("signature")
    @classmethod
    def _signs_what_was_read(cls, signature: str | None, info: ValidationInfo) -> str | None:
        return signs_what_was_read(signature, info)


class DecisionsBody(Body):
    """Decisions about different transfers, taken in this order."""

    items: Annotated[list[DecisionItem], Field(min_length=1, max_length=DECISIONS_MAX)]


class ProposedItem(DecisionItem):
    """What a maker proposes to decide about one transfer."""

    criteria: CriteriaText


class ProposalsBody(Body):
    """What a maker proposes to decide about different transfers, in this order."""

    items: Annotated[list[ProposedItem], Field(min_length=1, max_length=DECISIONS_MAX)]


class MadeItem(Answer):
    """What became of one proposal."""

    transfer_id: str
    version: Annotated[int | None, Field(description="Of the transfer then; null if refused.")]
    refusal: Annotated[RefusalCode | None, Field(description="Why it was not taken.")]


class Made(Answer):
    """What became of each proposal, in the order in which they were sent."""

    taken: int
    refused: int
    items: list[MadeItem]


class DecidedItem(Answer):
    """What became of one decision."""

    transfer_id: str
    decision: Annotated[Decision | None, Field(description="What it did; null if refused.")]
    refusal: Annotated[RefusalCode | None, Field(description="Why it was not taken.")]


class Decisions(Answer):
    """What became of each decision, in the order in which they were sent."""

    taken: int
    refused: int
    items: list[DecidedItem]


class ProductPreview(Answer):
    """What the decisions would do to one product: holders as they are once all that is confirmed
    has settled, which may be later or never."""

    symbol: str
    confirmed: int
    rejected: int
    offered: Annotated[
        int,
        Field(
            description="Of those confirmed: who has a right of pre-emption is asked first, and "
            "they settle if nobody takes the buyer's place."
        ),
    ]
    held: Annotated[
        int,
        Field(
            description="Of those confirmed: the product's rules would hold them. They settle if "
            "somebody lets go of them and the rules let them pass by then."
        ),
    ]
    settles_at: Annotated[
        Moment | None,
        Field(
            description="When the others of those confirmed settle, the cut-off being over; null: "
            "at once."
        ),
    ]
    units: Annotated[Decimal, Field(description="That would change hands.")]
    holders_before: int
    holders_after: int
    holders_joining: Annotated[list[str], Field(description="Who would hold units for the first.")]
    holders_leaving: Annotated[list[str], Field(description="Who would have none left.")]


class RefusedItem(Answer):
    """A decision that would not be taken."""

    transfer_id: str
    refusal: RefusalCode


class HeldItem(Answer):
    """A transfer that the rules of its product would hold once it is confirmed."""

    transfer_id: str
    stage: Annotated[
        str, Field(description="CONFIRM: by your word. SETTLE: when title is to move, at once.")
    ]
    reasons: Annotated[
        list[str],
        Field(
            description="The reason codes of the findings; `HOLDER_SLOTS` where the product has "
            "too many holders; `NOT_TOLD` where the venue tells nobody what it is, or could not "
            "ask a rule."
        ),
    ]
    findings: Annotated[list[Finding], Field(description="Of the rules that stand against it.")]


class DecisionsPreview(Answer):
    """What the decisions would do now; money as it moves once all that is confirmed has settled. No
    promise: transfers go on."""

    products: list[ProductPreview]
    to_sellers: Annotated[Decimal, Field(description="Considerations less the sellers' fees.")]
    fees_venue: Decimal
    fees_trust_company: Annotated[Decimal, Field(description="Yours, of both sides.")]
    refunds: Annotated[Decimal, Field(description="To buyers, their fees included.")]
    refused: list[RefusedItem]
    held: list[HeldItem]


def decisions_preview_of(
    effects: Effects,
    terms: Mapping[ProductId, CreateProduct],
    findings: Mapping[TransferId, list[Finding]],
) -> DecisionsPreview:
    """The effects as the wire shows them.

    Args:
        findings: of each transfer that would be held, in words.
    """
    products = []
    for product_id, each in effects.products.items():
        product = terms[product_id]
        products.append(
            ProductPreview(
                symbol=product.symbol,
                confirmed=each.confirmed,
                rejected=each.rejected,
                offered=each.offered,
                held=each.held,
                settles_at=None if each.settles_ns is None else format_moment(each.settles_ns),
                units=format_decimal(each.units_moved, scale=product.quantity_scale),
                holders_before=each.holders_before,
                holders_after=each.holders_before + len(each.joining) - len(each.leaving),
                holders_joining=[str(holder_id) for holder_id in each.joining],
                holders_leaving=[str(holder_id) for holder_id in each.leaving],
            )
        )
    return DecisionsPreview(
        products=products,
        to_sellers=format_money(effects.to_sellers),
        fees_venue=format_money(effects.fees_venue),
        fees_trust_company=format_money(effects.fees_trust_company),
        refunds=format_money(effects.refunds),
        refused=[
            RefusedItem(transfer_id=str(transfer_id), refusal=REFUSALS[refusal].code)
            for transfer_id, refusal in effects.refused
        ],
        held=[_held_item(each, findings[each.transfer_id]) for each in effects.held],
    )


def _held_item(held: Held, findings: list[Finding]) -> HeldItem:
    reasons = [finding.reason_code for finding in findings]
    if held.lacks_slots:
        reasons.append("HOLDER_SLOTS")
    if held.has_untold:
        reasons.append("NOT_TOLD")
    return HeldItem(
        transfer_id=str(held.transfer_id),
        stage=held.stage.name,
        reasons=list(dict.fromkeys(reasons)),
        findings=findings,
    )
