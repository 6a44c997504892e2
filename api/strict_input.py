"""Reading requests strictly: what is ambiguous in JSON or in a query is refused, its place named.

The standard parser takes NaN, 1e400, the last of two equal keys and UTF-16; here a number that is
no plain small integer becomes `Odd`, which no field accepts, so that the schemas point at it.
"""

import json
from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import Request, Response, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute

from api.dependencies import SignIn
from api.errors import ApiProblem, FieldError, Trouble, invalid_field

INTEGER_DIGITS_MAX: Final = 18
MEDIA_TYPE: Final = "application/json"
IDENTITY: Final = "identity"
"""The one Content-Encoding that is taken: none."""
FILE_MEDIA_TYPES: Final = (
    "application/octet-stream",
    "application/xml",
    "text/xml",
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
"""What a file is said to be; what it is says the file itself."""

ERROR_CODES: Final = {
    "missing": ("required", "The field is required."),
    "extra_forbidden": ("unknown_field", "There is no such field."),
    "string_type": ("must_be_string", "Must be a string."),
    "string_unicode": ("malformed", "Must be valid Unicode text."),
    "string_pattern_mismatch": ("malformed", "Does not have the required form."),
    "string_too_short": ("too_short", "Is too short."),
    "string_too_long": ("too_long", "Is too long."),
    "literal_error": ("unknown_value", "Is none of the permitted values."),
    "enum": ("unknown_value", "Is none of the permitted values."),
    "int_type": ("must_be_integer", "Must be an integer."),
    "int_parsing": ("must_be_integer", "Must be an integer."),
    "bool_type": ("must_be_boolean", "Must be true or false."),
    "greater_than_equal": ("out_of_range", "Is too small."),
    "less_than_equal": ("out_of_range", "Is too large."),
    "model_attributes_type": ("must_be_object", "Must be a JSON object."),
    "model_type": ("must_be_object", "Must be a JSON object."),
}
"""What the schemas find, as stable codes; a schema's own error types are codes already."""


class Odd:
    """A JSON value that no field accepts: a float, a huge number, NaN."""

    __slots__ = ()

    def __init__(self, _text: str) -> None:
        pass


class Repeated:
    """A JSON object in which a member comes twice."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


def parse_json(body: bytes) -> object:
    """The JSON value of a request's body; its odd parts as `Odd` and `Repeated`.

    Raises:
        ApiProblem: it is no UTF-8 JSON text, is nested too deeply, or repeats a top-level member.
    """
    try:
        value: object = _DECODER.decode(body.decode("utf-8"))
    except RecursionError:
        raise invalid_field("too_deep", detail="Is nested too deeply.", pointer="") from None
    except ValueError as error:
        raise ApiProblem(Trouble.INVALID_JSON, "The body is not JSON.") from error
    if isinstance(value, Repeated):
        raise invalid_field(
            "repeated_field", detail="The field comes twice.", pointer=_pointer(value.name)
        )
    return value


def _members(pairs: list[tuple[str, object]]) -> object:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            return Repeated(name)
        seen.add(name)
    raise AssertionError(pairs)


def _integer(text: str) -> object:
    return int(text) if len(text) <= INTEGER_DIGITS_MAX else Odd(text)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_members, parse_float=Odd, parse_int=_integer, parse_constant=Odd
)


class StrictRequest(Request):
    """A request whose JSON is read by `parse_json`."""

    async def json(self) -> object:
        """The strictly read body."""
        return parse_json(await self.body())


class StrictRoute(APIRoute):
    """A route that takes exactly the parameters and the kind of body that it declares."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The framework's handler behind the strict checks."""
        handle = super().get_route_handler()
        parameters = frozenset(
            field.alias
            for field in get_flat_params(self.dependant)
            if isinstance(field.field_info, params.Query)
        )
        sign_ins = [
            dependency.call
            for dependency in self.dependant.dependencies
            if isinstance(dependency.call, SignIn)
        ]

        async def handle_strictly(request: Request) -> Response:
            # Before the body is looked at: who may not ask is not told what is wrong with it.
            for sign_in in sign_ins:
                sign_in.principal(request)
            check_query(request, parameters)
            return await handle(await self.check_body(request))

        return handle_strictly

    async def check_body(self, request: Request) -> Request:
        """The request, whose body is JSON if the route takes one, and else says nothing."""
        if self.body_field is None:
            await check_no_body(request)
            return request
        check_media_type(request)
        strict = StrictRequest(request.scope, request.receive)
        if not await strict.body():
            raise ApiProblem(Trouble.INVALID_JSON, "The body is empty.")
        return strict


class FileRoute(StrictRoute):
    """A route whose body is a file, which its endpoint reads as bytes."""

    async def check_body(self, request: Request) -> Request:
        """The request, whose body is declared to be a file of a kind that is read."""
        check_not_compressed(request)
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type not in FILE_MEDIA_TYPES:
            raise ApiProblem(
                Trouble.UNSUPPORTED_MEDIA_TYPE,
                f"The body must be a file: {', '.join(FILE_MEDIA_TYPES)}.",
                headers={"Accept": ", ".join(FILE_MEDIA_TYPES)},
            )
        return request


def check_query(request: Request, parameters: frozenset[str]) -> None:
    """End the request if it has a query parameter that is unknown or comes twice."""
    if not request.scope["query_string"]:
        return
    seen: set[str] = set()
    for name, _ in request.query_params.multi_items():
        if name not in parameters:
            error = FieldError(
                code="unknown_parameter", detail="No such parameter.", parameter=name
            )
        elif name in seen:
            error = FieldError(code="repeated_parameter", detail="It comes twice.", parameter=name)
        else:
            seen.add(name)
            continue
        raise ApiProblem(Trouble.VALIDATION_FAILED, "A parameter is invalid.", errors=(error,))


async def check_no_body(request: Request) -> None:
    """End the request if it says something in a body to a route that would not listen.

    A decision whose reason was sent to the wrong path is not to be taken without it. An empty
    object says nothing; many clients send one with each POST.
    """
    if request.method == "GET":
        return
    text = await request.body()
    value = parse_json(text) if text else {}
    if not isinstance(value, dict):
        raise invalid_field("must_be_object", detail="Must be a JSON object.", pointer="")
    if value:
        code, detail = ERROR_CODES["extra_forbidden"]
        found = [FieldError(code=code, detail=detail, pointer=_pointer(name)) for name in value]
        raise ApiProblem(Trouble.VALIDATION_FAILED, "The request is invalid.", errors=found)


def check_not_compressed(request: Request) -> None:
    """End the request if its body is declared to be something else in disguise: what is read,
    hashed and kept are the bytes that come."""
    if request.headers.get("content-encoding", IDENTITY).strip().lower() != IDENTITY:
        raise ApiProblem(
            Trouble.BODY_COMPRESSED,
            "Send the body as it is, without Content-Encoding.",
            headers={"Accept-Encoding": IDENTITY},
        )


def check_media_type(request: Request) -> None:
    """End the request if its body is not declared to be JSON in UTF-8, and nothing else."""
    check_not_compressed(request)
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if media_type.strip().lower() != MEDIA_TYPE or charset not in ("", "utf-8"):
        raise ApiProblem(
            Trouble.UNSUPPORTED_MEDIA_TYPE,
            "The body must be application/json in UTF-8.",
            headers={"Accept": MEDIA_TYPE},
        )


def field_errors(errors: list[Any]) -> tuple[FieldError, ...]:
    """What the schemas found, in the form of a problem document."""
    return tuple(
        _field_error(error["loc"], kind=error["type"], message=error["msg"]) for error in errors
    )


def validation_problem(errors: list[Any]) -> ApiProblem:
    """The problem document's content for everything that the schemas found.

    A bad header comes first: what the body means may hang on it.
    """
    for one in errors:
        location: tuple[str | int, ...] = one["loc"]
        if location[0] == "header":
            return _header_problem(str(location[-1]), missing=one["type"] == "missing")
    found = field_errors(errors)
    return ApiProblem(Trouble.VALIDATION_FAILED, "The request is invalid.", errors=found)


def _header_problem(name: str, *, missing: bool) -> ApiProblem:
    code, detail = ("required", "Is required.") if missing else ("malformed", "Is malformed.")
    kind = Trouble.HEADER_REQUIRED if missing else Trouble.INVALID_HEADER
    if missing and name.lower() == "if-match":
        kind = Trouble.PRECONDITION_REQUIRED
    error = FieldError(code=code, detail=detail, parameter=name)
    return ApiProblem(kind, f"The header {name} {detail[0].lower()}{detail[1:]}", errors=(error,))


def _field_error(location: tuple[str | int, ...], *, kind: str, message: str) -> FieldError:
    code, detail = ERROR_CODES.get(kind, (kind, message))
    if location and location[0] != "body":
        return FieldError(code=code, detail=detail, parameter=str(location[-1]))
    return FieldError(code=code, detail=detail, pointer=_pointer(*location[1:]))


def _pointer(*path: str | int) -> str:
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)
