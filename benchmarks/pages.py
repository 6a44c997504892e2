"""What a page costs whoever looks at it: a book that changes 20 times a second, and the first load.

    python -m benchmarks.pages --json FILE [--quick]

The venue is a process of its own, served as `trustex serve` serves it; orders come over HTTP; the
page is the product's, in a real browser that traces itself. What the figures leave out is said in
benchmarks/README.md.
"""

import argparse
import asyncio
import contextlib
import http.client
import json
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final, Self

from playwright.sync_api import Browser, Page

from api.founding import create_venue
from api.main import open_venue
from benchmarks.chromium import launched
from benchmarks.first_load import first_load, pages, sent_bytes
from benchmarks.report import Figure, percentile, print_table, write_json
from benchmarks.tracing import CATEGORIES, Drawing, cpu_ms_by_window, drawing_of
from benchmarks.venue import furnish_venue
from benchmarks.workload import LOT, MIDDLE, TICK

UPDATES_PER_S: Final = 20
TRADERS: Final = 8
LEVELS: Final = 40
RESTING: Final = 160
DEALS_BEFORE: Final = 100
LONG_MS: Final = 50
SETTLING_S: Final = 3
STOP_TIMEOUT_S: Final = 30
BYTES_PER_KB: Final = 1_000
NOTE_LONG_TASKS: Final = """
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.longTasks.push(entry.duration);
  }).observe({ type: "longtask" });
"""
NOTE_NOTHING_YET: Final = "window.longTasks.length = 0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is measured."""

    window_s: float
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Trader:
    """Somebody who sells, or somebody who buys."""

    key: str
    side: str


class Market:
    """Orders over HTTP in the venue's one product: each changes its book."""

    def __init__(self, port: int, traders: Sequence[Trader], symbol: str, seed: int) -> None:
        self.symbol = symbol
        self.address = f"http://127.0.0.1:{port}"
        self._traders = traders
        self._draw = Random(seed)
        self._numbers = 0
        self._open: list[tuple[str, Trader]] = []
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=STOP_TIMEOUT_S)

    def fill(self) -> None:
        """As many orders as rest in the book all the time, and deals that were before."""
        for _ in range(RESTING):
            self._rest()
        for _ in range(DEALS_BEFORE):
            self._deal()

    def change(self) -> None:
        """One change of the book: an order that comes to rest, one that goes, or, each tenth time,
        a deal."""
        if self._draw.random() < 1 / 10:
            self._deal()
        elif len(self._open) > RESTING:
            self._cancel()
        else:
            self._rest()

    def close(self) -> None:
        """Send no more."""
        self._connection.close()

    def _rest(self) -> None:
        trader = self._draw.choice(self._traders)
        away = self._draw.randint(2, LEVELS) * TICK
        placed = self._place(trader, away if trader.side == "SELL" else -away)
        self._open.append((placed["order_id"], trader))

    def _deal(self) -> None:
        """Somebody sells in the middle, where nobody else does, and somebody buys just that."""
        seller = next(each for each in self._traders if each.side == "SELL")
        buyer = next(each for each in self._traders if each.side == "BUY")
        price = self._draw.randint(-1, 1) * TICK
        self._place(seller, price)
        assert self._place(buyer, price)["status"] == "MATCHED"

    def _cancel(self) -> None:
        order_id, trader = self._open.pop(self._draw.randrange(len(self._open)))
        self._ask("DELETE", f"/v1/orders/{order_id}", trader.key)

    def _place(self, trader: Trader, away: int) -> dict[str, Any]:
        price = MIDDLE + away
        return self._ask(
            "POST",
            "/v1/orders",
            trader.key,
            {
                "client_order_id": f"page-{self._number()}",
                "symbol": self.symbol,
                "side": trader.side,
                "price": f"{price // 10_000}.{price % 10_000:04}",
                "quantity": str(LOT * self._draw.randint(1, 9) if abs(away) > TICK else LOT),
            },
        )

    def _ask(
        self, method: str, path: str, key: str, body: dict[str, str] | None = None
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        if body is None:
            headers["Idempotency-Key"] = f"page-{self._number()}"
        content = None if body is None else json.dumps(body)
        self._connection.request(method, path, body=content, headers=headers)
        response = self._connection.getresponse()
        text = response.read()
        assert response.status in (200, 201), text
        answer: dict[str, Any] = json.loads(text)
        return answer

    def _number(self) -> int:
        self._numbers += 1
        return self._numbers


class Changing:
    """A market that changes so often, in a thread of its own, while this lasts."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._over = threading.Event()
        self._executor = ThreadPoolExecutor(max_workers=1)

    def __enter__(self) -> Self:
        self._running = self._executor.submit(self._run)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._executor.shutdown()
        self._running.result()

    def _run(self) -> None:
        due_s = time.monotonic()
        while not self._over.is_set():
            self._market.change()
            due_s += 1 / UPDATES_PER_S
            time.sleep(max(0, due_s - time.monotonic()))


@contextlib.contextmanager
def _served_market(folder: Path, seed: int) -> Iterator[Market]:
    """A venue in a process of its own, whose one product has a book."""
    operator_key, symbol, party_ids = asyncio.run(_found(folder, seed))
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "serve", str(folder), "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        assert found is not None, line
        port = int(found[1])
        traders = _traders(port, operator_key, party_ids)
        with contextlib.closing(Market(port, traders, symbol, seed)) as market:
            market.fill()
            yield market
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=STOP_TIMEOUT_S)


async def _found(folder: Path, seed: int) -> tuple[str, str, list[int]]:
    """A venue with one product that these parties hold and have money for; the operator's key."""
    keys = await create_venue(folder, demo=False, trust_company_name="Jiahe 嘉禾")
    venue = await open_venue(folder)
    try:
        facts = await furnish_venue(
            venue.exchange,
            [keys.trust_company_id],
            seed=seed,
            traders=TRADERS,
            products=1,
            orders_open=0,
        )
        product = venue.exchange.view.products[facts.products[0]]
        return keys.operator_key, product.terms.symbol, list(facts.traders)
    finally:
        await venue.close()


def _traders(port: int, operator_key: str, party_ids: Sequence[int]) -> list[Trader]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=STOP_TIMEOUT_S)
    traders = []
    for number, party_id in enumerate(party_ids):
        headers = {
            "Authorization": f"Bearer {operator_key}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"key-{party_id}",
        }
        path = f"/v1/parties/{party_id}/keys"
        connection.request("POST", path, body=json.dumps({"label": "page"}), headers=headers)
        key = json.loads(connection.getresponse().read())["key"]
        traders.append(Trader(key, "SELL" if number % 2 == 0 else "BUY"))
    connection.close()
    return traders


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What was seen of a page while its book changed."""

    drawing: Drawing
    frames_us: Sequence[int]
    """When each frame of the book came."""
    long_task_ms: Sequence[float]
    """As the page itself was told of them, by the wall's clock."""


