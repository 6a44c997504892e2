"""The OpenAPI document and the page of problems: `python -m api.openapi` writes both.

Both are made from the routes, the schemas and the table of problems; a test compares the files.
"""

import json
from pathlib import Path
from typing import Any, Final

from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from api.app import build_app
from api.dependencies import SignIn, quote_reader
from api.errors import PROBLEM_MEDIA_TYPE
from api.problems_page import problems_page
from api.schemas.problems import Problem

REFERENCE: Final = Path("docs") / "reference"
SCHEMA_REFERENCE: Final = "#/components/schemas/{model}"
REPLAYED: Final = {
    "description": "`true`: this answer was given before, and nothing was done now.",
    "schema": {"type": "string", "enum": ["true"]},
}
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
        }
    }
    signed_in = {
        route.operation_id
        for route in app.routes
        if isinstance(route, APIRoute)
        and any(isinstance(part.call, SignIn) for part in route.dependant.dependencies)
    }
    quotes = {
        route.operation_id
        for route in app.routes
        if isinstance(route, APIRoute)
        and any(part.call is quote_reader for part in route.dependant.dependencies)
    }
    for path in document["paths"].values():
        for method, operation in path.items():
            _complete(method, operation, signed_in=operation["operationId"] in signed_in)
            if operation["operationId"] in quotes:  # a key where the licence does not make them so
                operation["security"] = [{}, {"bearer": []}]
    return document


def _complete(method: str, operation: dict[str, Any], *, signed_in: bool) -> None:
    if signed_in:
        operation["security"] = [{"bearer": []}]
    content = {PROBLEM_MEDIA_TYPE: {"schema": {"$ref": SCHEMA_REFERENCE.format(model="Problem")}}}
    for status, response in operation["responses"].items():
        if int(status) >= 400:
            response["content"] = content
        elif method in KEYED_METHODS and "preview" not in operation["operationId"]:
            response.setdefault("headers", {})["Idempotency-Replayed"] = REPLAYED


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
