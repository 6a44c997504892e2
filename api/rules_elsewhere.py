"""Rules of the field that no pack carries as data, because something else of the program keeps
them: what that is, and the test that attacks it."""

from enum import Enum
from typing import Final, NamedTuple


class Keeper(Enum):
    """What keeps a rule."""

    ENGINE = "engine: a refusal"  # or what the engine does by itself with every command
    REGISTER = "register of title"  # what is free, and what a register file may enter
    TRANSFERS = "table of transfers"  # which step may follow which
    VETO = "veto of a match"  # the book passes by
    TIMER = "timer of the engine"  # a deadline, and what happens then
    EDGE = "edge"  # before a command, or in what is shown
    WATCH = "supervision: a report"  # nothing is refused, compliance looks at it
    NOBODY = "nothing: no pack of its jurisdiction ships"  # such a product has no rules here


class Kept(NamedTuple):
    """A rule, and where it is."""

    rule_id: str
    keeper: Keeper
    module: str
    """From the project's folder; empty where nothing keeps it."""
    says: str
    test: str
    """File and name of what attacks it; empty likewise."""


ELSEWHERE: Final = (
    Kept(
        "VEN-02",
        Keeper.ENGINE,
        "exchange/modes/change.py",
        "MARKET_NOT_EMPTY, MODE_DAY_OUT_OF_RANGE; where there are four eyes, an act of two persons",
        "tests/exchange/test_market_modes.py::"
        "test_a_product_whose_orders_rest_keeps_its_mode_until_they_have_gone",
    ),
    Kept(
        "VEN-04",
        Keeper.ENGINE,
        "exchange/negotiation_steps.py",
        "modes in which parties deal by name; by an ordinary venue's licence or pack sellers "
        "confirm a named buyer",
        "tests/exchange/rules/test_acceptance.py::"
        "test_under_the_pack_of_an_ordinary_chinese_venue_the_seller_confirms",
    ),
    Kept(
        "HC-03",
        Keeper.VETO,
        "exchange/slots.py",
        "what a deal adds to the holder slots in use and what it frees",
        "tests/exchange/test_slots.py::test_who_leaves_in_one_transfer_makes_room_for_his_buyer",
    ),
    Kept(
        "OWN-01",
        Keeper.ENGINE,
        "exchange/eligibility.py",
        "UNITS_NOT_AVAILABLE; the units of an order are reserved until it ends",
        "tests/exchange/test_eligibility.py::test_only_available_units_can_be_sold",
    ),
    Kept(
        "OWN-02",
        Keeper.REGISTER,
        "exchange/encumbrances.py",
        "pledged units are not available until the pledge is released: that is the consent",
        "tests/scenarios/test_pledged_lot.py::test_a_pledged_lot_is_not_sold_until_it_is_released",
    ),
    Kept(
        "OWN-03",
        Keeper.REGISTER,
        "exchange/marking.py",
        "a freeze takes units from orders and holds the newest transfers",
        "tests/scenarios/test_freeze_during_review.py::"
        "test_a_freeze_takes_orders_and_then_the_newest_transfer",
    ),
    Kept(
        "AML-01",
        Keeper.WATCH,
        "exchange/supervision/large_amounts.py",
        "LARGE_AMOUNT, of a day's deals together; its report is due in five working days",
        "tests/exchange/supervision/test_large_amounts.py::"
        "test_the_deals_of_a_day_count_together_and_each_is_reported_once",
    ),
    Kept(
        "AML-02",
        Keeper.WATCH,
        "exchange/supervision/watch.py",
        "prices far from the value, units that come back, other payers, amounts just below",
        "tests/exchange/supervision/test_rings.py::"
        "test_what_is_sold_and_comes_back_within_days_is_a_round_trip",
    ),
    Kept(
        "AML-04",
        Keeper.ENGINE,
        "exchange/recovery.py",
        "nothing is ever deleted; a journal that lacks a row starts no venue",
        "tests/exchange/test_recovery.py::test_a_truncated_journal_refuses_the_start",
    ),
    Kept(
        "ORD-03",
        Keeper.ENGINE,
        "exchange/eligibility.py",
        "MONEY_NOT_AVAILABLE; what an order may cost is reserved, or its deposit",
        "tests/exchange/test_eligibility.py::test_only_available_money_can_be_bid",
    ),
    Kept(
        "ORD-04",
        Keeper.EDGE,
        "exchange/fair_queue.py",
        "each party has its share of the queue, and so many open orders at most",
        "tests/api/test_venue.py::test_one_partys_flood_is_told_to_come_back_and_another_is_served",
    ),
    Kept(
        "INC-02",
        Keeper.REGISTER,
        "exchange/claims.py",
        "MARKET_CLAIM, of income that the seller was paid and the buyer has bought",
        "tests/exchange/test_claims.py::"
        "test_a_claim_is_of_who_bought_with_the_income_and_got_it_not",
    ),
    Kept(
        "REG-01",
        Keeper.TIMER,
        "registry/clocks.py",
        "reminders after 1, 3 and 5 working days, LAPSED after 10; silence never confirms",
        "tests/registry/test_clocks.py::"
        "test_the_trust_company_has_ten_working_days_and_is_reminded",
    ),
    Kept(
        "REG-02",
        Keeper.TIMER,
        "registry/clocks.py",
        "alarms after seven and ten working days; they end nothing",
        "tests/exchange/test_registration.py::"
        "test_the_trust_company_is_told_before_it_is_late_and_when_it_is",
    ),
    Kept(
        "REG-03",
        Keeper.TRANSFERS,
        "exchange/criteria.py",
        "CRITERIA_STALE; what was proposed lapses when what it was about changes",
        "tests/exchange/test_review.py::test_other_documents_reset_what_was_approved",
    ),
    Kept(
        "ROFR-01",
        Keeper.TIMER,
        "exchange/preemption.py",
        "PREEMPTION_OPEN, where the product's terms name who has the right; silence waives",
        "tests/exchange/test_preemption.py::test_silence_waives_when_the_time_is_over",
    ),
    Kept(
        "NT-01",
        Keeper.REGISTER,
        "registry/posting.py",
        "rows of a signed register file: no order, no price, no rule of buyers; counted as holders",
        "tests/exchange/test_register_posting.py::"
        "test_what_happened_at_the_counter_is_in_the_register",
    ),
    Kept(
        "HALT-01",
        Keeper.ENGINE,
        "exchange/halts.py",
        "TRADE_HALTED, of the venue or a product; overlays hold a transfer",
        "tests/exchange/test_halts.py::test_a_halt_stops_trade_until_it_is_lifted",
    ),
    Kept(
        "HALT-02",
        Keeper.ENGINE,
        "exchange/halts.py",
        "that a product is in trouble halts it; its buyers rescind as by SUI-03, or under "
        "CORPORATE_EVENT",
        "tests/exchange/test_material_event.py::"
        "test_trouble_halts_the_product_until_the_operator_lets_trade_go_on",
    ),
    Kept(
        "FEE-01",
        Keeper.ENGINE,
        "exchange/fees.py",
        "the preview tells fees and reserve before anybody is bound",
        "tests/api/test_orders.py::test_a_preview_tells_fees_and_reserve_and_journals_nothing",
    ),
    Kept(
        "AUD-01",
        Keeper.ENGINE,
        "exchange/codec.py",
        "one journal row a command, hashed with the one before",
        "tests/exchange/test_recovery.py::test_an_altered_journal_row_refuses_the_start",
    ),
    Kept("QMS-01", Keeper.NOBODY, "", "the United States' matching services", ""),
    Kept("UK-01", Keeper.NOBODY, "", "the United Kingdom's trading events", ""),
)
"""In the order of domain D1."""
