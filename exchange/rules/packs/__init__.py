"""The packs that come with the program, TOML files beside this one.

SANDBOX is there in every venue: it is what the program itself enforces, and so a part of it. The
others are loaded by the operator, who may have changed them before.
"""

from importlib.resources import files
from typing import Final

from exchange.rules.parse import parse_pack
from exchange.rules.types import Pack

SHIPPED: Final = (
    "SANDBOX",
    "CN-2007",
    "CN-AMT-2025D",
    "CN-VENUE-38",
    "CN-VENUE-LICENSED",
    "JP-TBI",
)


def shipped(pack_id: str) -> str:
    """The file of a pack that comes with the program."""
    assert pack_id in SHIPPED, pack_id
    return files(__name__).joinpath(f"{pack_id}.toml").read_text(encoding="utf-8")


def _sandbox() -> Pack:
    pack = parse_pack(shipped("SANDBOX"))
    assert isinstance(pack, Pack), pack
    return pack


SANDBOX: Final = _sandbox()
"""Of every product that has no packs of its own."""
