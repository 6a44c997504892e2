"""What an order costs that steps over those that accept too little, in lines of code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
# Plain Python, whichever build is tested: the lines of compiled code cannot be counted, and the
# steps are the same.
COUNT_LINES: Final = """
import sys
from matching import BookRules, OrderBook, Side, SizeTerms, TimeInForce

def cost(hopeless_count, spread, side, time_in_force):
    other = Side.SELL if side is Side.BUY else Side.BUY
    book = OrderBook(BookRules(candidates_examined_max=10))
    away = 1 if side is Side.BUY else -1
    for number in range(hopeless_count):
        price = 10_000 + away * (number if spread else 0)
        terms = SizeTerms(minimum_quantity=50 + number % 7)
        book.place(number, 1, other, price, 100, size_terms=terms)
    limit = 10_000 + away * hopeless_count
    at = limit if spread else 10_000
    book.place(-1, 1, other, at, 1, size_terms=SizeTerms(minimum_quantity=1))
    book.place(-2, 1, other, at, 9, size_terms=SizeTerms(minimum_quantity=2))
    lines = 0
    def trace(frame, event, arg):
        nonlocal lines
        lines += event == "line"
        return trace
    sys.settrace(trace)
    events = book.place(-3, 2, side, limit, 7, time_in_force)
    sys.settrace(None)
    assert [event.quantity for event in events] == [1, 6], events
    return lines

for side in Side:
    for time_in_force in (TimeInForce.IMMEDIATE_OR_CANCEL, TimeInForce.FILL_OR_KILL):
        for spread in (False, True):
            print(*[cost(count, spread, side, time_in_force) for count in (0, 500, 4_000)])
"""


def test_an_order_pays_nothing_for_those_that_accept_no_fill_as_small_as_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", COUNT_LINES],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    costs = [[int(word) for word in line.split()] for line in done.stdout.splitlines()]
    assert len(costs) == 8
    for nobody, few, many in costs:
        assert nobody < few < nobody + 300  # it goes down a tree, and up again
        assert few < many < few + 150  # which is 12 or 13 high instead of 9
