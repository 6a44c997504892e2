"""A demo market of its own, in which the people who look have something of theirs to look at."""

import contextlib
import json
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx

from api.cli.demo.folder import VENUE

RATE: Final = 12
"""Orders a second until there is enough to see, and while it is photographed."""
SPEED: Final = 4_000
"""A working day of the officers lasts twenty seconds: transfers wait long enough to be seen."""
SECONDS_MAX: Final = 1_200
DEALS_MIN: Final = 250
DEALS_WITHIN_S: Final = 90
STOP_TIMEOUT_S: Final = 30
WAITING: Final = ("SUBMITTED", "UNDER_REVIEW")
ADDRESS: Final = re.compile(r"^ *pages +(http://\S+?)/?$")


class Stage:
    """The demo, asked by the keys of its people."""

    def __init__(self, address: str, directory: Path) -> None:
        self.address = address
        credentials = json.loads((directory / VENUE / "credentials.json").read_text("utf-8"))
        self._keys: dict[str, str] = credentials["keys"]
        self._operator_key: str = credentials["operator_key"]
        self._client = httpx.Client(base_url=address, trust_env=False)

    def ask(self, path: str, who: str | None = None, **query: Any) -> Any:
        """What is there for somebody; None: for the operator."""
        response = self._client.get(path, params=query, headers=self._headers(who))
        assert response.status_code == 200, response.text
        return response.json()

    def items(self, path: str, who: str | None = None, **query: Any) -> list[Any]:
        """The newest of a list."""
        found: list[Any] = self.ask(path, who, **query)["items"]
        return found

    def first(self, mode: str) -> str:
        """The symbol of the first product whose deals are made so."""
        products = self.items("/v1/products", limit=500)
        return next(str(each["symbol"]) for each in products if each["market_mode"] == mode)

    def busiest(self, mode: str) -> str:
        """The symbol of the product with the most deals among those with a net asset value."""
        products = self.items("/v1/products", limit=500)
        of_mode = {
            str(each["symbol"])
            for each in products
            if each["market_mode"] == mode and each["pricing"]["facts"]["nav"] is not None
        }
        deals = Counter(
            str(each["symbol"])
            for each in self.items("/v1/transfers", limit=500)
            if each["symbol"] in of_mode
        )
        return deals.most_common(1)[0][0] if deals else min(of_mode)

    def held_by(self, who: str) -> str:
        """The symbol of what he holds, of some of which he has sold."""
        holdings = self.items("/v1/holdings", who)
        return str(max(holdings, key=lambda each: each["total"] != each["available"])["symbol"])

    def transfer_of(self, who: str) -> str:
        """A transfer of his, one that waits if there is one."""
        transfers = self.items("/v1/transfers", who, limit=100)
        return str(max(transfers, key=lambda each: each["state"] in WAITING)["transfer_id"])

    def waiting_for(self, officer: str) -> str:
        """A transfer that waits for a trust company's word."""
        waiting = self.items("/v1/transfers", officer, limit=100, state="SUBMITTED")
        return str(waiting[0]["transfer_id"])

    def rule_pack(self) -> str:
        """One of the venue's packs of rules."""
        return str(self.items("/v1/rule-packs")[0]["pack_id"])

    def deal(self, who: str, *, at: int) -> None:
        """Have him sell and bid in what he holds: some of it is dealt at once, some of it rests.

        Args:
            at: which time this is.
        """
        for holding in self.items("/v1/holdings", who):
            product = self.ask(f"/v1/products/{holding['symbol']}")
            book = self.ask(f"/v1/products/{holding['symbol']}/book", depth=1)
            for side, level in (("SELL", "bids"), ("SELL", "asks"), ("BUY", "bids")):
                if book[level] and product["market_mode"] == "CONTINUOUS":
                    body = {
                        "client_order_id": f"screens-{at}-{product['symbol']}-{side}-{level}",
                        "symbol": product["symbol"],
                        "side": side,
                        "price": book[level][0][0],
                        "quantity": product["lot"],
                    }
                    # What the venue refuses him is not on the pictures.
                    self._client.post("/v1/orders", json=body, headers=self._headers(who))

    def deals(self) -> int:
        """How many there were, as far as the newest page tells."""
        return len(self.items("/v1/transfers", limit=500))

    def _headers(self, who: str | None) -> dict[str, str]:
        key = self._operator_key if who is None else self._keys[who]
        return {"Authorization": f"Bearer {key}"}


@contextlib.contextmanager
def set_up(directory: Path, *, looking: tuple[str, ...]) -> Iterator[Stage]:
    """A market with some hundred deals, of those who look too; it ends at the end."""
    words = ("demo", "--fresh", "--port", "0", "--directory", str(directory))
    figures = ("--rate", str(RATE), "--speed", str(SPEED), "--seconds", str(SECONDS_MAX))
    log = directory / "output"
    directory.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", *words, *figures],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        stage = Stage(_address(log, process), directory)
        for who in looking:
            stage.deal(who, at=1)
        until_s = time.monotonic() + DEALS_WITHIN_S
        while stage.deals() < DEALS_MIN and time.monotonic() < until_s:
            time.sleep(2)
        for who in looking:
            stage.deal(who, at=2)
        yield stage
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(STOP_TIMEOUT_S)


def _address(log: Path, process: subprocess.Popen[bytes]) -> str:
    """Where the demo says that it is, once it has."""
    while process.poll() is None:
        for line in log.read_text(encoding="utf-8").splitlines():
            found = ADDRESS.match(line)
            if found is not None:
                return found[1]
        time.sleep(0.2)
    raise RuntimeError(log.read_text(encoding="utf-8"))
