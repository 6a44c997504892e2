"""The live table fits the terminal it is drawn on, Chinese names included."""

import io
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from api.cli.demo import screen
from tests.api.demo.market import DATA
from tests.api.demo.test_watch import Feed

ADDRESS = "http://127.0.0.1:8000"


def busy_feed() -> Feed:
    """A market with much to show."""
    feed = Feed()
    for product in DATA.products:
        zero = "0.0000" if product.type.quantity_scale else "0"
        many = f"12345678{zero[1:]}"
        feed.tell(
            "snapshot",
            f"ticker:{product.symbol}",
            bid=["1.0100", many],
            ask=["1.0200", many],
            last="1.0150",
            volume_24h=many,
        )
    for number in range(1, 80):
        feed.tell_deal(number, "matched")
        feed.tell_transfer(number, "SUBMITTED")
    return feed


def drawn(columns: int, lines: int, feed: Feed) -> list[str]:
    """The lines of the table on a terminal of this size."""
    console = Console(file=io.StringIO(), width=columns, height=lines, force_terminal=True)
    table = screen.render(feed.watch, columns=columns, lines=lines, address=ADDRESS)
    with console.capture() as capture:
        console.print(table)
    plain = Console(file=io.StringIO(), width=columns, height=lines)
    plain.print(table)
    assert isinstance(plain.file, io.StringIO)
    assert capture.get()
    return plain.file.getvalue().splitlines()


@pytest.mark.parametrize(
    ("columns", "lines"),
    [(80, 24), (80, 60), (100, 30), (132, 43), (160, 24), (160, 50), (200, 80)],
)
@pytest.mark.parametrize("busy", [True, False])
def test_the_table_fits_the_terminal(columns: int, lines: int, busy: bool) -> None:
    text = drawn(columns, lines, busy_feed() if busy else Feed())
    assert len(text) < lines
    assert all(cell_len(line) <= columns for line in text)


def test_columns_stand_in_line_beside_chinese_names() -> None:
    text = drawn(80, 60, busy_feed())
    rows = [line for line in text if line.startswith("DEMO-") and "号" in line]
    assert len(rows) == 24
    assert len({cell_len(line[: line.index("1.0100")]) for line in rows[:21]}) == 1
    assert not any("…" in line for line in rows)


def test_a_small_terminal_shows_all_products_in_turn() -> None:
    feed = busy_feed()
    shown = set()
    for page in range(12):
        feed.watch.started_s -= screen.PAGE_S * (page > 0)
        shown |= {line[:12] for line in drawn(80, 24, feed) if "12.3M" in line}
    assert shown == {product.symbol for product in DATA.products}


def test_a_log_gets_one_line_with_the_counts() -> None:
    line = screen.plain_line(busy_feed().watch)
    assert "\n" not in line
    assert "79 deals" in line
    assert "79 pending" in line


def test_the_summary_names_what_happened() -> None:
    feed = busy_feed()
    feed.tell_transfer(1, "SETTLED")
    feed.tell_transfer(2, "REJECTED")
    text = screen.summary(feed.watch, trading_s=10.0)
    assert text.startswith(
        "stopped after 10 s: 79 trades, 1 settled, 1 rejected, 0 lapsed, 0 cancelled, 77 pending"
    )
    line, settled = text.splitlines()
    assert line.endswith("commands/s")
    assert settled.startswith("settled by one confirmation 1, by agreement 0,")


def test_a_pending_transfer_says_what_it_waits_for() -> None:
    held: dict[str, Any] = {"overlays": ["HELD"], "deadline": None}
    waiting: tuple[tuple[str, dict[str, Any]], ...] = (
        ("AGREEMENT_PENDING", {}),
        ("SUBMITTED", {}),
        ("SUBMITTED", {"notices": 2}),
        ("SUBMITTED", {"notices": 3}),
        ("RETURNED", {}),
        ("FUNDS_PENDING", {}),
        ("UNDER_REVIEW", {}),
        ("PREEMPTION_OPEN", {}),
        ("SUBMITTED", held | {"notices": 3}),
        ("AGREEMENT_PENDING", held | {"overlays": ["HELD", "DISPUTED"]}),
    )
    feed = Feed()
    for number, (state, members) in enumerate(waiting):
        feed.tell_transfer(number, state, **members)
    words = ["agreement", "submitted", "reminded", "escalated", "returned"]
    words += ["deposit", "review", "offered", "held", "disputed"]
    lines = drawn(160, 60, feed)
    start = next(place for place, line in enumerate(lines) if "oldest of 10" in line)
    shown = [line for line in lines[start:] if "20.2k" in line]
    assert [word for line in shown for word in words if f" {word} " in line] == words
    # Ten seconds after the match and twenty before the deadline, in working days of three.
    assert [line.split()[-2:] for line in shown[:1]] == [["3.3", "6.7"]]
    assert shown[-1].split()[-1] == "–"
    assert (
        "10 pending (1 agreement, 1 deposit, 1 returned, 1 offered, 1 held, 1 disputed)" in lines[1]
    )


def test_what_people_did_is_shown_newest_first() -> None:
    feed = busy_feed()
    feed.watch.tell("operator", what="stopped DEMO-2026-01: aml hold")
    feed.watch.tell("听澜 Tinglan", what="decided 3 of 3 in one request")
    for columns, lines in ((80, 40), (160, 50)):
        text = "\n".join(drawn(columns, lines, feed))
        assert 0 < text.index("decided 3 of 3") < text.index("aml hold")
    assert "decided" not in "\n".join(drawn(80, 24, feed))
    assert screen.plain_line(feed.watch).endswith("听澜 Tinglan decided 3 of 3 in one request")
