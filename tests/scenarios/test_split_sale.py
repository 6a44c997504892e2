"""The split sale: a holder sells contracts in parts, and every part takes its fen along.

Over HTTP. A plan at ¥0.3333 par has no contract whose units divide evenly: what a part takes of
principal and cost is rounded, and still nothing is lost and nothing made.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.api.venue import Member, TestVenue

PLAN: dict[str, Any] = {"par_value": "0.3333", "lot": "1", "units_issued": "6000011"}
FIRST, SECOND, THIRD = "1000001", "2000003", "3000007"
"""Units of the holder's contracts, in the order in which they were made."""


class Sale:
    """A natural holder of three contracts, two institutions with money, and what the register
    says."""

    def __init__(self, venue: TestVenue) -> None:
        self.venue = venue
        self.symbol = venue.new_product(**PLAN)
        self.holder = venue.new_party("NATURAL_PERSON")
        self.left = venue.new_party("INSTITUTION", money="1000000.00")
        self.right = venue.new_party("INSTITUTION", money="1000000.00")
        for units in (FIRST, SECOND, THIRD):
            venue.give_units(self.symbol, self.holder, units)

    def lots(self, party: Member) -> list[dict[str, Any]]:
        """The party's contracts, oldest first."""
        path = f"/v1/holdings/{self.symbol}/lots"
        items: list[dict[str, Any]] = self.venue.ask("GET", path, party).json()["items"]
        return items

    def buckets(self, party: Member) -> dict[str, tuple[str, str]]:
        """Of each contract what is available and what is locked."""
        return {lot["lot_id"]: (lot["available"], lot["locked"]) for lot in self.lots(party)}

    def amounts(self, party: Member) -> list[tuple[str, str, str]]:
        """Of each contract units, principal and cost."""
        return [(lot["total"], lot["principal"], lot["cost"]) for lot in self.lots(party)]

    def lists(self, units: str, *, lots: list[str]) -> None:
        self.venue.place(self.holder, self.symbol, "SELL", "0.3500", units, lots=lots)

    def buys(self, buyer: Member, units: str) -> dict[str, Any]:
        """The fill of a bid that is met in full."""
        (fill,) = self.venue.place(buyer, self.symbol, "BUY", "0.3500", units)["fills"]
        assert fill["quantity"] == units
        taken: dict[str, Any] = fill
        return taken

    def decides(self, fill: dict[str, Any], decision: str, **content: Any) -> dict[str, Any]:
        path, company = f"/v1/transfers/{fill['transfer_id']}", self.venue.trust_company
        etag = self.venue.ask("GET", path, company).headers["etag"]
        decided: dict[str, Any] = self.venue.do(
            "POST", f"{path}/{decision}", company, headers={"If-Match": etag}, **content
        )
        return decided

    def register(self, sequence: int) -> dict[str, tuple[str, str]]:
        """Units and principal of every holder, as of a command: the trust company's page."""
        path = f"/v1/products/{self.symbol}/register?as_of_sequence={sequence}"
        page = self.venue.ask("GET", path, self.venue.trust_company).json()
        return {item["holder_id"]: (item["units"], item["principal"]) for item in page["items"]}

    def register_of(self, party: Member, sequence: int) -> list[tuple[str, str, str, str]]:
        """The party's contracts as of a command, as the party reads them."""
        path = f"/v1/products/{self.symbol}/register/{party.party_id}?as_of_sequence={sequence}"
        held = self.venue.ask("GET", path, party).json()["held"]
        return [(lot["lot_id"], lot["units"], lot["principal"], lot["cost"]) for lot in held]

    def money(self, party: Member) -> Decimal:
        return Decimal(self.venue.ask("GET", "/v1/cash", party).json()["total"])


