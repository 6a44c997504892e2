"""docs/reference/problems.md, made from the table of api/errors.py."""

from typing import Final

from api.errors import Trouble
from api.refusal_kinds import REFUSALS, Kind
from registry.trust_company.mapping import HeadingProblem
from registry.trust_company.sheets import FileFault

INTRODUCTION: Final = """\
# Problems

Every answer that is not a success is a problem document (RFC 9457, `application/problem+json`).
Decide by `code`: it is stable. `title` follows `Accept-Language` (zh-CN or en). `errors` points at
the fields or parameters that are to blame. Where `retryable` is true, the same request with the
same key may succeed later; after `outcome_unknown` it tells what became of the first one.

This page is generated from `api/errors.py` by `python -m api.openapi`; the venue serves it where
`type` says.

A refusal of the exchange is an outcome like any other: the key is used. Correct the order and send
it with a new `client_order_id`.
"""
FIELD_CODES: Final = """\
## Codes of fields and parameters

`required`, `unknown_field`, `repeated_field`, `unknown_parameter`, `repeated_parameter`,
`must_be_string`, `must_be_integer`, `must_be_boolean`, `must_be_object`, `decimal_must_be_string`,
`malformed`, `malformed_decimal`, `too_many_decimals`, `too_short`, `too_long`, `too_deep`,
`unknown_value`, `out_of_range`, `invalid_cursor`, `https_required`,
`address_not_allowed`, `common_password`, `contains_login`, or the code of a refusal that the field
causes.

Of a file that cannot be read: {file_codes}.
"""


def problems_page() -> str:
    """The page: one heading a code, so that `type` leads to it."""
    parts = [INTRODUCTION, "## Refusals of the exchange\n"]
    for refusal, kind in REFUSALS.items():
        parts.append(_section(kind, f"Refusal {int(refusal)}. "))
    parts.append("## Problems of the request or the venue\n")
    parts.extend(_section(kind, "") for kind in Trouble.all())
    file_codes = [fault.name.lower() for fault in FileFault]
    file_codes += [f"column_{problem.name.lower()}" for problem in HeadingProblem]
    parts.append(FIELD_CODES.format(file_codes=", ".join(f"`{code}`" for code in file_codes)))
    return "\n".join(parts)


def _section(kind: Kind, origin: str) -> str:
    retry = " Retryable." if kind.retryable else ""
    titles = f"{kind.title_en} · {kind.title_zh}"
    return f"### {kind.code}\n\n{origin}Status {kind.status}. {titles}.{retry}\n"
