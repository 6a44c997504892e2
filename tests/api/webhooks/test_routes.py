"""Webhooks over /v1: registering, changing, rotating, the log, and replay by hand."""

import base64

import pytest

from tests.api.venue import NOBODYS_URL, Market, Member, TestVenue, code_of, pointers_of

DAY_S = 86_400


def test_the_secret_is_told_once(venue: TestVenue) -> None:
    party = venue.new_party()
    body = {"url": NOBODYS_URL, "label": "Register 登记"}
    registered = venue.ask("POST", "/v1/webhooks", party, key="once", json=body)
    again = venue.ask("POST", "/v1/webhooks", party, key="once", json=body)
    read = venue.ask("GET", f"/v1/webhooks/{registered.json()['webhook_id']}", party)
    assert registered.status_code == again.status_code == 201
    secret = registered.json()["secret"]
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert again.json() == read.json() == registered.json() | {"secret": None}
    assert read.json() == {
        "webhook_id": registered.json()["webhook_id"],
        "url": NOBODYS_URL,
        "label": "Register 登记",
        "enabled": True,
        "disabled_reason": None,
        "previous_secret_until": None,
        "created_at": "2026-11-22T04:00:00.000000Z",
        "secret": None,
    }


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://user@example.com/", "malformed"),
        ("https://example.com:70000/", "malformed"),
        ("ftp://example.com/", "malformed"),
        ("https://" + "a" * 600, "too_long"),
        ("https://10.0.0.1/", "address_not_allowed"),
        ("https://[::1]/", "address_not_allowed"),
        ("https://169.254.169.254/latest/meta-data", "address_not_allowed"),
        ("http://93.184.216.34/", "https_required"),
    ],
)
def test_a_url_that_cannot_be_served_is_refused(venue: TestVenue, url: str, code: str) -> None:
    party = venue.new_party()
    for method, path in (("POST", "/v1/webhooks"), ("PATCH", None)):
        where = path or f"/v1/webhooks/{venue.register_webhook(party)['webhook_id']}"
        body = {"url": url} | ({"label": "x"} if method == "POST" else {})
        response = venue.ask(method, where, party, key=venue.unique(), json=body)
        assert (response.status_code, code_of(response)) == (422, "validation_failed")
        assert pointers_of(response) == {"/url": code}


def test_a_party_has_five_webhooks_at_most(venue: TestVenue) -> None:
    party = venue.new_party()
    registered = [venue.register_webhook(party)["webhook_id"] for _ in range(5)]
    body = {"url": NOBODYS_URL, "label": "sixth"}
    sixth = venue.ask("POST", "/v1/webhooks", party, key=venue.unique(), json=body)
    assert (sixth.status_code, code_of(sixth)) == (409, "webhooks_max")
    path = f"/v1/webhooks/{registered[0]}"
    assert venue.ask("DELETE", path, party, key=venue.unique()).status_code == 204
    assert venue.ask("GET", path, party).status_code == 404
    assert venue.ask("DELETE", path, party, key=venue.unique()).status_code == 404
    venue.register_webhook(party)


def test_webhooks_are_listed_page_by_page_to_their_party_only(venue: TestVenue) -> None:
    party, other = venue.new_party(), venue.new_party()
    registered = [venue.register_webhook(party)["webhook_id"] for _ in range(3)]
    venue.register_webhook(other)
    listed: list[str] = []
    path = "/v1/webhooks?limit=2"
    while path:
        page = venue.ask("GET", path, party)
        listed += [item["webhook_id"] for item in page.json()["items"]]
        path = page.headers.get("link", "").partition(">")[0].removeprefix("<")
    assert listed == registered


def change(venue: TestVenue, party: Member, webhook_id: str, **members: object) -> object:
    return venue.do("PATCH", f"/v1/webhooks/{webhook_id}", party, json=members)


def test_a_webhook_is_changed_disabled_and_enabled(venue: TestVenue) -> None:
    party = venue.new_party()
    first = venue.register_webhook(party) | {"secret": None}
    webhook_id = first["webhook_id"]
    assert change(venue, party, webhook_id) == first
    moved = first | {"url": NOBODYS_URL + "/2", "label": "moved"}
    assert change(venue, party, webhook_id, url=moved["url"], label="moved") == moved
    disabled = moved | {"enabled": False, "disabled_reason": "BY_OWNER"}
    assert change(venue, party, webhook_id, enabled=False) == disabled
    assert change(venue, party, webhook_id, label="moved") == disabled
    assert change(venue, party, webhook_id, enabled=True) == moved


