"""A party's ledger: what has moved its money, which taken together is what its account says."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.api.bank import BankDesk, Entry, account
from tests.api.reversals import reverse, settles
from tests.api.test_deposits import REST, _agreed, _market, _step
from tests.api.test_lists import walked
from tests.api.venue import Market, Member, TestVenue

PATH = "/v1/cash/entries"


def ledger(venue: TestVenue, member: Member, **query: str) -> list[Any]:
    """Newest first, two at a time; with what it must come to."""
    market = Market(venue, "", member, member)
    entries = walked(market, member, PATH, **query)
    cash = venue.ask("GET", "/v1/cash", member).json()
    for part in ("total", "escrow", "frozen"):
        assert sum(Decimal(each[part]) for each in entries) == Decimal(cash[part]), part
    numbers = [int(each["entry_id"]) for each in entries]
    assert numbers == sorted(numbers, reverse=True)
    return entries


def told(entries: list[Any]) -> list[tuple[str, str, str]]:
    """Oldest first: what it was, what came or went, what is in escrow."""
    return [(each["kind"], each["total"], each["escrow"]) for each in entries[::-1]]


def all_are_whole(venue: TestVenue, *members: Member) -> None:
    for member in (*members, venue.operator, venue.trust_company):
        ledger(venue, member)


def fresh(venue: TestVenue) -> Market:
    seller, buyer = venue.new_party(money="10.00"), venue.new_party(money="5000.00")
    symbol = venue.new_product()
    venue.give_units(symbol, seller, "10000")
    return Market(venue, symbol, seller, buyer)


def test_a_purchase_is_reserved_escrowed_and_paid_with_its_fees(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = fresh(venue)
        transfer = market.match("1000")
        settles(market, transfer["transfer_id"])

        bought = ledger(venue, market.buyer)
        assert told(bought) == [
            ("PAID_IN", "5000.00", "0.00"),
            ("RESERVED", "0.00", "0.00"),
            ("ESCROWED", "0.00", "1220.51"),
            ("BOUGHT", "-1220.51", "-1220.51"),
        ]
        assert (bought[0]["fees"], bought[0]["transfer_id"], bought[0]["symbol"]) == (
            "200.51",
            transfer["transfer_id"],
            market.symbol,
        )
        assert (bought[2]["reserve"], bought[3]["reserve"]) == ("1220.51", None)
        sold = ledger(venue, market.seller)
        assert told(sold) == [("PAID_IN", "10.00", "0.00"), ("SOLD", "818.98", "0.00")]
        assert sold[0]["fees"] == "201.02"
        assert told(ledger(venue, market.buyer, scope="MOVED")) == [
            each for each in told(bought) if each[0] != "RESERVED"
        ]
        assert [each["kind"] for each in ledger(venue, venue.trust_company)] == ["FEES_EARNED"]
        all_are_whole(venue)


def test_what_was_not_bought_is_free_again(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = fresh(venue)
        order = market.buy("1.0000", "100")
        venue.do("DELETE", f"/v1/orders/{order['order_id']}", market.buyer)
        transfer = market.match("1000")
        rejected = venue.ask(
            "POST",
            f"/v1/transfers/{transfer['transfer_id']}/reject",
            venue.trust_company,
            key=venue.unique(),
            headers={"If-Match": f'"{transfer["version"]}"'},
            json={"reason": "OTHER"},
        )
        assert rejected.status_code == 200, rejected.text

        entries = ledger(venue, market.buyer)

        assert told(entries) == [
            ("PAID_IN", "5000.00", "0.00"),
            ("RESERVED", "0.00", "0.00"),
            ("RELEASED", "0.00", "0.00"),
            ("RESERVED", "0.00", "0.00"),
            ("ESCROWED", "0.00", "1220.51"),
            ("REFUNDED", "0.00", "-1220.51"),
        ]
        assert (entries[-3]["reserve"], entries[-3]["order_id"]) == ("0.00", order["order_id"])
        all_are_whole(venue, market.seller)


def test_a_rest_is_paid_and_a_deposit_forfeited(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = _market(venue)
        assert _step(market, _agreed(market), "fund", market.buyer).status_code == 200
        assert told(ledger(venue, market.buyer))[-1] == ("ESCROWED", "0.00", REST)
        venue.do(
            "POST",
            f"/v1/parties/{market.buyer.party_id}/deposits",
            venue.operator,
            json={"amount": "200.00"},
        )
        _agreed(market)
        venue.clock.advance(30)
        venue.new_party()

        assert told(ledger(venue, market.buyer))[-1] == ("FAULT", "-122.06", "-122.06")
        assert told(ledger(venue, market.seller))[-1] == ("FAULT", "122.06", "0.00")
        all_are_whole(venue)


def test_a_reversal_pays_back_what_was_stated(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = fresh(venue)
        transfer = market.match("1000")
        etag = settles(market, transfer["transfer_id"])
        undone = reverse(market, transfer["transfer_id"], etag, amount="700.00")
        assert undone.status_code in (200, 201), undone.text

        assert told(ledger(venue, market.buyer))[-1] == ("REVERSED", "700.00", "0.00")
        assert told(ledger(venue, market.seller))[-1] == ("REVERSED", "-700.00", "0.00")
        all_are_whole(venue)


def test_money_comes_and_goes_by_the_bank(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        bank = BankDesk(venue)
        bank.receives(account("1"), "1000000.00", text="")
        party, number = venue.new_party(), "6222000000000009"
        named = bank.register(party, number)
        bank.books(Entry(900, account(number), f"TX-P{party.party_id}"))
        (payment, *_) = bank.unmatched()
        bank.verify(named["bank_account_id"])
        bank.resolve(payment["payment_id"], resolution="ASSIGN", party_id=party.party_id)
        bank.books(Entry(100_000, account(number), f"TX-P{party.party_id}", bank_ref="B-77"))
        first = bank.wants(party, named["bank_account_id"], "400.00")["withdrawal_id"]
        venue.do("POST", f"/v1/withdrawals/{first}/decline", venue.operator)
        second = bank.wants(party, named["bank_account_id"], "300.00")["withdrawal_id"]
        bank.approves(second)
        bank.books(Entry(-30_000, account(number), f"TX-W{second}"))

        entries = ledger(venue, party)

        assert [(each["kind"], each["total"], each["frozen"]) for each in entries[::-1]] == [
            ("ASSIGNED", "9.00", "0.00"),
            ("PAID_IN", "1000.00", "0.00"),
            ("WITHDRAWAL_REQUESTED", "0.00", "400.00"),
            ("WITHDRAWAL_FAILED", "0.00", "-400.00"),
            ("WITHDRAWAL_REQUESTED", "0.00", "300.00"),
            ("PAID_OUT", "-300.00", "-300.00"),
        ]
        assert (entries[0]["withdrawal_id"], entries[-2]["bank_ref"]) == (second, "B-77")
        all_are_whole(venue)


def test_a_party_reads_its_own_ledger_alone(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = fresh(venue)
        settles(market, market.match("1000")["transfer_id"])
        stranger = venue.new_party(money="7.00")

        assert told(ledger(venue, stranger)) == [("PAID_IN", "7.00", "0.00")]
        assert ledger(venue, venue.new_party("REGULATOR")) == []
