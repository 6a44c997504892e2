"""Recorded order flow through the real book: what must agree, and how a bad file is told."""

from __future__ import annotations

import gzip
import random
from collections import Counter
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from api.cli.replay import _required, replay
from api.replay import bitstamp
from api.replay.bitstamp import (
    BitstampReplay,
    Treated,
    find_recording,
    read_orders,
    read_trades,
)
from api.replay.lobster import LobsterReplay, read_steps
from api.replay.recording import RecordingError, line_count, whole_number
from matching import (
    OrderBook,
    OrderId,
    ParticipantId,
    Price,
    Quantity,
    RestingOrder,
    Side,
    TimeInForce,
)

ORDER_COLUMNS = "id,timestamp,exchange_timestamp,price,volume,action,direction"
TRADE_COLUMNS = "trade_id,timestamp,exchange_timestamp,price,amount,buy_order_id,sell_order_id,side"
ALL_LEVELS = 50


def run(*arguments: str | Path) -> Result:
    app = typer.Typer()
    app.command()(replay)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def shown(result: Result) -> str:
    """What the command printed, on one line whatever the width of the terminal."""
    return " ".join(result.output.split())


# --- Bitstamp


def test_the_book_makes_the_trades_that_the_venue_recorded() -> None:
    orders, trades = find_recording()
    replayed = BitstampReplay(read_trades(trades))
    for row in read_orders(orders):
        replayed.apply(row)
    agreement = replayed.agreement()
    replayed.book.check()
    assert agreement.recorded_count == agreement.made_count == 284
    assert agreement.equal_count == 284
    assert agreement.quantity_equal_count >= 282
    assert agreement.in_sequence
    assert len(replayed.book) == 0  # the recording ends by deleting all that rests


def test_what_the_recording_writes_without_price_or_volume_is_counted_and_said() -> None:
    """29 created rows: 22 bids of no whole dollar, 5 market orders to sell, 2 to buy for a sum."""
    orders, trades = find_recording()
    recorded = read_trades(trades)
    takers = {trade.taker_order_id for trade in recorded}
    bare = [
        row
        for row in read_orders(orders)
        if row.action == "created" and (row.price == 0 or row.quantity == 0)
    ]
    kinds = Counter(
        (row.side, row.price, row.quantity == 0, row.order_id in takers) for row in bare
    )
    assert kinds == {
        (Side.BUY, 0, False, False): 22,
        (Side.SELL, 0, False, True): 5,
        (Side.BUY, 999_999_999, True, True): 2,
    }
    hang_on_them = {row.order_id for row in bare} & takers
    assert sum(trade.taker_order_id in hang_on_them for trade in recorded) == 14
    for_a_sum = {row.order_id for row in bare if row.quantity == 0}
    replayed = BitstampReplay(recorded)
    for row in read_orders(orders):
        replayed.apply(row)
    differing = Counter(recorded) - Counter(replayed.made)
    assert {trade.taker_order_id for trade in differing} == for_a_sum
    assert differing.total() == 2
    assert replayed.treated == Treated(
        post_only_refused=100_518,
        deletion_lost=2,
        unpriced_refused=22,
        at_market=7,
        volume_unknown=2,
    )


def test_a_market_order_meets_whoever_stands_first_and_leaves_nothing(tmp_path: Path) -> None:
    replayed = replay_rows(
        tmp_path,
        [
            "1 100.0 0.5 created bid",
            "2 99.0 0.5 created bid",
            "3 0.0 0.7 created ask",
            "4 0.0 0.5 created ask",  # no trade names it: no market order, and no price
            "5 101.0 0.1 created ask",
            "6 999999999.0 0.0 created bid",
        ],
        ["100.0 0.5 1 3 sell", "99.0 0.2 2 3 sell", "101.0 0.1 6 5 buy"],
    )
    agreement = replayed.agreement()
    assert agreement.in_sequence
    assert agreement.quantity_equal_count == 2
    assert replayed.book.depth(Side.BUY) == [(99, 30_000_000, 1)]
    assert replayed.book.depth(Side.SELL) == [(101, 9_999_999, 1)]
    assert replayed.treated == Treated(unpriced_refused=1, at_market=2, volume_unknown=1)


def test_the_command_shows_the_agreement_and_the_pace() -> None:
    result = run()
    assert result.exit_code == 0
    assert "refused: price rounds to 0 │ 22" in shown(result)
    assert "at market: no price recorded │ 7" in shown(result)
    assert "314,057" in result.output
    assert "messages a second" in result.output
    assert result.output.count("284 of 284") == 1


