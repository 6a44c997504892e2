"""A venue that is served as its users meet it: a process of its own, a port, real pages."""

import contextlib
import subprocess
from pathlib import Path
from typing import Any

import httpx

from tests.api.command_line import serving
from tests.api.venue import Market, Member, TestVenue, headers_of, order_body


class ServedVenue(TestVenue):
    """A venue of tests behind a socket; whoever has its address can look at it, too."""

    __test__ = False

    def __init__(self, directory: Path) -> None:
        self.address = ""
        self.process: subprocess.Popen[str]
        self._served = contextlib.ExitStack()
        self._asking = self._served.enter_context(httpx.Client())
        super().__init__(directory)

    def ask(
        self,
        method: str,
        path: str,
        member: Member | None = None,
        *,
        key: str | None = None,
        headers: dict[str, str] | None = None,
        **content: Any,
    ) -> httpx.Response:
        """One request, without the loop: it may be asked where a browser has that."""
        sent = headers_of(member, key) | (headers or {})
        return self._asking.request(method, f"{self.address}{path}", headers=sent, **content)

    def start(self) -> None:
        """Serve the folder."""
        self.serve()
        self.client = httpx.AsyncClient(base_url=self.address)

    def stop(self) -> None:
        """End the process."""
        self.runner.run(self.client.aclose())
        self._served.close()

    def serve(self) -> None:
        """Serve the folder in a process of its own, where it was served before."""
        port = self.address.rpartition(":")[2] or "0"
        process = serving(self.directory, "--port", port)
        self.process, self.address = self._served.enter_context(process)

    def is_killed(self) -> None:
        """The process ends at once, whatever it is about, and nobody answers."""
        self.process.kill()
        self.process.wait()


class Dealing:
    """A market on a served venue, for tests whose browser has the thread's event loop."""

    def __init__(self, market: Market, address: str) -> None:
        self.market = market
        self.address = address
        self._orders = 0

    def sell(self, price: str, quantity: str) -> None:
        """The seller's order."""
        self._place(self.market.seller, "SELL", price, quantity)

    def buy(self, price: str, quantity: str) -> None:
        """The buyer's order."""
        self._place(self.market.buyer, "BUY", price, quantity)

    def _place(self, member: Member, side: str, price: str, quantity: str) -> None:
        self._orders += 1
        body = order_body(f"browser-{self._orders}", self.market.symbol, side, price, quantity)
        headers = {"Authorization": f"Bearer {member.key}"}
        response = httpx.post(f"{self.address}/v1/orders", json=body, headers=headers)
        assert response.status_code == 201, response.text
