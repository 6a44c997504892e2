"""What a trust company's desk needs beside its queue, in real browsers: who stands in for whom,
files that come in with mistakes, and how fast it answers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.api.review import ReviewDesk
from tests.api.venue import Market, Officer
from tests.web.accessibility import GO
from tests.web.browsers import Pages, launched, leaves_nobody_out
from tests.web.desks import at_desk
from tests.web.people import comes_in, new_visitor
from tests.web.served import ServedVenue

BEIJING: Final = timedelta(hours=8)
SHORT_TERM: Final = timedelta(seconds=8)
"""Of an office: long enough to be appointed to it."""
CHANGED: Final = "所依据的内容已发生变化"


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedVenue]:
    with ServedVenue(tmp_path_factory.mktemp("affairs") / "venue") as venue:
        yield venue


@pytest.fixture(scope="module")
def browser(venue: ServedVenue) -> Iterator[Browser]:
    assert venue.address, "the venue is made first: then the event loop is the browser's"
    with launched() as browser:
        yield browser


@pytest.fixture
def open_page(browser: Browser, venue: ServedVenue) -> Iterator[Pages]:
    with Pages(browser, venue.address, forgiven=("Failed to load resource",)) as pages:
        yield pages


@dataclass(frozen=True)
class Company:
    """A trust company of a test's own, with its first transfer."""

    desk: ReviewDesk
    head: Officer

    @classmethod
    def make(cls, venue: ServedVenue, **terms: Any) -> Company:
        """Args:
        terms: of its product's transfers; under review, if nothing is said.
        """
        desk = ReviewDesk.make(venue, **terms)
        of = desk.office.party_id
        roles = ["MAKER", "CHECKER", "HEAD"]
        return cls(desk, venue.new_officer(venue.operator, party_id=of, roles=roles))

    def another(self) -> ReviewDesk:
        """A further transfer, which waits."""
        market: Market = self.desk.market
        market.sell("1.0200", "500")
        made = market.buy("1.0200", "500")["fills"][0]["transfer_id"]
        return replace(self.desk, transfer_id=made)

    def state(self, transfer_id: str) -> str:
        """Of a transfer, as the interface has it."""
        state: str = replace(self.desk, transfer_id=transfer_id).transfer()["state"]
        return state


WITHOUT_REVIEW: Final[Mapping[str, Any]] = {"transfer_terms": {"review": False}}


def local(moment: datetime) -> str:
    """As a field for the market's time takes it."""
    return (moment + BEIJING).strftime("%Y-%m-%dT%H:%M")


