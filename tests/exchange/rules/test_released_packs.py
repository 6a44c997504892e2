"""A pack that was released says what it said then: whoever has loaded a version knows what is in
it."""

from __future__ import annotations

from hashlib import sha256

import pytest

from exchange.rules.packs import SHIPPED, shipped
from exchange.rules.parse import parse_pack
from exchange.rules.types import Pack
from tests.exchange.rules.released_packs import RELEASED


@pytest.mark.parametrize("pack_id", SHIPPED)
def test_what_a_pack_says_changes_with_its_version_alone(pack_id: str) -> None:
    text = shipped(pack_id)
    pack = parse_pack(text)
    assert isinstance(pack, Pack)
    digest = sha256(text.encode("utf-8")).hexdigest()
    assert RELEASED.get((pack.pack_id, pack.version)) == digest, (
        "raise the pack's version, and enter its digest in released_packs.py"
    )


@pytest.mark.parametrize("pack_id", SHIPPED)
def test_versions_follow_one_another(pack_id: str) -> None:
    """The newest is the one that ships."""
    pack = parse_pack(shipped(pack_id))
    assert isinstance(pack, Pack)
    versions = [int(version) for known, version in RELEASED if known == pack_id]
    assert versions == list(range(1, int(pack.version) + 1))
