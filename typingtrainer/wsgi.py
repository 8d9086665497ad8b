import os
from contextlib import suppress
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "typingtrainer.settings")


class Request(WSGIRequest):
    """A request in UTF-8 whatever it says; one whose content type cannot be read has none.

    Many of Python's codecs are no charsets, and Django would read the address by them, before any middleware.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        self.content_type, self.content_params = "", {}
        with suppress(ValueError, LookupError):
            self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))


application = get_wsgi_application()
application.request_class = Request

from typingtrainer.warming import warm_up  # noqa: E402 (what it imports needs the application to be set up)

warm_up()
