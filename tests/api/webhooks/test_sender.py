"""One attempt over real sockets on loopback: what is sent, what any answer means, and whom nothing
is sent to."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import socket
import ssl
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from api.webhooks.addresses import AddressRules
from api.webhooks.delivery import Answer, Fault
from api.webhooks.sender import ANSWER_BYTES_MAX, HttpSender
from tests.api.webhooks.receiver import Answering, Receiver, plain

LOOPBACK: Final = AddressRules((ipaddress.ip_network("127.0.0.0/8"),))
BODY: Final = '{"say":"你好"}'.encode()
SOON_S: Final = 0.3
NAME: Final = "register.example.com"


def on_loop(story: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Run an asynchronous test."""

    def test() -> None:
        asyncio.run(story())

    test.__name__ = story.__name__
    return test


async def attempt(
    url: str, *, rules: AddressRules = LOOPBACK, sender: HttpSender | None = None, **more: Any
) -> Answer:
    used = sender or HttpSender(rules, **more)
    answer = await used.send(url, headers={"webhook-id": "1"}, body=BODY)
    if sender is None:
        await used.close()
    return answer


def outcome(answer: Answer) -> tuple[int | None, Fault | None]:
    return answer.status, answer.fault


def resolving(*answers: list[str]) -> tuple[Callable[[str, int], Coroutine[Any, Any, Any]], Any]:
    """A resolver that gives these answers in turn, and the names that it was asked for."""
    asked: list[tuple[str, int]] = []

    async def resolve(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return answers[min(len(asked), len(answers)) - 1]

    return resolve, asked


@on_loop
async def test_a_message_is_posted_as_it_was_signed() -> None:
    async with Receiver() as receiver:
        answer = await attempt(receiver.url("/hook?for=trustex"))
    (received,) = receiver.received
    assert outcome(answer) == (200, None)
    assert received.target == "/hook?for=trustex"
    assert received.body == BODY
    assert received.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert received.headers["content-type"] == "application/json"
    assert received.headers["webhook-id"] == "1"
    assert "cookie" not in received.headers


@pytest.mark.parametrize("status", [204, 301, 302, 307, 308, 400, 404, 410, 429, 500, 503])
def test_the_status_is_the_answer_and_no_redirect_is_followed(status: int) -> None:
    async def story() -> None:
        async with Receiver() as elsewhere, Receiver() as receiver:
            receiver.answer = plain(status, f"Location: {elsewhere.url()}")
            assert outcome(await attempt(receiver.url())) == (status, None)
        assert len(receiver.received) == 1
        assert elsewhere.received == []

    asyncio.run(story())


async def never(_writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def dripping(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(SOON_S / 10)


async def hanging_up(writer: asyncio.StreamWriter) -> None:
    writer.close()


async def babbling(writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x16\x03\x01 no http\r\n\r\n")


async def endless_headers(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: " + b"x" * 10_000 + b"\r\n")
        await writer.drain()


@pytest.mark.parametrize(
    ("answering", "fault"),
    [
        (never, Fault.TIMED_OUT),
        (dripping, Fault.TIMED_OUT),
        (hanging_up, Fault.PROTOCOL_ERROR),
        (babbling, Fault.PROTOCOL_ERROR),
        (endless_headers, Fault.PROTOCOL_ERROR),
    ],
)
def test_a_server_that_does_not_answer_properly_is_given_up(
    answering: Answering, fault: Fault
) -> None:
    async def story() -> None:
        async with Receiver(answering) as receiver:
            assert outcome(await attempt(receiver.url(), attempt_max_s=SOON_S)) == (None, fault)

    asyncio.run(story())


@on_loop
async def test_a_long_answer_is_not_read_to_its_end() -> None:
    sent = 0

    async def long(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        while True:
            writer.write(b"x" * ANSWER_BYTES_MAX)
            await writer.drain()
            sent += ANSWER_BYTES_MAX

    async with Receiver(long) as receiver:
        assert outcome(await attempt(receiver.url())) == (200, None)
    assert sent < 100_000_000  # some megabytes fit into the system's buffers


@on_loop
async def test_connections_are_kept_for_the_next_message() -> None:
    sender = HttpSender(LOOPBACK)
    async with Receiver() as receiver:
        for _ in range(3):
            assert outcome(await attempt(receiver.url(), sender=sender)) == (200, None)
        await sender.close()
    assert receiver.connections == 1


@on_loop
async def test_nobody_listens() -> None:
    with socket.socket() as taken:  # bound and not listening: a connection is refused
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        assert outcome(await attempt(url)) == (None, Fault.CONNECT_FAILED)


@on_loop
async def test_a_private_address_is_not_connected_to() -> None:
    async with Receiver() as receiver:
        answer = await attempt(receiver.url(), rules=AddressRules())
        assert outcome(answer) == (None, Fault.ADDRESS_REFUSED)
    assert receiver.connections == 0


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["93.184.216.34", "127.0.0.1"],
        ["127.0.0.1", "93.184.216.34"],
        ["169.254.169.254"],
        ["93.184.216.34", "::ffff:127.0.0.1"],
    ],
)
def test_a_name_that_leads_to_a_private_address_too_is_refused_whole(
    addresses: list[str],
) -> None:
    async def story() -> None:
        resolve, asked = resolving(addresses)
        async with Receiver() as receiver:
            url = f"https://{NAME}:{receiver.port}/"
            answer = await attempt(url, rules=AddressRules(), resolve_host=resolve)
            assert outcome(answer) == (None, Fault.ADDRESS_REFUSED)
        assert asked == [(NAME, receiver.port)]
        assert receiver.connections == 0

    asyncio.run(story())


@on_loop
async def test_the_connection_is_made_to_the_address_that_was_checked() -> None:
    # A second look-up would lead elsewhere: there is none.
    resolve, asked = resolving(["127.0.0.2"], ["127.0.0.1"])
    async with Receiver() as elsewhere:
        url = f"http://{NAME}:{elsewhere.port}/"
        answer = await attempt(url, resolve_host=resolve)
    assert outcome(answer) == (None, Fault.CONNECT_FAILED)
    assert asked == [(NAME, elsewhere.port)]
    assert elsewhere.connections == 0


@on_loop
async def test_the_next_address_of_a_name_is_tried() -> None:
    resolve, _ = resolving(["127.0.0.2", "127.0.0.1"])
    async with Receiver() as receiver:
        answer = await attempt(f"http://{NAME}:{receiver.port}/", resolve_host=resolve)
    assert outcome(answer) == (200, None)
    assert receiver.received[0].headers["host"] == f"{NAME}:{receiver.port}"


@on_loop
async def test_a_name_without_an_address_is_said_to_have_none() -> None:
    async def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    answer = await attempt(f"https://{NAME}/", resolve_host=unknown)
    assert outcome(answer) == (None, Fault.NAME_NOT_RESOLVED)
    resolve, _ = resolving([])
    answer = await attempt(f"https://{NAME}/", resolve_host=resolve)
    assert outcome(answer) == (None, Fault.NAME_NOT_RESOLVED)


@on_loop
async def test_numbers_in_disguise_are_checked_as_what_they_are() -> None:
    async with Receiver() as receiver:
        for host in ("2130706433", "0x7f000001", "127.1", "0177.0.0.1", "localhost"):
            answer = await attempt(f"https://{host}:{receiver.port}/", rules=AddressRules())
            assert outcome(answer) == (None, Fault.ADDRESS_REFUSED), host
    assert receiver.connections == 0


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's and a client's context: the client trusts the server's certificate of `name`."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    client = ssl.create_default_context(cafile=path)
    return server, client


@pytest.mark.parametrize(
    ("name", "expected"),
    [(NAME, (200, None)), ("other.example.com", (None, Fault.CONNECT_FAILED))],
)
def test_tls_is_spoken_with_the_name_and_not_with_the_address(
    tmp_path: Path, name: str, expected: tuple[int | None, Fault | None]
) -> None:
    server, client = certificate(tmp_path, NAME)
    resolve, _ = resolving(["127.0.0.1"])

    async def story() -> None:
        async with Receiver(tls=server) as receiver:
            url = receiver.url(host=name)
            assert url.startswith("https://")
            answer = await attempt(url, resolve_host=resolve, ssl_context=client)
            assert outcome(answer) == expected
            assert len(receiver.received) == (1 if expected[0] else 0)

    asyncio.run(story())


def test_a_certificate_of_nobody_known_is_not_trusted(tmp_path: Path) -> None:
    server, _ = certificate(tmp_path, NAME)
    resolve, _ = resolving(["127.0.0.1"])

    async def story() -> None:
        async with Receiver(tls=server) as receiver:
            answer = await attempt(receiver.url(host=NAME), resolve_host=resolve)
            assert outcome(answer) == (None, Fault.CONNECT_FAILED)
        assert receiver.received == []

    asyncio.run(story())
