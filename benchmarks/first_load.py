"""What a browser has to load before a page can be used: scripts of the build, as they are sent."""

import gzip
import json
from collections.abc import Iterable
from typing import Any, Final

from api.site.pages import BUILT, MANIFEST

ENTRY: Final = "index.html"
VIEWS: Final = "src/views"


def manifest() -> dict[str, dict[str, Any]]:
    """What the build has made of each source, and what each of them imports."""
    found: dict[str, dict[str, Any]] = json.loads((BUILT / MANIFEST).read_text(encoding="utf-8"))
    return found


def pages() -> tuple[str, ...]:
    """The pages, each loaded when somebody goes there: the path of its source below src/views."""
    sources = (name.removeprefix(f"{VIEWS}/") for name in manifest())
    return tuple(sorted(name for name in sources if name.endswith("Page.tsx")))


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


def first_load(page: str) -> set[str]:
    """The scripts that are there before this page is, who comes to it from elsewhere."""
    return loaded_with(ENTRY) | loaded_with(f"{VIEWS}/{page}")


def sent_bytes(scripts: Iterable[str]) -> int:
    """Of these scripts as they are sent: by gzip."""
    return sum(len(gzip.compress((BUILT / script).read_bytes())) for script in scripts)
