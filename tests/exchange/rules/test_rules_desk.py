"""Packs are loaded and products get their rules: whole or not at all, and from their day."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, TypeVar

import msgspec
import pytest

from exchange.command import Command
from exchange.limits import PACK_NOTICE_DAYS_MAX
from exchange.refusals import Refusal
from exchange.rules.checks import CHECKS
from exchange.rules.packs import SHIPPED, shipped
from exchange.rules.stricter import BY_NAME, EITHER_WAY, LESS, MORE, NEVER_OWN
from exchange.rules.types import Override
from exchange.rules_events import ProductRulesSet, RulePackLoaded
from exchange.snapshot import decode_state, digest, encode_state
from matching import Side
from registry.types import DayNumber, ProductId
from tests.exchange.rules.market import RuledMarket
from tests.exchange.rules.packs import next_version
from tests.exchange.venue import NOWHERE, the

C = TypeVar("C", bound=Command)
LAX = next_version(shipped("CN-VENUE-38")).replace("final_list_wd = 20", "final_list_wd = 0")
LOCK_UP = Override("PRD-03", "lockup_days", 30)
UNKNOWN_SINCE = Override("PRD-03", "established_on", "2023-11-01")


def test_every_pack_that_ships_can_be_loaded_and_set() -> None:
    market = RuledMarket()
    for pack_id in SHIPPED[1:]:
        event = the(RulePackLoaded, market.does(market.loading(shipped(pack_id))))
        assert (event.pack_id, event.applies_from) == (pack_id, market.today)
        assert event.sha256 == sha256(shipped(pack_id).encode()).digest()
        market.rules(pack_id)
    assert [pack_id for pack_id, _ in market.state.rules.packs] == list(SHIPPED[1:])


def test_what_loading_a_pack_is_refused_for() -> None:
    market = RuledMarket("CN-VENUE-38")
    load = market.loading(shipped("CN-2007"))

    def replace(command: C, **changes: Any) -> C:
        return msgspec.structs.replace(command, key=market.key(), **changes)

    assert market.refuses(replace(load, actor=market.seller)) is Refusal.NOT_PERMITTED
    for day in (market.today - 1, market.today + PACK_NOTICE_DAYS_MAX + 1):
        late = replace(load, applies_from=DayNumber(day))
        assert market.refuses(late) is Refusal.DATES_OUT_OF_RANGE
    no_source = load.text.replace('source = "资管新规 Art. 5"', 'source = ""')
    assert no_source != load.text
    assert market.refuses(replace(load, text=no_source)) is Refusal.RULE_PACK_OUT_OF_RANGE
    nowhere = load.text.replace("effective_from", 'extends = ["NO-PACK"]\neffective_from', 1)
    assert market.refuses(replace(load, text=nowhere)) is Refusal.RULE_PACK_OUT_OF_RANGE
    sandbox = market.loading(shipped("SANDBOX"))
    assert market.refuses(sandbox) is Refusal.RULE_PACK_OUT_OF_RANGE
    again = market.loading(shipped("CN-VENUE-38") + "# another file\n")
    assert market.refuses(again) is Refusal.ALREADY_DONE


def test_no_more_packs_are_loaded_than_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    market = RuledMarket("CN-VENUE-38", "CN-2007")
    monkeypatch.setattr("exchange.rules_desk.RULE_PACKS_MAX", 2)
    assert market.refuses(market.loading(shipped("JP-TBI"))) is Refusal.RULE_PACKS_MAX


@pytest.mark.parametrize(
    ("packs", "overrides", "refusal"),
    [
        (("CN-2007",), (), Refusal.UNKNOWN_RULE_PACK),
        (("JP-TBI",), (), Refusal.UNKNOWN_RULE_PACK),
        (("CN-VENUE-38",), (Override("QI-04", "minimum_fen", 1),), Refusal.UNKNOWN_RULE),
        ((), (LOCK_UP,), Refusal.UNKNOWN_RULE),
        (("CN-VENUE-38",), (LOCK_UP, LOCK_UP), Refusal.OVERRIDES_OUT_OF_RANGE),
        (("CN-VENUE-38", "CN-VENUE-38"), (), Refusal.OVERRIDES_OUT_OF_RANGE),
        (
            ("CN-VENUE-38",),
            (Override("PRD-03", "lockup_days", -1),),
            Refusal.OVERRIDES_OUT_OF_RANGE,
        ),
        (
            ("CN-VENUE-38",),
            (Override("PRD-03", "lockup_days", "30"),),
            Refusal.OVERRIDES_OUT_OF_RANGE,
        ),
        (("CN-VENUE-38",), (Override("PRD-03", "days", 1),), Refusal.OVERRIDES_OUT_OF_RANGE),
        *(
            (("CN-VENUE-38",), (own,), Refusal.OVERRIDES_OUT_OF_RANGE)
            for own in (
                Override("PRD-04", "final_list_wd", 0),
                Override("HC-02", "holders_max", 500),
                Override("HC-02", "holders_max", 200),
                Override("HC-02", "count_basis", "NOW"),
                Override("PRC-01", "hard_bps", 5_001),
                Override("PRD-02", "transfer_allowed", value=True),
            )
        ),
    ],
)
def test_what_setting_rules_is_refused_for(
    packs: tuple[str, ...], overrides: tuple[Override, ...], refusal: Refusal
) -> None:
    market = RuledMarket("CN-VENUE-38")
    market.loads(shipped("JP-TBI"), in_days=1)
    assert market.refuses(market.setting(*packs, overrides=overrides)) is refusal


def test_rules_are_the_operator_s_to_set_and_of_a_product_that_there_is() -> None:
    market = RuledMarket("CN-VENUE-38")
    command = market.setting("CN-VENUE-38")
    by_seller = msgspec.structs.replace(command, actor=market.seller)
    by_company = msgspec.structs.replace(command, actor=market.trust_company)
    nowhere = ProductId(NOWHERE)
    of_nothing = msgspec.structs.replace(command, product_id=nowhere, key=market.key())
    assert market.refuses(by_seller) is Refusal.NOT_PERMITTED
    assert market.refuses(by_company) is Refusal.NOT_PERMITTED
    assert market.refuses(of_nothing) is Refusal.UNKNOWN_PRODUCT


def test_two_people_load_a_pack_where_two_have_to() -> None:
    market = RuledMarket("CN-VENUE-38", four_eyes=True)
    assert market.refuses(market.loading(shipped("CN-2007"))) is Refusal.FOUR_EYES_REQUIRED
    assert market.refuses(market.setting()) is Refusal.FOUR_EYES_REQUIRED


def test_a_later_pack_of_the_same_id_takes_over_on_its_day() -> None:
    market = RuledMarket("CN-VENUE-38")
    market.matures_on("2023-11-24")
    assert market.judged(market.seller, Side.SELL, 100) == ["PRD-04"]
    market.loads(LAX, in_days=2)
    assert market.judged(market.seller, Side.SELL, 100) == ["PRD-04"]
    market.sleeps(1)
    assert market.judged(market.seller, Side.SELL, 100) == ["PRD-04"]
    market.sleeps(1)
    assert market.judged(market.seller, Side.SELL, 100) == []


def test_a_pack_that_names_no_day_applies_from_that_on_which_it_is_approved() -> None:
    market = RuledMarket(four_eyes=True)
    proposal = market.proposes(
        msgspec.structs.replace(market.loading(shipped("CN-2007")), applies_from=None)
    )
    market.sleeps(2)
    event = the(RulePackLoaded, market.does(market.approval(proposal)))
    assert event.applies_from == market.today


def test_two_packs_never_extend_each_other() -> None:
    market = RuledMarket("CN-VENUE-38")
    market.loads(shipped("JP-TBI").replace('["SANDBOX"]', '["CN-VENUE-38"]'))
    back = LAX.replace('["SANDBOX"]', '["JP-TBI"]')
    assert market.refuses(market.loading(back)) is Refusal.RULE_PACK_OUT_OF_RANGE


def test_nor_on_a_day_to_come() -> None:
    """The one that is loaded first extends the other only from a later day on."""
    market = RuledMarket("CN-VENUE-38")
    market.loads(shipped("JP-TBI"))
    forth = next_version(shipped("JP-TBI")).replace('["SANDBOX"]', '["CN-VENUE-38"]')
    market.loads(forth, in_days=10)
    back = LAX.replace('["SANDBOX"]', '["JP-TBI"]')
    assert market.refuses(market.loading(back, in_days=5)) is Refusal.RULE_PACK_OUT_OF_RANGE
    assert market.refuses(market.loading(back, in_days=10)) is Refusal.RULE_PACK_OUT_OF_RANGE
    market.loads(next_version(LAX), in_days=9)
    market.loads(back, in_days=5)


def test_a_pack_may_extend_another_up_to_the_day_on_which_both_are_replaced() -> None:
    market = RuledMarket("CN-VENUE-38")
    market.loads(shipped("JP-TBI"))
    forth = next_version(shipped("JP-TBI")).replace('["SANDBOX"]', '["CN-VENUE-38"]')
    market.loads(forth, in_days=10)
    market.loads(next_version(LAX), in_days=10)
    market.loads(LAX.replace('["SANDBOX"]', '["JP-TBI"]'), in_days=5)


def test_one_of_several_parameters_that_is_stricter_is_enough() -> None:
    market = RuledMarket("CN-2007")
    more = Override("HC-01", "natural_holders_max", 60)
    assert market.refuses(market.setting("CN-2007", overrides=(more,))) is (
        Refusal.OVERRIDES_OUT_OF_RANGE
    )
    market.rules("CN-2007", overrides=(more, Override("HC-01", "threshold_fen", 400_000_000)))


@pytest.mark.parametrize("in_days", [0, 3])
def test_no_pack_takes_from_a_product_what_it_has_of_its_own(in_days: int) -> None:
    market = RuledMarket("CN-VENUE-38")
    market.rules("CN-VENUE-38", overrides=(LOCK_UP, UNKNOWN_SINCE))
    head, *rules = LAX.split("[[rules]]")
    without = "[[rules]]".join([head, *(each for each in rules if '"PRD-03"' not in each)])
    refused = market.loading(without, in_days=in_days)
    assert market.refuses(refused) is Refusal.RULE_PACK_OUT_OF_RANGE
    market.rules("CN-VENUE-38")
    market.loads(without, in_days=in_days)


def test_every_parameter_that_a_product_may_have_says_which_way_it_is_stricter() -> None:
    named = (MORE, LESS, BY_NAME.keys(), EITHER_WAY, NEVER_OWN)
    known = [
        (rule_id, parameter)
        for rule_id, check in CHECKS.items()
        for parameter in check.params.__struct_fields__
    ]
    assert sorted(parameter for each in named for parameter in each) == sorted(known)


def test_rules_survive_a_snapshot() -> None:
    market = RuledMarket("CN-2007", "CN-VENUE-LICENSED")
    market.rules("CN-2007", "CN-VENUE-LICENSED", overrides=(LOCK_UP, UNKNOWN_SINCE))
    market.loads(LAX, in_days=5)
    copy = decode_state(encode_state(market.state))
    assert digest(copy) == digest(market.state)
    assert copy.rules.packs == market.state.rules.packs
    assert copy.rules.products[market.product_id].overrides == (LOCK_UP, UNKNOWN_SINCE)
    assert copy.rules.products[market.product_id].version == 2


def test_setting_rules_again_counts_and_nothing_takes_them_away() -> None:
    market = RuledMarket("CN-2007")
    market.knows(market.buyer, certified_until=None)
    assert market.judged(market.buyer, Side.BUY, 500_000) == ["QI-01"]
    event = the(ProductRulesSet, market.does(market.setting()))
    assert (event.packs, event.version) == ((), 2)
    assert market.judged(market.buyer, Side.BUY, 500_000) == []


def test_planted_damage_is_seen() -> None:
    market = RuledMarket("CN-2007")
    market.state.rules.products[market.product_id].packs = ("NO-PACK",)
    with pytest.raises(AssertionError):
        market.state.rules.check()
