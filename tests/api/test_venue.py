"""Whether the venue is alive and ready, and its clock."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from api.founding import create_venue
from api.store.edge import EdgeStore
from exchange.commands import AnyCommand
from exchange.errors import Busy, StoreFault
from exchange.sequencer import Outcome
from tests.api.venue import Market, TestVenue, code_of, order_body


def test_a_jump_of_the_clock_waits_for_the_operator(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        transfer = market.match()
        path = f"/v1/transfers/{transfer['transfer_id']}"
        assert venue.ask("GET", "/readyz").status_code == 200

        venue.clock.advance(400 * 86_400)
        venue.new_party()

        waiting = venue.ask("GET", "/readyz")
        assert (waiting.status_code, code_of(waiting)) == (503, "not_ready")
        assert waiting.json()["detail"] == "clock_jump"
        assert venue.ask("GET", path, market.buyer).json()["state"] == "SUBMITTED"
        venue.do("POST", "/v1/venue/clock", venue.operator)
        assert venue.ask("GET", "/readyz").status_code == 200


def test_a_stopped_venue_says_that_the_outcome_is_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    venue = TestVenue(tmp_path / "venue")
    market = Market.make(venue)
    body = order_body("torn", market.symbol, "SELL", "1.0200", "100")

    def fail() -> None:
        raise StoreFault("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(venue.venue.exchange._store, "commit", fail)
        response = venue.ask("POST", "/v1/orders", market.seller, json=body)

    assert (response.status_code, code_of(response)) == (503, "outcome_unknown")
    assert response.json()["detail"] == "Outcome unknown, ask again with the same key."
    assert response.json()["retryable"] is True
    assert response.headers["retry-after"] == "1"
    assert venue.ask("GET", "/healthz").status_code == 200
    ready = venue.ask("GET", "/readyz")
    assert (ready.status_code, ready.json()["detail"]) == (503, "stopped")
    later = venue.ask("POST", "/v1/orders", market.seller, json=body)
    assert code_of(later) == "outcome_unknown"

    venue.restart()

    again = venue.ask("POST", "/v1/orders", market.seller, json=body)
    assert again.status_code == 201
    venue.close()


def test_a_full_queue_says_when_to_come_back(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(_command: AnyCommand) -> Outcome:
        raise Busy(250)

    monkeypatch.setattr(market.venue.venue.exchange, "submit", busy)
    body = order_body("full", market.symbol, "SELL", "1.0200", "100")
    response = market.venue.ask("POST", "/v1/orders", market.seller, json=body)

    assert (response.status_code, code_of(response)) == (503, "busy")
    assert response.headers["retry-after"] == "1"
    assert response.json()["retryable"] is True


def test_one_partys_flood_is_told_to_come_back_and_another_is_served(market: Market) -> None:
    venue = market.venue

    async def flood() -> tuple[list[int], int]:
        def ask(key: str, price: str, client_order_id: str) -> asyncio.Task[int]:
            side = "SELL" if key == market.seller.key else "BUY"
            body = order_body(client_order_id, market.symbol, side, price, "100")
            return asyncio.create_task(place(key, body))

        async def place(key: str, body: dict[str, object]) -> int:
            headers = {"Authorization": f"Bearer {key}"}
            response = await venue.client.post("/v1/orders", json=body, headers=headers)
            return response.status_code

        many = [ask(market.seller.key, "1.5000", f"flood-{n}") for n in range(1_500)]
        calm = ask(market.buyer.key, "0.5000", "calm")
        return [await task for task in many], await calm

    flooding, calm = venue.runner.run(flood())

    assert calm == 201
    assert set(flooding) <= {201, 409, 503}


def test_an_unexpected_error_is_a_problem_document_without_its_inside(
    market: Market, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(_command: AnyCommand) -> Outcome:
        raise AssertionError("the inside")

    monkeypatch.setattr(market.venue.venue.exchange, "submit", fail)
    body = order_body("bug", market.symbol, "SELL", "1.0200", "100")
    response = market.venue.ask("POST", "/v1/orders", market.seller, json=body)

    assert (response.status_code, code_of(response)) == (500, "internal_error")
    assert "the inside" not in response.text
    assert "the inside" in caplog.text
    assert response.headers["x-content-type-options"] == "nosniff"


def test_a_fault_of_the_edges_database_says_that_the_outcome_is_unknown(
    venue: TestVenue, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> str:
        raise OperationalError("INSERT", None, Exception("database or disk is full"))

    body = {"kind": "INSTITUTION", "name": "Half made"}
    with monkeypatch.context() as broken:
        broken.setattr(EdgeStore, "record_name", fail)
        broken.setattr(EdgeStore, "names_of", fail)
        half = venue.ask("POST", "/v1/parties", venue.operator, key="half", json=body)
        listed = venue.ask("GET", "/v1/parties", venue.operator)
    whole = venue.ask("POST", "/v1/parties", venue.operator, key="half", json=body)

    assert (half.status_code, code_of(half)) == (503, "outcome_unknown")
    assert (listed.status_code, code_of(listed)) == (503, "not_ready")
    assert "disk is full" in caplog.text
    assert (whole.status_code, whole.json()["name"]) == (201, "Half made")


def test_a_venue_that_cannot_be_made_leaves_an_empty_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> str:
        raise OperationalError("INSERT", None, Exception("database or disk is full"))

    directory = tmp_path / "venue"
    with monkeypatch.context() as broken:
        broken.setattr(EdgeStore, "record_name", fail)
        making = create_venue(directory, demo=False, trust_company_name="Jiahe")
        with pytest.raises(OperationalError):
            asyncio.run(making)

    assert list(directory.iterdir()) == []
    TestVenue(directory).close()


def test_a_venue_that_stops_in_order_leaves_no_log(tmp_path: Path) -> None:
    venue = TestVenue(tmp_path / "venue")
    market = Market.make(venue)
    assert venue.ask("GET", "/v1/holdings", market.seller).status_code == 200  # a reader is open
    assert (tmp_path / "venue" / "venue.sqlite3-wal").exists()
    venue.close()
    assert not (tmp_path / "venue" / "venue.sqlite3-wal").exists()
