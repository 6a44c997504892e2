"""Transfers of title on the wire, and the answers to a trust company's decisions."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from api.auth.principal import Principal
from api.schemas.accrued import AccruedIncome, accrued_in
from api.schemas.base import Answer, name_of
from api.schemas.decimals import (
    Decimal,
    Moment,
    format_decimal,
    format_moment,
    format_money,
    format_price,
)
from api.schemas.desk import DeskShown
from api.schemas.rules import Finding
from api.schemas.signed_decisions import (
    ReasonShown,
    SignedDecisionShown,
    signed_shown,
)
from api.schemas.taxes import TaxEstimate, taxes_in
from exchange.commands import CreateProduct
from exchange.decision_signature import SignedDecision
from exchange.events import TransferAdvanced, TransferFailed, TransferSettled
from exchange.product_view import TransferView
from exchange.types import PartyKind, RejectionReason, ReturnReason
from registry.store.queries import TransferRow
from registry.transfer import TERMINAL_STATES, Overlay, TransferState, Who
from registry.types import HolderId

StateName = Literal[
    "AGREEMENT_PENDING",
    "FUNDS_PENDING",
    "SUBMITTED",
    "RETURNED",
    "UNDER_REVIEW",
    "PREEMPTION_OPEN",
    "CONFIRMED",
    "SETTLED",
    "REGISTERED",
    "CANCELLED",
    "REJECTED",
    "LAPSED",
    "BUYER_DEFAULT",
    "SELLER_DEFAULT",
    "PREEMPTED",
    "REVERSED",
]
PhaseName = Literal["OPEN", "ENDED"]
StateShown = Annotated[str, name_of(TransferState)]
ReturnReasonShown = Annotated[str, name_of(ReturnReason)]
RoleName = Literal["OPERATOR", "REGULATOR", "TRUST_COMPANY", "SELLER", "BUYER"]
SideName = Literal["BUYER", "SELLER"]
OverlayShown = Annotated[str, name_of(Overlay)]


class FeesCharged(Answer):
    """What one side is charged, refunded in full unless the transfer settles."""

    venue: Decimal
    trust_company: Decimal


class Transfer(Answer):
    """A transfer of title, as one of those who may see it sees it."""

    transfer_id: str
    symbol: str
    trade_number: int
    role: Annotated[RoleName, Field(description="Yours in it.")]
    seller_id: str
    buyer_id: str
    trust_company_id: str
    units: Decimal
    price: Decimal
    consideration: Decimal
    accrued: Annotated[
        AccruedIncome | None,
        Field(description="What the buyer pays besides, where the price is clean; else null."),
    ]
    buyer_fees: Annotated[FeesCharged | None, Field(description="Null to the seller.")]
    seller_fees: Annotated[FeesCharged | None, Field(description="Null to the buyer.")]
    taxes: Annotated[
        TaxEstimate | None,
        Field(description="To the seller of one that has settled: information, and no advice."),
    ]
    paid: Annotated[
        Decimal | None,
        Field(
            description="What the buyer has put in escrow of all that he pays: consideration, "
            "accrued income and fees, or, until he has paid the rest, the product's deposit. Null "
            "to the seller."
        ),
    ]
    rest_due: Annotated[
        Decimal | None,
        Field(
            description="What he has to pay yet, by the deadline of FUNDS_PENDING. Null to the "
            "seller, and when the transfer has ended."
        ),
    ]
    state: StateShown
    version: Annotated[int, Field(description="The ETag; a decision names it in If-Match.")]
    matched_at: Moment
    deadline: Annotated[
        Moment | None,
        Field(description="When the state ends by itself; null where nothing ends it."),
    ]
    notices: Annotated[
        int,
        Field(
            description="To the trust company, since it got the transfer: 1 not acknowledged, "
            "2 reminded, 3 escalated."
        ),
    ]
    overlays: Annotated[
        list[OverlayShown],
        Field(description="What stops its clocks; to all but the operator HELD may be anything."),
    ]
    findings: Annotated[
        list[Finding] | None,
        Field(
            description="What each rule said when the rules last kept it from going on (HELD): to "
            "buyer and seller of themselves alone. Null where they never did. Whoever lets go of "
            "HELD has the rules asked again."
        ),
    ]
    overlays_until: Annotated[
        Moment | None,
        Field(description="When they have stood for their longest time: the buyer may rescind."),
    ]
    rescindable: Annotated[bool, Field(description="Whether that is so now.")]
    rescindable_until: Annotated[
        Moment | None,
        Field(description="After a corporate event the buyer may rescind until then, too."),
    ]
    signed: Annotated[list[SideName], Field(description="Who has signed the agreement.")]
    agreed_to_cancel: list[SideName]
    documents_overdue: Annotated[
        bool,
        Field(description="Only documents keep the agreement from being made; see the checklist."),
    ]
    returns: Annotated[int, Field(description="How often the trust company wanted it completed.")]
    returned_to: Annotated[list[SideName], Field(description="Who had to, the last time.")]
    return_reason: ReturnReasonShown | None
    fault: Annotated[list[SideName], Field(description="Whose fault the failure is.")]
    fault_fee: Annotated[
        Decimal, Field(description="What who is at fault has paid to the other party.")
    ]
    fault_fee_owed: Annotated[Decimal, Field(description="What he should have paid too.")]
    forfeited: Annotated[
        Decimal, Field(description="The deposit that the seller has because the rest did not come.")
    ]
    decided_at: Moment | None
    registration_due: Annotated[
        Moment | None,
        Field(description="When the change registration of a settled transfer is due, if ever."),
    ]
    registered_at: Moment | None
    reversed_at: Annotated[
        Moment | None, Field(description="When a settled transfer was undone, if it was.")
    ]
    paid_back: Annotated[
        Decimal | None, Field(description="What the buyer then got back of what he had paid.")
    ]
    preempts: Annotated[
        str | None,
        Field(description="The transfer whose buyer this one's has replaced by pre-emption."),
    ]
    reason: ReasonShown | None
    officer: Annotated[
        str | None, Field(description="The key that decided; null to buyer and seller.")
    ]
    desk: Annotated[DeskShown | None, Field(description="Null to buyer and seller.")]
    signed_decisions: Annotated[
        list[SignedDecisionShown],
        Field(description="Oldest first; to buyer and seller the decision that counted alone."),
    ]


class StateEntered(Answer):
    """A state that a transfer has come to, or in which somebody has signed."""

    state: StateShown
    at: Annotated[Moment, Field(description="Since when.")]
    signed: Annotated[list[SideName], Field(description="Who had signed the agreement by then.")]
    redeemed_for: Annotated[
        Decimal | None,
        Field(description="What its units were paid out for at once, as their plan had ended."),
    ]


class TransferWithStates(Transfer):
    """A transfer, and how it has come to where it is."""

    states: Annotated[
        list[StateEntered] | None,
        Field(
            description="Its states, oldest first; the last one is the present one. Null while "
            "the venue's index of its journal is being made anew."
        ),
    ]


class Decision(Answer):
    """What a trust company's decision did."""

    transfer_id: str
    symbol: str
    state: StateShown
    version: int
    units: Decimal
    seller_credit: Annotated[
        Decimal | None,
        Field(description="Consideration and accrued income less the seller's fees, if settled."),
    ]
    trust_company_credit: Annotated[Decimal | None, Field(description="Your fees, if settled.")]
    refund: Annotated[Decimal | None, Field(description="To the buyer, if rejected.")]
    reason: ReasonShown | None
    decided_at: Moment


