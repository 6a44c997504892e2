"""Fee schedules on the wire: what a settled transfer costs each side, with the day from which it
counts."""

from typing import Annotated

from pydantic import Field

from api.schemas.base import Answer, Body, SymbolText
from api.schemas.decimals import Day, Decimal, DecimalText, format_day, format_money
from api.schemas.evidence import DayText
from api.submission import money_in
from exchange import fees
from exchange.fee_state import DatedFees
from exchange.limits import FEE_MAX
from exchange.types import Fen

NOTHING = Fen(0)


class FeeLineBody(Body):
    """One fee, for a whole order."""

    rate_bps: Annotated[int, Field(ge=0, le=10_000, description="In 1/10000, rounded up.")]
    minimum: DecimalText = "0.00"
    maximum: DecimalText = format_money(FEE_MAX)


class FeeLinesBody(Body):
    """The venue's fees are on the consideration, the trust company's on the principal."""

    venue_buyer: FeeLineBody
    venue_seller: FeeLineBody
    trust_company_buyer: FeeLineBody
    trust_company_seller: FeeLineBody


class SetFeeScheduleBody(Body):
    """What matches cost from a day on."""

    symbol: SymbolText | None = None
    """Left out: of every product that has no schedule of its own."""
    effective_on: DayText
    """A day to come, in Asia/Shanghai."""
    lines: FeeLinesBody


class FeeLine(Answer):
    """One fee, for a whole order."""

    rate_bps: int
    minimum: Decimal
    maximum: Decimal


class FeeLines(Answer):
    """The venue's fees are on the consideration, the trust company's on the principal."""

    venue_buyer: FeeLine
    venue_seller: FeeLine
    trust_company_buyer: FeeLine
    trust_company_seller: FeeLine


class FeeSchedule(Answer):
    """What a settled transfer costs each side. An order that came before it was in force pays, line
    by line, the lower of it and what was in force then."""

    schedule_id: Annotated[str | None, Field(description="null: the venue opened with it.")]
    symbol: Annotated[
        str | None, Field(description="null: of every product that has none of its own.")
    ]
    effective_on: Day | None
    in_force: Annotated[bool, Field(description="Today, in Asia/Shanghai.")]
    lines: FeeLines


def schedule_in(body: FeeLinesBody) -> fees.FeeSchedule:
    """The schedule that a body describes; ends the request if an amount is none."""
    return fees.FeeSchedule(
        venue_buyer=_line_in(body.venue_buyer, "venue_buyer"),
        venue_seller=_line_in(body.venue_seller, "venue_seller"),
        trust_company_buyer=_line_in(body.trust_company_buyer, "trust_company_buyer"),
        trust_company_seller=_line_in(body.trust_company_seller, "trust_company_seller"),
    )


def schedule_shown(dated: DatedFees, symbol: str | None, *, in_force: bool) -> FeeSchedule:
    """A schedule as the wire shows it."""
    return FeeSchedule(
        schedule_id=str(dated.schedule_id),
        symbol=symbol,
        effective_on=format_day(dated.effective_on),
        in_force=in_force,
        lines=_lines(dated.schedule),
    )


def opening_shown(schedule: fees.FeeSchedule, *, in_force: bool) -> FeeSchedule:
    """The one with which the venue was opened."""
    return FeeSchedule(
        schedule_id=None,
        symbol=None,
        effective_on=None,
        in_force=in_force,
        lines=_lines(schedule),
    )


def _line_in(body: FeeLineBody, name: str) -> fees.FeeLine:
    pointer = f"/lines/{name}"
    amounts = [
        money_in(text, pointer=f"{pointer}/{bound}", amount_min=NOTHING, amount_max=FEE_MAX)
        for bound, text in (("minimum", body.minimum), ("maximum", body.maximum))
    ]
    return fees.FeeLine(body.rate_bps, *amounts)


def _lines(schedule: fees.FeeSchedule) -> FeeLines:
    return FeeLines(
        venue_buyer=_line(schedule.venue_buyer),
        venue_seller=_line(schedule.venue_seller),
        trust_company_buyer=_line(schedule.trust_company_buyer),
        trust_company_seller=_line(schedule.trust_company_seller),
    )


def _line(line: fees.FeeLine) -> FeeLine:
    return FeeLine(
        rate_bps=line.rate_bps,
        minimum=format_money(line.minimum),
        maximum=format_money(line.maximum),
    )
