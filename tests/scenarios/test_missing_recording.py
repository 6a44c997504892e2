"""The missing recording: a natural buyer is recorded while he is told the risks, and without the
film nobody asks the trust company.

Over HTTP, with a working day of ten seconds.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from exchange.verify import verify
from tests.api.evidence.files import BEGINNINGS, MP4, PDF, attach, upload
from tests.api.venue import SHORT_TERMS, Market, Member, TestVenue, code_of
from tests.scenarios.test_trapped_buyer import Case

TERMS = SHORT_TERMS | {
    "agreement": True,
    "dual_recording": True,
    "cooling_off_hours": 24,
    "returning_days": 3,
    "returns_max": 1,
    "checklist": [
        {"kind": "RISK_STATEMENT", "of": "BUYER"},
        {"kind": "AUTHORITY", "of": "SELLER"},
        {"kind": "AGREEMENT"},
    ],
    "fault_fee": {"rate_bps": 100, "maximum": "10.00"},
}
"""The seller brings his spouse's consent, the buyer the risk statement that he has signed."""


class Papers(Case):
    """A transfer of 1,000 units to a natural person, and the papers that people bring for it."""

    def __init__(self, venue: TestVenue) -> None:
        seller = venue.new_party("NATURAL_PERSON", money="100.00")
        buyer = venue.new_party("NATURAL_PERSON", money="1000000.00")
        symbol = venue.new_product(transfer_terms=TERMS)
        venue.give_units(symbol, seller, "1000")
        super().__init__(venue, market=Market(venue, symbol, seller, buyer))
        self.seller = seller

    @property
    def number(self) -> str:
        return self.path.rpartition("/")[2]

    def brings(
        self, by: Member, kind: str, of: str | None = None, *, film: bool = False, **more: Any
    ) -> Any:
        """A document that is taken."""
        response = self.tries_to_bring(by, kind, of, film=film, **more)
        assert response.status_code == 201, response.text
        return response.json()

    def tries_to_bring(
        self, by: Member, kind: str, of: str | None = None, *, film: bool = False, **more: Any
    ) -> Any:
        content, media_type = (MP4, "video/mp4") if film else (PDF, "application/pdf")
        file = upload(self.venue, by, content, media_type)["evidence_id"]
        return attach(self.venue, by, file, "TRANSFER", self.number, kind=kind, of=of, **more)

    def brings_all_but_the_recording(self) -> None:
        self.brings(self.buyer, "RISK_STATEMENT", "BUYER")
        self.brings(self.seller, "AUTHORITY", "SELLER")
        self.brings(self.seller, "AGREEMENT")

    def both_sign(self) -> Any:
        self.does(self.seller, "sign")
        return self.does(self.buyer, "sign")

    def lacks(self, by: Member) -> dict[str, str]:
        """What is on the list and does not count, as anybody who sees the transfer sees it."""
        shown = self.venue.ask("GET", f"{self.path}/checklist", by).json()
        lacking = {
            item["kind"]: item["state"] for item in shown["items"] if item["state"] != "VALID"
        }
        assert shown["is_complete"] is not bool(lacking)
        return lacking

    def cash(self, member: Member) -> Any:
        return self.venue.ask("GET", "/v1/cash", member).json()


def test_with_the_recording_the_application_goes_to_the_trust_company_at_once(
    tmp_path: Path,
) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        case, company = Papers(venue), venue.trust_company
        # What the product asks for was there to be read before anybody placed an order.
        terms = venue.ask("GET", f"/v1/products/{case.market.symbol}").json()["transfer_terms"]
        assert (terms["dual_recording"], len(terms["checklist"])) == (True, 3)
        assert case.lacks(case.buyer) == dict.fromkeys(
            ("RISK_STATEMENT", "AUTHORITY", "AGREEMENT", "DUAL_RECORDING"), "MISSING"
        )

        case.both_sign()
        case.brings_all_but_the_recording()
        for member in (case.buyer, case.seller, company, venue.operator):
            assert case.lacks(member) == {"DUAL_RECORDING": "MISSING"}

        # Cooling-off is over: three working days more, and the buyer may not leave by himself now.
        case.days_pass(1)
        seen = case.read(company)
        assert (seen["state"], seen["documents_overdue"]) == ("AGREEMENT_PENDING", True)
        assert case.refused(company, "confirm") == "transfer_not_in_state"
        assert case.does(case.buyer, "cancel")["state"] == "AGREEMENT_PENDING"

        # A recording without a picture is none, and the seller cannot bring the buyer's.
        file = upload(venue, case.buyer, BEGINNINGS["audio/mp4"], "audio/mp4")["evidence_id"]
        more = {"kind": "DUAL_RECORDING", "of": "BUYER"}
        sound = attach(venue, case.buyer, file, "TRANSFER", case.number, **more)
        assert code_of(sound) == "evidence_out_of_range"
        theirs = case.tries_to_bring(case.seller, "DUAL_RECORDING", "BUYER", film=True)
        assert code_of(theirs) == "not_permitted"

        case.brings(case.buyer, "DUAL_RECORDING", "BUYER", film=True)
        seen = case.read(company)
        assert (seen["state"], seen["documents_overdue"]) == ("SUBMITTED", False)
        assert case.lacks(company) == {}
        assert case.does(company, "confirm")["state"] == "SETTLED"
    assert verify(tmp_path / "venue" / "venue.sqlite3").commands > 0


