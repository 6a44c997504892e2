"""A real browser of this machine's, for what is measured or tested of the pages."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright

SEARCH: Final = Path(__file__).parents[1] / "scripts" / "browser.sh"
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
    search = subprocess.run(["/bin/sh", SEARCH], capture_output=True, text=True, check=False)
    assert search.returncode == 0, search.stderr
    as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=search.stdout.strip(), args=[*QUIET, *as_root]
        )
        yield browser
        browser.close()
