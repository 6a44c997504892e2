"""A deal before the National Day of 2027, with a week off and a Saturday that is worked for it;
then a day off more is proclaimed. Every date below was counted by hand:

    September 2027          28 Tue   29 Wed   30 Thu
    October 1 to 7          off
    October                  8 Fri    9 Sat, worked, no trade, the bank is closed   11 Mon to 15 Fri
                            18 Mon   19 Tue
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from exchange.slots import Caps
from tests.api.bank import BankDesk
from tests.api.calendars import amend
from tests.api.slots import cap
from tests.api.test_service_level import Company
from tests.api.venue import Member, TestVenue, code_of, order_body

WEEK_OFF = [{"day": f"2027-10-0{day}", "worked": False} for day in range(1, 8)]
WORKED_FOR_IT = {"day": "2027-10-09", "worked": True}
FRIDAY_OFF = {"day": "2027-10-08", "worked": False}


def comes(venue: TestVenue, moment: str) -> None:
    """It is this time in China; the operator accepts that so much has passed."""
    now_ns = int(datetime.fromisoformat(f"{moment}+08:00").timestamp()) * 10**9
    venue.time_passes((now_ns - venue.clock.time_ns) // 10**9)


def transfer(venue: TestVenue, transfer_id: str) -> dict[str, str]:
    shown: dict[str, str] = venue.ask("GET", f"/v1/transfers/{transfer_id}", venue.operator).json()
    return shown


def sell_again(venue: TestVenue, symbol: str, by: Member) -> str:
    """What is said when the buyer offers what he has bought: the day from which he may, or OPEN."""
    body = order_body(venue.unique("o"), symbol, "SELL", "1.0200", "100")
    response = venue.ask("POST", "/v1/orders", by, json=body)
    if response.status_code == 201:
        status: str = response.json()["status"]
        return status
    assert code_of(response) == "rule_blocks", response.text
    (finding,) = [each for each in response.json()["findings"] if each["rule_id"] == "VEN-03"]
    (free_on,) = [each["value"] for each in finding["inputs"] if each["name"] == "free_on"]
    assert isinstance(free_on, str)
    return free_on


def test_deadlines_turnaround_and_money_go_by_days_of_their_own(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        company = Company(venue, {"calendar_id": "CN_WORKING"})
        market, buyer = company.market, company.market.buyer
        cap(market, Caps(turnaround_days=5))
        until = "2027-12-31"
        assert amend(venue, days=[*WEEK_OFF, WORKED_FOR_IT], covered_until=until).status_code == 200
        assert amend(venue, "CN_BANK", days=WEEK_OFF, covered_until=until).status_code == 200

        comes(venue, "2027-09-28T10:00:00")
        settles, waits = company.match(), company.match()
        # Ten working days: 29, 30, 8, the Saturday 9, 11, 12, 13, 14, 15, 18.
        assert transfer(venue, waits)["deadline"] == "2027-10-18T16:00:00.000000Z"
        comes(venue, "2027-09-29T10:00:00")
        company.step(settles, "confirm")
        assert transfer(venue, settles)["state"] == "SETTLED"
        # Five days of trade in between: 30, 8, 11, 12, 13.
        assert sell_again(venue, market.symbol, buyer) == "2027-10-14"

        comes(venue, "2027-09-30T10:00:00")
        bank = BankDesk(venue)
        account = bank.has_account(buyer, "6222020200112233445")
        number = bank.wants(buyer, account, "10.00")["withdrawal_id"]
        bank.approves(number)
        assert bank.withdrawal(number)["expected_by"] == "2027-10-08"

        for calendar_id in ("CN_WORKING", "CN_BANK"):
            assert amend(venue, calendar_id, days=[FRIDAY_OFF]).status_code == 200
        # 29, 30, 9, 11, 12, 13, 14, 15, 18, 19.
        assert transfer(venue, waits)["deadline"] == "2027-10-19T16:00:00.000000Z"
        # 30, 11, 12, 13, 14.
        assert sell_again(venue, market.symbol, buyer) == "2027-10-15"
        # The bank is closed on the Saturday.
        assert bank.withdrawal(number)["expected_by"] == "2027-10-11"

        venue.restart()
        comes(venue, "2027-10-14T10:00:00")
        assert sell_again(venue, market.symbol, buyer) == "2027-10-15"
        comes(venue, "2027-10-15T10:00:00")
        assert sell_again(venue, market.symbol, buyer) == "OPEN"

        comes(venue, "2027-10-18T23:59:30")
        company.pass_time(31)
        assert transfer(venue, waits)["state"] == "SUBMITTED"
        comes(venue, "2027-10-19T23:59:30")
        company.pass_time(31)
        assert transfer(venue, waits)["state"] == "LAPSED"
