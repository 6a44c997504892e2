"""Evidence over HTTP: uploading, reading, attaching, and who sees what."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import Message

from api.evidence.store import FileFaulty
from api.schemas.decimals import format_day
from exchange.limits import EVIDENCE_BYTES_MAX
from registry.calendar import day_in_shanghai
from tests.api.evidence.files import BEGINNINGS, MP4, PDF, attach, attached, send, upload
from tests.api.venue import Market, Member, TestVenue, code_of, pointers_of

DAY_S = 86_400


def stored(venue: TestVenue) -> list[Path]:
    """Every file in the folder."""
    return sorted(path for path in (venue.directory / "evidence").rglob("*/*"))


def read(venue: TestVenue, member: Member, evidence_id: str) -> httpx.Response:
    return venue.ask("GET", f"/v1/evidence/{evidence_id}", member)


def listed(venue: TestVenue, member: Member, subject: str, subject_id: str) -> list[Any]:
    path = f"/v1/evidence-links?subject={subject}&subject_id={subject_id}"
    response = venue.ask("GET", path, member)
    assert response.status_code == 200, response.text
    items: list[Any] = response.json()["items"]
    return items


# Uploading


@pytest.mark.parametrize("media_type", BEGINNINGS)
def test_a_file_of_each_type_is_taken_and_given_back_as_it_was(
    venue: TestVenue, media_type: str
) -> None:
    member, content = venue.new_party(), BEGINNINGS[media_type]
    shown = upload(venue, member, content, media_type)
    digest = hashlib.sha256(content)
    assert (shown["sha256"], shown["bytes"]) == (digest.hexdigest(), len(content))
    response = read(venue, member, shown["evidence_id"])
    assert (response.status_code, response.content) == (200, content)
    headers = response.headers
    assert headers["content-type"].partition(";")[0] == media_type
    assert headers["repr-digest"] == (f"sha-256=:{base64.b64encode(digest.digest()).decode()}:")
    assert headers["content-disposition"].startswith(
        f'attachment; filename="{shown["evidence_id"]}.'
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-length"] == str(len(content))


def test_bytes_that_are_not_of_their_type_are_refused_and_leave_nothing(venue: TestVenue) -> None:
    member, before = venue.new_party(), stored(venue)
    for media_type in BEGINNINGS:
        response = send(venue, member, b"\x00MZ\x90", media_type)
        assert (response.status_code, code_of(response)) == (422, "evidence_type_differs")
    assert send(venue, member, b"").status_code == 422
    response = send(venue, member, PDF, "text/html")
    assert (response.status_code, code_of(response)) == (415, "unsupported_evidence")
    response = send(venue, member, PDF, **{"Content-Encoding": "gzip"})
    assert (response.status_code, code_of(response)) == (415, "body_compressed")
    assert stored(venue) == before


def test_twenty_mebibytes_are_taken_and_not_a_byte_more(venue: TestVenue) -> None:
    member, before = venue.new_party(), len(stored(venue))
    whole = PDF + bytes(EVIDENCE_BYTES_MAX - len(PDF))
    shown = upload(venue, member, whole)
    assert shown["bytes"] == EVIDENCE_BYTES_MAX
    assert (
        hashlib.sha256(read(venue, member, shown["evidence_id"]).content).hexdigest()
        == (shown["sha256"])
    )

    async def without_length() -> AsyncIterator[bytes]:
        for start in range(0, len(whole), 65_536):
            yield whole[start : start + 65_536]
        yield b"1"

    for content in (whole + b"1", without_length()):
        response = send(venue, member, content)
        assert (response.status_code, code_of(response)) == (413, "body_too_large")
    assert len(stored(venue)) == before + 1


def test_a_body_without_a_stated_length_is_taken_piece_by_piece(venue: TestVenue) -> None:
    member = venue.new_party()

    async def pieces() -> AsyncIterator[bytes]:
        for byte in PDF:
            yield bytes([byte])

    assert send(venue, member, pieces()).json()["sha256"] == hashlib.sha256(PDF).hexdigest()


def test_the_same_key_and_bytes_are_one_file(venue: TestVenue) -> None:
    member, before = venue.new_party(), len(stored(venue))
    first = send(venue, member, key="once")
    again = send(venue, member, key="once")
    assert (first.json(), again.status_code) == (again.json(), 201)
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert len(stored(venue)) == before + 1
    for other in ((PDF + b".", "application/pdf"), (PDF, "text/csv")):
        response = send(venue, member, *other, key="once")
        assert (response.status_code, code_of(response)) == (422, "idempotency_key_reused")
    assert len(stored(venue)) == before + 1
    stranger = venue.new_party()
    assert send(venue, stranger, key="once").json()["evidence_id"] != first.json()["evidence_id"]


def test_a_party_uploads_so_many_bytes_a_day(
    venue: TestVenue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.routes.evidence.BYTES_PER_DAY_MAX", 2 * len(PDF) + 1)
    member, other = venue.new_party(), venue.new_party()
    for _ in range(2):
        upload(venue, member)
    before = stored(venue)
    response = send(venue, member)
    assert (response.status_code, code_of(response)) == (429, "evidence_bytes_max")
    assert response.json()["retryable"] is True
    assert stored(venue) == before
    upload(venue, other)
    venue.clock.advance(DAY_S)
    upload(venue, member)


def test_a_client_that_goes_away_leaves_nothing(venue: TestVenue) -> None:
    member, before = venue.new_party(), stored(venue)

    messages: list[Message] = [
        {"type": "http.request", "body": PDF, "more_body": True},
        {"type": "http.disconnect"},
    ]
    answered: list[Message] = []

    async def receive() -> Message:
        return messages.pop(0)

    async def send_answer(message: Message) -> None:
        answered.append(message)

    headers = {
        "authorization": f"Bearer {member.key}",
        "content-type": "application/pdf",
        "content-length": "100000",
        "idempotency-key": "gone",
    }
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/evidence",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    venue.runner.run(venue.venue.app(scope, receive, send_answer))
    assert (messages, answered) == ([], [])
    assert stored(venue) == before
    assert not venue.venue.services.evidence.in_progress


def test_a_disk_that_takes_nothing_is_said_and_nothing_was_done(
    venue: TestVenue, monkeypatch: pytest.MonkeyPatch
) -> None:
    member, before = venue.new_party(), stored(venue)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        response = send(venue, member, key="full")
    assert (response.status_code, code_of(response)) == (503, "not_ready")
    assert stored(venue) == before
    assert send(venue, member, key="full").status_code == 201


# Attaching


def test_a_document_is_attached_listed_replaced_and_seen(market: Market) -> None:
    venue, officer = market.venue, market.venue.trust_company
    transfer = market.match()
    first = attached(venue, officer, "TRANSFER", transfer["transfer_id"], of="SELLER")
    assert (first["version"], first["status"], first["of"]) == (1, "VALID", "SELLER")
    assert first["sha256"] == hashlib.sha256(PDF).hexdigest()
    second = attached(
        venue,
        officer,
        "TRANSFER",
        transfer["transfer_id"],
        of="SELLER",
        replaces=first["link_id"],
        expires_on="2027-01-31",
    )
    assert (second["version"], second["replaces"]) == (2, first["link_id"])
    assert second["expires_on"] == "2027-01-31"
    rows = listed(venue, officer, "TRANSFER", transfer["transfer_id"])
    assert [(row["version"], row["status"]) for row in rows] == [(1, "REPLACED"), (2, "VALID")]
    assert rows[0]["ended_at"] == rows[1]["attached_at"] == second["attached_at"]
    assert rows[1] == second
    for row in rows:
        assert read(venue, officer, row["evidence_id"]).content == PDF


def test_an_officer_decides_on_the_pack_that_he_has_seen(market: Market) -> None:
    venue, officer = market.venue, market.venue.trust_company
    transfer = market.match()
    path = f"/v1/transfers/{transfer['transfer_id']}"
    etag = venue.ask("GET", path, officer).headers["etag"]
    attached(venue, venue.operator, "TRANSFER", transfer["transfer_id"])
    response = venue.ask(
        "POST", f"{path}/confirm", officer, key=venue.unique(), headers={"If-Match": etag}
    )
    assert (response.status_code, code_of(response)) == (412, "transfer_version_stale")
    etag = venue.ask("GET", path, officer).headers["etag"]
    response = venue.ask(
        "POST", f"{path}/confirm", officer, key=venue.unique(), headers={"If-Match": etag}
    )
    assert response.status_code == 200, response.text


def test_officer_party_and_operator_see_the_same_bytes_and_nobody_else_any(
    market: Market,
) -> None:
    venue, officer = market.venue, market.venue.trust_company
    number = market.match()["transfer_id"]
    shared = attached(venue, officer, "TRANSFER", number)
    of_buyer = attached(venue, venue.operator, "TRANSFER", number, of="BUYER")
    everybody = {"buyer": market.buyer, "seller": market.seller, "officer": officer}
    everybody |= {"operator": venue.operator}
    may_see = {
        shared["evidence_id"]: {"buyer", "seller", "officer", "operator"},
        of_buyer["evidence_id"]: {"buyer", "officer", "operator"},
    }
    for evidence_id, may in may_see.items():
        for role, member in everybody.items():
            response = read(venue, member, evidence_id)
            if role in may:
                assert (response.status_code, response.content) == (200, PDF), role
            else:
                assert (response.status_code, code_of(response)) == (404, "unknown_evidence"), role
    for role, member in everybody.items():
        seen = {row["evidence_id"] for row in listed(venue, member, "TRANSFER", number)}
        assert seen == {name for name, may in may_see.items() if role in may}, role
    for stranger in (venue.new_party(), venue.new_party("TRUST_COMPANY")):
        assert code_of(read(venue, stranger, shared["evidence_id"])) == "unknown_evidence"
        path = f"/v1/evidence-links?subject=TRANSFER&subject_id={number}"
        assert code_of(venue.ask("GET", path, stranger)) == "unknown_transfer"


def test_a_partys_and_a_products_documents_are_seen_by_whom_they_concern(market: Market) -> None:
    venue, officer = market.venue, market.venue.trust_company
    mine = attached(venue, market.buyer, "PARTY", market.buyer.party_id, kind="QUALIFICATION")
    deed = attached(venue, officer, "PRODUCT", market.symbol, kind="NOTICE")
    cases: tuple[tuple[str, str, Any, Member, tuple[Member, ...]], ...] = (
        ("PARTY", market.buyer.party_id, mine, market.buyer, (market.seller, officer)),
        ("PRODUCT", market.symbol, deed, officer, (market.buyer, market.seller)),
    )
    for subject, subject_id, link, owner, others in cases:
        for member in (owner, venue.operator):
            assert listed(venue, member, subject, subject_id) == [link]
            assert read(venue, member, link["evidence_id"]).content == PDF
        for member in others:
            path = f"/v1/evidence-links?subject={subject}&subject_id={subject_id}"
            assert venue.ask("GET", path, member).status_code == 404
            assert read(venue, member, link["evidence_id"]).status_code == 404


def test_nobody_attaches_what_another_has_uploaded(market: Market) -> None:
    venue = market.venue
    evidence_id = upload(venue, market.seller)["evidence_id"]
    for member in (market.buyer, venue.trust_company, venue.operator):
        response = attach(venue, member, evidence_id, "PARTY", member.party_id)
        assert (response.status_code, code_of(response)) == (404, "unknown_evidence")
        assert pointers_of(response) == {"/evidence_id": "unknown_evidence"}
    response = attach(venue, market.buyer, "f" * 32, "PARTY", market.buyer.party_id)
    assert code_of(response) == "unknown_evidence"


def test_an_attachment_asked_for_again_is_the_same(market: Market) -> None:
    venue, member = market.venue, market.seller
    body = {
        "subject": "PARTY",
        "subject_id": member.party_id,
        "evidence_id": upload(venue, member)["evidence_id"],
        "kind": "AUTHORITY",
    }
    first = venue.ask("POST", "/v1/evidence-links", member, key="link", json=body)
    again = venue.ask("POST", "/v1/evidence-links", member, key="link", json=body)
    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.json(), again.headers["idempotency-replayed"]) == (again.json(), "true")
    assert len(listed(venue, member, "PARTY", member.party_id)) == 1


BAD_BODIES: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"subject": "ORDER"}, "/subject", "unknown_value"),
    ({"subject_id": "x"}, "/subject_id", "malformed"),
    ({"subject_id": "ABC"}, "/subject_id", "malformed"),
    ({"evidence_id": "F" * 32}, "/evidence_id", "malformed"),
    ({"evidence_id": "../../venue.sqlite3"}, "/evidence_id", "malformed"),
    ({"kind": "PASSPORT"}, "/kind", "unknown_value"),
    ({"of": "TRUST_COMPANY"}, "/of", "unknown_value"),
    ({"expires_on": "2026-02-30"}, "/expires_on", "malformed"),
    ({"expires_on": "22.11.2026"}, "/expires_on", "malformed"),
    ({"replaces": "0"}, "/replaces", "malformed"),
    ({"sha256": "00"}, "/sha256", "unknown_field"),
    ({"subject": "PRODUCT", "subject_id": "NO-SUCH"}, "/subject_id", "unknown_product"),
)


@pytest.mark.parametrize(("changes", "pointer", "code"), BAD_BODIES, ids=str)
def test_a_field_that_is_wrong_is_pointed_at(
    market: Market, changes: dict[str, Any], pointer: str, code: str
) -> None:
    member = market.seller
    body = {"subject_id": member.party_id, "subject": "PARTY"} | changes
    evidence_id = body.pop("evidence_id", None) or upload(market.venue, member)["evidence_id"]
    subject, subject_id = body.pop("subject"), body.pop("subject_id")
    response = attach(market.venue, member, evidence_id, subject, subject_id, **body)
    assert response.status_code in (404, 422)
    assert pointers_of(response)[pointer] == code


def test_a_recording_is_a_film(market: Market) -> None:
    venue, member = market.venue, market.seller
    sound = upload(venue, member, BEGINNINGS["audio/mp4"], "audio/mp4")["evidence_id"]
    film = upload(venue, member, MP4, "video/mp4")["evidence_id"]
    refused = attach(venue, member, sound, "PARTY", member.party_id, kind="DUAL_RECORDING")
    assert (refused.status_code, code_of(refused)) == (422, "evidence_out_of_range")
    taken = attach(venue, member, film, "PARTY", member.party_id, kind="DUAL_RECORDING")
    assert taken.status_code == 201


def test_pages_of_documents_follow_one_another(market: Market) -> None:
    venue, member = market.venue, market.seller
    evidence_id = upload(venue, member)["evidence_id"]
    links = [
        attached(venue, member, "PARTY", member.party_id, evidence_id=evidence_id)["link_id"]
        for _ in range(3)
    ]
    path = f"/v1/evidence-links?subject=PARTY&subject_id={member.party_id}&limit=2"
    first = venue.ask("GET", path, member).json()
    second = venue.ask("GET", f"{path}&cursor={first['next_cursor']}", member).json()
    assert [row["link_id"] for row in first["items"] + second["items"]] == links
    assert second["next_cursor"] is None


def test_a_product_without_a_checklist_needs_nothing(market: Market) -> None:
    number = market.match()["transfer_id"]
    for member in (market.buyer, market.venue.trust_company):
        shown = market.venue.ask("GET", f"/v1/transfers/{number}/checklist", member).json()
        assert shown == {"items": [], "is_complete": True}


def test_a_checklist_says_of_each_line_how_it_stands(venue: TestVenue) -> None:
    before = Market.make(venue)
    asked = [{"kind": "SCAN", "of": None}, {"kind": "AUTHORITY", "of": "SELLER"}]
    terms = {"agreement": True, "signing_days": 9, "checklist": asked}
    symbol = venue.new_product(transfer_terms=terms)
    venue.give_units(symbol, before.seller, "1000")
    market = Market(venue, symbol, before.seller, before.buyer)
    number = market.match()["transfer_id"]

    def states() -> list[str]:
        shown = venue.ask("GET", f"/v1/transfers/{number}/checklist", market.buyer).json()
        lines = [{"kind": item["kind"], "of": item["of"]} for item in shown["items"]]
        assert lines == asked
        found = [item["state"] for item in shown["items"]]
        assert shown["is_complete"] is (found == ["VALID", "VALID"])
        return found

    def brings(**more: str) -> Any:
        return attached(venue, market.seller, "TRANSFER", number, **more)

    assert states() == ["MISSING", "MISSING"]
    brings(expires_on=format_day(day_in_shanghai(venue.clock.now_ns())))
    consent = brings(kind="AUTHORITY", of="SELLER")
    assert states() == ["VALID", "VALID"]
    venue.clock.advance(DAY_S)
    venue.restart()
    assert states() == ["EXPIRED", "VALID"]
    # One that counts is enough, whatever became of others.
    second = brings()
    brings(kind="AUTHORITY", of="SELLER", replaces=consent["link_id"])
    third = brings()
    assert states() == ["VALID", "VALID"]
    for link, left in ((third, "VALID"), (second, "FAULTY")):
        name = link["evidence_id"]
        (venue.directory / "evidence" / name[:2] / name).unlink()
        read(venue, market.seller, name)
        assert states() == [left, "VALID"]


def test_a_transfer_that_has_ended_has_no_pack_any_more(market: Market) -> None:
    venue, number = market.venue, market.match()["transfer_id"]
    headers = {"If-Match": '"2"'}
    venue.do("POST", f"/v1/transfers/{number}/confirm", venue.trust_company, headers=headers)
    for member in (market.buyer, market.seller, venue.trust_company, venue.operator):
        response = attach(venue, member, upload(venue, member)["evidence_id"], "TRANSFER", number)
        assert (response.status_code, code_of(response)) == (409, "transfer_not_pending")
    stranger = venue.new_party()
    response = attach(venue, stranger, upload(venue, stranger)["evidence_id"], "TRANSFER", number)
    assert (response.status_code, code_of(response)) == (404, "unknown_transfer")


# Files that are not what they were


@pytest.mark.parametrize("spoilt", ["one bit", "gone", "shorter"])
def test_a_faulty_file_is_not_given_out_and_its_documents_do_not_count(
    market: Market, spoilt: str
) -> None:
    venue, officer = market.venue, market.venue.trust_company
    number = market.match()["transfer_id"]
    content = PDF + bytes(1_000_000)
    evidence_id = upload(venue, officer, content)["evidence_id"]
    attached(venue, officer, "TRANSFER", number, evidence_id=evidence_id)
    path = venue.directory / "evidence" / evidence_id[:2] / evidence_id
    if spoilt == "one bit":
        path.write_bytes(content[:-1] + b"\x01")
    elif spoilt == "gone":
        path.unlink()
    else:
        path.write_bytes(content[:-1])
    response = read_what_comes(venue, officer, evidence_id)
    if spoilt == "one bit":
        # The answer had begun: it ends before its last piece.
        assert response is None
    else:
        assert response is not None
        assert (response.status_code, code_of(response)) == (500, "evidence_faulty")
    (row,) = listed(venue, officer, "TRANSFER", number)
    assert row["status"] == "FAULTY"
    # Asked for again, it is not reported twice.
    before = venue.sequence
    read_what_comes(venue, officer, evidence_id)
    assert venue.sequence == before


def read_what_comes(venue: TestVenue, member: Member, evidence_id: str) -> httpx.Response | None:
    """The answer, or None if it breaks off."""
    try:
        return read(venue, member, evidence_id)
    except FileFaulty:
        return None


def test_a_reader_who_goes_away_leaves_no_file_open(market: Market) -> None:
    venue, member = market.venue, market.seller
    evidence_id = upload(venue, member, PDF + bytes(2_000_000))["evidence_id"]
    before = set(Path("/proc/self/fd").iterdir())

    async def leave() -> None:
        path = f"/v1/evidence/{evidence_id}"
        headers = {"Authorization": f"Bearer {member.key}"}
        async with venue.client.stream("GET", path, headers=headers) as response:
            async for _ in response.aiter_bytes(1_000):
                break
        await asyncio.sleep(0)

    venue.runner.run(leave())
    left = set(Path("/proc/self/fd").iterdir()) - before
    assert not [path for path in left if evidence_id in str(path.resolve())]
