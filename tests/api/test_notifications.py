"""Notifications: who is told what of his own affairs, how far he has read, and letters."""

from __future__ import annotations

import asyncio
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.notifications.kinds import KINDS, NotificationKind, is_notified, kind_of
from api.notifications.mail import NAMES, FilesMailer
from api.store import notifications as store
from api.store.edge import EdgeStore
from api.store.notifications import NotificationRecord, Reader
from api.webhooks.messages import BY_END, DEBITED, OFFERED, TYPES
from api.workers.mail import MailWorker
from exchange.types import PartyId
from tests.api.bank import BankDesk, Entry, account
from tests.api.clients import APPROVAL, applies, compliance
from tests.api.command_line import make_venue, serving, trustex_here
from tests.api.halts import halt, lift
from tests.api.venue import Market, Member, TestVenue, code_of

PARTY = PartyId(7)


@pytest.fixture
def market(market: Market) -> Market:
    """The market, whose parties do not wish to hear of money."""
    for member in (market.seller, market.buyer):
        body = {"muted": ["MONEY"]}
        market.venue.ask("PUT", "/v1/notification-preferences", member, json=body)
    return market


def notified(venue: TestVenue, member: Member, least: int = 1, **query: str) -> Any:
    """The page of the member's notifications, once it has so many."""
    page: Any = None
    for _ in range(500):
        page = venue.ask("GET", "/v1/notifications", member, params=query).json()
        if len(page["items"]) >= least:
            return page
        venue.runner.run(asyncio.sleep(0.02))
    raise TimeoutError(page)


def told(venue: TestVenue, member: Member) -> list[str]:
    page = venue.ask("GET", "/v1/notifications", member).json()
    return [each["type"] for each in page["items"]]


def test_every_message_that_may_be_sent_is_of_a_kind() -> None:
    types = {*TYPES.values(), OFFERED, DEBITED, *(f"{each}.ended" for each in BY_END.values())}
    assert {kind_of(each) for each in types} == set(NotificationKind)
    assert {each.partition(".")[0] for each in types} == set(KINDS)
    assert all(set(names) == set(NotificationKind) for names in NAMES.values())


def test_a_trust_company_is_not_notified_of_what_stands_in_its_queue() -> None:
    assert is_notified("transfer.opened", "SELLER")
    assert not is_notified("transfer.opened", "TRUST_COMPANY")
    assert is_notified("exception.raised", "TRUST_COMPANY")


def test_both_sides_of_a_match_are_notified_and_nobody_else(market: Market) -> None:
    venue = market.venue
    stranger = venue.new_party()
    transfer = market.match()
    for member, role in ((market.seller, "SELLER"), (market.buyer, "BUYER")):
        page = notified(venue, member)
        (item,) = page["items"]
        assert (item["type"], item["kind"], item["is_read"]) == (
            "transfer.opened",
            "TRANSFER",
            False,
        )
        assert item["subject"]["transfer_id"] == transfer["transfer_id"]
        assert (item["subject"]["role"], item["subject"]["units"]) == (role, "1000")
        assert page["unread"] == 1
    assert told(venue, stranger) == told(venue, venue.trust_company) == []


def test_what_is_read_stays_read_and_is_left_out_where_only_the_rest_is_asked_for(
    market: Market,
) -> None:
    venue, seller = market.venue, market.seller
    market.match("100")
    (first,) = notified(venue, seller)["items"]
    market.match("100")
    newest, oldest = notified(venue, seller, 2)["items"]
    assert oldest == first
    path = "/v1/notifications/read-up-to"
    read = venue.ask("PUT", path, seller, json={"notification_id": first["notification_id"]})
    assert read.json() == {"unread": 1}
    (unread,) = notified(venue, seller, state="UNREAD")["items"]
    assert unread == newest
    too_far = venue.ask("PUT", path, seller, json={"notification_id": "999999999999"})
    assert too_far.json() == {"unread": 0}
    back = venue.ask("PUT", path, seller, json={"notification_id": first["notification_id"]})
    assert back.json() == {"unread": 0}
    assert notified(venue, market.buyer)["unread"] == 2, "each reads for himself"
    market.match("100")
    page = notified(venue, seller, 3)
    assert (page["unread"], [each["is_read"] for each in page["items"]]) == (1, [False, True, True])


def test_they_are_listed_newest_first_page_by_page(market: Market) -> None:
    venue, seller = market.venue, market.seller
    for count in range(1, 4):
        market.match("100")
        notified(venue, seller, count)
    listed: list[str] = []
    path = "/v1/notifications?limit=2"
    while path:
        page = venue.ask("GET", path, seller)
        listed += [item["notification_id"] for item in page.json()["items"]]
        path = page.headers.get("link", "").partition(">")[0].removeprefix("<")
    assert listed == sorted(listed, key=int, reverse=True)
    assert len(listed) == 3