def to_part(page: Page, name: str) -> None:
    """Another part of the desk."""
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_a_deputy_whom_the_head_names_clears_the_queue_until_he_is_dismissed(
    open_page: Pages, venue: ServedVenue
) -> None:
    company = Company.make(venue)
    desks = [company.desk, company.another()]
    for each in desks:
        each.is_proposed()
    shen = company.desk.shen

    head = at_desk(open_page, company.head)
    to_part(head, "经办人")
    head.get_by_label("人员编号（如工号）").fill("Lin 林")
    head.get_by_role("combobox", name="代理何人").click()
    head.get_by_role("option", name=f"{shen.officer_id} ·").click()
    expect(head.get_by_role("group", name="岗位")).to_have_count(0)
    head.get_by_label("结束（北京时间；代理须填写）").fill(local(datetime.now(UTC) + timedelta(2)))
    head.get_by_role("button", name="任命", exact=True).click()
    row = head.get_by_role("row").filter(has_text="Lin 林")
    expect(row).to_contain_text(f"代理 {shen.officer_id} 号")
    expect(row).to_contain_text("在任")
    expect(head.get_by_label("人员编号（如工号）")).to_have_value("")
    leaves_nobody_out(head)
    officer_id = row.get_by_role("cell").first.inner_text()
    deputy = new_visitor(venue, Officer(company.head.party_id, "", officer_id))

    page = open_page("/sign-in")
    comes_in(page, deputy)
    page.get_by_role("link", name="确权工作台").click()
    expect(page.get_by_text(f"您代理 {shen.officer_id} 号经办人，岗位：复核")).to_be_visible()
    expect(page.get_by_text("2 笔待确认")).to_be_visible()
    page.get_by_role("button", name="选择全部可处理（2）").click()
    page.get_by_role("button", name="确权…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("2 笔将确权：立即过户")
    dialog.get_by_role("button", name="提交 2 笔").click()
    expect(dialog.get_by_role("status")).to_have_text("成功 2 笔")
    dialog.get_by_role("button", name="完成").last.click()
    expect(page.get_by_text("没有待确认的转让")).to_be_visible()
    assert [company.state(each.transfer_id) for each in desks] == ["SETTLED", "SETTLED"]

    page.reload()
    expect(page.get_by_text("没有待确认的转让")).to_be_visible()
    row.get_by_role("button", name="免去").click()
    head.get_by_role("dialog").get_by_role("button", name="免去").click()
    expect(row).to_contain_text("已免去")
    page.reload()
    expect(page.get_by_text("请以信托公司身份登录")).to_be_visible()


def test_a_deputy_whose_time_is_over_decides_nothing(open_page: Pages, venue: ServedVenue) -> None:
    company = Company.make(venue)
    company.desk.is_proposed()
    over_at = (datetime.now(UTC) + SHORT_TERM).isoformat().replace("+00:00", "Z")
    office = {"roles": [], "deputy_for": company.desk.shen.officer_id, "ends_at": over_at}
    deputy = venue.new_officer(company.head, person="Mo 莫", **office)

    page = at_desk(open_page, deputy)
    expect(page.get_by_text("您的任期已于")).to_be_visible()
    page.get_by_role("checkbox", name=f"选择转让 {company.desk.transfer_id}").check()
    page.get_by_role("button", name="确权…").click()
    dialog = page.get_by_role("dialog")
    row = dialog.get_by_role("row").filter(has_text=f"#{company.desk.transfer_id}")
    expect(row).to_contain_text("经办人不在任职期内")
    assert company.state(company.desk.transfer_id) == "UNDER_REVIEW"

    head = at_desk(open_page, company.head)
    to_part(head, "经办人")
    row = head.get_by_role("row").filter(has_text="Mo 莫")
    expect(row).to_contain_text("任期已满")
    expect(row.get_by_role("button")).to_have_count(0)


Rows = list[dict[str, str]]


def csv_of(rows: Rows) -> bytes:
    """A sheet as an office's program saves it."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def exported(page: Page) -> Rows:
    """What the page gives to be filled in."""
    page.get_by_role("combobox", name="格式").click()
    page.get_by_role("option", name="csv").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="导出").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def import_it(page: Page, rows: Rows) -> None:
    """The filled sheet, chosen and handed in."""
    panel = page.get_by_role("region", name="导入已填写的表格")
    with page.expect_file_chooser() as chooser:
        panel.get_by_label("文件（CSV 或 XLSX）").click()
    file = FilePayload(name="applications.csv", mimeType="text/csv", buffer=csv_of(rows))
    chooser.value.set_files(file)
    panel.get_by_role("button", name="导入", exact=True).click()


def test_a_file_with_mistakes_says_where_and_is_taken_once_they_are_mended(
    open_page: Pages, venue: ServedVenue
) -> None:
    company = Company.make(venue, **WITHOUT_REVIEW)
    ids = [company.desk.transfer_id, *(company.another().transfer_id for _ in range(3))]
    page = at_desk(open_page, company.head)
    to_part(page, "文件")
    rows = exported(page)
    assert [row["转让编号"] for row in rows] == ids

    spoilt = [
        rows[0] | {"决定": "确认"},
        rows[1] | {"决定": "同意"},
        rows[2] | {"决定": "拒绝"},
        rows[3] | {"决定": "确认", "审查要件": f"c{bytes(16).hex()}"},
    ]
    import_it(page, spoilt)
    expect(page.get_by_text("已执行 1 行 · 未执行 3 行")).to_be_visible()
    table = page.get_by_role("table", name="未执行的行")
    told = [
        (3, ids[1], "决定：无此选项"),
        (4, ids[2], "原因：拒绝时必须填写"),
        (5, ids[3], CHANGED),
    ]
    for line, transfer_id, error in told:
        row = table.get_by_role("row").filter(has_text=transfer_id)
        expect(row.get_by_role("cell").first).to_have_text(str(line))
        expect(row).to_contain_text(error)
    expect(table.get_by_role("row")).to_have_count(1 + len(told))
    leaves_nobody_out(page)
    states = [company.state(each) for each in ids]
    assert states == ["SETTLED", "SUBMITTED", "SUBMITTED", "SUBMITTED"]

    mended = [
        rows[1] | {"决定": "确认"},
        rows[2] | {"决定": "拒绝", "原因": "权属争议"},
        rows[3] | {"决定": "确认"},
    ]
    import_it(page, mended)
    expect(page.get_by_text("已执行 3 行 · 未执行 0 行")).to_be_visible()
    expect(table).to_have_count(0)
    states = [company.state(each) for each in ids]
    assert states == ["SETTLED", "SETTLED", "REJECTED", "SETTLED"]


def test_a_file_whose_headings_are_not_known_is_refused_whole_and_says_which(
    open_page: Pages, venue: ServedVenue
) -> None:
    company = Company.make(venue, **WITHOUT_REVIEW)
    page = at_desk(open_page, company.head)
    to_part(page, "文件")
    (row,) = exported(page)
    wrong = {("处理意见" if name == "决定" else name): text for name, text in row.items()}
    import_it(page, [wrong | {"处理意见": "确认"}])
    alert = page.get_by_role("main").get_by_role("alert")
    expect(alert).to_contain_text("处理意见")
    assert company.state(company.desk.transfer_id) == "SUBMITTED"


def test_how_fast_the_company_answers_is_shown_as_the_interface_has_it(
    open_page: Pages, venue: ServedVenue
) -> None:
    company = Company.make(venue, **WITHOUT_REVIEW)
    confirmed, rejected = company.another(), company.another()
    page = at_desk(open_page, company.head)
    to_part(page, "服务水平")
    expect(page.get_by_text("近 12 个月没有已了结的转让")).to_be_visible()

    for desk in (company.desk, confirmed):
        assert desk.confirm(company.head).status_code == 200
    rejected.do("reject", company.head, reason="OTHER", criteria=rejected.criteria())
    page.evaluate(GO, "/desk")
    to_part(page, "服务水平")
    path = f"/v1/trust-companies/{company.desk.office.party_id}/sla"
    told = venue.ask("GET", path, company.head).json()["items"]
    (month,) = [each for each in told if each["confirmed"]]
    assert (month["confirmed"], month["rejected"], month["late"]) == (2, 1, 0)
    row = page.get_by_role("table", name="服务水平").get_by_role("row").nth(1)
    expect(row).to_contain_text(month["month"])
    shown = row.get_by_role("cell").all_inner_texts()
    counts = [str(month[each]) for each in ("confirmed", "rejected", "late", "returned", "lapsed")]
    assert shown[:6] == [month["month"], *counts]
    assert shown[6:] == [in_words(month["median_s"]), in_words(month["percentile_95_s"])]


def in_words(seconds: str) -> str:
    """A time of less than an hour, which these have been made in."""
    minutes, rest = divmod(int(Decimal(seconds)), 60)
    if not minutes:
        return f"{rest} 秒"
    return f"{minutes} 分钟 {rest} 秒" if rest else f"{minutes} 分钟"
