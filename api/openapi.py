"""The OpenAPI document and the page of problems: `python -m api.openapi` writes both.

Both are made from the routes, the schemas and the table of problems; a test compares the files.
"""

import json
from pathlib import Path
from typing import Any, Final

from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from api.app import build_app
from api.auth.browsers import COOKIE, CSRF_HEADER
from api.dependencies import SessionSignIn, SignIn, quote_reader
from api.errors import PROBLEM_MEDIA_TYPE
from api.problems_page import problems_page
from api.schemas.problems import Problem

REFERENCE: Final = Path("docs") / "reference"
SCHEMA_REFERENCE: Final = "#/components/schemas/{model}"
REPLAYED: Final = {
    "description": "`true`: this answer was given before, and nothing was done now.",
    "schema": {"type": "string", "enum": ["true"]},
}
BY_KEY: Final[dict[str, list[str]]] = {"bearer": []}
BY_SESSION: Final[dict[str, list[str]]] = {"session": []}
KEYED_METHODS: Final = ("post", "patch", "delete")


def openapi_document() -> dict[str, Any]:
    """The OpenAPI 3.1 document of the HTTP interface."""
    app = build_app()
    document: dict[str, Any] = get_openapi(
        title=app.title,
        version=app.version,
        openapi_version="3.1.0",
        description=app.description,
        license_info=app.license_info,
        routes=app.routes,
    )
    schemas = document["components"]["schemas"]
    problem = Problem.model_json_schema(ref_template=SCHEMA_REFERENCE, mode="serialization")
    schemas.update(problem.pop("$defs"))
    schemas["Problem"] = problem
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    document["components"]["securitySchemes"] = {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "A key that the operator has handed out.",
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": COOKIE,
            "description": "Of a browser that has signed in (POST /v1/session). What changes "
            f"something needs the header {CSRF_HEADER} too, and comes from a page of the venue.",
        },
    }
    ways_in = {
        route.operation_id: _ways_in(route) for route in app.routes if isinstance(route, APIRoute)
    }
    for path in document["paths"].values():
        for method, operation in path.items():
            _complete(method, operation, ways_in=ways_in[operation["operationId"]])
    return document


def _ways_in(route: APIRoute) -> list[dict[str, list[str]]]:
    """By what one may have signed in; empty where nobody has to."""
    asked = [part.call for part in route.dependant.dependencies]
    if quote_reader in asked:  # where the licence does not make quotes public
        return [{}, BY_KEY, BY_SESSION]
    elif any(isinstance(each, SessionSignIn) for each in asked):
        return [BY_SESSION]
    elif any(isinstance(each, SignIn) for each in asked):
        return [BY_KEY, BY_SESSION]
    else:
        return []


def _complete(
    method: str, operation: dict[str, Any], *, ways_in: list[dict[str, list[str]]]
) -> None:
    if ways_in:
        operation["security"] = ways_in
    content = {PROBLEM_MEDIA_TYPE: {"schema": {"$ref": SCHEMA_REFERENCE.format(model="Problem")}}}
    for status, response in operation["responses"].items():
        if int(status) >= 400:
            response["content"] = content
        elif method in KEYED_METHODS and not _is_never_replayed(operation):
            response.setdefault("headers", {})["Idempotency-Replayed"] = REPLAYED


def _is_never_replayed(operation: dict[str, Any]) -> bool:
    return "preview" in operation["operationId"] or "sessions" in operation["tags"]


def write_reference(root: Path) -> list[Path]:
    """Write both files under `root` and return their paths."""
    reference = root / REFERENCE
    reference.mkdir(parents=True, exist_ok=True)
    document = json.dumps(openapi_document(), indent=1, ensure_ascii=False) + "\n"
    texts = {"openapi.json": document, "problems.md": problems_page()}
    for name, text in texts.items():
        (reference / name).write_text(text, encoding="utf-8")
    return [reference / name for name in texts]


if __name__ == "__main__":
    for path in write_reference(Path()):
        print(path)
