"""Routes for the hot paths: what FastAPI would do with them, without its dependency solver.

The solver looks at every parameter of every dependency anew for each request, which costs more than
the exchange needs for an order. Here the parameters are laid out once. The route is declared like
any other, the same fields validate it, and the OpenAPI document is made from it as from the rest;
it may ask for nothing but services, a signed-in party, path and header parameters and a body,
which may be left out where it has a default.

Where a body or an answer has thousands of items, reading and writing them would hold up the loop,
on which the exchange works, for longer than anything may: `BulkRoute` does both in a thread.
"""

from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from functools import partial
from typing import Any, TypeAlias, cast

from fastapi import Request, Response
from pydantic import BaseModel
from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool

from api.dependencies import SignIn, given_services, services_of
from api.errors import ERRORS_REPORTED_MAX, ApiProblem, Trouble
from api.strict_input import (
    StrictRoute,
    check_media_type,
    check_no_body,
    check_query,
    parse_json,
    validation_problem,
)

Endpoint = Callable[..., Awaitable[BaseModel]]
Read: TypeAlias = tuple[object, list[Any]]
"""The value of a body, or what is wrong with it."""
Validate = Callable[[object], Read]


class HotRoute(StrictRoute):
    """A strict route whose parameters are laid out once."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler that reads the parameters, calls the endpoint and writes its answer."""
        dependant, body_field = self.dependant, self.body_field
        assert not dependant.query_params, self.path
        assert not dependant.cookie_params, self.path
        assert dependant.request_param_name is None, self.path
        response_name = dependant.response_param_name
        assert response_name is not None, self.path
        services_name, signed_in_name, sign_in = _given(self)
        fields = [(field, "path") for field in dependant.path_params]
        fields += [(field, "header") for field in dependant.header_params]
        endpoint = cast(Endpoint, self.endpoint)
        status = self.status_code or 200
        no_parameters: frozenset[str] = frozenset()
        validate = None if body_field is None else partial(body_field.validate, loc=("body",))

        async def handle(request: Request) -> Response:
            values: dict[str, Any] = {signed_in_name: sign_in.principal(request)}
            check_query(request, no_parameters)
            values[services_name] = services_of(request)
            errors: list[Any] = []
            for field, place in fields:
                given = request.path_params if place == "path" else request.headers
                location = (place, field.alias)
                text = given.get(field.alias)
                if text is None:
                    errors.append({"type": "missing", "loc": location, "msg": "is missing"})
                    continue
                values[field.name], found = field.validate(text, values, loc=location)
                errors += found
            if body_field is None or validate is None:
                await check_no_body(request)
            elif body_field.field_info.is_required() or await request.body():
                values[body_field.name], found = await self.read(request, validate)
                errors += found
            if errors:
                raise validation_problem(errors)
            response = values[response_name] = Response(status_code=status)
            answer = await endpoint(**values)
            del response.headers["content-length"]  # of the empty body
            return Response(
                await self.write(answer),
                status_code=status,
                headers=dict(response.headers),
                media_type="application/json",
            )

        return handle

    async def read(self, request: Request, validate: Validate) -> Read:
        """The body."""
        return validate(parse_json(await _text(request)))

    async def write(self, answer: BaseModel) -> bytes:
        """The answer's JSON."""
        return _json(answer)


class BulkRoute(HotRoute):
    """A hot route that reads its body and writes its answer in a thread, an answer's lists item by
    item: they may be iterators, which make each item when it is written."""

    async def read(self, request: Request, validate: Validate) -> Read:
        """The body; of what is wrong with it, what will be reported."""
        text = await _text(request)
        value, errors = await run_in_threadpool(lambda: validate(parse_json(text)))
        return value, errors[:ERRORS_REPORTED_MAX]

    async def write(self, answer: BaseModel) -> bytes:
        """The answer's JSON."""
        return await run_in_threadpool(_json_item_by_item, answer)


def _given(route: StrictRoute) -> tuple[str, str, SignIn]:
    """The names of the parameters for the services and the party, and how it signs in."""
    services_name = signed_in_name = ""
    sign_in: SignIn | None = None
    for dependency in route.dependant.dependencies:
        assert dependency.name is not None, route.path
        if isinstance(dependency.call, SignIn):
            signed_in_name, sign_in = dependency.name, dependency.call
        else:
            assert dependency.call is given_services, (route.path, dependency.call)
            services_name = dependency.name
    assert sign_in is not None, route.path
    assert services_name, route.path
    return services_name, signed_in_name, sign_in


async def _text(request: Request) -> bytes:
    check_media_type(request)
    text = await request.body()
    if not text:
        raise ApiProblem(Trouble.INVALID_JSON, "The body is empty.")
    return text


def _json(answer: BaseModel) -> bytes:
    return answer.__pydantic_serializer__.to_json(answer)


def _json_item_by_item(answer: BaseModel) -> bytes:
    # Written in one go, ten thousand items keep the interpreter from the loop for 20 to 40 ms.
    members = [
        to_json(name)
        + b":"
        + (_list(value) if isinstance(value, list | Iterator) else to_json(value))
        for name, value in answer
    ]
    return b"{" + b",".join(members) + b"}"


def _list(items: Iterable[object]) -> bytes:
    return b"[" + b",".join([to_json(item) for item in items]) + b"]"
