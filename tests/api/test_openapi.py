"""The OpenAPI document is made from the routes, says everything they do, and is stored."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.openapi import openapi_document, write_reference

STORED = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"
DOCUMENT = openapi_document()
OPERATIONS: dict[str, tuple[str, Any]] = {
    operation["operationId"]: (method, operation)
    for path in DOCUMENT["paths"].values()
    for method, operation in path.items()
}
CHANGE_NOTHING = {
    "preview_order",
    "preview_decisions",
    "preview_register_import",
}


def test_the_stored_document_is_the_present_one() -> None:
    assert json.loads(STORED.read_text(encoding="utf-8")) == DOCUMENT, (
        "write it anew: python -m api.openapi"
    )


def test_it_is_written_where_it_is_stored(tmp_path: Path) -> None:
    written = [path.relative_to(tmp_path).as_posix() for path in write_reference(tmp_path)]

    assert written == ["docs/reference/openapi.json", "docs/reference/problems.md"]


def test_it_is_openapi_3_1() -> None:
    assert DOCUMENT["openapi"].startswith("3.1.")


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_declares_its_problems_as_problem_documents(name: str) -> None:
    _, operation = OPERATIONS[name]

    for status, response in operation["responses"].items():
        if int(status) >= 400:
            (media_type,) = response["content"]
            assert media_type == "application/problem+json"
    assert "500" in operation["responses"]
    assert operation["tags"]


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_that_needs_a_key_says_so(name: str) -> None:
    _, operation = OPERATIONS[name]

    if name == "sign_in":
        assert "security" not in operation
    else:
        assert ("security" in operation) is ("401" in operation["responses"])


@pytest.mark.parametrize(
    "name",
    [name for name, (method, _) in OPERATIONS.items() if method in ("post", "patch", "delete")],
)
def test_a_request_that_changes_something_carries_a_key(name: str) -> None:
    _, operation = OPERATIONS[name]
    parameters = {item["name"]: item for item in operation.get("parameters", [])}

    if name == "place_order":
        body = DOCUMENT["components"]["schemas"]["PlaceOrderBody"]
        assert "client_order_id" in body["required"]
    elif name in CHANGE_NOTHING or operation["tags"] == ["sessions"]:
        assert "Idempotency-Key" not in parameters
    elif name in ("import_decisions", "import_registration", "reconcile_holders"):
        assert "Idempotency-Key" not in parameters
        assert "The file is its own key" in operation["description"]
    else:
        assert parameters["Idempotency-Key"]["required"] is True


def test_bodies_take_no_unknown_field_and_decimals_are_strings() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    bodies = [schema for name, schema in schemas.items() if name.endswith("Body")]

    assert bodies
    assert all(body["additionalProperties"] is False for body in bodies)
    price = schemas["PlaceOrderBody"]["properties"]["price"]
    assert (price["type"], price["format"]) == ("string", "decimal")
    assert price["pattern"].startswith("^")


def test_no_number_in_any_schema_is_a_float() -> None:
    assert '"number"' not in json.dumps(DOCUMENT)


def test_a_list_of_names_does_not_forbid_that_there_is_none() -> None:
    def properties(value: Any) -> Iterator[Any]:
        if isinstance(value, dict):
            yield from value.get("properties", {}).values()
            for each in value.values():
                yield from properties(each)

    asked = [each for each in properties(DOCUMENT["components"]) if "anyOf" in each]
    reason = DOCUMENT["components"]["schemas"]["Payment"]["properties"]["reason"]

    assert [each for each in asked if "enum" in each] == []
    assert [sorted(each) for each in reason["anyOf"]] == [["enum", "type"], ["type"]]