def test_a_recording_that_never_comes_is_the_buyers_fault(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        case = Papers(venue)
        case.brings_all_but_the_recording()
        case.both_sign()
        case.days_pass(1)
        venue.restart()
        assert case.read(case.seller)["documents_overdue"] is True
        case.days_pass(4)
        seen = case.read(case.seller)
        assert (seen["state"], seen["fault"], seen["fault_fee"]) == ("LAPSED", ["BUYER"], "10.00")
        # Everything is back, and the seller has something for the time he lost.
        assert (case.cash(case.buyer)["available"], case.cash(case.buyer)["escrow"]) == (
            "999990.00",
            "0.00",
        )
        assert case.cash(case.seller)["available"] == "110.00"
        assert case.lacks(case.buyer) == {"DUAL_RECORDING": "MISSING"}

        # Too late is told from wrong.
        late = case.tries_to_bring(case.buyer, "DUAL_RECORDING", "BUYER", film=True)
        assert code_of(late) == "transfer_not_pending"
        stranger = venue.new_party("NATURAL_PERSON")
        nobodys = case.tries_to_bring(stranger, "DUAL_RECORDING", "BUYER", film=True)
        assert code_of(nobodys) == "unknown_transfer"

        # What turns up at the office in the end is on record there, and makes nothing complete.
        film = upload(venue, venue.trust_company, BEGINNINGS["video/mp4"], "video/mp4")
        record = {"evidence_id": film["evidence_id"], "kind": "DUAL_RECORDING", "of": "BUYER"}
        path = f"/v1/transfers/{seen['transfer_id']}/late-evidence"
        assert venue.do("POST", path, venue.trust_company, json=record)["status"] == "LATE"
        assert case.lacks(case.buyer) == {"DUAL_RECORDING": "MISSING"}
    assert verify(tmp_path / "venue" / "venue.sqlite3").commands > 0


def test_a_spouse_who_does_not_consent_is_not_the_buyers_fault(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        case = Papers(venue)
        case.brings(case.buyer, "RISK_STATEMENT", "BUYER")
        case.brings(case.buyer, "DUAL_RECORDING", "BUYER", film=True)
        case.brings(case.buyer, "AGREEMENT")
        case.both_sign()
        case.days_pass(1)
        case.days_pass(4)
        seen = case.read(case.buyer)
        assert (seen["state"], seen["fault"], seen["fault_fee"]) == ("LAPSED", ["SELLER"], "10.00")
        assert case.cash(case.buyer)["available"] == "1000010.00"
        assert case.cash(case.seller)["available"] == "90.00"


def test_a_recording_that_is_not_what_it_was_is_asked_for_again(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        case, company = Papers(venue), venue.trust_company
        case.brings_all_but_the_recording()
        film = case.brings(case.buyer, "DUAL_RECORDING", "BUYER", film=True)
        case.both_sign()
        case.days_pass(1)
        assert case.read(company)["state"] == "SUBMITTED"

        # The officer cannot play it; and when he asks for it, the file is found to be altered.
        body = {"reason": "DOCUMENT_ILLEGIBLE", "returned_to": ["BUYER"]}
        case.does(company, "return", json=body)
        file = film["evidence_id"]
        (venue.directory / "evidence" / file[:2] / file).write_bytes(MP4[:-1])
        assert code_of(venue.ask("GET", f"/v1/evidence/{file}", company)) == "evidence_faulty"
        assert case.lacks(case.seller) == {"DUAL_RECORDING": "FAULTY"}

        for member in (case.buyer, case.seller, venue.operator):
            assert case.refused(member, "resubmit") == "documents_missing"
        case.brings(case.buyer, "DUAL_RECORDING", "BUYER", film=True)
        assert case.does(case.buyer, "resubmit")["state"] == "SUBMITTED"
        assert case.does(company, "confirm")["state"] == "SETTLED"
    assert verify(tmp_path / "venue" / "venue.sqlite3").commands > 0
