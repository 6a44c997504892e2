"""The caps of a product are those of its packs' rules, and as strict as the strictest of them."""

from __future__ import annotations

import pytest

from exchange.rules.packs import shipped
from exchange.rules.parse import parse_pack
from exchange.rules.resolve import rules_of
from exchange.rules.types import Override, Pack
from exchange.slot_rules import caps_of
from exchange.slots import NO_CAPS, Caps, CountBasis
from exchange.types import Fen
from registry.calendar import day_of_date
from tests.exchange.rules.deals import TODAY

THREE_MILLION = Fen(300_000_000)


def caps(*pack_ids: str, overrides: tuple[Override, ...] = (), on: str = TODAY) -> Caps:
    """Of a fixed-income product with these packs."""
    packs = {pack_id: parse_pack(shipped(pack_id)) for pack_id in ("SANDBOX", *pack_ids)}
    known = {pack_id: pack for pack_id, pack in packs.items() if isinstance(pack, Pack)}
    return caps_of(rules_of(pack_ids, known, overrides, day_of_date(on)), "FIXED_INCOME")


def test_the_packs_that_ship_cap_what_the_law_caps() -> None:
    assert caps() == caps("SANDBOX") == caps("CN-VENUE-LICENSED") == NO_CAPS
    assert caps("CN-AMT-2025D") == NO_CAPS, "a draft"
    assert caps("CN-2007") == Caps(natural_small_max=50, natural_threshold=THREE_MILLION)
    assert caps("CN-VENUE-38") == Caps(holders_max=200, turnaround_days=5)
    assert caps("CN-2007", "CN-VENUE-38") == Caps(
        natural_small_max=50,
        natural_threshold=THREE_MILLION,
        holders_max=200,
        turnaround_days=5,
    )
    assert caps("CN-VENUE-38", on="2011-11-23") == NO_CAPS, "the day before it was law"


@pytest.mark.parametrize(
    ("parameter", "value", "expected"),
    [
        ("holders_max", 100, Caps(holders_max=100, turnaround_days=5)),
        ("holders_max", 300, Caps(holders_max=200, turnaround_days=5)),
        (
            "count_basis",
            "EVER",
            Caps(holders_max=200, count_basis=CountBasis.EVER, turnaround_days=5),
        ),
    ],
)
def test_a_parameter_of_the_products_own_counts_where_it_is_stricter(
    parameter: str, value: int | str, expected: Caps
) -> None:
    assert caps("CN-VENUE-38", overrides=(Override("HC-02", parameter, value),)) == expected


def test_of_two_thresholds_the_one_that_counts_more_persons_counts() -> None:
    own = Override("HC-01", "threshold_fen", 2 * THREE_MILLION)
    assert caps("CN-2007", overrides=(own,)).natural_threshold == 2 * THREE_MILLION
    longer = Override("VEN-03", "turnaround_days", 9)
    assert caps("CN-VENUE-38", overrides=(longer,)).turnaround_days == 9


def test_a_rule_about_other_products_or_asked_at_other_stages_caps_nothing() -> None:
    text = shipped("CN-2007")
    hc01 = text[text.index('id = "HC-01"') :]
    of_equity = hc01.replace(
        "[rules.params]", 'when = { product_types = ["EQUITY"] }\n[rules.params]'
    )
    later = hc01.replace('["M", "S", "X"]', '["S", "X"]')
    for changed in (of_equity, later):
        pack = parse_pack(text.replace(hc01, changed))
        assert isinstance(pack, Pack), pack
        assert caps_of(pack.rules, "FIXED_INCOME") == NO_CAPS
    pack = parse_pack(text.replace(hc01, of_equity))
    assert isinstance(pack, Pack), pack
    assert caps_of(pack.rules, "EQUITY").natural_small_max == 50
