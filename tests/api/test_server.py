"""A real server on a real port: what only sockets can show."""

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError

from api import server
from api.founding import FirstKeys, create_venue
from api.main import Venue, open_venue
from exchange.errors import StoreFault
from tests.architecture.tree import ROOT

DECODED_AT_ONCE = """
import sys, threading
import msgspec
from api import server

kinds = []
for number in range(200):
    inner = msgspec.defstruct(f"Inner{number}", [("each", list[str])])
    kinds.append(msgspec.defstruct(f"Outer{number}", [("by", dict[str, inner]), ("one", inner)]))
server.tune_process()
sys.setswitchinterval(1e-6)
given = {"by": {"a": {"each": []}}, "one": {"each": ["b"]}}
for kind in kinds:
    begin = threading.Barrier(4)
    def decode():
        begin.wait()
        assert msgspec.convert(given, kind).one.each == ["b"]
    threads = [threading.Thread(target=decode) for _ in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
print("all decoded")
"""


async def _with_server(
    directory: Path, use: Callable[[Venue, FirstKeys, str], Awaitable[None]]
) -> BaseException | None:
    keys = await create_venue(directory, demo=False, trust_company_name="Jiahe 嘉禾")
    venue = await open_venue(directory)
    until = asyncio.Event()
    serving = asyncio.Event()
    with server.listen("127.0.0.1", 0) as listening:
        running = asyncio.create_task(
            server.serve(venue, listening, on_serving=serving.set, until=until, feed_notice_s=0)
        )
        await serving.wait()
        try:
            await use(venue, keys, server.address_of(listening))
        finally:
            until.set()
        return await running


def test_the_api_and_the_feed_are_served_on_one_port(tmp_path: Path) -> None:
    async def use(_venue: Venue, keys: FirstKeys, address: str) -> None:
        async with httpx.AsyncClient(base_url=f"http://{address}") as client:
            headers = {"Authorization": f"Bearer {keys.operator_key}"}
            listed = await client.get("/v1/parties", headers=headers)
            assert len(listed.json()["items"]) == 2
        async with connect(f"ws://{address}/feed/v1") as feed:
            assert json.loads(await feed.recv())["type"] == "welcome"

    assert asyncio.run(_with_server(tmp_path / "venue", use)) is None


def test_a_revoked_key_ends_its_feed_connections(tmp_path: Path) -> None:
    async def use(_venue: Venue, keys: FirstKeys, address: str) -> None:
        operator = {"Authorization": f"Bearer {keys.operator_key}"}
        path = f"/v1/parties/{keys.trust_company_id}/keys"
        async with httpx.AsyncClient(base_url=f"http://{address}", headers=operator) as client:
            minted = await client.post(
                path, json={"label": "feed"}, headers={"Idempotency-Key": "m"}
            )
            async with connect(f"ws://{address}/feed/v1") as feed:
                await feed.recv()
                key = minted.json()["key"]
                await feed.send(
                    json.dumps({"type": "auth", "req": "1", "method": "bearer", "key": key})
                )
                assert json.loads(await feed.recv())["type"] == "ack"
                revoked = await client.delete(
                    f"{path}/{minted.json()['key_id']}", headers={"Idempotency-Key": "r"}
                )
                assert revoked.status_code == 204
                with contextlib.suppress(ConnectionClosedError):
                    while True:
                        await feed.recv()
                assert feed.close_code == 4001

    assert asyncio.run(_with_server(tmp_path / "venue", use)) is None


def test_bytes_that_are_no_http_are_answered_and_closed(tmp_path: Path) -> None:
    async def use(_venue: Venue, _keys: FirstKeys, address: str) -> None:
        host, _, port = address.rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"\x16\x03\x01 no http at all\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 400 ")
        writer.close()
        await writer.wait_closed()

    assert asyncio.run(_with_server(tmp_path / "venue", use)) is None


def test_a_venue_that_stops_itself_ends_the_server_with_its_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = StoreFault("disk full")

    async def use(venue: Venue, keys: FirstKeys, address: str) -> None:
        def fail() -> None:
            raise fault

        monkeypatch.setattr(venue.exchange._store, "commit", fail)
        async with httpx.AsyncClient(base_url=f"http://{address}") as client:
            response = await client.post(
                "/v1/parties",
                json={"kind": "INSTITUTION", "name": "x"},
                headers={
                    "Authorization": f"Bearer {keys.operator_key}",
                    "Idempotency-Key": "last",
                },
            )
        assert response.json()["code"] == "outcome_unknown"

    assert asyncio.run(_with_server(tmp_path / "venue", use)) is fault


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),  # noqa: S104 — asked about, not bound
        ("::", False),
        ("192.0.2.1", False),
        ("example.org", False),
        ("", False),
    ],
)
def test_only_this_machine_is_reached_over_loopback(host: str, *, loopback: bool) -> None:
    assert server.is_loopback(host) is loopback


def test_threads_that_first_decode_a_kind_at_once_do_not_end_the_process() -> None:
    command = [sys.executable, "-c", DECODED_AT_ONCE]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, "all decoded\n"), ended.stderr
