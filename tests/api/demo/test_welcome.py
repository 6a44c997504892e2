"""What the demo prints at its start leads somewhere."""

from pathlib import Path
from typing import Final

from api.cli.demo.credentials import Credentials
from api.cli.demo.examiner import EXAMINER
from api.cli.demo.opening import OPERATOR, officer_code
from api.cli.demo.people import visitors
from api.cli.demo.profiles import OFFICER
from api.cli.demo.welcome import welcome_lines
from api.routes.demo_people import forms_of
from tests.api.demo.market import DATA, OPENED_ON, SEED

ADDRESS: Final = "http://127.0.0.1:8000"


def credentials() -> Credentials:
    companies = [company.code for company in DATA.trust_companies]
    codes = [*companies, OPERATOR, EXAMINER, *(trader.code for trader in DATA.traders)]
    officers = [officer_code(DATA.trust_companies[0], number) for number in (1, 2)]
    return Credentials(
        seed=SEED,
        speed=1,
        opened_on=OPENED_ON.isoformat(),
        operator_key="demo_operator",
        parties={code: str(number) for number, code in enumerate(codes, start=1)},
        keys={code: f"demo_{code}" for code in (*codes, *officers, OFFICER[0])},
    )


def test_each_role_has_a_link_that_signs_in() -> None:
    known = credentials()
    lines = list(
        welcome_lines(
            DATA, known, base_url=ADDRESS, directory=Path("var/demo"), settings_differ=False
        )
    )
    links = [line.split()[0] for line in lines if "/sign-in?as=" in line]
    logins = [each.login for each in visitors(DATA, known)]
    assert links == [f"{ADDRESS}/sign-in?as={login}" for login in logins]
    assert len(set(logins)) == 9


def test_everybody_whom_a_visitor_may_be_has_a_name_in_both_languages() -> None:
    for visitor in visitors(DATA, credentials()):
        zh, en = forms_of(visitor.name)
        assert not zh.isascii(), visitor.name
        assert en.isascii(), visitor.name


def test_a_name_in_one_form_is_that_in_both_languages() -> None:
    assert forms_of("嘉禾信托") == ("嘉禾信托", "嘉禾信托")
    assert forms_of("Jiahe Trust") == ("Jiahe Trust", "Jiahe Trust")
    assert forms_of("Jiahe Trust 嘉禾信托") == ("嘉禾信托", "Jiahe Trust")
