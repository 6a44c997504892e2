"""Parameters are data: what is not said is the default, and what cannot be is refused."""

from __future__ import annotations

import re

import msgspec
import pytest

from exchange.supervision.parameters import DEFAULTS, Parameters
from tests.architecture.tree import ROOT


def read(text: str) -> Parameters:
    return msgspec.toml.decode(text, type=Parameters)


def test_a_file_says_what_differs() -> None:
    assert read("") == DEFAULTS
    changed = read("[rings]\ndays = 5\n")
    assert (changed.rings.days, changed.rings.deals_max) == (5, 4)
    assert changed.value == DEFAULTS.value


def test_the_page_says_the_defaults() -> None:
    page = (ROOT / "docs" / "supervision.md").read_text(encoding="utf-8")
    (file,) = re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert read(file) == DEFAULTS
    said = msgspec.toml.decode(file)
    assert said == msgspec.to_builtins(DEFAULTS)


def test_the_defaults_are_the_domains() -> None:
    assert DEFAULTS.large_amounts.natural_person_fen == 500_000_00
    assert DEFAULTS.large_amounts.institution_fen == 2_000_000_00
    assert DEFAULTS.large_amounts.report_working_days == 5
    assert DEFAULTS.value.deviation_bps == 2_000


@pytest.mark.parametrize(
    "text",
    [
        "[rings]\ndays = 0\n",
        "[rings]\ndeals_max = 7\n",
        "[rings]\nweeks = 1\n",
        "[large_amounts]\nnatural_person_fen = 0\n",
        "[value]\ndeviation_bps = 0.2\n",
        "[below]\namounts = 1\n",
        "[owners]\n",
    ],
)
def test_what_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        read(text)