def watch_book(browser: Browser, market: Market, address: str, window_s: float) -> Watched:
    """Look at the product's page for so long, while the book changes."""
    page = browser.new_page(base_url=address)
    page.add_init_script(NOTE_LONG_TASKS)
    page.goto(f"/products/{market.symbol}")
    page.get_by_test_id("ladder").wait_for()
    with Changing(market):
        page.wait_for_timeout(SETTLING_S * 1_000)
        page.evaluate(NOTE_NOTHING_YET)
        frames_us = _frames_of(page)
        browser.start_tracing(page=page, categories=list(CATEGORIES))
        page.wait_for_timeout(window_s * 1_000)
        trace = browser.stop_tracing()
        long_task_ms: list[float] = page.evaluate("window.longTasks")
    page.close()
    events = json.loads(trace)["traceEvents"]
    return Watched(
        drawing=drawing_of(events), frames_us=sorted(frames_us), long_task_ms=long_task_ms
    )


def _frames_of(page: Page) -> list[int]:
    """When frames of the book come from now on, on the clock that traces go by."""
    frames_us: list[int] = []
    session = page.context.new_cdp_session(page)

    def note(told: dict[str, Any]) -> None:
        frame = told["response"]["payloadData"]
        if '"type":"update"' in frame and '"s":"book' in frame:
            frames_us.append(int(told["timestamp"] * 1_000_000))

    session.on("Network.webSocketFrameReceived", note)
    session.send("Network.enable")
    return frames_us


def measure(plan: Plan, directory: Path) -> list[Figure]:
    """Serve a venue, watch a page of it, and weigh all of them."""
    with _served_market(directory / "venue", plan.seed) as market, launched() as browser:
        watched = watch_book(browser, market, market.address, plan.window_s)
    return _figures_of_book(watched) + _figures_of_first_loads()


def _figures_of_book(watched: Watched) -> list[Figure]:
    tasks_ms = [task.cpu_ms for task in watched.drawing.tasks]
    begin_us, end_us = watched.frames_us[0], watched.frames_us[-1]
    scripting_ms = cpu_ms_by_window(watched.drawing.scripts, watched.frames_us)
    rate = (len(watched.frames_us) - 1) / ((end_us - begin_us) / 1_000_000)
    return [
        _of_book("updates_per_s", rate, "1/s"),
        _of_book(
            f"long_tasks_over_{LONG_MS}_ms",
            sum(task_ms > LONG_MS for task_ms in tasks_ms),
            "tasks",
            baseline=sum(task_ms > LONG_MS for task_ms in watched.long_task_ms),
        ),
        _of_book("longest_task_ms", max(tasks_ms), "ms", max(watched.long_task_ms, default=None)),
        _of_book("scripting_p50_ms", percentile(scripting_ms, 50), "ms"),
        _of_book("scripting_p95_ms", percentile(scripting_ms, 95), "ms"),
    ]


def _of_book(name: str, value: float, unit: str, baseline: float | None = None) -> Figure:
    return Figure(name=f"pages.live_book.{name}", value=value, unit=unit, baseline=baseline)


def _figures_of_first_loads() -> list[Figure]:
    return [
        Figure(
            name=f"pages.first_load.{page.removesuffix('.tsx').replace('/', '.')}.gzip_kb",
            value=sent_bytes(first_load(page)) / BYTES_PER_KB,
            unit="kB",
        )
        for page in pages()
    ]


def main() -> None:
    """Measure and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, required=True, metavar="FILE")
    parser.add_argument("--quick", action="store_true", help="less than a minute; records nothing")
    options = parser.parse_args()
    plan = Plan(window_s=10 if options.quick else 60)
    with tempfile.TemporaryDirectory(prefix="trustex-pages-") as folder:
        figures = measure(plan, Path(folder))
    print_table(figures)
    write_json(figures, options.json)


if __name__ == "__main__":
    main()
