"""The missing declaration: what a product's terms do not ask for the rules do. The transfer waits
at the trust company's door, the buyer reads what is missing, and with it the transfer goes on.

Over HTTP, with a working day of ten seconds.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from exchange.verify import verify
from tests.api.rules import load_pack, set_rules, unseen
from tests.api.venue import TestVenue
from tests.exchange.rules.packs import only
from tests.scenarios.test_missing_recording import Papers


def wanted(seen: Any) -> list[tuple[str, str]]:
    """Which document each rule that stands against the reader's transfer wants."""
    return [
        (finding["rule_id"], cure["value"])
        for finding in seen["findings"]
        if finding["verdict"] == "BLOCK"
        for cure in finding["cures"]
        if cure["kind"] == "HAND_IN"
    ]


def asks_for_declarations(case: Papers) -> None:
    """From now on the product's rules are those of papers that its checklist lacks."""
    venue = case.venue
    text = unseen(venue, "CN-2007", only("CN-2007", "QI-03", "SUI-04", "PTY-03"))
    set_rules(venue, case.market.symbol, load_pack(venue, text)["pack_id"])


def agreed(case: Papers) -> None:
    """Both have signed, all that the terms ask for is there, and the cooling-off is over."""
    case.both_sign()
    case.brings_all_but_the_recording()
    case.brings(case.buyer, "DUAL_RECORDING", "BUYER", film=True)
    case.days_pass(1)


def test_the_buyer_reads_what_is_missing_and_with_it_the_transfer_goes_on(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        case = Papers(venue)
        company = venue.trust_company
        asks_for_declarations(case)

        agreed(case)

        seen = case.read(case.buyer)
        assert (seen["state"], seen["overlays"]) == ("SUBMITTED", ["HELD"])
        assert wanted(seen) == [("QI-03", "OWN_FUNDS"), ("PTY-03", "NO_REPURCHASE")]
        assert wanted(case.read(case.seller)) == [("PTY-03", "NO_REPURCHASE")]
        told = wanted(case.read(company))
        assert told == [("PTY-03", "NO_REPURCHASE"), ("QI-03", "OWN_FUNDS")], "and not of whom"
        assert case.refused(company, "confirm") == "transfer_held"
        assert case.lifts(company, "HELD")["overlays"] == ["HELD"], "nothing has come"

        case.brings(company, "OWN_FUNDS", "BUYER")
        case.brings(company, "NO_REPURCHASE")
        venue.restart()
        assert case.lifts(company, "HELD")["overlays"] == []
        assert case.does(company, "confirm")["state"] == "SETTLED"
    assert verify(tmp_path / "venue" / "venue.sqlite3").commands > 0


def test_what_never_comes_traps_nobody(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        case = Papers(venue)
        asks_for_declarations(case)
        agreed(case)
        assert case.refused(case.buyer, "rescind") == "not_rescindable"
        case.days_pass(6)
        assert case.does(case.buyer, "rescind")["state"] == "CANCELLED"
        assert case.cash(case.buyer)["escrow"] == "0.00"
