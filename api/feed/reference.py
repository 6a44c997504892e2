"""The second half of docs/reference/feed.md, made from the models: frames, codes and limits.

    python -m api.feed.reference

What stands above the mark is written by hand and kept. The words of the frames are those of
messages.py, so its source is read, not the classes alone.
"""

import ast
import inspect
import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Final

from api.feed import (
    account_messages,
    auction_messages,
    candle_messages,
    confirmation_messages,
    messages,
    negotiation_messages,
    status_messages,
    transfer_messages,
)
from api.feed.account_messages import (
    CashItem,
    FindingItem,
    HoldingItem,
    OrderEvent,
    OrderItem,
)
from api.feed.candle_messages import CandleItem
from api.feed.confirmation_messages import ConfirmationItem
from api.feed.limits import FeedLimits
from api.feed.messages import (
    CLIENT_FRAMES,
    SERVER_FRAMES,
    CloseCode,
    ErrorCode,
    OnSlow,
    StreamRequest,
    StreamResult,
    TradeItem,
)
from api.feed.negotiation_messages import BiddingItem, NegotiationItem, OfferItem
from api.feed.snapshot_reason import SnapshotReason
from api.feed.status_messages import ComingModeItem, HaltItem
from api.feed.transfer_messages import PreemptionItem, TransferItem

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "reference" / "feed.md"
MARK: Final = "<!-- From here on made by `python -m api.feed.reference`. -->"
MODULES: Final = (
    *(messages, auction_messages, transfer_messages, negotiation_messages),
    *(status_messages, account_messages, confirmation_messages, candle_messages),
)
PARTS: Final = (
    *(StreamRequest, StreamResult, messages.Failure, TradeItem, TransferItem, PreemptionItem),
    *(NegotiationItem, OfferItem, BiddingItem, HaltItem, ComingModeItem, CandleItem),
    *(OrderItem, OrderEvent, FindingItem, HoldingItem, CashItem, ConfirmationItem),
)
TYPES: Final = {
    "str": "string",
    "RequestId": "string of 1 to 64 characters",
    "StreamText": "string",
    "int": "integer",
    "bool": "boolean",
    "Level": "[price, quantity, orders]",
    "Head": "[epoch, seq]",
    "tuple[str, str]": "[price, quantity]",
    "tuple[int, int]": "[milliseconds, milliseconds]",
    "msgspec.Raw": "StreamRequest",
    "None": "null",
}


def generated_half() -> str:
    """What belongs below the mark."""
    models = _models()
    lines = [MARK, "", "## Frames of a client", ""]
    for name, model in CLIENT_FRAMES.items():
        lines += _frame(f"`{name}`", models[model.__name__])
    lines += ["## Frames of the server", ""]
    for frame in SERVER_FRAMES:
        tag = frame.__struct_config__.tag
        title = f"`{tag}`"
        if sum(other.__struct_config__.tag == tag for other in SERVER_FRAMES) > 1:
            title += f" {_words(frame.__name__)}"
        lines += _frame(title, models[frame.__name__])
    lines += ["## Parts of frames", ""]
    for part in (*PARTS, messages.Limits, messages.Retention, messages.Resume):
        lines += _frame(part.__name__, models[part.__name__])
    lines += ["## Why a snapshot was sent", "", *_table(SnapshotReason), ""]
    lines += ["## What happens to a client that is slow", "", *_table(OnSlow), ""]
    lines += ["## Close codes", "", *_table(CloseCode), ""]
    lines += ["## Limits of a venue that sets no others", "", *_limits(), ""]
    lines += ["## Errors", ""]
    for code, meaning in _members(ErrorCode):
        lines += [f"### {code}", "", f"{_sentence(meaning)}", ""]
    return "\n".join(lines)


def write_reference() -> None:
    """Write the page's second half anew."""
    written_by_hand, _, _ = PAGE.read_text("utf-8").partition(MARK)
    PAGE.write_text(written_by_hand + generated_half(), encoding="utf-8")


def _models() -> dict[str, ast.ClassDef]:
    bodies = [ast.parse(inspect.getsource(each)).body for each in MODULES]
    nodes = [node for body in bodies for node in body]
    return {node.name: node for node in nodes if isinstance(node, ast.ClassDef)}


def _frame(title: str, model: ast.ClassDef) -> list[str]:
    lines = [f"### {title}", "", ast.get_docstring(model) or "", ""]
    rows = list(_rows(model))
    if rows:
        lines += ["| member | type | |", "|---|---|---|", *rows, ""]
    return lines


def _rows(model: ast.ClassDef) -> Iterator[str]:
    body = model.body
    for node, following in zip(body, [*body[1:], ast.Pass()], strict=True):
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
            continue
        note = ""
        if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            note = " ".join(str(following.value.value).split())
        name = "from" if node.target.id == "resume" and model.name == "StreamRequest" else None
        name = name or node.target.id
        annotation = ast.unparse(node.annotation)
        is_optional = "UnsetType" in annotation or (
            node.value is not None and not isinstance(node.value, ast.Constant)
        )
        is_optional = is_optional or (isinstance(node.value, ast.Constant) and name != "code")
        type_text = _type(annotation)
        if name == "code" and isinstance(node.value, ast.Constant):
            type_text = f'"{node.value.value!s}"'
        yield f"| `{name}`{'?' if is_optional else ''} | {type_text} | {note} |"


def _type(annotation: str) -> str:
    text = annotation.replace(" | UnsetType", "")
    text = re.sub(r"Annotated\[(.+?), Meta\([^)]*\)\]", r"\1", text)
    if text in TYPES:
        return TYPES[text]
    if match := re.fullmatch(r"list\[(.+)\]", text):
        return f"list of {_type(match[1])}"
    if match := re.fullmatch(r"dict\[str, (.+)\]", text):
        return f"object of stream name to {_type(match[1])}"
    if " | " in text:
        return " or ".join(_type(part) for part in text.split(" | "))
    return text


def _members(enum: type[Enum]) -> Iterator[tuple[str, str]]:
    """The values of an enumeration with the comment beside each."""
    for line in inspect.getsource(enum).splitlines():
        if match := re.fullmatch(r"    [A-Z_]+ = \"?(\w+)\"?  # (.+)", line):
            yield match[1], match[2]


def _table(enum: type[Enum]) -> list[str]:
    rows = [f"| `{value}` | {_sentence(meaning)} |" for value, meaning in _members(enum)]
    assert len(rows) == len(enum), enum
    return ["| | |", "|---|---|", *rows]


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _words(name: str) -> str:
    return " ".join(re.findall(r"[A-Z][a-z]+", name)).lower()


def _limits() -> list[str]:
    limits = FeedLimits()
    names = FeedLimits.__dataclass_fields__
    return ["| | |", "|---|---|", *(f"| `{name}` | {getattr(limits, name):,} |" for name in names)]


if __name__ == "__main__":
    write_reference()
