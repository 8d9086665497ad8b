"""Requests that schemathesis makes of the API's description, some of them steered to things that exist."""

import copy
import random
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import schemathesis
from django.core.cache import cache
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
STEERED = 0.6
"""The share of requests in which made-up ids and tickets are replaced by real ones."""


def try_all(
    application: Any,
    cases: int,
    headers: Callable[[], Mapping[str, str]],
    known: Mapping[str, Any],
    *,
    start: int = 0,
) -> Counter[tuple[str, int]]:
    """`cases` requests to every operation, half of them breaking its description, and what was answered.

    `headers` are asked for before each request, as some requests sign their learner out. `known` are the values to
    steer with: for path parameters by their names, and members of bodies. Limits are reset before each request. Raises
    what schemathesis raises at the first answer that is a 500 or not as described.
    """
    schema = schemathesis.openapi.from_wsgi("/api/schema/", application)
    told: Counter[tuple[str, int]] = Counter()
    for number, found in enumerate(schema.get_all_operations()):
        for mode in GenerationMode:
            try_operation(found.ok(), mode, cases // 2, headers, known, told, start + number)
    return told


def try_operation(
    operation: Any,
    mode: GenerationMode,
    cases: int,
    headers: Callable[[], Mapping[str, str]],
    known: Mapping[str, Any],
    told: Counter[tuple[str, int]],
    number: int,
) -> None:
    hand = random.Random(number)

    @seed(number)
    @settings(
        max_examples=cases,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def attempt(case: Any) -> None:
        if hand.random() < STEERED:
            steer(case, known)
        if signed := dict(headers()):
            case.headers = {name: value for name, value in case.headers.items() if name not in signed}
        cache.clear()
        answer = case.call(headers={"Accept-Encoding": "identity"} | signed)
        told[operation.label, answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    attempt()


def steer(case: Any, known: Mapping[str, Any]) -> None:
    if case.path_parameters:
        case.path_parameters = {
            name: known.get(name, value) for name, value in dict(case.path_parameters).items()
        }
    if isinstance(case.body, dict):
        body = copy.deepcopy(case.body)
        for name in body:
            value = known.get(name)
            body[name] = value() if callable(value) else value if value is not None else body[name]
        case.body = body
