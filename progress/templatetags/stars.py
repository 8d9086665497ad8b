"""The stars of a run, to be drawn and to be read."""

from django import template
from django.utils.translation import ngettext

from progress.keystrokes.scoring import MOST_STARS

register = template.Library()


@register.filter
def lit(stars: int) -> list[bool]:
    """Of each of a rating's stars, whether it is lit."""
    return [place < stars for place in range(MOST_STARS)]


@register.filter
def stars_in_words(stars: int) -> str:
    words = ngettext("%(stars)s star of %(most)s", "%(stars)s stars of %(most)s", stars)
    return words % {"stars": stars, "most": MOST_STARS}
