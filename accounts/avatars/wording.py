from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .pictures import Why

REFUSED: Final[dict[Why, Promise]] = {
    Why.TOO_LARGE: _("This file is too large: a picture may have 5\u00a0MB at most."),
    Why.TOO_MANY_PIXELS: _("This picture is too large: choose one of 25 million pixels at most."),
    Why.NOT_A_PICTURE: _("This file cannot be read as a picture. Choose a JPEG, PNG, WebP or GIF file."),
}
"""What to tell whose picture was not taken."""
BUSY: Final = _("This does not work at the moment. Please try again.")