def test_a_rotated_secret_stays_live_for_a_while(venue: TestVenue) -> None:
    party = venue.new_party()
    registered = venue.register_webhook(party)
    path = f"/v1/webhooks/{registered['webhook_id']}"
    rotated = venue.do("POST", f"{path}/rotate", party, json={})
    assert rotated["secret"] not in (None, registered["secret"])
    assert rotated["previous_secret_until"] == "2026-11-23T04:00:00.000000Z"
    assert venue.ask("GET", path, party).json() == rotated | {"secret": None}
    leaked = venue.do("POST", f"{path}/rotate", party, json={"previous_valid_s": 0})
    assert leaked["previous_secret_until"] is None
    for wrong in (-1, 7 * DAY_S + 1, 1.5, "60"):
        body = {"previous_valid_s": wrong}
        response = venue.ask("POST", f"{path}/rotate", party, key=venue.unique(), json=body)
        assert (response.status_code, code_of(response)) == (422, "validation_failed")


def test_the_log_says_what_was_tried_and_what_came_of_it(market: Market) -> None:
    venue, seller = market.venue, market.seller
    webhook_id = venue.register_webhook(seller)["webhook_id"]
    transfer_id = market.match()["transfer_id"]
    (listed,) = venue.messages(seller, webhook_id, attempts=1)
    assert (listed["type"], listed["state"]) == ("transfer.opened", "PENDING")
    path = f"/v1/webhooks/{webhook_id}/deliveries/{listed['message_id']}"
    shown = venue.ask("GET", path, seller).json()
    assert {name: shown[name] for name in listed} == listed
    assert f'"transfer_id":"{transfer_id}"' in shown["body"]
    assert '"role":"SELLER"' in shown["body"]
    (attempt,) = shown["attempts_made"]
    assert (attempt["attempt"], attempt["status"]) == (1, None)
    assert attempt["fault"] == "CONNECT_FAILED"
    assert attempt["at"] < shown["next_attempt_at"]


def test_the_log_is_listed_newest_first_and_by_state(market: Market) -> None:
    venue, seller = market.venue, market.seller
    webhook_id = venue.register_webhook(seller)["webhook_id"]
    for _ in range(3):
        market.match("100")
        venue.messages(seller, webhook_id)
    path = f"/v1/webhooks/{webhook_id}/deliveries"
    venue.messages(seller, webhook_id, attempts=1)
    every = [item["message_id"] for item in venue.messages(seller, webhook_id)]
    assert every == sorted(every, key=int, reverse=True)
    assert len(every) == 3
    paged: list[str] = []
    following = f"{path}?limit=2&state=PENDING"
    while following:
        page = venue.ask("GET", following, seller)
        paged += [item["message_id"] for item in page.json()["items"]]
        following = page.headers.get("link", "").partition(">")[0].removeprefix("<")
    assert paged == every
    assert venue.ask("GET", f"{path}?state=DELIVERED", seller).json()["items"] == []


def test_a_message_is_replayed_by_hand(market: Market) -> None:
    venue, seller = market.venue, market.seller
    webhook_id = venue.register_webhook(seller)["webhook_id"]
    market.match()
    (message,) = venue.messages(seller, webhook_id, attempts=1)
    path = f"/v1/webhooks/{webhook_id}/deliveries/{message['message_id']}"
    replayed = venue.do("POST", f"{path}/replay", seller)
    assert replayed["state"] == "PENDING"
    venue.messages(seller, webhook_id, attempts=2)
    numbers = [each["attempt"] for each in venue.ask("GET", path, seller).json()["attempts_made"]]
    assert numbers == [1, 2]


def test_nothing_is_replayed_to_a_disabled_webhook(market: Market) -> None:
    venue, seller = market.venue, market.seller
    webhook_id = venue.register_webhook(seller)["webhook_id"]
    market.match()
    (message,) = venue.messages(seller, webhook_id)
    change(venue, seller, webhook_id, enabled=False)
    path = f"/v1/webhooks/{webhook_id}/deliveries/{message['message_id']}/replay"
    response = venue.ask("POST", path, seller, key=venue.unique())
    assert (response.status_code, code_of(response)) == (409, "webhook_disabled")


def test_a_message_that_is_not_in_the_log_is_unknown(venue: TestVenue) -> None:
    party = venue.new_party()
    webhook_id = venue.register_webhook(party)["webhook_id"]
    path = f"/v1/webhooks/{webhook_id}/deliveries/4711"
    assert code_of(venue.ask("GET", path, party)) == "unknown_delivery"
    response = venue.ask("POST", f"{path}/replay", party, key=venue.unique())
    assert (response.status_code, code_of(response)) == (404, "unknown_delivery")


def test_the_venues_public_key_is_there_for_everybody(venue: TestVenue) -> None:
    (key,) = venue.ask("GET", "/v1/signing-keys").json()["items"]
    assert key["algorithm"] == "Ed25519"
    assert len(base64.b64decode(key["public_key"].removeprefix("whpk_"))) == 32
    venue_again = venue.ask("GET", "/v1/signing-keys").json()
    assert venue_again["items"] == [key]
