"""docs/screens/README.md: every page with its pictures, made from the list."""

from collections.abc import Iterator
from typing import Final

from tests.web.screens.camera import LANGUAGES, LOOKS
from tests.web.screens.pages import INVESTORS, OFFICE, PUBLIC, VENUE, Screen

HEAD: Final = """# What people see

Every page, as people of a demo see it: in Chinese and English, light and dark, and on a phone.
Each picture is cut where it becomes longer than two screens. `make screens` takes them anew and
writes this page.
"""
PARTS: Final = (
    ("Everybody", PUBLIC),
    ("Who holds, buys and sells", INVESTORS),
    ("Officers of trust companies", OFFICE),
    ("Operator and regulator", VENUE),
)
WIDTHS: Final = {"light": 320, "phone": 100}
"""Of the pictures that the table shows itself; to the others it has links."""


def index_text() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(line for name, screens in PARTS for line in _part(name, screens))])


def _part(name: str, screens: tuple[Screen, ...]) -> Iterator[str]:
    yield f"## {name}\n"
    yield "| page | who sees it | wide | phone | more |"
    yield "|---|---|---|---|---|"
    for screen in screens:
        zh, en = screen.title
        shown = " | ".join(_shown(screen, look) for look in WIDTHS)
        who = "a visitor" if screen.who is None else screen.who
        yield f"| {zh} · {en}<br>`{screen.route}` | {who} | {shown} | {_more(screen)} |"
    yield ""


def _shown(screen: Screen, look: str) -> str:
    file = f"{screen.name}-zh-{look}.webp"
    return f'<a href="{file}"><img src="{file}" width="{WIDTHS[look]}" alt="{screen.title[1]}"></a>'


def _more(screen: Screen) -> str:
    return " · ".join(
        f"[{language} {look.name}]({screen.name}-{language}-{look.name}.webp)"
        for language in LANGUAGES
        for look in LOOKS
        if not (language == "zh" and look.name in WIDTHS)
    )
