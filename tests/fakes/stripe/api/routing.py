"""Which function answers which address of the API; lists, pages of them, and what `expand` adds."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.fakes.stripe.errors import StripeError, invalid
from tests.fakes.stripe.ledger import Ledger, shown
from tests.fakes.stripe.params import Parser, integer, listed, moment, parse, text
from tests.fakes.stripe.shapes import listed as list_object

Thing = dict[str, Any]
Endpoint = Callable[..., Thing]
ALWAYS: dict[str, Parser] = {"expand": listed(text)}
PAGED: dict[str, Parser] = {
    "limit": integer,
    "starting_after": text,
    "ending_before": text,
    "created": moment,
}


@dataclass(frozen=True)
class Route:
    method: str
    pattern: re.Pattern[str]
    takes: Mapping[str, Parser]
    endpoint: Endpoint


ROUTES: list[Route] = []
INCLUDED: dict[tuple[str, str], Callable[[Ledger, Thing], Any]] = {}
"""What is shown only when `expand` asks for it, by kind of object and field."""
EXPANDABLE = {
    "balance_transaction": "balance_transaction",
    "charge": "charge",
    "configuration": "billing_portal.configuration",
    "coupon": "coupon",
    "customer": "customer",
    "default_payment_method": "payment_method",
    "default_price": "price",
    "default_source": "payment_method",
    "discounts": "discount",
    "invoice": "invoice",
    "latest_charge": "charge",
    "latest_invoice": "invoice",
    "payment_intent": "payment_intent",
    "payment_method": "payment_method",
    "pending_setup_intent": "setup_intent",
    "price": "price",
    "product": "product",
    "promotion_code": "promotion_code",
    "setup_intent": "setup_intent",
    "subscription": "subscription",
}
"""Which kind of object a field names, where it is an id."""


def route(method: str, address: str, /, **takes: Parser) -> Callable[[Endpoint], Endpoint]:
    """The function gets the ledger, what is taken of the parameters, and what stands in braces in the address."""
    pattern = re.compile("/v1" + re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", address) + "/?")

    def add(endpoint: Endpoint) -> Endpoint:
        ROUTES.append(Route(method, pattern, {**takes, **ALWAYS}, endpoint))
        # An address without braces goes before one that would take its last word for an id.
        ROUTES.sort(key=lambda one: one.pattern.groups)
        return endpoint

    return add


def listing(address: str, /, **takes: Parser) -> Callable[[Endpoint], Endpoint]:
    """As `route`, for a function that returns all there is, the oldest first: a page of it is answered."""

    def add(endpoint: Endpoint) -> Endpoint:
        def page(ledger: Ledger, given: Thing, **named: str) -> Thing:
            things = list(reversed(endpoint(ledger, given, **named)))
            return _page(things, given, "/v1" + address.format(**named))

        route("GET", address, **takes, **PAGED)(page)
        return endpoint

    return add


def _page(things: list[Thing], given: Mapping[str, Any], url: str) -> Thing:
    limit = given.get("limit", 10)
    if not 1 <= limit <= 100:
        raise invalid("Invalid integer: limit must be from 1 to 100.", "limit", "parameter_invalid_integer")
    created = given.get("created")
    if created is not None:
        things = [thing for thing in things if _in_time(thing["created"], created)]
    ids = [thing["id"] for thing in things]
    for param in ("starting_after", "ending_before"):
        if given.get(param) and given[param] not in ids:
            raise invalid(f"No such object: '{given[param]}'", param, "resource_missing")
    if given.get("ending_before"):
        rest = things[: ids.index(given["ending_before"])]
        return list_object(url, rest[-limit:], len(rest) > limit)
    if given.get("starting_after"):
        things = things[ids.index(given["starting_after"]) + 1 :]
    return list_object(url, things[:limit], len(things) > limit)


def _in_time(at: int, created: int | Mapping[str, int]) -> bool:
    if isinstance(created, int):
        return at == created
    holds = {"gt": at.__gt__, "gte": at.__ge__, "lt": at.__lt__, "lte": at.__le__}
    return all(holds[name](value) for name, value in created.items())


def answer(ledger: Ledger, method: str, path: str, raw: Mapping[str, Any]) -> Thing:
    """What the API answers to a request, as it is shown."""
    others = set()
    for candidate in ROUTES:
        if not (match := candidate.pattern.fullmatch(path)):
            continue
        if candidate.method != method:
            others.add(candidate.method)
            continue
        given = parse(raw, candidate.takes)
        paths = given.pop("expand", [])
        seen = shown(candidate.endpoint(ledger, given, **match.groupdict()))
        for wanted in paths:
            if wanted.count(".") > 4:
                raise invalid("You cannot expand more than 4 levels of a property.", "expand")
            expand(ledger, seen, wanted)
        return seen
    raise StripeError(
        404, "invalid_request_error", f"Unrecognized request URL ({method}: {path}).", code="url_invalid"
    )


def expand(ledger: Ledger, node: Any, path: str) -> None:
    """Puts objects in the places of their ids along `path`, in place."""
    if isinstance(node, list):
        for each in node:
            expand(ledger, each, path)
        return
    if not isinstance(node, dict):
        return
    head, _, rest = path.partition(".")
    include = INCLUDED.get((node.get("object", ""), head))
    if include and head not in node:
        node[head] = shown(include(ledger, node))
    elif head not in node:
        raise invalid(f"This property cannot be expanded ({head}).", "expand")
    value = node[head]
    if isinstance(value, str):
        if head not in EXPANDABLE:
            raise invalid(f"This property cannot be expanded ({head}).", "expand")
        node[head] = shown(ledger.get(EXPANDABLE[head], value))
    elif isinstance(value, list) and head in EXPANDABLE:
        node[head] = [shown(ledger.get(EXPANDABLE[head], v)) if isinstance(v, str) else v for v in value]
    if rest:
        expand(ledger, node[head], rest)


def deleted(thing: Thing) -> Thing:
    return {"id": thing["id"], "object": thing["object"], "deleted": True}