def test_a_split_sale_conserves_every_unit_and_every_fen(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        sale = Sale(venue)
        holder, left, right = sale.holder, sale.left, sale.right
        first, second, third = (lot["lot_id"] for lot in sale.lots(holder))
        # 1,000,001 units at ¥0.3333 are ¥333,300.3333; the others end in .9999 and .3331.
        opening = [
            (first, FIRST, "333300.33", "333300.33"),
            (second, SECOND, "666601.00", "666601.00"),
            (third, THIRD, "999902.33", "999902.33"),
        ]
        before = venue.sequence
        assert sale.register_of(holder, before) == opening

        # He sells the second contract first, then some of the first, and nothing of the third.
        sale.lists("2500001", lots=[second, first])
        to_left = sale.buys(left, "900001")
        to_right = sale.buys(right, "1600000")
        assert sale.buckets(holder) == {
            first: ("500003", "499998"),
            second: ("0", SECOND),
            third: (THIRD, "0"),
        }
        # A pending transfer moves no title.
        assert sale.register_of(holder, venue.sequence) == opening

        # The first transfer settles. 66,660,100 fen × 900,001 ÷ 2,000,003 are 29,997,033.33.
        settled = sale.decides(to_left, "confirm")
        # ¥315,000.35, less 0.10 % of it and 0.10 % of ¥299,970.33 at par, both rounded up.
        assert (settled["state"], settled["seller_credit"]) == ("SETTLED", "314385.36")
        between = venue.sequence
        assert sale.amounts(left) == [("900001", "299970.33", "315457.84")]

        # The second buyer's is rejected: each unit comes back to the contract it was of.
        rejected = sale.decides(to_right, "reject", json={"reason": "BUYER_NOT_QUALIFIED"})
        assert (rejected["state"], rejected["refund"]) == ("REJECTED", "560813.28")
        assert (sale.money(right), sale.lots(right)) == (Decimal("1000000.00"), [])
        assert sale.buckets(holder) == {
            first: (FIRST, "0"),
            second: ("1100002", "0"),
            third: (THIRD, "0"),
        }
        kept = [opening[0], (second, "1100002", "366630.67", "366630.67"), opening[2]]
        assert sale.register_of(holder, venue.sequence) == kept

        # He sells the rest of the contract, which ends with it: the last part takes what is left.
        sale.lists("1100002", lots=[second])
        again = sale.buys(right, "1100002")
        assert sale.decides(again, "confirm")["seller_credit"] == "384249.05"
        after = venue.sequence
        assert [lot["lot_id"] for lot in sale.lots(holder)] == [first, third]
        assert sale.amounts(right) == [("1100002", "366630.67", "385559.85")]
        (left_lot,), (right_lot,) = sale.lots(left), sale.lots(right)
        assert left_lot["lot_id"] == to_left["transfer_id"]
        assert right_lot["lot_id"] == again["transfer_id"]
        parts = Decimal(left_lot["principal"]) + Decimal(right_lot["principal"])
        assert parts == Decimal("666601.00")

        # His gain is what he got less what these units had cost him.
        gain = sale.money(holder) - parts
        assert gain == Decimal("32033.41")

        _whoever_asks_later_sees_all_of_it(sale, before=before, between=between, after=after)
        assert sale.register_of(right, between) == []
        assert sale.register_of(holder, between) == kept


def _whoever_asks_later_sees_all_of_it(
    sale: Sale, *, before: int, between: int, after: int
) -> None:
    holder, left, right = sale.holder, sale.left, sale.right
    whole = ("6000011", "1999803.66")
    assert sale.register(before) == {holder.party_id: whole}
    assert sale.register(between) == {
        holder.party_id: ("5100010", "1699833.33"),
        left.party_id: ("900001", "299970.33"),
    }
    assert sale.register(after) == {
        holder.party_id: ("4000008", "1333202.66"),
        left.party_id: ("900001", "299970.33"),
        right.party_id: ("1100002", "366630.67"),
    }
    for sequence in (before, between, after):
        holders = sale.register(sequence).values()
        assert sum(int(units) for units, _ in holders) == 6000011
        assert sum(Decimal(principal) for _, principal in holders) == Decimal("1999803.66")