def write_recording(folder: Path, orders: list[str], trades: list[str]) -> tuple[Path, Path]:
    """A recording of few rows: `id price volume action direction`, `price amount buy sell side`."""
    orders_path, trades_path = folder / "orders.csv.gz", folder / "trades.csv"
    rows = [ORDER_COLUMNS]
    for line in orders:
        order_id, price, volume, action, direction = line.split()
        rows.append(f"{order_id},1,1,{price},{volume},{action},{direction}")
    orders_path.write_bytes(gzip.compress("\n".join(rows).encode()))
    rows = [TRADE_COLUMNS]
    for line in trades:
        price, amount, buyer, seller, side = line.split()
        rows.append(f"1,1,1,{price},{amount},{buyer},{seller},{side}")
    trades_path.write_text("\n".join(rows))
    return orders_path, trades_path


def replay_rows(folder: Path, orders: list[str], trades: list[str]) -> BitstampReplay:
    orders_path, trades_path = write_recording(folder, orders, trades)
    replayed = BitstampReplay(read_trades(trades_path))
    for row in read_orders(orders_path):
        replayed.apply(row)
    return replayed


def test_an_order_that_crosses_and_takes_nothing_was_post_only(tmp_path: Path) -> None:
    replayed = replay_rows(
        tmp_path,
        ["1 100.0 0.5 created ask", "2 101.0 0.2 created bid", "3 101.0 0.2 created bid"],
        ["100.0 0.2 3 1 buy"],
    )
    assert replayed.agreement().quantity_equal_count == 1
    assert OrderId(2) not in replayed.book
    assert replayed.book.best(Side.SELL) == (100, 30_000_000)


def test_a_change_reduces_an_order_and_what_the_book_has_done_is_not_done_again(
    tmp_path: Path,
) -> None:
    replayed = replay_rows(
        tmp_path,
        [
            "1 100.0 0.5 created bid",
            "1 100.0 0.3 changed bid",
            "2 100.0 0.1 created ask",
            "1 100.0 0.2 changed bid",
            "2 100.0 0.0 deleted ask",
            "3 90.0 1.0 created bid",
            "3 90.0 0.0 changed bid",
            "4 80.0 1e-08 created bid",
        ],
        ["100.0 0.1 1 2 sell"],
    )
    assert replayed.agreement().in_sequence
    assert replayed.book.depth(Side.BUY) == [(100, 20_000_000, 1), (80, 1, 1)]


def test_orders_whose_deletion_was_lost_are_left_out(tmp_path: Path) -> None:
    lost = [f"{order_id} 100.0 1.0 created ask" for order_id in bitstamp.LOST_DELETIONS]
    assert len(replay_rows(tmp_path, lost, []).book) == 0


def test_a_trade_too_many_and_a_trade_too_few_both_cost_one(tmp_path: Path) -> None:
    orders = ["1 100.0 0.5 created ask", "2 100.0 0.2 created bid"]
    missing = replay_rows(tmp_path, orders, ["100.0 0.2 2 1 buy", "100.0 0.2 2 9 buy"])
    assert missing.agreement().equal_count == 1
    assert not missing.agreement().in_sequence
    more = [*orders, "3 99.0 1.0 created ask", "4 98.0 1.0 created bid", "2 98.0 1 created ask"]
    too_many = replay_rows(tmp_path, more, ["100.0 0.2 2 1 buy"])
    assert too_many.agreement().made_count == 2
    assert too_many.agreement().equal_count == 0


def test_a_missing_recording_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bitstamp, "DISTRIBUTION", "trustex-has-no-such-recording")
    result = run()
    assert result.exit_code == 2
    assert "pip install --no-deps ob-analytics==0.1.0" in shown(result)


def test_another_distribution_is_not_taken_for_the_recording(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bitstamp, "DISTRIBUTION", "sortedcontainers")
    with pytest.raises(RecordingError, match=r"has no 'orders.csv.gz'"):
        find_recording()


@pytest.mark.parametrize(
    "orders",
    [
        ["1 100.0 0.5 moved ask"],
        ["1 100.0 0.5 created up"],
        ["one 100.0 0.5 created ask"],
        ["1 100.5 0.5 created ask"],
        ["1 1e9999999 0.5 created ask"],
        ["1 nan 0.5 created ask"],
        ["1 100.0 0.000000001 created ask"],
    ],
)
def test_a_malformed_order_row_is_told(tmp_path: Path, orders: list[str]) -> None:
    with pytest.raises(RecordingError):
        replay_rows(tmp_path, orders, [])


