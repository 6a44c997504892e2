"""The same key and body get the same answer, done once; another body is refused."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.api.venue import Market, code_of, order_body, product_body

Ask = Callable[[Market, dict[str, str]], httpx.Response]
DAY_S = 86_400


def _ask(
    market: Market, method: str, path: str, who: str, body: object = None, **headers: str
) -> httpx.Response:
    members = {
        "operator": market.venue.operator,
        "officer": market.venue.trust_company,
        "seller": market.seller,
    }
    more: dict[str, Any] = {} if body is None else {"json": body}
    return market.venue.ask(method, path, members[who], key="once", headers=headers, **more)


def _place(market: Market, price: str) -> httpx.Response:
    body = order_body("once", market.symbol, "SELL", price, "100")
    return market.venue.ask("POST", "/v1/orders", market.seller, json=body)


def _decision(market: Market) -> tuple[str, str]:
    transfer = market.match()
    return f"/v1/transfers/{transfer['transfer_id']}", f'"{transfer["version"]}"'


class Twice:
    """A request that can be made again, and made with another body under the same key."""

    def __init__(self, market: Market, name: str) -> None:
        self.market = market
        ask: Callable[..., httpx.Response] = lambda *args, **kw: _ask(market, *args, **kw)  # noqa: E731 — read as a table below
        order = market.sell("2.0000", "1000")["order_id"] if "order" in name else ""
        path, tag = _decision(market) if "transfer" in name else ("", "")
        party = f"/v1/parties/{market.buyer.party_id}"
        holdings = f"/v1/products/{market.symbol}/holdings"
        holder = market.buyer.party_id
        company = market.venue.trust_company.party_id
        symbol = f"ONCE-{market.symbol}"[:32]
        product = product_body(symbol, company)
        key_id = ""
        if name == "revoke_key":
            minted = market.venue.do("POST", f"{party}/keys", market.venue.operator, json={"label": "x"})
            key_id = minted["key_id"]
        table: dict[str, tuple[Callable[[], httpx.Response], Callable[[], httpx.Response]]] = {
            "place_order": (
                lambda: _place(market, "1.0200"),
                lambda: _place(market, "1.0300"),
            ),
            "replace_order": (
                lambda: ask("PATCH", f"/v1/orders/{order}", "seller", {"price": "1.9", "quantity": "500"}),
                lambda: ask("PATCH", f"/v1/orders/{order}", "seller", {"price": "1.8", "quantity": "500"}),
            ),
            "cancel_order": (
                lambda: ask("DELETE", f"/v1/orders/{order}", "seller"),
                lambda: ask("DELETE", "/v1/orders/999", "seller"),
            ),
            "confirm_transfer": (
                lambda: ask("POST", f"{path}/confirm", "officer", **{"If-Match": tag}),
                lambda: ask("POST", f"{path}/confirm", "officer", **{"If-Match": '"7"'}),
            ),
            "reject_transfer": (
                lambda: ask("POST", f"{path}/reject", "officer", {"reason": "OTHER"}, **{"If-Match": tag}),
                lambda: ask("POST", f"{path}/reject", "officer", {"reason": "TITLE_DISPUTED"}, **{"If-Match": tag}),
            ),
            "create_product": (
                lambda: ask("POST", "/v1/products", "operator", product),
                lambda: ask("POST", "/v1/products", "operator", product | {"risk_level": 3}),
            ),
            "record_opening_holding": (
                lambda: ask("POST", holdings, "operator", {"holder_id": holder, "units": "100"}),
                lambda: ask("POST", holdings, "operator", {"holder_id": holder, "units": "200"}),
            ),
            "register_party": (
                lambda: ask("POST", "/v1/parties", "operator", {"kind": "INSTITUTION", "name": "A"}),
                lambda: ask("POST", "/v1/parties", "operator", {"kind": "INSTITUTION", "name": "B"}),
            ),
            "mint_key": (
                lambda: ask("POST", f"{party}/keys", "operator", {"label": "one"}),
                lambda: ask("POST", f"{party}/keys", "operator", {"label": "two"}),
            ),
            "revoke_key": (
                lambda: ask("DELETE", f"{party}/keys/{key_id}", "operator"),
                lambda: ask("DELETE", f"{party}/keys/other", "operator"),
            ),
            "record_deposit": (
                lambda: ask("POST", f"{party}/deposits", "operator", {"amount": "5.00"}),
                lambda: ask("POST", f"{party}/deposits", "operator", {"amount": "6.00"}),
            ),
        }
        self.same, self.other = table[name]
