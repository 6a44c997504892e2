"""The case of a transfer: all of it in one document, to each as far as it is his to see."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from tests.api.evidence.files import upload
from tests.api.test_journal_events import confirm, events
from tests.api.venue import Market, Member, code_of


def case_of(market: Market, transfer: Any, reader: Member) -> Any:
    answer = market.venue.ask("GET", f"/v1/transfers/{transfer['transfer_id']}/case", reader)
    assert answer.status_code == 200, answer.text
    digest = base64.b64encode(hashlib.sha256(answer.content).digest()).decode("ascii")
    assert answer.headers["repr-digest"] == f"sha-256=:{digest}:"
    return answer.json()


def with_document(market: Market) -> tuple[Any, Any]:
    """A transfer that has settled, and a document that came late."""
    venue, transfer = market.venue, market.match("100")
    confirm(market, transfer)
    file = upload(venue, venue.trust_company)
    link = venue.do(
        "POST",
        f"/v1/transfers/{transfer['transfer_id']}/late-evidence",
        venue.trust_company,
        json={"evidence_id": file["evidence_id"], "kind": "SCAN"},
    )
    assert link["sha256"] == file["sha256"]
    return transfer, link


def test_the_operator_and_the_examiner_read_all_of_it(market: Market) -> None:
    venue = market.venue
    with_document(market)
    transfer, link = with_document(market)

    for reader in (venue.operator, venue.new_party("REGULATOR")):
        case = case_of(market, transfer, reader)

        number = transfer["transfer_id"]
        assert case["transfer"] == venue.ask("GET", f"/v1/transfers/{number}", reader).json()
        assert case["transfer"]["states"][-1]["state"] == "SETTLED"
        assert case["documents"] == [link]
        assert case["events"] == events(market, transfer=number, order="OLDEST")
        assert (
            case["checklist"]
            == venue.ask("GET", f"/v1/transfers/{number}/checklist", reader).json()
        )
        assert (case["exceptions"], case["clearances"]) == ([], [])
        assert int(case["as_of_sequence"]) == venue.sequence
        assert case["rules"]["symbol"] == market.symbol


def test_the_trust_company_reads_its_part_and_no_other_one_any(market: Market) -> None:
    venue = market.venue
    transfer, link = with_document(market)
    other = venue.new_party("TRUST_COMPANY")

    case = case_of(market, transfer, venue.trust_company)

    assert case["transfer"]["role"] == "TRUST_COMPANY"
    assert (case["events"], case["clearances"]) == (None, None)
    assert case["documents"] == [link]
    refused = venue.ask("GET", f"/v1/transfers/{transfer['transfer_id']}/case", other)
    assert (refused.status_code, code_of(refused)) == (404, "unknown_transfer")


def test_who_sells_or_buys_has_no_case(market: Market) -> None:
    transfer = market.match("100")
    for member in (market.seller, market.buyer):
        refused = market.venue.ask("GET", f"/v1/transfers/{transfer['transfer_id']}/case", member)
        assert (refused.status_code, code_of(refused)) == (403, "not_permitted")


def test_an_exception_about_it_is_in_it_and_one_about_another_is_not(market: Market) -> None:
    """A decision that comes when the transfer has ended raises one."""
    venue, transfer, other = market.venue, market.match("100"), market.match("100")
    for each in (transfer, other):
        confirm(market, each)
    late = venue.ask(
        "POST",
        f"/v1/transfers/{transfer['transfer_id']}/reject",
        venue.trust_company,
        key=venue.unique(),
        headers={"If-Match": f'"{transfer["version"]}"'},
        json={"reason": "OTHER"},
    )
    assert late.status_code == 409, late.text

    for reader in (venue.operator, venue.trust_company):
        (exception,) = case_of(market, transfer, reader)["exceptions"]
        assert (exception["kind"], exception["subject_id"]) == (
            "LATE_DECISION",
            transfer["transfer_id"],
        )
        assert case_of(market, other, reader)["exceptions"] == []
    kinds = [each["kind"] for each in case_of(market, transfer, venue.operator)["events"]]
    assert kinds[-1] == "EXCEPTION_RAISED"
