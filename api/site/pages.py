"""The built pages of web/, held in memory, and the route that gives them out.

    /                 and every other path of the application: index.html, never kept by the browser
    /assets/NAME      named for its content: kept for ever
    /icon.svg …       the other files: asked for anew each time

A path that belongs to the interfaces of the venue (`INTERFACES`) is none of a page, and its answers
are what they were. Every page comes with a policy under which no script runs but the venue's own
files, nothing is loaded from elsewhere, and a style written by a script needs the nonce of the
answer (docs/decisions/0043-web-pages.md).
"""

import gzip
import hashlib
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Scope

BUILT: Final = Path(__file__).parent / "built"
"""What scripts/web.sh puts there, and a wheel brings with it."""
INTERFACES: Final = ("v1", "feed", "docs", "healthz", "readyz", "openapi.json", "metrics")
"""The first part of the paths at which no page is."""
ASSETS: Final = "assets/"
INDEX: Final = "index.html"
MANIFEST: Final = "manifest.json"
"""Which file is which: for the build's own tests, not for browsers."""
NONCE_MARK: Final = b"STYLE-NONCE"
"""As web/vite.config.ts writes it."""
NONCE_BYTES: Final = 16
MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
"""Of all files that a build may have: another one is a mistake, and stops the start."""
FOR_EVER: Final = "public, max-age=31536000, immutable"
ANEW: Final = "no-cache"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
NOT_BUILT: Final = (
    "网页尚未构建：请在源代码目录运行 make web，然后重新启动。接口 /v1 与 /feed/v1 照常可用。\n"
    "The pages are not built: run `make web` in the checkout, then start again. "
    "The interfaces /v1 and /feed/v1 work as ever.\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFile:
    """One file of the build."""

    content: bytes
    compressed: bytes
    media_type: str
    etag: str


@lru_cache(maxsize=4)
def read_pages(folder: Path = BUILT) -> dict[str, PageFile]:
    """The files of a build by their path; empty where nothing has been built.

    Cost: once a process, a tenth of a second.
    """
    return {
        path.relative_to(folder).as_posix(): _read(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def page_route(pages: dict[str, PageFile]) -> Route:
    """The route of all pages; the last of the application."""

    async def serve(request: Request) -> Response:
        return _answer(request, pages)

    return _PageRoute("/{path:path}", serve, methods=["GET"], name="pages")


class _PageRoute(Route):
    """Every path but those of the interfaces: there it is as if it were not."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        first = str(scope["path"]).split("/", 2)[1:2] if scope["type"] == "http" else []
        if not first or first[0] in INTERFACES:
            return Match.NONE, {}
        return super().matches(scope)


def _read(path: Path) -> PageFile:
    content = path.read_bytes()
    return PageFile(
        content=content,
        # Without the time, so that the same build has the same bytes.
        compressed=gzip.compress(content, mtime=0),
        media_type=MEDIA_TYPES[path.suffix],
        etag=f'"{hashlib.sha256(content).hexdigest()[:32]}"',
    )


def _answer(request: Request, pages: dict[str, PageFile]) -> Response:
    if INDEX not in pages:
        return Response(NOT_BUILT, 503, HEADERS, media_type="text/plain; charset=utf-8")
    path = request.path_params["path"]
    file = pages.get(path)
    if path == INDEX or (file is None and not path.startswith(ASSETS)):
        return _index(pages[INDEX])
    if file is None:
        # An asset of another build: the page that asks for it is stale, and loads itself anew.
        return Response(status_code=404, headers=HEADERS)
    headers = {
        **HEADERS,
        "Cache-Control": FOR_EVER if path.startswith(ASSETS) else ANEW,
        "ETag": file.etag,
        "Vary": "Accept-Encoding",
    }
    if request.headers.get("if-none-match") == file.etag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(file.compressed, 200, headers, media_type=file.media_type)
    return Response(file.content, 200, headers, media_type=file.media_type)


def _index(file: PageFile) -> Response:
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    headers = {
        **HEADERS,
        "Cache-Control": "no-store",  # the nonce is of this answer alone
        "Content-Security-Policy": POLICY.format(nonce=nonce),
    }
    content = file.content.replace(NONCE_MARK, nonce.encode("ascii"))
    return Response(content, 200, headers, media_type=file.media_type)
