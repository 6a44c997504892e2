"""A real browser of this machine's, for what is measured or tested of the pages."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from typing import Final

from playwright.sync_api import Browser, sync_playwright

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
QUIET: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


@contextlib.contextmanager
def launched() -> Iterator[Browser]:
    """A browser without a window. From then on the thread's event loop is the browser's."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert found is not None, "this needs a browser: apt-get install chromium"
    as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*QUIET, *as_root])
        yield browser
        browser.close()
