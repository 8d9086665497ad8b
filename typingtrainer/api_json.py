"""JSON of the API: camelCase outside, snake_case inside, nothing that cannot be stored."""

import re
from functools import lru_cache
from typing import Any, Final

from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer

from progress.keystrokes.logs import InvalidLog, LogTooLarge, read_json
from progress.refusals import fault

LONGEST_NAME: Final = 64
"""A longer one is none of ours, stays as it is, and is not kept in memory."""
_SNAKE: Final = re.compile(r"_([a-z0-9])")
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])([A-Z])")


def camel(name: str) -> str:
    return _camel(name) if len(name) <= LONGEST_NAME else name


def snake(name: str) -> str:
    return _CAMEL.sub(lambda found: f"_{found[1].lower()}", name) if len(name) <= LONGEST_NAME else name


@lru_cache(maxsize=1024)
def _camel(name: str) -> str:
    return _SNAKE.sub(lambda found: found[1].upper(), name)


def cameled(value: Any) -> Any:
    """A JSON value with the names of its members in camelCase."""
    if isinstance(value, dict):
        return {camel(str(name)): cameled(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [cameled(member) if isinstance(member, dict | list | tuple) else member for member in value]
    return value


class Parser(JSONParser):
    """JSON as `progress.keystrokes.logs` reads it: not too large, not too deep, nothing that cannot be stored."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        raw = stream.read()
        if not raw:
            return {}
        try:
            return read_json(raw, snake)
        except LogTooLarge:
            raise TooLarge from None
        except InvalidLog as error:
            raise BadJson(fault(error)) from error


class Renderer(JSONRenderer):
    """The envelope, in camelCase."""

    charset = None

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        response = (renderer_context or {}).get("response")
        failed = response is not None and response.exception
        body = {"success": False, "error": data} if failed else {"success": True, "data": data}
        return super().render(cameled(body), accepted_media_type, renderer_context)


class Negotiation(BaseContentNegotiation):
    """JSON, whatever is asked for."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if kind in ("", parser.media_type)), None)

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class BadJson(exceptions.ParseError):
    """The body is not JSON that can be taken."""

    default_code = "bad_json"

    def __init__(self, detail: str) -> None:
        super().__init__(_("The body cannot be read: %(detail)s.") % {"detail": detail})


class TooLarge(exceptions.APIException):
    status_code = 413
    default_code = "too_large"
