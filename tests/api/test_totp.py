"""Codes of a second factor are those of RFC 6238, and each counts once."""

import pytest

from api.auth.totp import mint_secret, otpauth_uri, secret_text, step_of

RFC_SECRET = b"12345678901234567890"
S_NS = 1_000_000_000


@pytest.mark.parametrize(
    ("at_s", "code"),  # RFC 6238, appendix B: the last six of the eight digits
    [
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ],
)
def test_the_codes_are_those_of_the_standard(at_s: int, code: str) -> None:
    step = at_s // 30

    assert step_of(RFC_SECRET, code, now_ns=at_s * S_NS, after_step=None) == step
    for late_s in (-30, 30):
        assert step_of(RFC_SECRET, code, now_ns=(at_s + late_s) * S_NS, after_step=None) == step
    for late_s in (-60, 60):
        assert step_of(RFC_SECRET, code, now_ns=(at_s + late_s) * S_NS, after_step=None) is None


def test_a_code_counts_after_those_that_were_used() -> None:
    now_ns, step = 59 * S_NS, 1
    assert step_of(RFC_SECRET, "287082", now_ns=now_ns, after_step=step - 1) == step
    assert step_of(RFC_SECRET, "287082", now_ns=now_ns, after_step=step) is None
    assert step_of(RFC_SECRET, "287082", now_ns=now_ns, after_step=step + 1) is None


def test_a_secret_is_told_as_authenticators_read_it() -> None:
    assert secret_text(RFC_SECRET) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert otpauth_uri(RFC_SECRET, login="li.wei") == (
        "otpauth://totp/trustex:li.wei?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=trustex"
    )
    assert len({mint_secret() for _ in range(100)}) == 100
