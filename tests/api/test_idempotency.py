"""The same key and body get the same answer, done once; another body is refused."""

from typing import Any, NamedTuple

import httpx
import pytest

from tests.api.furniture import Furniture
from tests.api.venue import (
    NOBODYS_URL,
    Market,
    TestVenue,
    code_of,
    filled,
    order_body,
    product_body,
)

DAY_S = 86_400


class Keyed(NamedTuple):
    """A request with a key, and how it differs when the key is used for another one."""

    method: str
    path: str
    who: str
    body: dict[str, Any] | None = None
    other: dict[str, Any] | None = None
    """Members of the other body."""
    other_path: str = ""
    other_version: str = ""


COMPANY_PRODUCT = product_body("{new_symbol}", "{company_id}")
CONFIRM = {"items": [{"transfer_id": "{transfer_id}", "version": 2, "decision": "CONFIRM"}]}
REJECT = {"items": [CONFIRM["items"][0] | {"decision": "REJECT", "reason": "OTHER"}]}
CASES = {
    "place_order": Keyed(
        "POST",
        "/v1/orders",
        "seller",
        order_body("{key}", "{symbol}", "SELL", "1.0200", "100"),
        {"price": "1.0300"},
    ),
    "replace_order": Keyed(
        "PATCH",
        "/v1/orders/{order_id}",
        "seller",
        {"price": "1.9000", "quantity": "500"},
        {"price": "1.8000"},
    ),
    "cancel_order": Keyed("DELETE", "/v1/orders/{order_id}", "seller", other_path="/v1/orders/9"),
    "confirm_transfer": Keyed(
        "POST", "/v1/transfers/{transfer_id}/confirm", "officer", other_version="7"
    ),
    "reject_transfer": Keyed(
        "POST",
        "/v1/transfers/{transfer_id}/reject",
        "officer",
        {"reason": "OTHER"},
        {"reason": "TITLE_DISPUTED"},
    ),
    "decide_transfers": Keyed("POST", "/v1/decisions", "officer", CONFIRM, REJECT),
    "create_product": Keyed("POST", "/v1/products", "operator", COMPANY_PRODUCT, {"risk_level": 3}),
    "sign_off_product": Keyed(
        "POST",
        "/v1/products/{draft}/sign-off",
        "officer",
        {"terms_digest": "{draft_digest}"},
        {"terms_digest": "0" * 64},
    ),
    "open_product": Keyed(
        "POST",
        "/v1/products/{signed_off}/open",
        "operator",
        {"units_outstanding": "5000"},
        {"units_outstanding": "5001"},
    ),
    "suspend_product": Keyed(
        "POST",
        "/v1/products/{symbol}/suspend",
        "operator",
        other_path="/v1/products/{suspended}/suspend",
    ),
    "resume_product": Keyed(
        "POST",
        "/v1/products/{suspended}/resume",
        "operator",
        other_path="/v1/products/{other_suspended}/resume",
    ),
    "close_product": Keyed(
        "POST",
        "/v1/products/{suspended}/close",
        "operator",
        other_path="/v1/products/{other_suspended}/close",
    ),
    "import_register": Keyed(
        "POST",
        "/v1/imports/register",
        "operator",
        {"content": "{file_content}", "signature": "{file_signature}"},
        {"content": "{other_file_content}", "signature": "{other_file_signature}"},
    ),
    "register_party_signing_key": Keyed(
        "POST",
        "/v1/parties/{company_id}/signing-keys",
        "operator",
        {"public_key": "{public_key}", "label": "one"},
        {"public_key": "{other_public_key}"},
    ),
    "revoke_party_signing_key": Keyed(
        "DELETE",
        "/v1/parties/{company_id}/signing-keys/{signing_key_id}",
        "operator",
        other_path="/v1/parties/{company_id}/signing-keys/none",
    ),
    "register_party": Keyed(
        "POST", "/v1/parties", "operator", {"kind": "INSTITUTION", "name": "A"}, {"name": "B"}
    ),
    "mint_key": Keyed(
        "POST", "/v1/parties/{party_id}/keys", "operator", {"label": "one"}, {"label": "two"}
    ),
    "revoke_key": Keyed(
        "DELETE",
        "/v1/parties/{party_id}/keys/{key_id}",
        "operator",
        other_path="/v1/parties/{party_id}/keys/none",
    ),
    "appoint_officer": Keyed(
        "POST",
        "/v1/officers",
        "operator",
        {"person": "{key}", "roles": ["MAKER"]},
        {"roles": ["CHECKER"]},
    ),
    "dismiss_officer": Keyed(
        "DELETE", "/v1/officers/{officer_id}", "operator", other_path="/v1/officers/9"
    ),
    "approve_proposal": Keyed(
        "POST",
        "/v1/proposals/{proposal_id}/approve",
        "checker",
        {"digest": "{digest}"},
        other_path="/v1/proposals/9/approve",
    ),
    "withdraw_proposal": Keyed(
        "POST",
        "/v1/proposals/{proposal_id}/withdraw",
        "maker",
        other_path="/v1/proposals/9/withdraw",
    ),
    "propose_deposit": Keyed(
        "POST",
        "/v1/parties/{party_id}/deposits",
        "maker",
        {"amount": "5.00"},
        {"amount": "6.00"},
    ),
    "record_deposit": Keyed(
        "POST",
        "/v1/parties/{party_id}/deposits",
        "operator",
        {"amount": "5.00"},
        {"amount": "6.00"},
    ),
    "register_webhook": Keyed(
        "POST", "/v1/webhooks", "seller", {"url": NOBODYS_URL, "label": "x"}, {"label": "y"}
    ),
    "change_webhook": Keyed(
        "PATCH", "/v1/webhooks/{webhook_id}", "seller", {"enabled": False}, {"enabled": True}
    ),
    "rotate_webhook_secret": Keyed(
        "POST", "/v1/webhooks/{webhook_id}/rotate", "seller", {}, {"previous_valid_s": 5}
    ),
    "delete_webhook": Keyed(
        "DELETE", "/v1/webhooks/{webhook_id}", "seller", other_path="/v1/webhooks/9"
    ),
    "replay_delivery": Keyed(
        "POST",
        "/v1/webhooks/{webhook_id}/deliveries/{message_id}/replay",
        "seller",
        other_path="/v1/webhooks/{webhook_id}/deliveries/9/replay",
    ),
}


