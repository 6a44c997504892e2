"""The page about the feed says what the feed does."""

import json
import re
from pathlib import Path

from api.feed.access import CHANNELS, doc_of
from api.feed.messages import CloseCode, ErrorCode
from api.feed.reference import MARK, PAGE, generated_half

VECTORS = Path(__file__).parents[2] / "oracles" / "feed_checksums.json"


def test_the_second_half_of_the_page_is_made_from_the_models() -> None:
    _, mark, below = PAGE.read_text("utf-8").partition(MARK)
    assert mark + below == generated_half(), "write it anew: python -m api.feed.reference"


def test_every_error_and_close_code_is_explained_where_errors_point_to() -> None:
    text = PAGE.read_text("utf-8")
    for code in ErrorCode:
        assert f"\n### {code}\n" in text
        assert doc_of(code) == f"/docs/reference/{PAGE.name}#{code}"
    for close_code in CloseCode:
        assert f"| `{int(close_code)}` |" in text


def test_the_page_names_every_channel() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", PAGE.read_text("utf-8").partition(MARK)[0], re.MULTILINE)
    assert tuple(rows) == CHANNELS


def test_the_vectors_on_the_page_are_those_of_the_file() -> None:
    published = {vector["text"]: vector["crc"] for vector in json.loads(VECTORS.read_text("utf-8"))}
    rows = re.findall(r"^\| `(B.*A.*)` \| (\d+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert len(rows) == 4
    for text, crc in rows:
        assert published[text.replace("\\|", "|")] == int(crc)
