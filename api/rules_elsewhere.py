"""Rules of the field that no pack carries as data, because something else of the program keeps
them: what that is, and the tests that attack it."""

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
    passes: str = ""
    """File and name of a test of what it lets be; empty likewise."""
    refuses: str = ""
    """Of what it refuses, reports or stops."""
    turns: str = ""
    """Of what it lets be until time or something else has gone by."""


ELSEWHERE: Final = (
    Kept(
        "VEN-02",
        Keeper.ENGINE,
        "exchange/modes/change.py",
        "MARKET_NOT_EMPTY, MODE_DAY_OUT_OF_RANGE; where there are four eyes, an act of two persons",
        "tests/exchange/test_mode_notice.py::"
        "test_a_mode_that_was_announced_comes_when_its_day_begins",
        "tests/exchange/test_market_modes.py::"
        "test_a_product_whose_orders_rest_keeps_its_mode_until_they_have_gone",
        "tests/exchange/test_mode_notice.py::"
        "test_what_is_open_when_the_day_begins_stays_and_the_change_lapses",
    ),
    Kept(
        "VEN-04",
        Keeper.ENGINE,
        "exchange/negotiation_steps.py",
        "modes in which parties deal by name; by an ordinary venue's licence or pack sellers "
        "confirm a named buyer",
        "tests/exchange/test_negotiations.py::"
        "test_who_asks_reserves_nothing_and_back_ups_follow_in_the_order_of_time",
        "tests/exchange/rules/test_acceptance.py::"
        "test_under_the_pack_of_an_ordinary_chinese_venue_the_seller_confirms",
        "tests/exchange/rules/test_acceptance.py::"
        "test_a_listing_is_judged_by_the_packs_that_the_product_has_then",
    ),
    Kept(
        "HC-03",
        Keeper.VETO,
        "exchange/slots.py",
        "what a deal adds to the holder slots in use and what it frees",
        "tests/exchange/test_slots.py::test_who_leaves_in_one_transfer_makes_room_for_his_buyer",
        "tests/exchange/test_slots.py::test_one_order_gets_no_more_than_the_slots_that_are_left",
        "tests/exchange/test_slots.py::test_the_fiftieth_natural_holder_is_the_last",
    ),
    Kept(
        "OWN-01",
        Keeper.ENGINE,
        "exchange/eligibility.py",
        "UNITS_NOT_AVAILABLE; the units of an order are reserved until it ends",
        "tests/exchange/test_eligibility.py::test_a_replacement_needs_only_what_it_needs_more",
        "tests/exchange/test_eligibility.py::test_only_available_units_can_be_sold",
        "tests/exchange/test_eligibility.py::"
        "test_units_that_were_bought_are_not_for_sale_before_the_transfer_settles",
    ),
    Kept(
        "OWN-02",
        Keeper.REGISTER,
        "exchange/encumbrances.py",
        "pledged units are not available until the pledge is released: that is the consent",
        "tests/exchange/test_encumbrances.py::"
        "test_a_pledge_takes_free_units_only_and_passes_by_those_of_orders",
        "tests/exchange/test_encumbrances.py::"
        "test_pledged_units_cannot_be_sold_until_the_pledge_is_released",
        "tests/scenarios/test_pledged_lot.py::test_a_pledged_lot_is_not_sold_until_it_is_released",
    ),
    Kept(
        "OWN-03",
        Keeper.REGISTER,
        "exchange/marking.py",
        "a freeze takes units from orders and holds the newest transfers",
        "tests/scenarios/test_freeze_during_review.py::"
        "test_a_freeze_that_is_lifted_in_time_lets_the_transfer_go_on",
        "tests/exchange/test_encumbrances.py::"
        "test_a_freeze_holds_the_newest_transfers_that_it_leaves_without_units",
        "tests/scenarios/test_freeze_during_review.py::"
        "test_a_freeze_takes_orders_and_then_the_newest_transfer",
    ),
    Kept(
        "AML-01",
        Keeper.WATCH,
        "exchange/supervision/large_amounts.py",
        "LARGE_AMOUNT, of a day's deals together; its report is due in five working days",
        "tests/exchange/supervision/test_large_amounts.py::test_only_what_settles_counts",
        "tests/exchange/supervision/test_large_amounts.py::"
        "test_a_deal_is_reported_from_half_a_million_of_a_person_and_two_of_an_institution",
        "tests/exchange/supervision/test_large_amounts.py::"
        "test_the_deals_of_a_day_count_together_and_each_is_reported_once",
    ),
    Kept(
        "AML-02",
        Keeper.WATCH,
        "exchange/supervision/watch.py",
        "prices far from the value, units that come back, other payers, amounts just below",
        "tests/exchange/supervision/test_rings.py::test_after_ten_days_it_is_another_matter",
        "tests/exchange/supervision/test_value.py::"
        "test_a_fifth_off_the_net_asset_value_is_the_most",
        "tests/exchange/supervision/test_rings.py::"
        "test_what_is_sold_and_comes_back_within_days_is_a_round_trip",
    ),
    Kept(
        "AML-04",
        Keeper.ENGINE,
        "exchange/recovery.py",
        "nothing is ever deleted; a journal that lacks a row starts no venue",
        "tests/exchange/test_recovery.py::test_without_its_snapshot_the_venue_is_the_same",
        "tests/exchange/test_recovery.py::test_a_truncated_journal_refuses_the_start",
        "tests/exchange/test_recovery.py::"
        "test_a_history_that_was_forged_before_the_snapshot_is_found_by_verify",
    ),
    Kept(
        "ORD-03",
        Keeper.ENGINE,
        "exchange/eligibility.py",
        "MONEY_NOT_AVAILABLE; what an order may cost is reserved, or its deposit",
        "tests/exchange/test_cash.py::"
        "test_money_goes_from_available_to_reserved_to_escrow_to_those_whom_it_is_due",
        "tests/exchange/test_eligibility.py::test_only_available_money_can_be_bid",
        "tests/exchange/test_deposits.py::test_what_the_rest_needs_has_to_be_there",
    ),
    Kept(
        "INC-02",
        Keeper.REGISTER,
        "exchange/claims.py",
        "MARKET_CLAIM, of income that the seller was paid and the buyer has bought",
        "tests/exchange/test_claims.py::"
        "test_of_a_product_that_discloses_nothing_nothing_is_claimed",
        "tests/exchange/test_claims.py::"
        "test_a_claim_is_of_who_bought_with_the_income_and_got_it_not",
        "tests/exchange/test_claims.py::"
        "test_a_record_day_that_was_told_after_the_match_counts_and_one_that_was_made_too",
    ),
    Kept(
        "REG-01",
        Keeper.TIMER,
        "registry/clocks.py",
        "reminders after 1, 3 and 5 working days, LAPSED after 10; silence never confirms",
        "tests/registry/test_clocks.py::test_a_pause_over_a_weekend_takes_no_working_day",
        "tests/registry/test_clocks.py::"
        "test_the_trust_company_has_ten_working_days_and_is_reminded",
        "tests/exchange/test_review.py::test_reminders_go_on_under_review_and_in_the_end_it_lapses",
    ),
    Kept(
        "REG-02",
        Keeper.TIMER,
        "registry/clocks.py",
        "alarms after seven and ten working days; they end nothing",
        "tests/exchange/test_registration.py::"
        "test_registered_it_leaves_the_state_and_no_clock_runs",
        "tests/exchange/test_registration.py::test_what_is_not_settled_is_not_registered",
        "tests/exchange/test_registration.py::"
        "test_the_trust_company_is_told_before_it_is_late_and_when_it_is",
    ),
    Kept(
        "REG-03",
        Keeper.TRANSFERS,
        "exchange/criteria.py",
        "CRITERIA_STALE; what was proposed lapses when what it was about changes",
        "tests/exchange/test_review.py::test_documents_of_somebody_else_reset_nothing",
        "tests/exchange/test_review.py::test_what_was_not_read_is_neither_proposed_nor_approved",
        "tests/exchange/test_review.py::test_other_documents_reset_what_was_approved",
    ),
    Kept(
        "ROFR-01",
        Keeper.TIMER,
        "exchange/preemption.py",
        "PREEMPTION_OPEN, where the product's terms name who has the right; silence waives",
        "tests/exchange/test_preemption.py::test_silence_waives_when_the_time_is_over",
        "tests/exchange/test_preemption.py::test_he_may_not_have_more_than_a_buyer_may",
        "tests/exchange/test_preemption.py::test_who_has_waived_has_no_right_any_more",
    ),
    Kept(
        "NT-01",
        Keeper.REGISTER,
        "registry/posting.py",
        "rows of a signed register file: no order, no price, no rule of buyers; counted as holders",
        "tests/exchange/test_register_posting.py::"
        "test_what_happened_at_the_counter_is_in_the_register",
        "tests/exchange/test_register_posting.py::"
        "test_one_bad_row_among_a_thousand_refuses_all_of_them",
        "tests/exchange/test_register_posting.py::"
        "test_units_behind_an_order_or_a_transfer_are_not_free",
    ),
    Kept(
        "HALT-01",
        Keeper.ENGINE,
        "exchange/halts.py",
        "TRADE_HALTED, of the venue, a product or a party; overlays hold a transfer",
        "tests/exchange/test_halts.py::test_another_product_is_traded_while_one_is_halted",
        "tests/exchange/test_suspension.py::"
        "test_its_orders_are_withdrawn_and_none_is_taken_until_the_halt_is_lifted",
        "tests/exchange/test_halts.py::test_a_halt_stops_trade_until_it_is_lifted",
    ),
    Kept(
        "HALT-02",
        Keeper.ENGINE,
        "exchange/halts.py",
        "that a product is in trouble halts it; its buyers rescind as by SUI-03, or under "
        "CORPORATE_EVENT",
        "tests/exchange/test_material_event.py::test_what_is_known_already_halts_nothing_more",
        "tests/exchange/test_material_event.py::"
        "test_trouble_halts_the_product_until_the_operator_lets_trade_go_on",
        "tests/exchange/test_material_event.py::"
        "test_who_has_bought_it_may_rescind_for_two_working_days",
    ),
    Kept(
        "FEE-01",
        Keeper.ENGINE,
        "exchange/fees.py",
        "the preview tells fees and reserve before anybody is bound",
        "tests/api/test_orders.py::test_a_preview_tells_fees_and_reserve_and_journals_nothing",
        "tests/exchange/test_fee_schedules.py::test_what_is_refused",
        "tests/exchange/test_fee_schedules.py::test_an_order_never_pays_more_than_it_was_shown",
    ),
    Kept(
        "AUD-01",
        Keeper.ENGINE,
        "exchange/codec.py",
        "one journal row a command, hashed with the one before",
        "tests/exchange/test_recovery.py::"
        "test_a_restart_gives_the_state_the_view_and_the_head_again",
        "tests/exchange/test_recovery.py::test_an_altered_journal_row_refuses_the_start",
        "tests/exchange/test_recovery.py::"
        "test_an_altered_command_is_found_although_every_hash_was_computed_anew",
    ),
    Kept("QMS-01", Keeper.NOBODY, "", "the United States' matching services"),
    Kept("UK-01", Keeper.NOBODY, "", "the United Kingdom's trading events"),
)
"""In the order of domain D1."""
