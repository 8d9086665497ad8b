"""What a request asks for: Stripe's nested form fields, decoded and checked against what an endpoint takes."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from tests.fakes.stripe.errors import invalid

Parser = Callable[[Any, str], Any]
"""Takes a raw value and the parameter's name; raises StripeError for what cannot be meant."""


def decode(form: str) -> dict[str, Any]:
    """`a[b][0][c]=1` as {"a": {"b": [{"c": "1"}]}}; `a[]=1` appends."""
    decoded: dict[str, Any] = {}
    for name, value in parse_qsl(form, keep_blank_values=True, max_num_fields=1000):
        head, *rest = name.replace("]", "").split("[")
        node, key = decoded, head
        for part in rest:
            node = node.setdefault(key, {})
            if not isinstance(node, dict):
                raise invalid(f"Invalid parameter: {name}", head)
            key = part or str(len(node))
        node[key] = value
    return {name: _lists(value) for name, value in decoded.items()}


def _lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if all(key.isdecimal() for key in node):
        return [_lists(node[key]) for key in sorted(node, key=int)]
    return {key: _lists(value) for key, value in node.items()}


def parse(raw: Mapping[str, Any], takes: Mapping[str, Parser], inside: str = "") -> dict[str, Any]:
    """What of `takes` is given, parsed; raises for a parameter that isn't taken."""
    for name in raw:
        if name not in takes:
            full = f"{inside}[{name}]" if inside else name
            raise invalid(f"Received unknown parameter: {full}", full, "parameter_unknown")
    return {name: takes[name](value, f"{inside}[{name}]" if inside else name) for name, value in raw.items()}


def text(raw: Any, name: str) -> str | None:
    """None for an empty string, which unsets."""
    if not isinstance(raw, str):
        raise invalid(f"Invalid string: {name} is not a string.", name)
    if len(raw) > 5000:
        raise invalid(f"Invalid string: {name} must be at most 5000 characters.", name)
    return raw or None


def integer(raw: Any, name: str) -> int:
    try:
        return int(raw)
    except (TypeError, ValueError):
        raise invalid(f"Invalid integer: {raw}", name, "parameter_invalid_integer") from None


def positive(raw: Any, name: str) -> int:
    number = integer(raw, name)
    if number < 1:
        raise invalid("This value must be greater than or equal to 1.", name, "parameter_invalid_integer")
    return number


def natural(raw: Any, name: str) -> int:
    number = integer(raw, name)
    if number < 0:
        raise invalid("This value must be greater than or equal to 0.", name, "parameter_invalid_integer")
    return number


def percent(raw: Any, name: str) -> float:
    try:
        value = float(raw)
    except (TypeError, ValueError):
        raise invalid(f"Invalid decimal: {raw}", name) from None
    if not 0 < value <= 100:
        raise invalid("Percent must be more than 0 and at most 100.", name)
    return int(value) if value.is_integer() else value


def boolean(raw: Any, name: str) -> bool:
    if raw not in ("true", "false"):
        raise invalid(f"Invalid boolean: {raw}", name)
    return raw == "true"


def choice(*options: str) -> Parser:
    def parse_choice(raw: Any, name: str) -> str | None:
        if raw == "":
            return None
        if raw not in options:
            listed_ = ", ".join(options)
            raise invalid(f"Invalid {name}: must be one of {listed_}", name)
        return raw

    return parse_choice


def either(word: str, other: Parser) -> Parser:
    """`word` itself, or what `other` takes."""
    return lambda raw, name: raw if raw == word else other(raw, name)


def listed(inner: Parser) -> Parser:
    def parse_list(raw: Any, name: str) -> list[Any]:
        if raw == "":
            return []
        if not isinstance(raw, list):
            raise invalid(f"Invalid array: {name} is not an array.", name)
        return [inner(value, f"{name}[{place}]") for place, value in enumerate(raw)]

    return parse_list


def record(**takes: Parser) -> Parser:
    def parse_record(raw: Any, name: str) -> dict[str, Any] | None:
        if raw == "":
            return None
        if not isinstance(raw, dict):
            raise invalid(f"Invalid object: {name} is not a hash.", name)
        return parse(raw, takes, name)

    return parse_record


def keyed(raw: Any, name: str) -> dict[str, str] | None:
    """Metadata: any keys, texts as values; an empty value unsets its key, an empty string all."""
    if raw == "":
        return None
    if isinstance(raw, list):
        raw = {str(place): value for place, value in enumerate(raw)}
    if not isinstance(raw, dict) or not all(isinstance(value, str) for value in raw.values()):
        raise invalid(f"Invalid object: {name} must map keys to strings.", name)
    if len(raw) > 50 or any(len(key) > 40 or len(value) > 500 for key, value in raw.items()):
        raise invalid("Metadata has at most 50 keys of 40 characters with values of 500.", name)
    return dict(raw)


def moment(raw: Any, name: str) -> dict[str, int] | int:
    """A time to list by: the very second, or {gt, gte, lt, lte}."""
    return (
        record(gt=integer, gte=integer, lt=integer, lte=integer)(raw, name)
        if isinstance(raw, dict)
        else integer(raw, name)
    )


def anything(raw: Any, name: str) -> Any:
    """Taken and not looked at: what changes nothing here."""
    return raw


def merged(metadata: Mapping[str, str] | None, given: Mapping[str, str] | None) -> dict[str, str]:
    """Metadata after an update: keys are added, replaced, or unset by an empty value."""
    if given is None:
        return {}
    return {key: value for key, value in ({**(metadata or {}), **given}).items() if value != ""}
