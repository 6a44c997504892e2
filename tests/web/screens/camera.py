"""A real browser at the stage: goes to a page, waits until all of it is there, takes pictures."""

import base64
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from tests.architecture.tree import ROOT
from tests.web.screens.pages import Screen
from tests.web.screens.stage import Stage

LANGUAGES: Final = ("zh", "en")
HEIGHT_MAX: Final = 1_600
"""What is below is left out."""
COLORS_MAX: Final = 256
"""In one picture. What is left is kept exactly: of letters and lines, that is half the bytes of a
lossy picture, and sharp."""
STYLE: Final = ROOT / "web" / "src" / "shell" / "style.css"
MEANING: Final = re.compile(r"--(?:red|green): #([0-9a-f]{6});")
READY_MS: Final = 20_000
PAINTED_MS: Final = 350
"""Charts draw themselves anew when colours or widths have changed."""
READY: Final = """() => document.fonts.status === 'loaded'
  && document.querySelector('main :is(h1, h2, [role=status], form)') !== null
  && document.querySelector('.mantine-Skeleton-root, .mantine-Loader-root, [data-feed-state]')
    === null"""
USER_AGENT: Final = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/150.0.0.0 Safari/537.36"
)
"""One page shows it; it says nothing of the machine that takes the pictures."""
SEEN: Final = "localStorage.setItem('trustex-first-steps', 'seen')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One way in which each page is photographed."""

    name: str
    colors: Literal["light", "dark"]
    width: int
    height: int


LOOKS: Final = (
    Look(name="light", colors="light", width=1280, height=800),
    Look(name="dark", colors="dark", width=1280, height=800),
    Look(name="phone", colors="light", width=390, height=844),
)


def picture_names(screen: Screen) -> list[str]:
    """The files of one page."""
    return [
        f"{screen.name}-{language}-{look.name}.webp" for language in LANGUAGES for look in LOOKS
    ]


class Camera:
    """Takes pictures of one stage; each person has a browser of his own and signs in once."""

    def __init__(self, browser: Browser, stage: Stage, folder: Path) -> None:
        self._browser = browser
        self._stage = stage
        self._folder = folder
        self._of: dict[str | None, BrowserContext] = {}

    def photograph(self, screen: Screen) -> None:
        """Every picture of one page.

        Raises:
            playwright.sync_api.Error: it is not there within the time.
        """
        path = screen.path_on(self._stage)
        page = self._context(screen.who).new_page()
        for language in LANGUAGES:
            page.goto("/icon.svg")
            page.evaluate(f"localStorage.setItem('trustex-language', '{language}'); {SEEN}")
            page.set_viewport_size({"width": LOOKS[0].width, "height": LOOKS[0].height})
            page.goto(path)
            page.wait_for_function(READY, timeout=READY_MS)
            if screen.act is not None:
                screen.act(page)
            for look in LOOKS:
                self._take(page, look, self._folder / f"{screen.name}-{language}-{look.name}.webp")
        page.close()

    def _context(self, who: str | None) -> BrowserContext:
        if who not in self._of:
            context = self._browser.new_context(base_url=self._stage.address, user_agent=USER_AGENT)
            self._of[who] = context
            if who is not None:
                page = context.new_page()
                page.goto(f"/sign-in?as={who}")
                page.wait_for_url(lambda url: "/sign-in" not in url)
                page.close()
        return self._of[who]

    def _take(self, page: Page, look: Look, file: Path) -> None:
        page.emulate_media(color_scheme=look.colors)
        page.set_viewport_size({"width": look.width, "height": look.height})
        page.wait_for_timeout(PAINTED_MS)
        page.wait_for_function(READY, timeout=READY_MS)
        height = min(page.evaluate("document.documentElement.scrollHeight"), HEIGHT_MAX)
        session = page.context.new_cdp_session(page)
        shot = session.send(
            "Page.captureScreenshot",
            {
                "format": "png",
                "captureBeyondViewport": True,
                "clip": {"x": 0, "y": 0, "width": look.width, "height": height, "scale": 1},
            },
        )
        session.detach()
        _save(base64.b64decode(shot["data"]), file)


def _save(shot: bytes, file: Path) -> None:
    few = few_colors(Image.open(io.BytesIO(shot)).convert("RGB"))
    few.save(file, "WEBP", lossless=True, quality=75, method=4)


def meaning_colors() -> list[tuple[int, ...]]:
    """Those of the theme that tell a rise from a fall, and danger from what is well."""
    found = MEANING.findall(STYLE.read_text(encoding="utf-8"))
    return [(value >> 16, value >> 8 & 255, value & 255) for value in (int(x, 16) for x in found)]


def few_colors(exact: Image.Image) -> Image.Image:
    """The same picture in 256 colours: the theme's that mean something, and the most frequent.

    A palette of averages would turn the few red letters of a page brown.
    """
    kept = meaning_colors()
    counted = exact.getcolors(exact.width * exact.height) or []
    for _, color in sorted(counted, reverse=True):
        if isinstance(color, tuple) and color not in kept and len(kept) < COLORS_MAX:
            kept.append(color)
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for color in kept for part in color])
    return exact.quantize(palette=palette, dither=Image.Dither.NONE).convert("RGB")