def test_a_muted_kind_is_neither_shown_nor_counted(market: Market) -> None:
    venue, buyer = market.venue, market.buyer
    market.match()
    notified(venue, buyer)
    path = "/v1/notification-preferences"
    venue.ask("PUT", path, buyer, json={})
    unsaid: dict[str, Any] = {
        "muted": [],
        "by_email": [],
        "email": None,
        "language": "zh",
        "sends_email": False,
    }
    assert venue.ask("GET", path, buyer).json() == unsaid
    muted = venue.ask("PUT", path, buyer, json={"muted": ["TRANSFER", "MONEY"]})
    assert muted.json() == unsaid | {"muted": ["TRANSFER", "MONEY"]}
    page = venue.ask("GET", "/v1/notifications", buyer).json()
    assert (page["items"], page["unread"]) == ([], 0)
    venue.ask("PUT", path, buyer, json={})
    page = notified(venue, buyer, 2)
    assert [each["kind"] for each in page["items"]] == ["TRANSFER", "MONEY"]
    assert page["unread"] == 2


def told_since(venue: TestVenue, member: Member, count: int) -> list[tuple[str, str, Any]]:
    """Type, kind and what is said of the subject, newest first, once there are so many."""
    return [
        (
            each["type"],
            each["kind"],
            {name: said for name, said in each["subject"].items() if said is not None},
        )
        for each in notified(venue, member, count)["items"]
    ]


def test_a_party_hears_of_its_money_when_it_has_come_and_when_it_has_gone_or_could_not(
    venue: TestVenue,
) -> None:
    bank, party, stranger = BankDesk(venue), venue.new_party(), venue.new_party()
    bank.receives(account("1"), "1000000.00", text="")
    number = "6222999900001111"
    account_id = bank.has_account(party, number)
    bank.books(Entry(100_000, account(number), f"TX-P{party.party_id}"))
    paid, declined = (
        bank.wants(party, account_id, amount)["withdrawal_id"] for amount in ("400.00", "50.00")
    )
    venue.do("POST", f"/v1/withdrawals/{declined}/decline", venue.operator)
    bank.approves(paid)
    bank.books(Entry(-40_000, account(number), f"TX-W{paid}"))
    cny = {"currency": "CNY"}
    assert told_since(venue, party, 4) == [
        (
            "withdrawal.paid",
            "MONEY",
            cny | {"withdrawal_id": paid, "amount": "400.00", "state": "PAID"},
        ),
        (
            "withdrawal.declined",
            "MONEY",
            cny | {"withdrawal_id": declined, "amount": "50.00", "state": "DECLINED"},
        ),
        ("money.credited", "MONEY", cny | {"total": "1000.00"}),
        (
            "bank_account.verified",
            "CLIENT",
            {"bank_account_id": account_id, "state": "VERIFIED"},
        ),
    ]
    shown = venue.ask("GET", "/v1/cash", party).json()
    assert (shown["available"], shown["withdrawn"]) == ("600.00", "400.00")
    assert told(venue, stranger) == []


def test_a_payment_that_is_assigned_is_told_and_one_that_goes_back_is_nobodys(
    venue: TestVenue,
) -> None:
    bank, party = BankDesk(venue), venue.new_party()
    number = "6222999900002222"
    named = bank.register(party, number)
    bank.books(
        Entry(900, account(number), f"TX-P{party.party_id}"),
        Entry(500, account("6222999900003333", "Somebody Else"), "by mistake"),
    )
    stray, early = sorted(bank.unmatched(), key=lambda each: str(each["amount"]))
    assert told(venue, party) == []
    bank.verify(named["bank_account_id"])
    bank.resolve(early["payment_id"], resolution="ASSIGN", party_id=party.party_id)
    bank.resolve(stray["payment_id"], resolution="RETURN")
    assert [each for each, _, _ in told_since(venue, party, 2)] == [
        "money.credited",
        "bank_account.verified",
    ]


def test_who_applies_hears_how_it_ends_and_not_why(venue: TestVenue) -> None:
    party = venue.new_party()
    rejected = applies(venue, party)["application_id"]
    path = "/v1/compliance/applications"
    officer = compliance(venue)
    venue.do("POST", f"{path}/{rejected}/reject", officer, json={"reason": "DOCUMENTS_INCOMPLETE"})
    approved = applies(venue, party)["application_id"]
    venue.do("POST", f"{path}/{approved}/approve", officer, json=APPROVAL)
    assert told_since(venue, party, 2) == [
        ("application.approved", "CLIENT", {"application_id": approved, "state": "APPROVED"}),
        ("application.rejected", "CLIENT", {"application_id": rejected, "state": "REJECTED"}),
    ]


def test_who_has_something_in_a_product_hears_that_it_is_halted_and_goes_on(
    market: Market,
) -> None:
    venue, stranger = market.venue, market.venue.new_party()
    halt_id = halt(venue, market.symbol).json()["halt_id"]
    assert lift(venue, halt_id).status_code == 200
    for member in (market.seller, venue.trust_company):
        said = [each for each in told_since(venue, member, 2) if each[1] == "HALT"]
        about = {"halt_id": halt_id, "symbol": market.symbol}
        assert said == [
            ("halt.lifted", "HALT", about | {"state": "LIFTED"}),
            ("trade.halted", "HALT", about | {"state": "STANDS"}),
        ]
    assert told(venue, market.buyer) == told(venue, stranger) == []


