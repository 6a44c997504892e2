"""A newcomer becomes a client in a real browser at a real server: from the link that he was handed
to what he may buy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.api.clients import DUE_DILIGENCE, compliance
from tests.api.people import add_person
from tests.api.rules import ruled
from tests.api.venue import Market, Member
from tests.web.browsers import Pages, launched, leaves_nobody_out
from tests.web.newcomers import answers, applies, enrols, sets_a_second_factor_up
from tests.web.served import ServedVenue

CERTIFICATION: Final = {"basis": "FINANCIAL_ASSETS", "valid_until": "2027-11-21"}
PATIENCE_MS: Final = 10_000


@dataclass(frozen=True)
class Entrance:
    """A market with rules, somebody who was handed a link, and who decides on him."""

    market: Market
    address: str
    newcomer: Member
    token: str
    officer: Member

    def approve(self, application_id: str) -> None:
        """Compliance takes him: a request of its own, as the browser has the event loop."""
        response = httpx.post(
            f"{self.address}/v1/compliance/applications/{application_id}/approve",
            json={"certification": CERTIFICATION, "due_diligence": DUE_DILIGENCE},
            headers={
                "Authorization": f"Bearer {self.officer.key}",
                "Idempotency-Key": f"approve-{application_id}",
            },
        )
        assert response.status_code == 200, response.text

    def application_id(self) -> str:
        """Of his application, as he himself sees it."""
        headers = {"Authorization": f"Bearer {self.newcomer.key}"}
        (shown,) = httpx.get(f"{self.address}/v1/applications", headers=headers).json()["items"]
        return str(shown["application_id"])


@pytest.fixture
def entrance(tmp_path: Path) -> Iterator[Entrance]:
    with ServedVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        market.sell("1.0000", "5000")
        newcomer = venue.new_party("NATURAL_PERSON", money="5000000.00")
        token = add_person(venue, newcomer)["enrolment"]["token"]
        ruled(market)
        yield Entrance(market, venue.address, newcomer, token, compliance(venue))


@pytest.fixture
def page(entrance: Entrance) -> Iterator[Page]:
    with launched() as browser, Pages(browser, entrance.address) as open_page:
        page = open_page("/", viewport={"width": 390, "height": 844})
        page.set_default_timeout(PATIENCE_MS)
        yield page


def test_a_newcomer_becomes_a_client_and_sees_what_he_may_buy(
    page: Page, entrance: Entrance
) -> None:
    enrols(page, entrance.token)
    sets_a_second_factor_up(page)
    page.goto("/client/may-buy")
    offered = page.get_by_role("listitem").filter(has_text="R")
    expect(offered).to_contain_text("暂不能买")
    answers(page)
    applies(page)
    page.goto("/client")
    expect(page.get_by_text("审核中")).to_be_visible()
    leaves_nobody_out(page)
    entrance.approve(entrance.application_id())
    page.reload()
    expect(page.get_by_text("已通过")).to_be_visible()
    page.get_by_role("link", name="我可以买什么").click()
    expect(offered).to_contain_text("可以买")
    expect(offered).to_contain_text("可买份额")
    leaves_nobody_out(page)
    page.goto("/security")
    expect(page.get_by_text("当前设备")).to_be_visible()
    leaves_nobody_out(page)
    page.goto("/notifications")
    told = page.get_by_role("main").get_by_role("listitem")
    expect(told).to_have_count(2)
    expect(told.nth(0)).to_contain_text("申请已通过")
    expect(told.nth(1)).to_contain_text("资金已到账：¥5,000,000.00")
    expect(page.get_by_role("checkbox", name="资金：站内显示")).to_be_checked()
    leaves_nobody_out(page)
    told.nth(0).get_by_role("link", name="查看").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("开户与资料")
    page.goto("/notifications")
    told.nth(1).get_by_role("link", name="查看").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("资金")
