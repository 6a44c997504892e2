"""What taxes a seller is told of: by who he is, by the day, and never on a loss."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.taxes import load, read_rates
from exchange.taxes import Tax, TaxEstimate, Taxpayer, TaxRates, estimate, rates_on
from exchange.types import Fen, PartyKind
from registry.types import DayNumber

RATES = TaxRates(
    effective_on=DayNumber(100),
    vat_natural_person_bps=0,
    vat_general_bps=600,
    vat_small_scale_bps=300,
    surcharges_bps=1200,
    income_tax_bps=2000,
    stamp_duty_bps=0,
)
FILE = """kind,value,note
source,ours,nobody's
effective_on,1970-01-03,first
vat_natural_person_bps,0,
vat_general_bps,500,
vat_small_scale_bps,300,
surcharges_bps,0,
income_tax_bps,2000,
stamp_duty_bps,1,
effective_on,1970-01-05,then
vat_natural_person_bps,0,
vat_general_bps,600,
vat_small_scale_bps,300,
surcharges_bps,0,
income_tax_bps,2000,
stamp_duty_bps,0,
"""


def told(estimated: TaxEstimate) -> list[tuple[str, str, int, int]]:
    return [(line.taxpayer.name, line.tax.name, line.base, line.amount) for line in estimated.lines]


def test_a_natural_person_pays_on_the_gain_and_no_vat() -> None:
    sold = estimate(PartyKind.NATURAL_PERSON, RATES, sale=Fen(1_060_000_00), cost=Fen(1_000_000_00))
    assert told(sold) == [
        ("NATURAL_PERSON", "VAT", 60_000_00, 0),
        ("NATURAL_PERSON", "SURCHARGES", 0, 0),
        ("NATURAL_PERSON", "INCOME_TAX", 60_000_00, 12_000_00),
        ("NATURAL_PERSON", "STAMP_DUTY", 1_060_000_00, 0),
    ]


def test_an_institution_is_told_both_ways_of_vat() -> None:
    sold = estimate(PartyKind.INSTITUTION, RATES, sale=Fen(1_060_000_00), cost=Fen(1_000_000_00))
    assert told(sold) == [
        # 60,000 / 1.06 at 6 %, and 12 % of that.
        ("GENERAL", "VAT", 56_603_77, 3_396_23),
        ("GENERAL", "SURCHARGES", 3_396_23, 407_55),
        ("GENERAL", "STAMP_DUTY", 1_060_000_00, 0),
        # 60,000 / 1.03 at 3 %.
        ("SMALL_SCALE", "VAT", 58_252_43, 1_747_57),
        ("SMALL_SCALE", "SURCHARGES", 1_747_57, 209_71),
        ("SMALL_SCALE", "STAMP_DUTY", 1_060_000_00, 0),
    ]


@pytest.mark.parametrize("kind", [PartyKind.NATURAL_PERSON, PartyKind.INSTITUTION])
@given(cost=st.integers(0, 10**15), loss=st.integers(0, 10**15))
def test_a_loss_owes_nothing_on_a_gain(kind: PartyKind, cost: int, loss: int) -> None:
    sold = estimate(kind, RATES, sale=Fen(max(cost - loss, 0)), cost=Fen(cost))
    assert {line.amount for line in sold.lines} == {0}


@given(gain=st.integers(1, 10**15), rate_bps=st.integers(0, 10_000))
def test_vat_is_what_the_gain_has_more_than_its_base(gain: int, rate_bps: int) -> None:
    rates = TaxRates(
        effective_on=DayNumber(0),
        vat_natural_person_bps=0,
        vat_general_bps=rate_bps,
        vat_small_scale_bps=0,
        surcharges_bps=0,
        income_tax_bps=0,
        stamp_duty_bps=0,
    )
    vat = estimate(PartyKind.INSTITUTION, rates, sale=Fen(gain + 7), cost=Fen(7)).lines[0]
    assert (vat.tax, vat.taxpayer) == (Tax.VAT, Taxpayer.GENERAL)
    assert abs(vat.base + vat.amount - gain) <= 1


def test_the_rates_of_a_day_are_the_last_that_had_begun() -> None:
    rates = read_rates(FILE)
    found = [rates_on(rates, DayNumber(day)) for day in range(1, 6)]
    general = [None if each is None else each.vat_general_bps for each in found]
    assert general == [None, 500, 500, 600, 600]
    assert rates_on(rates[::-1], DayNumber(5)) == rates[1]


@pytest.mark.parametrize(
    ("was", "becomes", "error"),
    [
        ("1970-01-03", "3 January", ValueError),
        ("general_bps,500", "general_bps,5%", ValueError),
        ("stamp_duty_bps,1,\n", "", TypeError),
        ("stamp_duty_bps,1,", "stamp_duty_bps,1,\npoll_tax_bps,1,", TypeError),
    ],
)
def test_a_malformed_file_is_not_read(was: str, becomes: str, error: type[Exception]) -> None:
    assert was in FILE
    with pytest.raises(error):
        read_rates(FILE.replace(was, becomes, 1))


def test_the_rates_in_force() -> None:
    (rates,) = load()
    vat = rates.vat_natural_person_bps, rates.vat_general_bps, rates.vat_small_scale_bps
    assert vat == (0, 600, 300)
    others = rates.surcharges_bps, rates.income_tax_bps, rates.stamp_duty_bps
    assert others == (1200, 2000, 0)