@pytest.mark.parametrize(
    "body",
    [
        {"email": "no address"},
        {"email": "a@b.example\nBcc: c@d.example"},
        {"muted": ["WEATHER"]},
        {"language": "fr"},
        {"nothing": "known"},
    ],
)
def test_preferences_that_mean_nothing_are_refused(
    venue: TestVenue, body: dict[str, object]
) -> None:
    response = venue.ask("PUT", "/v1/notification-preferences", venue.new_party(), json=body)
    assert (response.status_code, code_of(response)) == (422, "validation_failed")


# The rows and the letters


@pytest.fixture
def edge(tmp_path: Path) -> Any:
    opened = EdgeStore.open(tmp_path / "edge.sqlite3")
    yield opened
    opened.close()


def keep(edge: EdgeStore, kind: NotificationKind, *outbox_ids: int) -> None:
    records = [
        NotificationRecord(party_id=PARTY, outbox_id=outbox_id, kind=kind, body=b"{}")
        for outbox_id in outbox_ids
    ]
    with edge.transaction() as connection:
        store.insert_notifications(connection, records)


def kept(edge: EdgeStore) -> list[int]:
    with edge.transaction() as connection:
        reader = Reader(party_id=PARTY, officer_id=store.NOBODY)
        found = store.notifications_before(
            connection, reader, before=None, unread=False, limit=10_000
        )
    return [each.outbox_id for each in found]


def test_what_is_handed_over_twice_is_kept_once_and_the_oldest_goes(edge: EdgeStore) -> None:
    keep(edge, NotificationKind.HALT, 1, 2, 3)
    keep(edge, NotificationKind.HALT, 3, 4)
    assert kept(edge) == [4, 3, 2, 1]
    keep(edge, NotificationKind.HALT, *range(5, store.KEPT_PER_PARTY_MAX + 3))
    assert (len(kept(edge)), kept(edge)[-1]) == (store.KEPT_PER_PARTY_MAX, 3)


def test_a_letter_says_how_many_of_what_was_wished_and_is_written_once(
    edge: EdgeStore, tmp_path: Path
) -> None:
    keep(edge, NotificationKind.TRANSFER, 1, 2)
    keep(edge, NotificationKind.HALT, 3)
    reader = Reader(
        party_id=PARTY,
        officer_id=store.NOBODY,
        mailed=frozenset({NotificationKind.TRANSFER}),
        address="li@example.com",
    )
    with edge.transaction() as connection:
        store.keep_reader(connection, reader)
    mailer = FilesMailer(tmp_path / "mail")
    worker = MailWorker(edge, mailer)
    assert [worker.step(mailer) for _ in range(2)] == [1, 0]
    (file,) = (tmp_path / "mail").iterdir()
    letter = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (letter["To"], letter["Subject"]) == ("li@example.com", "您有 2 条新通知")
    body = letter.get_body()
    assert body is not None
    text = body.get_content()
    assert "转让进展: 2" in text
    assert "停牌" not in text
    assert file.name == "7-0-2.eml"
    keep(edge, NotificationKind.TRANSFER, 4)
    assert worker.step(mailer) == 1


def test_a_letter_that_could_not_leave_leaves_later(edge: EdgeStore, tmp_path: Path) -> None:
    keep(edge, NotificationKind.TRANSFER, 1)
    with edge.transaction() as connection:
        store.keep_reader(
            connection,
            Reader(
                party_id=PARTY,
                officer_id=store.NOBODY,
                mailed=frozenset({NotificationKind.TRANSFER}),
                address="li@example.com",
                language="en",
            ),
        )
    mailer = FilesMailer(tmp_path / "mail")
    worker = MailWorker(edge, mailer)
    (tmp_path / "mail").rmdir()
    with pytest.raises(OSError, match="mail"):
        worker.step(mailer)
    (tmp_path / "mail").mkdir()
    assert worker.step(mailer) == 1


def test_a_venue_that_is_given_a_folder_for_letters_says_that_it_sends_them(
    tmp_path: Path,
) -> None:
    key = make_venue(tmp_path / "venue")["trust company key"]
    folder = tmp_path / "mail"
    with serving(tmp_path / "venue", "--mail-folder", str(folder)) as (_, url):
        headers = {"Authorization": f"Bearer {key}"}
        shown = httpx.get(f"{url}/v1/notification-preferences", headers=headers).json()
    assert (shown["sends_email"], folder.is_dir()) == (True, True)
    (tmp_path / "file").touch()
    refused = trustex_here(
        "serve", str(tmp_path / "venue"), "--mail-folder", str(tmp_path / "file")
    )
    assert (refused.returncode, "--mail-folder" in refused.stderr) == (2, True)
