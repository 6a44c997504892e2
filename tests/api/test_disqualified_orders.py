"""Orders that the rules let stand no longer, over HTTP: what their party reads, and is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from exchange.verify import verify
from tests.api.clients import compliance
from tests.api.rules import load_pack, pack_file, set_rules
from tests.api.venue import Market, Member, TestVenue, code_of


def order_of(market: Market, member: Member, order: Any) -> Any:
    """The order as its party reads it."""
    return market.venue.ask("GET", f"/v1/orders/{order['order_id']}", member).json()


def rule(market: Market) -> None:
    """From now on the product asks for qualified buyers."""
    pack_id = load_pack(market.venue, pack_file(market.venue))["pack_id"]
    set_rules(market.venue, market.symbol, pack_id)


def test_the_order_says_which_rule_lets_it_stand_no_longer(market: Market) -> None:
    bid, ask = market.buy("1.0000", "1000"), market.sell("1.0200", "1000")

    rule(market)

    shown = order_of(market, market.buyer, bid)
    assert shown["status"] == "WITHDRAWN_BY_VENUE"
    assert (shown["open_quantity"], shown["reserved_money"]) == ("0", "0.00")
    failed = {each["rule_id"]: each for each in shown["findings"] if each["verdict"] == "BLOCK"}
    assert set(failed) == {"QI-01", "SUI-01"}
    assert failed["QI-01"]["text_en"].startswith("The buyer is to be certified")
    assert [cure["kind"] for cure in failed["QI-01"]["cures"]] == ["GET_CERTIFIED"]
    assert order_of(market, market.seller, ask)["findings"] is None
    path = f"/v1/orders?symbol={market.symbol}"
    (listed,) = market.venue.ask("GET", path, market.buyer).json()["items"]
    assert listed == shown
    path = f"/v1/products/{market.symbol}/book"
    assert code_of(market.venue.ask("GET", path, market.seller)) == "quotes_withheld"
    book = market.venue.ask("GET", path, market.venue.operator).json()
    assert (book["bids"], len(book["asks"])) == ([], 1)


def test_an_order_that_its_party_has_withdrawn_has_no_findings(market: Market) -> None:
    bid = market.buy("1.0000", "1000")
    path = f"/v1/orders/{bid['order_id']}"
    market.venue.ask("DELETE", path, market.buyer, key=market.venue.unique())
    rule(market)
    assert order_of(market, market.buyer, bid)["findings"] is None


def test_the_party_is_told_by_webhook_which_orders(market: Market) -> None:
    venue = market.venue
    webhook_id = venue.register_webhook(market.buyer)["webhook_id"]
    bids = [market.buy("1.0000", "1000")["order_id"] for _ in range(2)]

    rule(market)

    (sent,) = venue.messages(market.buyer, webhook_id, of="orders.")
    path = f"/v1/webhooks/{webhook_id}/deliveries/{sent['message_id']}"
    said = venue.ask("GET", path, market.buyer).json()
    assert said["type"] == "orders.withdrawn"
    data = json.loads(said["body"])["data"]
    assert data == {"symbol": market.symbol, "side": "BUY", "order_ids": bids}


def test_whoever_is_listed_reads_what_everybody_reads_whose_papers_are_to_be_renewed(
    market: Market,
) -> None:
    venue = market.venue
    officer = compliance(venue)
    facts = {"due_diligence": {"risk": "LOW", "review_by": "2029-11-21"}}
    path = f"/v1/compliance/parties/{market.seller.party_id}"
    venue.ask("POST", f"{path}/facts", officer, key=venue.unique(), json=facts)
    pack_id = load_pack(venue, pack_file(venue, "CN-VENUE-LICENSED"))["pack_id"]
    set_rules(venue, market.symbol, pack_id)
    read = []
    for reason in ("SUSPICION", "IDENTITY_CHECK"):
        ask = market.sell("1.0200", "1000")
        body = {"reason": reason}
        listed = venue.ask("PUT", f"{path}/listing", officer, key=venue.unique(), json=body)
        assert listed.status_code == 200
        read.append(order_of(market, market.seller, ask)["findings"])
        another = compliance(venue)
        venue.ask("PUT", f"{path}/listing", another, key=venue.unique(), json={"reason": None})
    assert read[0] == read[1]
    (failed,) = [each for each in read[0] if each["verdict"] == "BLOCK"]
    assert (failed["rule_id"], failed["inputs"]) == ("PTY-04", [])


def test_the_rows_are_what_the_journal_gives(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        bid = market.buy("1.0000", "1000")
        rule(market)
        venue.restart()
        assert order_of(market, market.buyer, bid)["findings"]
    assert verify(tmp_path / "venue" / "venue.sqlite3").commands > 0
