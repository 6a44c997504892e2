"""People who come in by the door that people use: login and password, officers with a code too."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pyotp
from playwright.sync_api import Page, expect

from tests.api.people import new_person
from tests.api.venue import Member, Person
from tests.web.served import ServedVenue

STEP: Final = timedelta(seconds=30)
TITLES: Final = {"zh": "市场", "en": "Market"}


@dataclass(frozen=True)
class Visitor:
    """Who may sign in on a page, and the authenticator that he carries; officers have one."""

    person: Person
    authenticator: pyotp.TOTP | None

    def code(self) -> str | None:
        """A code that was not used to set the authenticator up: that of the next half minute, which
        the venue takes too."""
        if self.authenticator is None:
            return None
        return self.authenticator.at(datetime.now(UTC) + STEP)


def new_visitor(venue: ServedVenue, member: Member) -> Visitor:
    """Somebody with a login for the member; whom the venue asks for a second factor has one."""
    person = replace(new_person(venue, member), origin=venue.address)
    session = venue.ask("GET", "/v1/session", person).json()
    if not session["needs_totp_setup"]:
        return Visitor(person, None)
    offered = venue.ask("POST", "/v1/session/totp", person).json()
    authenticator = pyotp.TOTP(offered["secret"])
    body = {"totp": authenticator.now()}
    confirmed = venue.ask("POST", "/v1/session/totp/confirm", person, json=body)
    assert confirmed.status_code == 204, confirmed.text
    return Visitor(person, authenticator)


def sign_in(page: Page, person: Person, *, code: str | None = None) -> None:
    """Fill in what is asked for on the page of sign-in, and be where one was before, or else at
    the market."""
    page.locator("input[name=login]").fill(person.login)
    page.locator("input[name=password]").fill(person.password)
    if code is not None:
        page.locator("input[name=totp]").fill(code)
    page.locator("form button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"^(?!.*/sign-in)"))


def comes_in(page: Page, visitor: Visitor, *, language: str = "zh") -> None:
    """From the page of sign-in to the market, as himself."""
    sign_in(page, visitor.person, code=visitor.code())
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[language])
