"""What the rules said of a transfer, as people and programs read it."""

from collections.abc import Mapping
from typing import Final, Literal

from api.findings import finding_shown
from api.schemas.decimals import format_moment
from api.schemas.rulings import PackVersion, RulesAsked, TransferRulings
from exchange.past_rulings import PastRulings
from exchange.rules.evaluate import strictest
from exchange.rules.types import STAGE_LETTERS
from exchange.rulings import Asked
from matching import BUY, SELL, Side

LETTERS: Final = {stage: letter for letter, stage in STAGE_LETTERS.items()}
OF: Final[Mapping[Side | None, Literal["SELLER", "BUYER", "BOTH"]]] = {
    SELL: "SELLER",
    BUY: "BUYER",
    None: "BOTH",
}
"""Of whom rules are asked, in words."""


def rulings_shown(past: PastRulings) -> TransferRulings:
    """The whole list of each time, in the words of the packs as they were. Cost: O(findings)."""
    return TransferRulings(
        transfer_id=str(past.transfer_id),
        symbol=past.terms.symbol,
        seller_id=str(past.seller_id),
        buyer_id=str(past.buyer_id),
        asked=[_asked(each, past) for each in past.asked],
    )


def _asked(asked: Asked, past: PastRulings) -> RulesAsked:
    scale = past.terms.quantity_scale
    return RulesAsked(
        stage=LETTERS[asked.stage],
        at=format_moment(asked.at_ns),
        sequence=asked.sequence,
        of=OF[asked.side],
        packs=[PackVersion(pack_id=each.pack_id, version=each.version) for each in asked.packs],
        verdict=strictest(asked.findings).name,
        findings=[
            finding_shown(
                each,
                past.rules[each.pack, each.pack_version, each.rule_id, each.version],
                scale=scale,
            )
            for each in asked.findings
        ],
    )
