"""A certificate on paper: A4, landscape, one page."""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.palette import colour
from progress.honours.certificates import CertificateFacts, Level, certificate_facts
from progress.models import Certificate
from progress.typeface import FONT

# fpdf2 and fontTools take a second to import, which only a process that draws should spend, and one thread at a time:
# fpdf2 begins at another end of fontTools.
_importing: Final = Lock()
if TYPE_CHECKING:
    from fpdf import FPDF

ADVANCE: Final = 0.6
"""The width of every character over the size of the font."""
MM_PER_POINT: Final = 25.4 / 72

WIDTH: Final = 297
LEFT: Final = 28
RIGHT: Final = WIDTH - LEFT

HOME_ROW: Final = ("little", "ring", "middle", "left-index", "left-index")
"""The left hand's keys by finger; the right hand's mirror them but for the index's."""


@cache
def printable() -> frozenset[str]:
    """The characters of the font."""
    with _importing:
        from fontTools.ttLib import TTFont

    with TTFont(FONT, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


def on_paper(name: str) -> str:
    """The name with the font's hyphen and apostrophe for those of its signs that it has under another number."""
    return name.translate({0x2011: "\u2010", 0x2BC: "’"})


def draw_certificate(certificate: Certificate, *, url: str) -> bytes:
    """The PDF in the active language, always the same bytes; `url` is where anyone can check it.

    The certificate comes with its session. A character the font lacks becomes "□".
    """
    with _importing:
        from fpdf import FPDF

    facts = certificate_facts(certificate)
    pdf = FPDF(orientation="landscape", format="A4")
    pdf.set_creation_date(certificate.issued_at)
    pdf.set_title(f"{_('Typing certificate')}: {certificate.name}")
    pdf.set_author(_("Typing Trainer"))
    pdf.set_lang(get_language() or "en")
    pdf.add_font("mono", fname=FONT)
    pdf.set_auto_page_break(False)
    pdf.add_page()

    _text(pdf, LEFT, 32, _("Typing Trainer"), size=12)
    _home_row(pdf, y=24)
    _rule(pdf, 42)
    _level(pdf, Level(certificate.level), facts.level, y=54)
    name = "".join(sign if sign in printable() else "□" for sign in on_paper(certificate.name))
    _text(pdf, LEFT, 94, name, size=_fitting(name, at_most=40))
    _text(pdf, LEFT, 106, f"{_('Test')}: {', '.join(facts.test)}", size=12, color="soft")
    _figures(pdf, facts)
    _rule(pdf, 168)
    _text(
        pdf, LEFT, 178, _("Issued on %(date)s. Anyone can check it:") % {"date": facts.issued}, color="soft"
    )
    _text(pdf, LEFT, 185, url, size=min(10, _fitting(url, at_most=10)), color="accent")
    pdf.link(LEFT, 181, _width(url, 10), 6, url)
    _text(pdf, RIGHT, 178, certificate.code, size=12, flush_right=True)
    return bytes(pdf.output())


def _figures(pdf: FPDF, facts: CertificateFacts) -> None:
    x: float = LEFT
    for figure in facts.figures:
        _text(pdf, x, 124, figure.label, size=10, color="soft")
        _text(pdf, x, 140, figure.value, size=36)
        _text(pdf, x + _width(figure.value, 36), 140, figure.unit, size=12, color="soft")
        _text(pdf, x, 149, figure.other, size=10, color="soft")
        x += 84


def _level(pdf: FPDF, level: Level, word: str, *, y: float) -> None:
    """The level as a key in its colour, and of what it is."""
    pdf.set_fill_color(colour(f"level-{level.value}"))
    width = _width(word, 16) + 14
    pdf.rect(LEFT, y, width, 15, style="F", round_corners=True, corner_radius=2.5)
    _text(pdf, LEFT + 7, y + 9.6, word, size=16)
    _text(pdf, LEFT + width + 7, y + 9.6, _("Typing certificate"), size=16)


def _home_row(pdf: FPDF, *, y: float) -> None:
    """The keys the hands rest on, in the colours of the fingers, a bump under each index finger."""
    side, gap = 9.0, 1.5
    fingers = [*HOME_ROW, "right-index", "right-index", *reversed(HOME_ROW[:3])]
    x = RIGHT - len(fingers) * (side + gap) + gap
    for place, finger in enumerate(fingers):
        pdf.set_fill_color(colour(f"finger-{finger}"))
        pdf.rect(x, y, side, side, style="F", round_corners=True, corner_radius=1.5)
        if place in (3, 6):
            pdf.set_draw_color(colour("soft"))
            pdf.set_line_width(0.4)
            pdf.line(x + 3, y + side - 1.8, x + side - 3, y + side - 1.8)
        x += side + gap


def _rule(pdf: FPDF, y: float) -> None:
    pdf.set_draw_color(colour("line"))
    pdf.set_line_width(0.3)
    pdf.line(LEFT, y, RIGHT, y)


def _text(
    pdf: FPDF,
    x: float,
    y: float,
    text: str,
    *,
    size: float = 10,
    color: str = "ink",
    flush_right: bool = False,
) -> None:
    """One line with its baseline at `y` mm; `size` in points."""
    pdf.set_font("mono", size=size)
    pdf.set_text_color(colour(color))
    pdf.text(x - _width(text, size) if flush_right else x, y, text)


def _width(text: str, size: float) -> float:
    """In mm."""
    return len(text) * ADVANCE * size * MM_PER_POINT


def _fitting(text: str, *, at_most: float) -> float:
    """The size in points in which the text fits between the margins."""
    return min(at_most, (RIGHT - LEFT) / _width(text, 1))
