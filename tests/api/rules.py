"""Rules over HTTP: packs that a venue has not seen, how routes are asked, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import httpx

from exchange.refusals import Refusal
from tests.api.case import Case
from tests.api.venue import Market, TestVenue
from tests.exchange.rules.packs import ONLY_BLOCK, of_parties

Ask = Callable[[Market], httpx.Response]
PACKS: Final = "/v1/rule-packs"

OF_RULES: Final = {
    "list_rule_packs": Case("GET", PACKS, "anybody"),
    "get_rule_pack": Case("GET", f"{PACKS}/{{rule_pack_id}}", "anybody"),
    "load_rule_pack": Case("POST", PACKS, "operator", {"content": "{rule_pack}"}, 201),
    "get_product_rules": Case("GET", "/v1/products/{symbol}/rules", "anybody"),
    "set_product_rules": Case(
        "POST", "/v1/products/{symbol}/rules", "operator", {"packs": ["{rule_pack_id}"]}
    ),
}
"""For tests/api/test_access.py."""


def pack_file(venue: TestVenue, pack_id: str = "CN-2007", *, severity: str = "BLOCK") -> str:
    """A pack that ships, under a name that the venue has not seen; nothing is asked of papers."""
    holds = severity == "HOLD"
    text = unseen(
        venue, pack_id, of_parties(pack_id, frozenset() if severity == "BLOCK" else ONLY_BLOCK)
    )
    queue = '\nqueue = "COMPLIANCE"' if holds else ""
    return text.replace('severity = "BLOCK"', f'severity = "{severity}"{queue}')


def unseen(venue: TestVenue, pack_id: str, text: str) -> str:
    """The file under a name that the venue has not seen."""
    return text.replace(f'"{pack_id}"', f'"{venue.unique("PACK").upper()}"')


def load_pack(venue: TestVenue, content: str, **more: Any) -> Any:
    """The answer to a pack that is loaded."""
    return venue.do("POST", PACKS, venue.operator, json={"content": content} | more)


def set_rules(venue: TestVenue, symbol: str, *packs: str, **more: Any) -> Any:
    """The answer to a product's new rules."""
    path = f"/v1/products/{symbol}/rules"
    return venue.do("POST", path, venue.operator, json={"packs": list(packs)} | more)


def ruled(market: Market, pack_id: str = "CN-2007", **more: Any) -> str:
    """The market's product has the pack: the id under which it was loaded."""
    loaded = load_pack(market.venue, pack_file(market.venue, pack_id, **more))["pack_id"]
    set_rules(market.venue, market.symbol, loaded)
    return str(loaded)


def bids(market: Market, quantity: str = "100") -> httpx.Response:
    """The answer to a bid of the buyer, of whom nothing is known."""
    body = {"client_order_id": market.venue.unique(), "symbol": market.symbol, "side": "BUY"}
    body |= {"price": "1.0000", "quantity": quantity, "time_in_force": "GOOD_TILL_CANCELLED"}
    return market.venue.ask("POST", "/v1/orders", market.buyer, json=body)


def _loads(change: Callable[[str], str]) -> Ask:
    def ask(market: Market) -> httpx.Response:
        venue = market.venue
        body = {"content": change(pack_file(venue))}
        return venue.ask("POST", PACKS, venue.operator, key=venue.unique(), json=body)

    return ask


def _sets(*overrides: dict[str, Any], pack_id: str | None = None) -> Ask:
    def ask(market: Market) -> httpx.Response:
        venue = market.venue
        pack = pack_id or load_pack(venue, pack_file(venue))["pack_id"]
        body = {"packs": [pack], "overrides": list(overrides)}
        path = f"/v1/products/{market.symbol}/rules"
        return venue.ask("POST", path, venue.operator, key=venue.unique(), json=body)

    return ask


def _judged(severity: str) -> Ask:
    def ask(market: Market) -> httpx.Response:
        ruled(market, severity=severity)
        return bids(market)

    return ask


REACHED: Final[dict[Refusal, Ask]] = {
    Refusal.UNKNOWN_RULE_PACK: _sets(pack_id="NO-PACK"),
    Refusal.UNKNOWN_RULE: _sets({"rule_id": "PRD-03", "parameter": "lockup_days", "value": 1}),
    Refusal.RULE_PACK_OUT_OF_RANGE: _loads(lambda text: text.replace("source =", "sauce =")),
    Refusal.OVERRIDES_OUT_OF_RANGE: _sets(
        {"rule_id": "QI-04", "parameter": "minimum_fen", "value": -1}
    ),
    Refusal.RULE_BLOCKS: _judged("BLOCK"),
    Refusal.RULE_HOLDS: _judged("HOLD"),
}
"""For tests/api/test_errors.py."""
NOT_OVER_HTTP: Final = {Refusal.RULE_PACKS_MAX: "200 packs"}
