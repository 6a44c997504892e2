"""`trustex rulings`, as its users start it: what every rule said of a transfer at each stage, also
where it passed, by the packs as they were then."""

from __future__ import annotations

import json
import sqlite3
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from exchange.limits import TRANSFER_IDS_PER_COMMAND
from tests.api.command_line import Here, trustex_here
from tests.api.rules import load_pack, set_rules
from tests.api.test_what_if import PACK
from tests.api.venue import Market, TestVenue

OF_TRANSFERS: Final = PACK.replace('"B", "M"', '"B", "M", "U", "C", "S"').replace("100_000", "10_000")
"""A buyer has 100.00 yuan of principal afterwards, asked at each stage."""


def version(number: int, minimum_fen: str) -> str:
    """The pack's next file, with another minimum."""
    text = OF_TRANSFERS.replace('version = "1"\n', f'version = "{number}"\n', 1)
    return text.replace("10_000", minimum_fen)


class Past(NamedTuple):
    """A venue in which a pack became stricter between a match and its confirmation, and laxer
    before the transfer was let go; and a trade in a product without packs."""

    directory: Path
    transfer_id: str
    other_id: str

    def tells(self, *words: str, transfer_id: str | None = None) -> Here:
        """What the command says of a transfer."""
        return trustex_here("rulings", transfer_id or self.transfer_id, str(self.directory), *words)

    def told(self, transfer_id: str | None = None) -> Any:
        """The same as JSON."""
        told = self.tells("--json", transfer_id=transfer_id)
        assert told.returncode == 0, told.stderr
        return json.loads(told.stdout)


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Past:
    folder = tmp_path_factory.mktemp("past")
    with TestVenue(folder / "venue") as venue:
        market = Market.make(venue)
        load_pack(venue, OF_TRANSFERS)
        set_rules(venue, market.symbol, "TRY")
        transfer = market.match("500")
        other = Market.make(venue).match("100")
        load_pack(venue, version(2, "90_000"))
        confirm(venue, transfer)
        load_pack(venue, version(3, "50_000"))
        let_go(venue, transfer["transfer_id"])
    return Past(folder / "venue", transfer["transfer_id"], other["transfer_id"])