class Scene:
    """What the cases are about, in a market of its own."""

    def __init__(self, market: Market, case: Keyed) -> None:
        venue = market.venue
        webhook_id = venue.register_webhook(market.seller)["webhook_id"]
        transfer = market.match()
        (message,) = venue.messages(market.seller, webhook_id)
        party_id = market.buyer.party_id
        keys_path = f"/v1/parties/{party_id}/keys"
        self.venue = venue
        self.version = str(transfer["version"])
        names = {
            "key": venue.unique("once"),
            "webhook_id": webhook_id,
            "message_id": message["message_id"],
            "symbol": market.symbol,
            "new_symbol": venue.unique("NEW"),
            "company_id": venue.trust_company.party_id,
            "party_id": party_id,
            "transfer_id": transfer["transfer_id"],
            "order_id": market.sell("2.0000", "1000")["order_id"],
            "key_id": venue.do("POST", keys_path, venue.operator, json={"label": "x"})["key_id"],
        }
        self.names = Furniture(venue, names)
        self.names.prepare(case.path + case.other_path, [case.body, case.other])
        self.members = {
            "maker": venue.pair()[0],
            "checker": venue.pair()[1],
            "seller": market.seller,
            "officer": venue.trust_company,
            "operator": venue.operator,
        }

    def ask(self, case: Keyed) -> httpx.Response:
        """The case's request."""
        body = filled(case.body, self.names)
        return self.venue.ask(
            case.method,
            case.path.format_map(self.names),
            self.members[case.who],
            key=self.names["key"],
            headers={"If-Match": f'"{self.version}"'},
            **({} if body is None else {"json": body}),
        )

    def ask_other(self, case: Keyed) -> httpx.Response:
        """Another request under the same key."""
        if case.other_version:
            self.version = case.other_version
        body = None if case.body is None else case.body | (case.other or {})
        return self.ask(case._replace(path=case.other_path or case.path, body=body))


