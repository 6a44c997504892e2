"""The preview of decisions says what the rules would hold, and why, as far as an officer may know;
what is then decided comes so."""

from __future__ import annotations

from typing import Any

from tests.api.clients import DUE_DILIGENCE, compliance
from tests.api.rules import load_pack, set_rules, unseen
from tests.api.test_decisions import confirm, decide, state_of, taken
from tests.api.test_held_transfers import rule
from tests.api.venue import Market
from tests.exchange.rules.packs import only


def preview(market: Market, *transfers: Any) -> Any:
    """What would come of it, were these confirmed."""
    items = [confirm(each) for each in transfers]
    return taken(decide(market.venue, items, preview=True))


def test_it_says_which_rules_would_hold_it_and_why(market: Market) -> None:
    transfer = market.match("1000")
    assert preview(market, transfer)["held"] == []
    rule(market)
    before = market.venue.sequence

    told = preview(market, transfer)

    (held,) = told["held"]
    assert (held["transfer_id"], held["stage"]) == (transfer["transfer_id"], "CONFIRM")
    rules = [each["rule_id"] for each in held["findings"]]
    assert rules == ["QI-01", "SUI-01"]
    assert held["reasons"] == [each["reason_code"] for each in held["findings"]]
    assert "NOT_TOLD" not in held["reasons"]
    (product,) = told["products"]
    assert (product["confirmed"], product["held"]) == (1, 1)
    assert market.venue.sequence == before, "nothing was asked of the engine"
    assert taken(decide(market.venue, [confirm(transfer)]))["taken"] == 1
    path = f"/v1/transfers/{transfer['transfer_id']}"
    shown = market.venue.ask("GET", path, market.venue.trust_company).json()
    assert (shown["state"], shown["overlays"]) == ("CONFIRMED", ["HELD"])
    blocked = [each for each in shown["findings"] if each["verdict"] == "BLOCK"]
    assert held["findings"] == blocked


def test_what_is_confidential_has_one_reason_and_no_finding(market: Market) -> None:
    """Whether somebody is on a list, or his papers are to be renewed."""
    venue = market.venue
    for member in (market.seller, market.buyer):
        path = f"/v1/compliance/parties/{member.party_id}/facts"
        venue.ask(
            "POST",
            path,
            compliance(venue),
            key=venue.unique(),
            json={"due_diligence": DUE_DILIGENCE},
        )
    transfer = market.match("100")
    rule(market, "CN-VENUE-LICENSED")
    assert preview(market, transfer)["held"] == []
    listing = f"/v1/compliance/parties/{market.seller.party_id}/listing"

    venue.ask("PUT", listing, compliance(venue), key=venue.unique(), json={"reason": "SUSPICION"})

    (held,) = preview(market, transfer)["held"]
    assert (held["reasons"], held["findings"]) == (["NOT_TOLD"], [])
    venue.ask("PUT", listing, compliance(venue), key=venue.unique(), json={"reason": None})
    assert preview(market, transfer)["held"] == []


def test_what_is_asked_where_title_is_to_move_is_foretold_too(market: Market) -> None:
    """That both parties have an account of their own."""
    venue = market.venue
    first, second = market.match("400"), market.match("600")
    accounts = unseen(venue, "CN-VENUE-LICENSED", only("CN-VENUE-LICENSED", "AML-03"))
    set_rules(venue, market.symbol, load_pack(venue, accounts)["pack_id"])

    told = preview(market, first, second)

    assert [each["stage"] for each in told["held"]] == ["SETTLE", "SETTLE"]
    assert [each["reasons"] for each in told["held"]] == [["NO_OWN_ACCOUNT"]] * 2
    set_rules(venue, market.symbol)
    assert taken(decide(venue, [confirm(first), confirm(second)]))["refused"] == 0
    assert (state_of(venue, first), state_of(venue, second)) == ("SETTLED", "SETTLED")
