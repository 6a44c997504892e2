"""Every page has its pictures in docs/screens, and no picture is of a page that is no more."""

import re
from typing import Final

from PIL import Image

from tests.architecture.tree import ROOT
from tests.web.screens.__main__ import FOLDER
from tests.web.screens.camera import (
    COLORS_MAX,
    HEIGHT_MAX,
    LANGUAGES,
    LOOKS,
    few_colors,
    meaning_colors,
    picture_names,
)
from tests.web.screens.index import PARTS, index_text
from tests.web.screens.pages import SCREENS

AREAS: Final = sorted((ROOT / "web" / "src" / "views").glob("*/area.ts"))
TOKEN: Final = re.compile(r'path: "([^"]*)"|(index: true)|(children: \[)|(\])')
WRONG_ADDRESS: Final = "*"
BYTES_MAX: Final = 10_000_000
"""Of all pictures together."""


def routes_of(area: str) -> list[str]:
    """The routes that the text of an area.ts names; a frame's is that of its first page."""
    _, _, listed = area.partition("routes: [")
    found: list[str] = []
    parents: list[str] = []
    for path, index, children, end in TOKEN.findall(listed):
        if children:
            parents.append(found.pop())
        elif index:
            found.append(parents[-1] if parents else "/")
        elif not end:
            found.append(f"{parents[-1] if parents else ''}/{path}")
        elif parents:
            parents.pop()
    return found


def test_every_page_of_the_application_is_photographed() -> None:
    routes = {route for area in AREAS for route in routes_of(area.read_text(encoding="utf-8"))}
    assert len(routes) >= 30
    assert routes | {WRONG_ADDRESS} == {screen.route for screen in SCREENS}


def test_routes_are_read_out_of_an_area() -> None:
    area = """{ path: "/desk", kinds: ["TRUST_COMPANY"], routes: [
      { path: "desk", lazy: f(), children: [
        { index: true, lazy: g() }, { path: "files/:id", lazy: g() } ] },
      { path: "other", lazy: f() } ] }"""
    assert routes_of(area) == ["/desk", "/desk/files/:id", "/other"]
    assert routes_of("routes: [ { index: true } ]") == ["/"]


def test_every_page_has_all_its_pictures_and_a_line_in_the_index() -> None:
    named = [name for screen in SCREENS for name in picture_names(screen)]
    assert len(set(named)) == len(named)
    assert sorted(named) == sorted(file.name for file in FOLDER.glob("*.webp"))
    assert [screen for _, screens in PARTS for screen in screens] == list(SCREENS)
    assert index_text() == (FOLDER / "README.md").read_text(encoding="utf-8")


def test_pictures_are_whole_and_small() -> None:
    widths = {look.name: look.width for look in LOOKS}
    for file in FOLDER.glob("*.webp"):
        look = file.stem.rpartition("-")[2]
        with Image.open(file) as picture:
            width, height = picture.size
        assert width == widths[look], file.name
        assert 0 < height <= HEIGHT_MAX, file.name
    assert sum(file.stat().st_size for file in FOLDER.glob("*.webp")) <= BYTES_MAX


def test_colors_that_mean_something_outlive_many_others_that_mean_nothing() -> None:
    exact = Image.new("RGB", (600, 40))
    for x in range(600):
        exact.paste((x % 256, 200 - x // 4, 90 + x // 8), (x, 0, x + 1, 39))
    red, green, *others = meaning_colors()
    assert len(others) == 2, "there is a pair for each scheme"
    exact.putpixel((5, 39), red)
    exact.putpixel((6, 39), green)
    few = few_colors(exact)
    counted = few.getcolors(COLORS_MAX)
    assert counted is not None, "there are no more than may be"
    assert (red, green) == (few.getpixel((5, 39)), few.getpixel((6, 39)))


def test_prices_in_the_pictures_of_a_product_have_the_colors_of_the_theme() -> None:
    light, dark = meaning_colors()[:2], meaning_colors()[2:]
    for language in LANGUAGES:
        for look in LOOKS:
            with Image.open(FOLDER / f"product-{language}-{look.name}.webp") as picture:
                pixels = picture.convert("RGB")
            counted = pixels.getcolors(pixels.width * pixels.height) or []
            for red_or_green in dark if look.colors == "dark" else light:
                assert red_or_green in {color for _, color in counted}, (language, look)
