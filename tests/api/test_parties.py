"""Parties, keys and deposits over HTTP: the operator's work."""

from pathlib import Path

import pytest

from api.store.edge import KEYS_LIVE_MAX
from tests.api.venue import Member, TestVenue, code_of


def test_the_first_parties_are_the_operator_and_a_trust_company(venue: TestVenue) -> None:
    items = venue.ask("GET", "/v1/parties?limit=2", venue.operator).json()["items"]

    assert items == [
        {"party_id": "1", "kind": "OPERATOR", "name": "operator"},
        {"party_id": "2", "kind": "TRUST_COMPANY", "name": "Jiahe Trust 嘉禾信托"},
    ]


def test_parties_are_listed_with_their_names_in_pages(venue: TestVenue) -> None:
    names = ["北海实业", "O'Neill & Søn", "林某"]
    for name in names:
        venue.new_party(name=name)

    seen: list[str] = []
    cursor = ""
    while True:
        page = venue.ask("GET", f"/v1/parties?limit=2{cursor}", venue.operator).json()
        seen += [item["name"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"

    assert seen[-3:] == names


def test_names_stay_out_of_the_journaled_database(tmp_path: Path) -> None:
    name = "Unmistakable 独一无二"
    with TestVenue(tmp_path / "venue") as venue:
        venue.new_party(name=name)

    for file in (tmp_path / "venue").glob("venue.sqlite3*"):
        assert name.encode() not in file.read_bytes(), file
    stored = b"".join(file.read_bytes() for file in (tmp_path / "venue").glob("edge.sqlite3*"))
    assert name.encode() in stored


def test_keys_are_kept_as_hashes_only(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        keys = [venue.operator.key, venue.trust_company.key, venue.new_party().key]

    for file in (each for each in (tmp_path / "venue").rglob("*") if each.is_file()):
        content = file.read_bytes()
        assert not any(key.encode() in content for key in keys), file


def test_a_key_works_at_once_and_until_it_is_revoked(venue: TestVenue) -> None:
    party = venue.new_party()
    path = f"/v1/parties/{party.party_id}/keys"
    second = venue.do("POST", path, venue.operator, json={"label": "second"})
    member = Member(party.party_id, second["key"])
    assert venue.ask("GET", "/v1/cash", member).status_code == 200

    revoked = venue.ask("DELETE", f"{path}/{second['key_id']}", venue.operator, key=venue.unique())

    assert revoked.status_code == 204
    assert code_of(venue.ask("GET", "/v1/cash", member)) == "unauthenticated"
    assert venue.ask("GET", "/v1/cash", party).status_code == 200
    venue.restart()
    assert code_of(venue.ask("GET", "/v1/cash", member)) == "unauthenticated"
    assert venue.ask("GET", "/v1/cash", party).status_code == 200


def test_only_a_live_key_of_that_party_is_revoked(venue: TestVenue) -> None:
    mine, other = venue.new_party(), venue.new_party()
    path = f"/v1/parties/{mine.party_id}/keys"
    key_id = venue.do("POST", path, venue.operator, json={"label": "x"})["key_id"]

    for target in (f"/v1/parties/{other.party_id}/keys/{key_id}", f"{path}/none"):
        response = venue.ask("DELETE", target, venue.operator, key=venue.unique())
        assert (response.status_code, code_of(response)) == (404, "unknown_key")
    target = f"{path}/{key_id}"
    assert venue.ask("DELETE", target, venue.operator, key="r-1").status_code == 204
    again = venue.ask("DELETE", target, venue.operator, key="r-2")
    assert (again.status_code, code_of(again)) == (404, "unknown_key")


def test_a_party_has_a_bounded_number_of_keys(venue: TestVenue) -> None:
    party = venue.new_party()
    path = f"/v1/parties/{party.party_id}/keys"
    for _ in range(KEYS_LIVE_MAX - 1):
        venue.do("POST", path, venue.operator, json={"label": "more"})

    response = venue.ask("POST", path, venue.operator, key=venue.unique(), json={"label": "one"})

    assert (response.status_code, code_of(response)) == (409, "keys_max")


def test_a_key_for_nobody_is_refused(venue: TestVenue) -> None:
    response = venue.ask(
        "POST", "/v1/parties/999/keys", venue.operator, key=venue.unique(), json={"label": "x"}
    )

    assert (response.status_code, code_of(response)) == (404, "unknown_party")


@pytest.mark.parametrize("demo", [True, False])
def test_keys_say_whether_they_are_a_demos(tmp_path: Path, *, demo: bool) -> None:
    with TestVenue(tmp_path / "venue", demo=demo) as venue:
        prefix = "demo_" if demo else "tx_"
        for member in (venue.operator, venue.trust_company, venue.new_party()):
            assert member.key.startswith(prefix)
            assert len(member.key) >= len(prefix) + 43


@pytest.mark.parametrize(
    "header",
    ["{key}", "Basic {key}", "Bearer", "Bearer ", "Bearer{key}", "Bearer {key}x", "Token {key}"],
)
def test_a_malformed_sign_in_is_no_sign_in(venue: TestVenue, header: str) -> None:
    headers = {"Authorization": header.format(key=venue.operator.key)}

    response = venue.ask("GET", "/v1/parties", headers=headers)

    assert (response.status_code, code_of(response)) == (401, "unauthenticated")


def test_the_scheme_is_read_whatever_its_case(venue: TestVenue) -> None:
    headers = {"Authorization": f"bEARER  {venue.operator.key}"}

    assert venue.ask("GET", "/v1/parties", headers=headers).status_code == 200


@pytest.mark.parametrize("name", ["", " ", "\u3000\xa0", "a\nb", "x" * 121])
def test_a_name_is_one_line_of_text(venue: TestVenue, name: str) -> None:
    body = {"kind": "INSTITUTION", "name": name}
    answer = venue.ask("POST", "/v1/parties", venue.operator, key=venue.unique(), json=body)
    assert (answer.status_code, code_of(answer)) == (422, "validation_failed")


def test_parties_are_looked_up_by_their_ids_in_one_request(venue: TestVenue) -> None:
    first, _, third = (venue.new_party(name=name) for name in ("甲方", "乙方", "丙方"))
    ids = f"{third.party_id},{first.party_id},999999"

    def found(query: str) -> list[str]:
        answer = venue.ask("GET", f"/v1/parties?{query}", venue.operator)
        assert answer.status_code == 200, answer.text
        return [each["name"] for each in answer.json()["items"]]

    assert found(f"party_ids={ids}") == ["甲方", "丙方"]
    assert found(f"party_ids={ids}&limit=1") == ["甲方"]
    assert found("party_ids=999999") == []


@pytest.mark.parametrize("ids", ["", "7,", "7,,8", "x", "07", ",".join(["7"] * 101)])
def test_what_is_no_list_of_ids_is_refused(venue: TestVenue, ids: str) -> None:
    answer = venue.ask("GET", f"/v1/parties?party_ids={ids}", venue.operator)
    assert (answer.status_code, code_of(answer)) == (422, "validation_failed")
    trader = venue.ask("GET", f"/v1/parties?party_ids={ids}", venue.new_party())
    assert trader.status_code == 403, "who may not ask is not told what is wrong with it"
