"""Which requests may wait for the language model: the web server gives them threads of their own, while it has some.

It reads this before Django is set up.
"""

from collections.abc import Callable
from typing import Any, Final, cast

MUST_NOT_WAIT: Final = "typingtrainer.must_not_wait"
"""In the WSGI environment: the request has one of the threads that all requests share."""
CLIENT_LEFT: Final = "waitress.client_disconnected"
PATHS: Final = ("/coach/chat/ask/", "/coach/chat/text/", "/api/v1/ai/")
"""Under these stands whatever asks the model."""


def never() -> bool:
    return False


def may_take_long(method: str, path: str) -> bool:
    return method == "POST" and path.startswith(PATHS)


def may_wait(environ: dict[str, Any]) -> bool:
    """Whether a request may wait for the model; one in a thread that all share may not, and is answered at once."""
    return not environ.get(MUST_NOT_WAIT)


def left(environ: dict[str, Any]) -> Callable[[], bool]:
    """Tells whether who asked has gone."""
    return cast(Callable[[], bool], environ.get(CLIENT_LEFT, never))
