"""What a browser loads before a page can be used, as it is built."""

import gzip
import json
from pathlib import Path
from typing import Any, Final

from api.site.pages import BUILT, MANIFEST

ENTRY: Final = "index.html"
WEB: Final = Path(__file__).parents[2] / "web"
VIEWS: Final = "src/views"
PAGES: Final = tuple(
    sorted(path.relative_to(WEB / VIEWS).as_posix() for path in (WEB / VIEWS).rglob("*Page.tsx"))
)
"""Each is loaded when somebody goes there."""


def manifest() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((BUILT / MANIFEST).read_text(encoding="utf-8"))
    return found


def loaded_with(name: str) -> set[str]:
    """The scripts that are loaded at once where this one is."""
    chunks, seen = manifest(), set()
    waiting = [name]
    while waiting:
        chunk = waiting.pop()
        if chunk not in seen:
            seen.add(chunk)
            waiting += chunks[chunk].get("imports", [])
    return {chunks[chunk]["file"] for chunk in seen}


def first_load_bytes(page: str) -> int:
    """Of JavaScript as it is sent, for one that comes to this page from outside."""
    scripts = loaded_with(ENTRY) | loaded_with(f"{VIEWS}/{page}")
    return sum(len(gzip.compress((BUILT / script).read_bytes())) for script in scripts)
