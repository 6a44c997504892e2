"""Which way a parameter of a rule is stricter: what a product has of its own is asked beside its
packs' rule, so it can only be stricter. What is not does nothing, and whoever sets it is refused.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from exchange.limits import CERTIFICATION_MONTHS_MAX
from exchange.questionnaire import TESTS_PER_DAY_MAX, TESTS_PER_YEAR_MAX, VALID_MONTHS
from exchange.rules.types import Override, Rule, Value

MORE: Final = frozenset(
    {
        *(("PRD-01", "ctrc_code_required"), ("QI-04", "minimum_fen"), ("QI-05", "minimum_fen")),
        *(("QI-04", "contract_minimum_fen"), ("QI-05", "contract_minimum_fen")),
        *(("PRD-03", "lockup_days"), ("PRD-04", "final_list_wd"), ("PRD-04", "final_settle_wd")),
        *(("SUI-03", "rescind_wd"), ("SUI-04", "dual_recording"), ("SUI-05", "cooling_off_hours")),
        *(("INC-01", "blackout_wd_before_record"), ("INC-01", "monthly_wd")),
        *(("QI-03", "own_funds"), ("AML-03", "same_name"), ("REG-04", "fixed_date")),
        *(("OWN-04", "natural_seller"), ("OWN-04", "institution_seller")),
        *(("OWN-04", "institution_buyer"), ("HC-01", "threshold_fen")),
        ("VEN-03", "turnaround_days"),
    }
)
"""The greater the stricter; yes rather than no."""
LESS: Final = frozenset(
    {
        *(("PRD-02", "transfer_allowed"), ("PRD-06", "legacy_yield_allowed")),
        *(("QI-06", "natural_person_allowed"), ("QI-07", "layers_max")),
        *(("QI-TOT-07", "tot_lookthrough_bps"), ("ORD-01", "validity_days_max")),
        *(("VEN-06", "mm_allowed"), ("PRC-01", "soft_bps"), ("PRC-01", "hard_bps")),
        *(("PRC-01", "auction_bps"), ("PRD-05", "open_days"), ("PRD-05", "closed_days")),
        *(("HC-01", "natural_holders_max"), ("HC-02", "holders_max")),
        *(("QI-02", "qi_valid_months"), ("SUI-02", "assessment_valid_months")),
        *(("SUI-02", "tests_per_day_max"), ("SUI-02", "tests_per_year_max")),
        *(("PTY-04", "cdd_review_months_low"), ("PTY-04", "cdd_review_months_medium")),
        *(("PTY-04", "cdd_review_months_high"), ("ORD-04", "orders_open_max")),
    }
)
"""The smaller the stricter; no rather than yes."""
UNSAID: Final[Mapping[tuple[str, str], int]] = {
    ("QI-02", "qi_valid_months"): CERTIFICATION_MONTHS_MAX,
    ("SUI-02", "assessment_valid_months"): VALID_MONTHS,
    ("SUI-02", "tests_per_day_max"): TESTS_PER_DAY_MAX,
    ("SUI-02", "tests_per_year_max"): TESTS_PER_YEAR_MAX,
}
"""What the venue sees to whatever its packs say, and so of a version that does not say it."""
BY_NAME: Final[Mapping[tuple[str, str], tuple[Value, ...]]] = {
    ("CN-SPLIT-03", "inst_split_to_inst"): ("ALLOW", "BLOCK"),
    ("PTY-01", "stp"): ("SKIP", "REJECT_INCOMING"),
    ("HC-02", "count_basis"): ("NOW", "EVER"),
}
"""From the laxest."""
EITHER_WAY: Final = frozenset({("VEN-01", "licence"), ("PRD-03", "established_on")})
"""Any other value says no of something of which the packs' says yes."""
NEVER_OWN: Final = frozenset(
    {
        *(("QI-04", "by_product_type"), ("QI-05", "by_product_type")),
        *(("QI-01", "natural_bases"), ("QI-01", "institution_bases")),
        ("CN-SPLIT-01", "split_scope"),
    }
)
"""A parameter that is no single value is no product's own; the last has one value alone."""


def does_nothing(rules: Iterable[Rule], rule_id: str, overrides: Iterable[Override]) -> bool:
    """Whether none of a product's own parameters of a rule is stricter than what any version of it
    says. Together they may still be no stricter: then the packs' rule says no wherever they do.
    Cost: O(versions × parameters).

    Args:
        rules: every version of this rule that the product's packs have.
    """
    own = [each for each in overrides if each.rule_id == rule_id]
    return not any(
        _is_stricter(
            (rule_id, each.parameter),
            own=each.value,
            packs=getattr(rule.params, each.parameter),
        )
        for rule in rules
        for each in own
    )


def _is_stricter(parameter: tuple[str, str], *, own: Value, packs: Value | None) -> bool:
    if parameter in NEVER_OWN:
        return False
    if parameter in EITHER_WAY:
        return own != packs
    if packs is None:
        packs = UNSAID[parameter]
    names = BY_NAME.get(parameter)
    if names is not None:
        return names.index(own) > names.index(packs)
    assert isinstance(own, int), (parameter, own)
    assert isinstance(packs, int), (parameter, packs)
    return own > packs if parameter in MORE else own < packs
