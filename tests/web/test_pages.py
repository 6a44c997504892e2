"""Which answer a path gets, and under which policy."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from api.site.pages import INTERFACES, NOT_BUILT, page_route, read_pages
from tests.api.venue import TestVenue

NONCE = "STYLE-NONCE"
INDEX = f'<!doctype html><meta property="csp-nonce" nonce="{NONCE}"><script src="/assets/a.js">'


class Site:
    """The pages alone, without a venue behind them."""

    def __init__(self, folder: Path) -> None:
        self._application = Starlette(routes=[page_route(read_pages(folder))])

    def ask(self, method: str, path: str, **headers: str) -> httpx.Response:
        """One request."""

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._application)
            async with httpx.AsyncClient(transport=transport, base_url="http://venue") as client:
                return await client.request(method, path, headers=headers)

        return asyncio.run(ask())

    def get(self, path: str, **headers: str) -> httpx.Response:
        """What is at this path."""
        return self.ask("GET", path, **headers)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(INDEX, encoding="utf-8")
    (tmp_path / "assets" / "a.js").write_text("run();" * 100, encoding="utf-8")
    (tmp_path / "icon.svg").write_text("<svg/>", encoding="utf-8")
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    return tmp_path


@pytest.fixture
def site(built: Path) -> Site:
    return Site(built)


@pytest.mark.parametrize("path", ["/", "/index.html", "/products/XT2024-08", "/no/such/page"])
def test_every_path_of_the_application_is_its_one_page(site: Site, path: str) -> None:
    page = site.get(path)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-store"
    assert "run" not in page.text


def test_styles_need_the_nonce_of_the_answer_and_no_answer_has_anothers(site: Site) -> None:
    nonces = set()
    for _ in range(3):
        page = site.get("/")
        found = re.search(r'nonce="([\w-]{20,})"', page.text)
        assert found is not None
        assert f"'nonce-{found[1]}'" in page.headers["content-security-policy"]
        assert NONCE not in page.text
        nonces.add(found[1])
    assert len(nonces) == 3


def test_no_script_runs_but_a_file_of_the_site(site: Site) -> None:
    policy = site.get("/").headers["content-security-policy"]
    directives = dict(each.strip().split(" ", 1) for each in policy.split(";"))
    assert directives["script-src"] == "'self'"
    assert directives["default-src"] == "'none'"
    assert directives["frame-ancestors"] == "'none'"
    assert "unsafe" not in policy
    assert "http" not in policy


def test_what_is_named_for_its_content_is_kept_for_ever(site: Site) -> None:
    script = site.get("/assets/a.js", **{"Accept-Encoding": "gzip"})
    assert script.text == "run();" * 100
    assert script.headers["content-encoding"] == "gzip"
    assert "immutable" in script.headers["cache-control"]
    plain = site.get("/assets/a.js", **{"Accept-Encoding": "identity"})
    assert plain.text == script.text
    assert "content-encoding" not in plain.headers


def test_what_keeps_its_name_is_asked_for_anew(site: Site) -> None:
    icon = site.get("/icon.svg")
    assert icon.headers["content-type"] == "image/svg+xml"
    assert icon.headers["cache-control"] == "no-cache"
    unchanged = site.get("/icon.svg", **{"If-None-Match": icon.headers["etag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")


@pytest.mark.parametrize("path", ["/assets/old.js", "/assets/..%2fmanifest.json", "/assets/"])
def test_a_file_that_is_not_of_this_build_is_missing(site: Site, path: str) -> None:
    assert site.get(path).status_code == 404


@pytest.mark.parametrize("first", INTERFACES)
def test_no_page_is_where_the_interfaces_are(site: Site, first: str) -> None:
    assert site.get(f"/{first}").status_code == 404
    assert site.get(f"/{first}/any").status_code == 404


def test_a_page_is_only_read(site: Site) -> None:
    assert site.ask("POST", "/").status_code == 405
    assert site.ask("HEAD", "/").status_code == 200


def test_a_file_of_a_kind_that_nobody_foresaw_stops_the_start(built: Path) -> None:
    (built / "assets" / "tool.exe").touch()
    with pytest.raises(KeyError, match="exe"):
        read_pages(built)


def test_without_a_build_the_page_says_how_to_make_one(tmp_path: Path) -> None:
    site = Site(tmp_path)
    answer = site.get("/")
    assert (answer.status_code, answer.text) == (503, NOT_BUILT)


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestVenue]:
    with TestVenue(tmp_path_factory.mktemp("venue") / "venue") as venue:
        yield venue


def test_a_venue_gives_the_pages_out_beside_its_interfaces(venue: TestVenue) -> None:
    page: httpx.Response = venue.ask("GET", "/products/any")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["x-content-type-options"] == "nosniff"
    for path in ("/v1/nothing", "/docs/nothing"):
        missing = venue.ask("GET", path)
        assert missing.headers["content-type"] == "application/problem+json", path
        assert missing.status_code == 404
    assert venue.ask("GET", "/healthz").json() == {"status": "alive"}
