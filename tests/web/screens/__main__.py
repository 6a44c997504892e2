"""Take the pictures of docs/screens anew: `python -m tests.web.screens`, or of some pages alone,
`python -m tests.web.screens market product`.
"""

import argparse
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.architecture.tree import ROOT
from tests.web.browsers import launched
from tests.web.screens.camera import Camera, picture_names
from tests.web.screens.index import index_text
from tests.web.screens.pages import INSTITUTION, PERSON, SCREENS
from tests.web.screens.stage import set_up

FOLDER: Final = ROOT / "docs" / "screens"
LOOKING: Final = (PERSON, INSTITUTION)
"""Those who deal."""


def main() -> None:
    """Set a market up, photograph what was asked for, and write the index."""
    parser = argparse.ArgumentParser(prog="python -m tests.web.screens")
    parser.add_argument("names", nargs="*", help="only these pages")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    options = parser.parse_args()
    known = {screen.name for screen in SCREENS}
    if not known.issuperset(options.names):
        parser.error(f"no such page: {', '.join(sorted(set(options.names) - known))}")
    wanted = [each for each in SCREENS if not options.names or each.name in options.names]
    options.folder.mkdir(parents=True, exist_ok=True)
    began_s = time.monotonic()
    with (
        TemporaryDirectory() as directory,
        set_up(Path(directory), looking=LOOKING) as stage,
        launched() as browser,
    ):
        camera = Camera(browser, stage, options.folder)
        for screen in wanted:
            camera.photograph(screen)
            sys.stdout.write(f"{time.monotonic() - began_s:5.0f} s  {screen.name}\n")
            sys.stdout.flush()
    if not options.names:
        _tidy(options.folder)
    (options.folder / "README.md").write_text(index_text(), encoding="utf-8")


def _tidy(folder: Path) -> None:
    """Remove the pictures of pages that are no more."""
    named = {name for screen in SCREENS for name in picture_names(screen)}
    for file in folder.glob("*.webp"):
        if file.name not in named:
            file.unlink()


if __name__ == "__main__":
    main()
