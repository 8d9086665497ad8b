"""The OpenAPI description: what the views say, in the envelope, in camelCase, with the errors there may be."""

from http import HTTPStatus
from typing import Any, Final

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from accounts.endpoints import Endpoint

from .api_json import camel

PROBLEM: Final = {
    "type": "object",
    "required": ["success", "error"],
    "properties": {
        "success": {"const": False},
        "error": {
            "type": "object",
            "required": ["code", "message", "fields"],
            "properties": {
                "code": {"type": "string", "description": "for programs; docs/api.md has the table"},
                "message": {"type": "string", "description": "for people, in their language"},
                "fields": {
                    "type": "object",
                    "description": "what is wrong with which field, by its name",
                    "additionalProperties": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["code", "message"],
                            "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
                        },
                    },
                },
                "plans": {
                    "type": "array",
                    "items": {"$ref": "#/components/schemas/PlanShown"},
                    "description": "with premium_needed: what there is to have",
                },
            },
        },
    },
}
LIMITS: Final = {
    name: {"schema": {"type": "integer"}, "description": text}
    for name, text in {
        "RateLimit-Limit": "how many requests a window holds",
        "RateLimit-Remaining": "how many are left",
        "RateLimit-Reset": "seconds until the next one is free",
    }.items()
}


class Schema(AutoSchema):
    """One operation: the view's answer in the envelope, and the errors that follow from its shape."""

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/")[0]]

    def get_description(self) -> str:
        """Only what is said of the operation: the views' own docstrings are for their developers."""
        meant = self._alias_of()
        return f"Another address of `{meant}`, which is the one to use." if meant else ""

    def is_deprecated(self) -> bool:
        return bool(self._alias_of())

    def get_operation_id(self) -> str:
        words = (
            self.path.removeprefix("/api/v1/").replace("{", "").replace("}", "").replace("-", "/").split("/")
        )
        return self.method.lower() + "".join(word[:1].upper() + word[1:] for word in words)

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None or not isinstance(self.view, Endpoint):
            return operation
        answers = operation["responses"]
        for answer in answers.values():
            _wrap(answer)
        for status in sorted(self._errors(operation)):
            answers[str(status)] = {
                "description": HTTPStatus(status).phrase,
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
        if any(one.get("name") == "If-None-Match" for one in operation.get("parameters", ())):
            answers["304"] = {"description": "It is still the same."}
        for answer in answers.values():
            answer["headers"] = LIMITS
        return operation

    def _alias_of(self) -> str:
        return self.view.alias_of if isinstance(self.view, Endpoint) else ""

    def _errors(self, operation: dict[str, Any]) -> set[int]:
        errors = {429, 503, 401, *self.view.errors}
        if operation.get("parameters") or "requestBody" in operation:
            errors.add(400)
        if "{" in self.path:
            errors.add(404)
        if self.method != "GET":
            errors |= {400, 403, 413, 415}
        else:
            errors.add(403)
        return errors


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "accounts.authentication.TokenAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


def in_camel_case(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """drf-spectacular's hook after everything else."""
    schemas = result["components"]["schemas"]
    for schema in schemas.values():
        _rename(schema)
    schemas["Problem"] = PROBLEM
    return result


def _wrap(answer: dict[str, Any]) -> None:
    content = answer.setdefault("content", {"application/json": {"schema": {"type": "null"}}})
    for name, kind in content.items():
        if name != "application/json":
            continue
        inner = kind.get("schema", {})
        kind["schema"] = {
            "type": "object",
            "required": ["success", "data"],
            "properties": {"success": {"const": True}, "data": inner},
        }
        for shown in kind.get("examples", {}).values():
            shown["value"] = {"success": True, "data": shown["value"]}


def _rename(schema: Any) -> None:
    if isinstance(schema, list):
        for one in schema:
            _rename(one)
    if not isinstance(schema, dict):
        return
    if isinstance(schema.get("properties"), dict):
        schema["properties"] = {camel(name): inner for name, inner in schema["properties"].items()}
        if "required" in schema:
            schema["required"] = [camel(name) for name in schema["required"]]
    for inner in schema.values():
        _rename(inner)