@pytest.mark.parametrize("trade", ["100.0 0.2 2 one buy", "100.0 0.2 2 1 both", "1.5 0.2 2 1 buy"])
def test_a_malformed_trade_is_told(tmp_path: Path, trade: str) -> None:
    with pytest.raises(RecordingError):
        replay_rows(tmp_path, [], [trade])


def test_a_file_that_is_not_compressed_or_cut_off_is_told(tmp_path: Path) -> None:
    orders, _ = write_recording(tmp_path, ["1 100.0 0.5 created ask"] * 99, [])
    whole = orders.read_bytes()
    for content in (whole[: len(whole) // 2], b"id,timestamp\n"):
        orders.write_bytes(content)
        with pytest.raises(RecordingError, match="cannot read"):
            list(read_orders(orders))


@pytest.mark.parametrize(("require", "exit_code"), [("1", 0), ("2", 1), ("100%", 0), ("many", 2)])
def test_less_agreement_than_required_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, require: str, exit_code: int
) -> None:
    orders = ["1 100.0 0.5 created ask", "2 100.0 0.2 created bid"]
    paths = write_recording(tmp_path, orders, ["100.0 0.2 2 1 buy"])
    # By name: the package may show the function of the same name in place of the module.
    module = import_module("api.cli.replay")
    monkeypatch.setattr(module, "find_recording", lambda: paths)
    assert run("--require", require).exit_code == exit_code


@pytest.mark.parametrize(
    ("require", "count"),
    [("284", 284), ("100%", 200), ("95%", 190), ("94.75%", 190), ("1.0", 200), ("0.941", 189)],
)
def test_a_requirement_is_a_count_a_percentage_or_a_share(require: str, count: int) -> None:
    assert count == _required(require, of=200)


def test_the_bitstamp_recording_is_the_installed_one(tmp_path: Path) -> None:
    assert run(tmp_path / "orders.csv").exit_code == 2


@pytest.mark.parametrize(
    ("text", "decimals", "number"),
    [("78318.0", 0, 78318), ("1.53453667", 8, 153453667), ("2.6e-06", 8, 260), ("-1", 0, -1)],
)
def test_a_decimal_is_read_exactly(text: str, decimals: int, number: int) -> None:
    assert number == whole_number(text, decimals=decimals)


@pytest.mark.parametrize("text", ["", "1e400", "1_0", "٣", "Infinity", "1" * 19, "0.1"])
def test_what_is_no_whole_number_is_told(text: str) -> None:
    with pytest.raises(RecordingError):
        whole_number(text, decimals=0)


def test_lines_are_counted_with_and_without_a_last_line_end(tmp_path: Path) -> None:
    file = tmp_path / "lines"
    for content, count in (("", 0), ("a", 1), ("a\n", 1), ("a\nb", 2)):
        file.write_text(content)
        assert count == line_count(file)


# --- LOBSTER: no file of it may be passed on, so a market of our own is written down in its format.


@dataclass(slots=True)
class Venue:
    """A real book that writes its messages and its depth the way LOBSTER does."""

    draw: random.Random
    levels: int
    book: OrderBook = field(default_factory=OrderBook)
    messages: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    order_id: int = 0

    def row(self) -> str:
        columns: list[int] = []
        asks, bids = (self.book.depth(side, self.levels) for side in (Side.SELL, Side.BUY))
        for at in range(self.levels):
            columns.extend(asks[at][:2] if at < len(asks) else (9999999999, 0))
            columns.extend(bids[at][:2] if at < len(bids) else (-9999999999, 0))
        return ",".join(map(str, columns))

    def write(self, kind: int, order: RestingOrder, quantity: int) -> None:
        row = self.row()
        # What happens below the last level is not told; hidden executions and halts are.
        if kind <= 4 and self.rows and row == self.rows[-1]:
            return
        direction = 1 if order.side is Side.BUY else -1
        what = f"{kind},{order.order_id},{quantity},{order.price},{direction}"
        self.messages.append(f"34200.{len(self.messages):09d},{what}")
        self.rows.append(row)

    def place(self) -> None:
        self.order_id += 1
        side = self.draw.choice(list(Side))
        away = self.draw.randint(1, 20)
        price = 10_000 - away if side is Side.BUY else 10_000 + away
        quantity = Quantity(self.draw.randint(1, 9) * 100)
        order_id = OrderId(self.order_id)
        self.book.place(order_id, ParticipantId(1), side, Price(price), quantity)
        order = self.book.order(order_id)
        assert order is not None
        self.write(1, order, quantity)

    def cancel(self, order: RestingOrder) -> None:
        if self.draw.random() < 0.5 and order.quantity > 100:
            self.book.reduce(order.order_id, Quantity(order.quantity - 100))
            self.write(2, order, 100)
        else:
            self.book.cancel(order.order_id)
            self.write(3, order, order.quantity)

    def execute(self, side: Side) -> None:
        maker = next(self.book.orders(side))
        quantity = Quantity(min(maker.quantity, self.draw.randint(1, 9) * 100))
        self.book.place(
            OrderId(0),
            ParticipantId(2),
            side.opposite,
            maker.price,
            quantity,
            TimeInForce.IMMEDIATE_OR_CANCEL,
        )
        self.write(4, maker, quantity)

    def step(self) -> None:
        chance = self.draw.random()
        if chance < 0.5 or len(self.book) < 40:
            self.place()
        elif chance < 0.85:
            side = self.draw.choice(list(Side))
            self.cancel(self.draw.choice(list(self.book.orders(side))))
        elif chance < 0.95:
            self.execute(self.draw.choice(list(Side)))
        else:
            self.write(self.draw.choice((5, 6, 7)), next(self.book.orders(Side.BUY)), 100)


def write_lobster(folder: Path, *, levels: int, start: int = 0) -> list[Path]:
    """A message file and an orderbook file of some 1,500 rows, from message `start` on."""
    venue = Venue(random.Random(7), levels)
    for _ in range(1_800):
        venue.step()
    files = [folder / "message.csv", folder / "orderbook.csv"]
    files[0].write_text("\n".join(venue.messages[start:]) + "\n")
    files[1].write_text("\n".join(venue.rows[start:]) + "\n")
    return files


def test_a_deep_file_is_reproduced_in_every_row(tmp_path: Path) -> None:
    result = run("--format", "lobster", *write_lobster(tmp_path, levels=ALL_LEVELS))
    assert result.exit_code == 0, result.output
    assert "rows, 10 levels" in shown(result)


def test_the_first_row_stands_in_for_the_orders_before_it(tmp_path: Path) -> None:
    files = write_lobster(tmp_path, levels=ALL_LEVELS, start=400)
    arguments: list[str | Path] = ["--format", "lobster", "--levels", "50", *files]
    assert run(*arguments).exit_code == 1
    result = run(*arguments, "--seed-first-row")
    assert result.exit_code == 0, result.output


def test_the_orders_that_are_executed_are_those_that_the_file_names(tmp_path: Path) -> None:
    replayed = LobsterReplay(levels=ALL_LEVELS)
    messages, book_rows = write_lobster(tmp_path, levels=ALL_LEVELS)
    for step in read_steps(messages, book_rows=book_rows):
        replayed.step(step)
        replayed.book.check()
    agreement = replayed.agreement()
    assert agreement.executed_count > 100
    assert agreement.executed_count == agreement.maker_equal_count
    assert agreement.row_count == agreement.depth_equal_count == agreement.best_equal_count


def test_a_shallow_file_is_judged_by_its_best_level(tmp_path: Path) -> None:
    files = write_lobster(tmp_path, levels=5, start=400)
    result = run("--format", "lobster", "--seed-first-row", "--require", "80%", *files)
    assert result.exit_code == 0, result.output
    assert "rows, best level" in shown(result)
    assert run("--format", "lobster", "--require", "100%", *files).exit_code == 1


@pytest.mark.parametrize(
    ("message", "row"),
    [
        ("34200.0,1,1,100,10000", "10001,100,10000,100"),
        ("34200.0,1,one,100,10000,1", "10001,100,10000,100"),
        ("34200.0,9,1,100,10000,1", "10001,100,10000,100"),
        ("34200.0,1,1,100,10000,1", "10001,100,10000"),
        ("34200.0,1,1,100,10000,1", "10001,100,10000,many"),
        ("34200.0,1,1,100,10000,1", ""),
        ("", "10001,100,10000,100"),
        ("34200.0,1,1,100,10000,\N{ARABIC-INDIC DIGIT ONE}", "10001,100,10000,100"),
    ],
)
def test_a_malformed_lobster_file_is_told(tmp_path: Path, message: str, row: str) -> None:
    files = [tmp_path / "message.csv", tmp_path / "orderbook.csv"]
    files[0].write_text(message, encoding="utf-8")
    files[1].write_text(row)
    assert run("--format", "lobster", *files).exit_code == 2


def test_lobster_needs_two_files_that_are_there(tmp_path: Path) -> None:
    assert run("--format", "lobster").exit_code == 2
    assert run("--format", "lobster", tmp_path / "one", tmp_path / "two").exit_code == 2
