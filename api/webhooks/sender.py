"""One attempt over HTTP: the only file of webhooks that opens a socket.

`httpcore` lies below httpx, which the project has anyway, and lets the connection be made to an
address of our choice while TLS still asks for the certificate of the name. It follows no redirect,
reads no proxy from the environment and keeps no cookie.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

import httpcore

from api.webhooks.addresses import AddressRules
from api.webhooks.delivery import Answer, Fault

ATTEMPT_MAX_S: Final = 15
"""From resolving the name to the end of the answer, however slowly it drips."""
CONNECT_MAX_S: Final = 5
ADDRESSES_TRIED_MAX: Final = 3
"""Of one name, in the order of the resolver."""
ANSWER_BYTES_MAX: Final = 16_384
"""What an answer says is not kept; more than this of it is not even read."""
CONNECTIONS_MAX: Final = 64
CONNECTIONS_IDLE_MAX: Final = 32
IDLE_MAX_S: Final = 30
USER_AGENT: Final = "trustex-webhooks/1"

Resolve = Callable[[str, int], Awaitable[list[str]]]


class Sender(Protocol):
    """Whoever carries a message."""

    async def send(self, url: str, *, headers: dict[str, str], body: bytes) -> Answer:
        """Make one attempt; whatever goes wrong is in the answer."""

    async def close(self) -> None:
        """Let go of every connection."""


class AddressRefused(Exception):
    """The name leads somewhere where nothing may be sent."""


class NameNotResolved(Exception):
    """The name leads nowhere."""


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, by the system's resolver."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address) for *_, (address, *_) in found]


class HttpSender:
    """Sends over HTTP/1.1, by TLS or, where the operator permits it, without."""

    def __init__(
        self,
        rules: AddressRules,
        *,
        resolve_host: Resolve = resolve,
        ssl_context: ssl.SSLContext | None = None,
        attempt_max_s: float = ATTEMPT_MAX_S,
    ) -> None:
        """A sender that keeps connections open for a while.

        Args:
            ssl_context: whom to trust; None: the authorities of the system and of `certifi`.
        """
        self._attempt_max_s = attempt_max_s
        self._plain = _pool(_CheckedBackend(rules, resolve_host, encrypted=False), None)
        self._encrypted = _pool(
            _CheckedBackend(rules, resolve_host, encrypted=True),
            ssl_context or httpcore.default_ssl_context(),
        )

    async def send(self, url: str, *, headers: dict[str, str], body: bytes) -> Answer:
        """Make one attempt; whatever goes wrong is in the answer."""
        loop = asyncio.get_running_loop()
        start_s = loop.time()
        status, fault = None, None
        try:
            async with asyncio.timeout(self._attempt_max_s):
                status = await self._post(url, headers, body)
        except NameNotResolved:
            fault = Fault.NAME_NOT_RESOLVED
        except AddressRefused:
            fault = Fault.ADDRESS_REFUSED
        except (httpcore.ConnectError, ssl.SSLError):
            fault = Fault.CONNECT_FAILED
        except (httpcore.TimeoutException, TimeoutError):
            fault = Fault.TIMED_OUT
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError):
            fault = Fault.PROTOCOL_ERROR
        return Answer(status, fault, round((loop.time() - start_s) * 1_000))

    async def close(self) -> None:
        """Let go of every connection."""
        await self._plain.aclose()
        await self._encrypted.aclose()

    async def _post(self, url: str, headers: dict[str, str], body: bytes) -> int:
        pool = self._encrypted if url.startswith("https:") else self._plain
        request = pool.stream(
            "POST",
            url,
            headers=[
                ("Host", url.split("/", 3)[2]),
                ("User-Agent", USER_AGENT),
                ("Content-Type", "application/json"),
                *headers.items(),
            ],
            content=body,
            extensions={"timeout": {"connect": CONNECT_MAX_S}},
        )
        async with request as response:
            status: int = response.status
            length = 0
            async for chunk in response.aiter_stream():
                length += len(chunk)
                if length > ANSWER_BYTES_MAX:
                    break  # the connection is closed with the rest of it
        return status


class _CheckedBackend(httpcore.AsyncNetworkBackend):
    """Connects to checked addresses only."""

    def __init__(self, rules: AddressRules, resolve_host: Resolve, *, encrypted: bool) -> None:
        self._rules = rules
        self._resolve = resolve_host
        self._encrypted = encrypted
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        *more: Any,  # noqa: ANN401  the pool's business, passed on as it came
        **options: Any,  # noqa: ANN401  likewise passed on
    ) -> httpcore.AsyncNetworkStream:
        """A connection to one of the host's addresses, all of which are checked first.

        Raises:
            NameNotResolved: it has none.
            AddressRefused: one of them is not permitted: whoever mixes them has no good reason.
            httpcore.ConnectError, httpcore.ConnectTimeout: nobody answers at any.
        """
        try:
            addresses = list(dict.fromkeys(await self._resolve(host, port)))
        except (OSError, UnicodeError) as error:
            raise NameNotResolved(host) from error
        if not addresses:
            raise NameNotResolved(host)
        for address in addresses:
            if not self._rules.may_reach(address, encrypted=self._encrypted):
                raise AddressRefused(address)
        *others, last = addresses[:ADDRESSES_TRIED_MAX]
        for address in others:
            with contextlib.suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return await self._network.connect_tcp(address, port, *more, **options)
        return await self._network.connect_tcp(last, port, *more, **options)


def _pool(
    backend: httpcore.AsyncNetworkBackend, ssl_context: ssl.SSLContext | None
) -> httpcore.AsyncConnectionPool:
    return httpcore.AsyncConnectionPool(
        ssl_context=ssl_context,
        max_connections=CONNECTIONS_MAX,
        max_keepalive_connections=CONNECTIONS_IDLE_MAX,
        keepalive_expiry=IDLE_MAX_S,
        network_backend=backend,
    )
