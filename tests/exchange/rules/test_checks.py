"""Each check, row by row; and that no check is without rows, nor a rule of a pack without check."""

from __future__ import annotations

from typing import Any, cast

import msgspec
import pytest

from exchange.rules.check import Answer, Aspect, Check, NoParams
from exchange.rules.checks import CHECKS
from exchange.rules.evaluate import explain, strictest, verdict_of
from exchange.rules.facts import Deal
from exchange.rules.packs import SHIPPED, shipped
from exchange.rules.parse import parse_pack
from exchange.rules.resolve import Ruling
from exchange.rules.types import RULE_INCIDENT, VERDICT_OF, Pack, Rule, Severity, Stage, Verdict
from tests.exchange.rules.deals import BUYER, bid, listing, party, profile, rule
from tests.exchange.rules.row import BLOCK, PASS, Row, Turn
from tests.exchange.rules.rows import ROWS, TURNS

PACKS = [pack for pack in map(parse_pack, map(shipped, SHIPPED)) if isinstance(pack, Pack)]
SEVERITIES = {each.rule_id: each.severity for pack in PACKS for each in pack.rules}
"""As the packs that ship have them."""


def asked(row: Row | Turn, **more: Any) -> Rule:
    """The rule of a row, as severe as in a pack."""
    severity = SEVERITIES[row.rule_id]
    return rule(row.rule_id, severity=severity, **{**row.params, **more})


def title(row: Row | Turn) -> str:
    return f"{row.rule_id}: {row.title}"


@pytest.mark.parametrize("row", ROWS, ids=title)
def test_a_rule_says_of_a_deal(row: Row) -> None:
    (finding,) = explain([asked(row)], row.deal)
    assert row.expected is finding.verdict, finding
    if row.cures is not None:
        assert row.cures == finding.cures
    if finding.verdict <= PASS:
        assert finding.cures == ()


@pytest.mark.parametrize("turn", TURNS, ids=title)
def test_what_passed_is_blocked_once_something_has_happened(turn: Turn) -> None:
    assert verdict_of(asked(turn), turn.before) in {PASS, Verdict.NOT_APPLICABLE}
    assert verdict_of(asked(turn, **turn.then), turn.after) is turn.becomes


def test_every_check_has_rows_that_pass_fail_and_turn() -> None:
    for rule_id in CHECKS:
        verdicts = {row.expected for row in ROWS if row.rule_id == rule_id}
        assert verdicts >= {PASS, VERDICT_OF[SEVERITIES[rule_id]]}, rule_id
        assert any(turn.rule_id == rule_id for turn in TURNS), rule_id


def test_every_check_is_in_a_pack_that_ships_and_everywhere_as_severe() -> None:
    assert SEVERITIES.keys() == CHECKS.keys()
    for pack in PACKS:
        assert all(each.severity is SEVERITIES[each.rule_id] for each in pack.rules), pack.pack_id


@pytest.mark.parametrize(
    ("severity", "price", "expected"),
    [
        (Severity.WARN, 19_000, Verdict.WARN),
        (Severity.WARN, 14_000, Verdict.WARN),
        (Severity.HOLD, 14_000, Verdict.WARN),
        (Severity.BLOCK, 19_000, Verdict.HOLD),
        (Severity.BLOCK, 14_000, Verdict.WARN),
    ],
)
def test_a_failure_is_never_graver_than_its_rule_is_severe(
    severity: Severity, price: int, expected: Verdict
) -> None:
    assert verdict_of(rule("PRC-01", severity=severity), bid(price=price)) is expected


@pytest.mark.parametrize("row", ROWS, ids=title)
def test_a_check_names_what_it_looked_at(row: Row) -> None:
    check = CHECKS[row.rule_id]
    answer = check.judge(row.deal, rule(row.rule_id, **row.params).params)
    assert set(answer.inputs) <= set(check.inputs)


