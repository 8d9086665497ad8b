"""What is drawn beneath an exercise: the keyboard, and the hands on it."""

from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.translation import override

from lessons import keyboards
from progress.pages.opening import hands_of


@lru_cache(maxsize=512)
def virtual_keyboard(layout: str, keyboard: str, taught: frozenset[str]) -> str:
    """The HTML of a layout drawn on a keyboard, with the keys of the `taught` characters tinted.

    Kept, because making it took two fifths of the page's time.
    """
    rows = keyboards.layout(layout).drawn(keyboard)
    context = {
        "code": layout,
        "keyboard": keyboard,
        "rows": rows,
        "taught": taught,
        "is_enter_taught": "\n" in taught,
    }
    return render_to_string("progress/_keyboard.html", context)


@lru_cache(maxsize=64)
def drawn_hands(layout: str, reader: str) -> str:
    """The HTML of the hands that type on a layout, in the language of the `reader`; kept like the keyboard."""
    with override(reader):
        return render_to_string("progress/_hands.html", {"hands": hands_of(layout)})