def decision_of(
    event: TransferSettled | TransferAdvanced | TransferFailed,
    terms: CreateProduct,
    *,
    at_ns: int,
) -> Decision:
    """The answer to a decision that was taken."""
    settled = event if isinstance(event, TransferSettled) else None
    failed = event if isinstance(event, TransferFailed) else None
    state = TransferState.SETTLED if isinstance(event, TransferSettled) else event.state
    reason = None if failed is None else failed.reason
    return Decision(
        transfer_id=str(event.transfer_id),
        symbol=terms.symbol,
        state=state.name,
        version=event.version,
        units=format_decimal(event.units, scale=terms.quantity_scale),
        seller_credit=None if settled is None else format_money(settled.seller_credit),
        trust_company_credit=(
            None if settled is None else format_money(settled.trust_company_credit)
        ),
        refund=None if failed is None else format_money(failed.refund),
        reason=None if reason is None else reason.name,
        decided_at=format_moment(at_ns),
    )


def transfer_of(
    row: TransferRow,
    terms: CreateProduct,
    reader: Principal,
    desk: DeskShown | None,
    signed: Iterable[SignedDecision],
    findings: list[Finding] | None,
) -> Transfer:
    """A transfer as the wire shows it to `reader`.

    Args:
        desk: what officers see of it; None: he is none.
        signed: what officers have signed about it.
        findings: why the rules last kept it from going on, as far as `reader` may know.
    """
    role = _role(row, reader)
    buyer_fees = FeesCharged(
        venue=format_money(row.buyer_fee_venue),
        trust_company=format_money(row.buyer_fee_trust_company),
    )
    seller_fees = FeesCharged(
        venue=format_money(row.seller_fee_venue),
        trust_company=format_money(row.seller_fee_trust_company),
    )
    return Transfer(
        transfer_id=str(row.transfer_id),
        symbol=terms.symbol,
        trade_number=row.trade_number,
        role=role,
        seller_id=str(row.seller_id),
        buyer_id=str(row.buyer_id),
        trust_company_id=str(row.trust_company_id),
        units=format_decimal(row.units, scale=terms.quantity_scale),
        price=format_price(row.price),
        consideration=format_money(row.consideration),
        accrued=accrued_in(row),
        buyer_fees=None if role == "SELLER" else buyer_fees,
        seller_fees=None if role == "BUYER" else seller_fees,
        taxes=taxes_in(row, reader.kind) if role == "SELLER" else None,
        paid=None if role == "SELLER" else format_money(row.paid),
        rest_due=None if role == "SELLER" else _rest_due(row),
        state=row.state.name,
        version=row.version,
        matched_at=format_moment(row.matched_at_ns),
        deadline=_moment(row.deadline_ns),
        notices=row.notices,
        overlays=overlays_told(row.overlays, reader),
        findings=findings,
        overlays_until=_moment(row.overlay_ns),
        rescindable=row.rescindable,
        rescindable_until=_moment(row.rescind_until_ns),
        signed=sides_of(row.signed),
        agreed_to_cancel=sides_of(row.consented),
        documents_overdue=row.documents_overdue,
        returns=row.returns,
        returned_to=sides_of(row.returned_to),
        return_reason=None if row.return_reason is None else ReturnReason(row.return_reason).name,
        fault=sides_of(row.fault),
        fault_fee=format_money(row.fault_fee),
        fault_fee_owed=format_money(row.fault_fee_owed),
        forfeited=format_money(row.forfeited),
        decided_at=_moment(row.decided_at_ns),
        registration_due=_moment(row.registration_due_ns),
        registered_at=_moment(row.registered_at_ns),
        reversed_at=_moment(row.reversed_at_ns),
        paid_back=None if row.paid_back is None else format_money(row.paid_back),
        preempts=None if row.preempts is None else str(row.preempts),
        reason=None if row.reason is None else RejectionReason(row.reason).name,
        officer=None if role in ("BUYER", "SELLER") else row.officer,
        desk=desk,
        signed_decisions=signed_shown(signed, is_officer=desk is not None),
    )