def _without_secret(response: httpx.Response) -> Any:
    if not response.content:
        return None
    answer = response.json()
    for secret in ("key", "secret"):
        answer.pop(secret, None)
    return answer


@pytest.mark.parametrize("name", CASES)
def test_the_same_request_is_answered_again_and_done_once(market: Market, name: str) -> None:
    scene, case = Scene(market, CASES[name]), CASES[name]
    first = scene.ask(case)
    assert first.is_success, first.text
    assert "idempotency-replayed" not in first.headers
    sequence = market.venue.sequence

    again = scene.ask(case)

    assert again.headers["idempotency-replayed"] == "true"
    assert (again.status_code, _without_secret(again)) == (
        first.status_code,
        _without_secret(first),
    )
    assert again.headers.get("etag") == first.headers.get("etag")
    assert market.venue.sequence == sequence


@pytest.mark.parametrize("name", CASES)
def test_another_request_under_the_same_key_is_refused(market: Market, name: str) -> None:
    scene, case = Scene(market, CASES[name]), CASES[name]
    assert scene.ask(case).is_success
    sequence = market.venue.sequence

    other = scene.ask_other(case)

    assert (other.status_code, code_of(other)) == (422, "idempotency_key_reused")
    assert market.venue.sequence == sequence


def test_a_refusal_is_answered_again_too(market: Market) -> None:
    venue = market.venue
    body = order_body(venue.unique("o"), market.symbol, "SELL", "1.0200", "20000")
    first = venue.ask("POST", "/v1/orders", market.seller, json=body)
    venue.give_units(market.symbol, market.seller, "20000")

    again = venue.ask("POST", "/v1/orders", market.seller, json=body)

    assert code_of(first) == code_of(again) == "units_not_available"
    assert again.headers["idempotency-replayed"] == "true"


def test_a_key_is_the_partys_own(market: Market) -> None:
    body = order_body("shared-key", market.symbol, "BUY", "0.9000", "100")
    other = market.venue.new_party(money="1000000.00")

    mine = market.venue.ask("POST", "/v1/orders", market.buyer, json=body)
    theirs = market.venue.ask("POST", "/v1/orders", other, json=body)

    assert mine.status_code == theirs.status_code == 201
    assert mine.json()["order_id"] != theirs.json()["order_id"]


def test_orders_have_a_namespace_of_their_own(market: Market) -> None:
    order_id = market.sell("1.0200", "100", client_order_id="k-1")["order_id"]

    cancelled = market.venue.ask("DELETE", f"/v1/orders/{order_id}", market.seller, key="k-1")

    assert cancelled.status_code == 200


def test_answers_survive_a_restart(tmp_path: Any) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        scenes = {name: Scene(Market.make(venue), case) for name, case in CASES.items()}
        first = {name: scene.ask(CASES[name]) for name, scene in scenes.items()}
        assert all(response.is_success for response in first.values())

        venue.restart()

        for name, scene in scenes.items():
            again = scene.ask(CASES[name])
            assert again.headers["idempotency-replayed"] == "true", name
            assert _without_secret(again) == _without_secret(first[name]), name
        assert market.sell("1.0200", "100")["status"] == "OPEN"


def test_a_key_is_free_again_seven_days_after_its_object_is_terminal(tmp_path: Any) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        body = order_body("weekly", market.symbol, "SELL", "1.0200", "100")
        first = venue.ask("POST", "/v1/orders", market.seller, json=body).json()
        venue.do("DELETE", f"/v1/orders/{first['order_id']}", market.seller)

        venue.time_passes(6 * DAY_S)
        again = venue.ask("POST", "/v1/orders", market.seller, json=body)
        assert again.json() == first

        venue.time_passes(2 * DAY_S)
        for _ in range(8):  # each command forgets a few
            market.sell("1.5000", "100")
        anew = venue.ask("POST", "/v1/orders", market.seller, json=body)
        assert anew.json()["order_id"] != first["order_id"]
