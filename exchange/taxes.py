"""What taxes a sale may mean for its seller, as information: nothing here is booked or withheld.

The rates are the law's and not the venue's: they come with the day from which the law has them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from exchange.fees import BASIS_POINTS
from exchange.types import TRADING_KINDS, Fen, PartyKind
from registry.types import DayNumber


class Tax(IntEnum):
    """Which tax. The numbers order the lines."""

    VAT = 1  # of transferring a financial product; what is charged is in the price
    SURCHARGES = 2  # on that VAT
    INCOME_TAX = 3  # of a natural person, on the gain
    STAMP_DUTY = 4  # on the sale


class Taxpayer(IntEnum):
    """As what a seller pays. Which of the last two an institution is, the venue does not know."""

    NATURAL_PERSON = 1  # exempt of VAT, taxed on the gain
    GENERAL = 2  # at the general rate of VAT
    SMALL_SCALE = 3  # at the lower one


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRates:
    """The rates from a day on, in 1/10000."""

    effective_on: DayNumber
    """In Asia/Shanghai."""
    vat_natural_person_bps: int
    """Nothing, while individuals are exempt."""
    vat_general_bps: int
    vat_small_scale_bps: int
    surcharges_bps: int
    """Of the VAT."""
    income_tax_bps: int
    stamp_duty_bps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxLine:
    """One tax that the seller may owe."""

    tax: Tax
    taxpayer: Taxpayer
    rate_bps: int
    base: Fen
    """What the rate is of."""
    amount: Fen


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxEstimate:
    """What a sale may mean for its seller."""

    effective_on: DayNumber
    """Since when the rates have been the law's."""
    sale: Fen
    """What the buyer pays for the units and their income, before fees."""
    cost: Fen
    """What the units had cost, as the register has it."""
    lines: tuple[TaxLine, ...]


def rates_on(schedule: Sequence[TaxRates], day: DayNumber) -> TaxRates | None:
    """The rates in force on a day; None: before the first. Cost: O(those)."""
    begun = (rates for rates in schedule if rates.effective_on <= day)
    return max(begun, key=lambda rates: rates.effective_on, default=None)


def estimate(kind: PartyKind, rates: TaxRates, *, sale: Fen, cost: Fen) -> TaxEstimate:
    """The lines for a seller of this kind; a loss owes nothing on a gain. Cost: O(1).

    An institution's income tax is on its whole year: the venue says nothing of it.
    Source: domain D5; 财税 2016-36 and 2016-140 item 2, on VAT.
    """
    assert kind in TRADING_KINDS, kind
    gain = Fen(max(sale - cost, 0))
    if kind is PartyKind.NATURAL_PERSON:
        payer = Taxpayer.NATURAL_PERSON
        lines = [
            *_vat_lines(payer, rates, rate_bps=rates.vat_natural_person_bps, gain=gain),
            _line(Tax.INCOME_TAX, payer, rates.income_tax_bps, base=gain),
            _line(Tax.STAMP_DUTY, payer, rates.stamp_duty_bps, base=sale),
        ]
    else:
        lines = []
        for payer, rate_bps in (
            (Taxpayer.GENERAL, rates.vat_general_bps),
            (Taxpayer.SMALL_SCALE, rates.vat_small_scale_bps),
        ):
            lines += _vat_lines(payer, rates, rate_bps=rate_bps, gain=gain)
            lines.append(_line(Tax.STAMP_DUTY, payer, rates.stamp_duty_bps, base=sale))
    return TaxEstimate(effective_on=rates.effective_on, sale=sale, cost=cost, lines=tuple(lines))


def _vat_lines(
    payer: Taxpayer, rates: TaxRates, *, rate_bps: int, gain: Fen
) -> tuple[TaxLine, TaxLine]:
    # The gain is between prices that have the tax in them: it is taken out before the rate.
    base = _half_up(gain * BASIS_POINTS, divisor=BASIS_POINTS + rate_bps)
    vat = _line(Tax.VAT, payer, rate_bps, base=base)
    return vat, _line(Tax.SURCHARGES, payer, rates.surcharges_bps, base=vat.amount)


def _line(tax: Tax, payer: Taxpayer, rate_bps: int, *, base: Fen) -> TaxLine:
    amount = _half_up(base * rate_bps, divisor=BASIS_POINTS)
    return TaxLine(tax=tax, taxpayer=payer, rate_bps=rate_bps, base=base, amount=amount)


def _half_up(value: int, *, divisor: int) -> Fen:
    return Fen((2 * value + divisor) // (2 * divisor))