def _rest_due(row: TransferRow) -> str | None:
    if row.state in TERMINAL_STATES:
        return None
    cost = row.due_to_seller + row.buyer_fee_venue + row.buyer_fee_trust_company
    return format_money(cost - row.paid)


def overlays_told(overlays: Overlay, reader: Principal) -> list[str]:
    """The names of the overlays as `reader` may know them."""
    told = overlays if reader.reads_all else overlays.told
    return [str(overlay.name) for overlay in told]


def _moment(at_ns: int | None) -> str | None:
    return None if at_ns is None else format_moment(at_ns)


def sides_of(who: Who) -> list[SideName]:
    sides: dict[Who, SideName] = {Who.BUYER: "BUYER", Who.SELLER: "SELLER"}
    return [name for side, name in sides.items() if side in who]


def _role(row: TransferRow, reader: Principal) -> RoleName:
    if reader.kind is PartyKind.OPERATOR:
        return "OPERATOR"
    elif reader.kind is PartyKind.REGULATOR:
        return "REGULATOR"
    elif reader.kind is PartyKind.TRUST_COMPANY:
        return "TRUST_COMPANY"
    else:
        return "SELLER" if HolderId(reader.party_id) == row.seller_id else "BUYER"


def row_of(view: TransferView) -> TransferRow:
    """A transfer of the market view in the form of its row: it is pending, or waits for its
    registration."""
    return TransferRow(
        transfer_id=view.transfer_id,
        product_id=view.product_id,
        trade_number=view.trade_number,
        seller_id=HolderId(view.seller_id),
        buyer_id=HolderId(view.buyer_id),
        trust_company_id=view.trust_company_id,
        units=view.units,
        price=view.price,
        consideration=view.consideration,
        accrued=0 if view.accrued is None else view.accrued.amount,
        accrued_days=None if view.accrued is None else view.accrued.days,
        priced_on=None if view.accrued is None else view.accrued.priced_on,
        buyer_fee_venue=view.buyer_fee_venue,
        buyer_fee_trust_company=view.buyer_fee_trust_company,
        seller_fee_venue=view.seller_fee_venue,
        seller_fee_trust_company=view.seller_fee_trust_company,
        paid=view.paid,
        state=view.state,
        version=view.version,
        matched_at_ns=view.opened_at_ns,
        deadline_ns=view.deadline_ns,
        notices=view.notices,
        overlays=view.overlays,
        overlay_ns=view.overlay_ns,
        rescindable=view.rescindable,
        rescind_until_ns=view.rescind_until_ns,
        signed=view.signed,
        consented=view.consented,
        documents_overdue=view.documents_overdue,
        returned_to=view.returned_to,
        fault=view.fault,
        fault_fee=view.fault_fee,
        fault_fee_owed=view.fault_fee_owed,
        forfeited=view.forfeited,
        returns=view.returns,
        return_reason=view.return_reason,
        decided_at_ns=view.decided_at_ns,
        officer=view.officer,
        reason=None,
        cost_moved=None,
        registration_due_ns=view.registration_due_ns,
        registered_at_ns=None,
        preempts=view.preempts,
    )
