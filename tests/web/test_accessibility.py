"""No page leaves anybody out, in either scheme, and the documentation says what is true of them."""

import re
from collections.abc import Iterator
from typing import Final

import pytest

from benchmarks.first_load import pages
from tests.web.accessibility import DOCUMENT, WALK, Found, Grounds, document, first_load_kb, walked
from tests.web.served import ServedVenue

OF_LOADS: Final = re.compile(r"\| (\d+) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Found]:
    with ServedVenue(tmp_path_factory.mktemp("walk") / "venue") as venue:
        yield walked(Grounds.make(venue))


def test_every_page_is_walked() -> None:
    assert {stop.page for stop in WALK} == set(pages())


def test_no_page_leaves_anybody_out(found: Found) -> None:
    assert {stop: faults for stop, faults in found.items() if any(faults.values())} == {}


def test_the_documentation_says_what_is_true(found: Found) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert OF_LOADS.sub("", text) == OF_LOADS.sub("", document(found))
    for stop, stated in zip(WALK, map(int, OF_LOADS.findall(text)), strict=True):
        assert abs(stated - first_load_kb(stop.page)) * 10 <= stated, stop
