"""What the documents say about the files of the project, as far as a program can tell."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FENCE: Final = re.compile(r"^(```|~~~).*?^\1[^\S\n]*$", re.MULTILINE | re.DOTALL)
LINK: Final = re.compile(r"(?<!\\)\]\(\s*<?([^()\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
HEADING: Final = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$", re.MULTILINE)
FUNCTION_REFERENCE: Final = re.compile(r"`?([\w./-]+\.py)`?\s*::?\s*`?([A-Za-z_]\w*)")
FILE_REFERENCE: Final = re.compile(r"`([\w./-]+\.py)(?:::?\s*\w+)?`")
INVARIANT_NUMBER: Final = re.compile(r"[A-Z]{1,2}[0-9]{1,2}")
ASSERTED_NUMBER: Final = re.compile(r"#\s*([A-Z]{1,2}[0-9]{1,2})\s*$", re.MULTILINE)


def headings(page: Path) -> set[str]:
    """The anchors that a reader of the page can jump to, one for each heading."""
    found: set[str] = set()
    for heading in HEADING.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        plain = re.sub(r"[`*]|\[|\]\([^)]*\)", "", heading).lower()
        anchor = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        same = sum(1 for each in found if re.fullmatch(rf"{re.escape(anchor)}(-\d+)?", each))
        found.add(f"{anchor}-{same}" if same else anchor)
    return found


def broken_links(page: Path) -> list[str]:
    """The relative links of a page that lead to no file, or to no heading of it."""
    text = page.read_text(encoding="utf-8")
    broken = []
    for link in LINK.findall(FENCE.sub("", text)):
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file) if file else page
        if not target.exists() or (
            anchor and target.suffix == ".md" and anchor not in headings(target)
        ):
            broken.append(f"{page}: {link}")
    return broken


@dataclass(frozen=True, slots=True, kw_only=True)
class Invariant:
    """One row of docs/invariants.md."""

    number: str
    asserted_in: tuple[tuple[str, str], ...]
    """Path and function, at least one."""
    attacked_by: tuple[str, ...]
    """Paths, at least one."""


def invariants(text: str) -> Iterator[Invariant]:
    """The rows of the tables: number | statement | asserted in | attacked by."""
    for line in text.splitlines():
        cells = [cell.strip(" *`") for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|") or not INVARIANT_NUMBER.fullmatch(cells[0]):
            continue
        columns = line.strip().strip("|").split("|")
        yield Invariant(
            number=cells[0],
            asserted_in=tuple(FUNCTION_REFERENCE.findall(columns[-2])),
            attacked_by=tuple(FILE_REFERENCE.findall(columns[-1])),
        )


def defined_functions(text: str) -> set[str]:
    """The names of the functions and methods that a file defines."""
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    return {node.name for node in ast.walk(ast.parse(text)) if isinstance(node, functions)}


def broken_references(root: Path, invariant: Invariant) -> list[str]:
    """What a row promises and the code does not keep."""
    broken = []
    if not invariant.asserted_in:
        broken.append(f"{invariant.number} names no function that asserts it")
    if not invariant.attacked_by:
        broken.append(f"{invariant.number} names no test that attacks it")
    numbered = False
    for path, name in invariant.asserted_in:
        file = root / path
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
        if name not in defined_functions(text):
            broken.append(f"{invariant.number}: {path} has no function {name}")
        numbered |= invariant.number in ASSERTED_NUMBER.findall(text)
    if not numbered:
        broken.append(f"{invariant.number} is not the comment of an assertion where it is said")
    broken += [
        f"{invariant.number}: there is no test {path}"
        for path in invariant.attacked_by
        if not path.startswith("tests/") or not (root / path).is_file()
    ]
    return broken