@pytest.mark.parametrize("row", ROWS, ids=title)
def test_a_check_of_the_party_looks_at_no_offer_and_no_holding(row: Row) -> None:
    if Aspect.PARTY not in CHECKS[row.rule_id].looks_at:
        return
    unseen = cast(Any, None)
    parties = {
        side: None if known is None else msgspec.structs.replace(known, holding=unseen)
        for side, known in (("seller", row.deal.seller), ("buyer", row.deal.buyer))
    }
    blind = msgspec.structs.replace(row.deal, offer=None, at_ns=unseen, **parties)
    assert verdict_of(asked(row), blind) is row.expected


@pytest.mark.parametrize("each", [*ROWS, *TURNS], ids=title)
def test_an_order_is_asked_all_that_it_can_fail(each: Row | Turn) -> None:
    """What orders are not asked never speaks against them, nor does what is not gathered."""
    for deal in [each.deal] if isinstance(each, Row) else [each.before, each.after]:
        if deal.offer is None or (deal.seller is None) is (deal.buyer is None):
            continue
        stage = Stage.BID if deal.seller is None else Stage.LIST
        offer = msgspec.structs.replace(deal, stage=stage)
        then = each.then if isinstance(each, Turn) else {}
        for judged_by in (asked(each), asked(each, **then)):
            check = CHECKS[each.rule_id]
            if not check.is_of_offer and Aspect.PARTY not in check.looks_at:
                continue
            known = msgspec.structs.replace(judged_by, pack="CN-2007", stages=(stage,))
            ruling = Ruling((known,), offer.product, offer.day)
            is_sold = ruling.besides(stage).pair
            gathered = offer if is_sold else msgspec.structs.replace(offer, pair=None)
            assert ruling.judge(gathered) is max(PASS, verdict_of(known, offer))


def test_a_hold_is_stricter_than_a_pass_and_a_block_than_a_hold() -> None:
    barred = bid(party(BUYER, profile(certified_until=None)))
    holds = rule("QI-01", severity=Severity.HOLD)
    assert strictest(explain([rule("PRC-02"), holds], barred)) is Verdict.HOLD
    assert strictest(explain([rule("QI-01"), holds], barred)) is BLOCK
    assert strictest(()) is PASS


def test_a_rule_that_is_about_other_products_does_not_apply() -> None:
    of_funds = msgspec.structs.replace(
        rule("QI-01"), when=msgspec.convert({"product_types": ["EQUITY"]}, type(rule("QI-01").when))
    )
    assert verdict_of(of_funds, bid(party(BUYER, profile(certified_until=None)))) is (
        Verdict.NOT_APPLICABLE
    )


def test_a_check_that_raises_blocks_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_deal: Deal, _params: NoParams) -> Answer:
        raise ZeroDivisionError

    monkeypatch.setitem(
        CHECKS,
        "QI-02",
        Check(breaks, NoParams, (), frozenset({Aspect.PARTY})),
    )
    (finding,) = explain([rule("QI-02", severity=Severity.HOLD)], bid())
    assert finding.verdict is BLOCK
    assert finding.reason_code == RULE_INCIDENT
    assert finding.inputs == (("raised", "ZeroDivisionError"),)


def test_nobody_learns_why_a_party_is_not_cleared() -> None:
    why = [
        profile(listed=True),
        profile(cleared_until="2020-01-01"),
        profile(cleared_until=None),
    ]
    said = {explain([rule("PTY-04")], bid(party(BUYER, each))) for each in why}
    assert len(said) == 1
    ((finding,),) = said
    assert finding.inputs == ()


def test_a_finding_says_with_which_parameters_it_was_judged() -> None:
    (finding,) = explain([rule("QI-05", minimum_fen=100_000_000)], listing(quantity=1_500_000))
    assert dict(finding.inputs) == {
        "minimum_fen": 100_000_000,
        "contract_minimum_fen": 0,
        "units_after": 500_000,
        "principal_after_fen": 50_000_000,
    }
