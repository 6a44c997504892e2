"""The venue dies in the middle of a page and comes back: what is old is said, what is shown then is
right, and what somebody had done is done once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.api.venue import Market
from tests.web.browsers import Pages, launched, leaves_nobody_out
from tests.web.people import Visitor, comes_in, new_visitor
from tests.web.served import Dealing, ServedVenue

CUT_OFF: Final = ("Failed to load resource: net::ERR_", "WebSocket connection to ")
"""What a browser notes of a venue that does not answer."""


@dataclass(frozen=True)
class Shop:
    """A market that is served by a process which the test may kill."""

    venue: ServedVenue
    dealing: Dealing
    buyer: Visitor

    @property
    def symbol(self) -> str:
        """Of the product."""
        return self.dealing.market.symbol

    def orders(self) -> list[Any]:
        """The buyer's open orders, newest first."""
        headers = {"Authorization": f"Bearer {self.dealing.market.buyer.key}"}
        answer = httpx.get(f"{self.venue.address}/v1/orders?status=OPEN", headers=headers)
        items: list[Any] = answer.json()["items"]
        return items

    def levels(self) -> list[str]:
        """The prices of the book, from the highest ask to the lowest bid."""
        book = httpx.get(f"{self.venue.address}/v1/products/{self.symbol}/book").json()
        return [price for price, *_ in [*reversed(book["asks"]), *book["bids"]]]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with ServedVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        market.sell("1.0300", "1000")
        market.sell("1.0250", "2000")
        market.buy("1.0200", "500")
        yield Shop(venue, Dealing(market, venue.address), new_visitor(venue, market.buyer))


@pytest.fixture
def open_page(shop: Shop) -> Iterator[Pages]:
    with launched() as browser, Pages(browser, shop.venue.address, forgiven=CUT_OFF) as pages:
        yield pages


def test_a_page_outlives_the_venue_and_an_order_is_sent_once(open_page: Pages, shop: Shop) -> None:
    watcher = open_page(f"/products/{shop.symbol}")
    expect(shown(watcher)).to_have_text(["1.0300", "1.0250", "1.0200"])
    buyer = open_page("/sign-in")
    comes_in(buyer, shop.buyer)
    is_about_to_send(buyer, shop.symbol, "1.0100", "300")
    before = shop.orders()

    shop.venue.is_killed()
    banner = watcher.locator("[data-feed-state]")
    expect(banner).to_contain_text("行情连接中断")
    expect(shown(watcher)).to_have_text(["1.0300", "1.0250", "1.0200"])
    leaves_nobody_out(watcher)
    buyer.get_by_role("button", name="确认提交").click()
    expect(buyer.get_by_text("尚不知道平台是否已经办理")).to_be_visible()

    shop.venue.serve()
    shop.dealing.sell("1.0240", "700")
    shop.dealing.buy("1.0250", "2700")
    expect(shown(watcher)).to_have_text(["1.0300", "1.0200"])
    expect(banner).to_have_count(0)
    buyer.get_by_role("button", name="确认提交").click()
    expect(buyer.get_by_text("已挂出，尚未成交")).to_be_visible()
    expect(shown(watcher)).to_have_text(shop.levels())
    assert shop.levels() == ["1.0300", "1.0200", "1.0100"]
    assert len(shop.orders()) == len(before) + 1


def test_an_order_whose_answer_is_lost_is_answered_and_not_placed_again(
    open_page: Pages, shop: Shop
) -> None:
    buyer = open_page("/sign-in")
    comes_in(buyer, shop.buyer)
    is_about_to_send(buyer, shop.symbol, "1.0100", "300")
    before = shop.orders()

    def lose_the_answer(route: Route) -> None:
        assert route.fetch().status == 201
        shop.venue.is_killed()
        route.abort()

    buyer.route("**/v1/orders", lose_the_answer, times=1)
    buyer.get_by_role("button", name="确认提交").click()
    expect(buyer.get_by_text("尚不知道平台是否已经办理")).to_be_visible()
    shop.venue.serve()
    placed = shop.orders()
    assert len(placed) == len(before) + 1
    buyer.get_by_role("button", name="确认提交").click()
    expect(buyer.get_by_text(f"申报 {placed[0]['order_id']} 已挂出")).to_be_visible()
    assert shop.orders() == placed


def shown(page: Page) -> Any:
    """The prices of the ladder, from above."""
    return page.get_by_test_id("ladder").locator("tbody b")


def is_about_to_send(page: Page, symbol: str, price: str, quantity: str) -> None:
    """A bid that is entered and read, and waits for the last word."""
    page.goto(f"/products/{symbol}/trade?side=buy")
    page.get_by_label("全价（元/份）").fill(price)
    page.get_by_label("数量（份）").fill(quantity)
    page.get_by_role("button", name="下一步：核对").click()
    page.get_by_role("heading", name="请核对后提交").wait_for()
