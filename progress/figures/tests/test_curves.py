from datetime import date, timedelta
from io import BytesIO

import pytest
from PIL import Image, ImageColor

from accounts.palette import colour
from progress.figures.curves import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    SMALL,
    TOP,
    WIDTH,
    Curve,
    _font,
    draw_curve,
)

START = date(2026, 9, 7)


def weeks(*speeds: float) -> Curve:
    return Curve([START + timedelta(weeks=n) for n in range(len(speeds))], list(speeds))


def drawn(curve: Curve) -> Image.Image:
    return Image.open(BytesIO(draw_curve(curve, unit="зн/мин", label=str))).convert("RGB")


def is_line(picture: Image.Image, x: float, y: float) -> bool:
    """Whether the place has the colour of the curve, but for smoothing."""
    wanted = ImageColor.getrgb(colour("accent"))
    return max(abs(a - b) for a, b in zip(picture.getpixel((round(x), round(y))), wanted, strict=True)) < 40


def test_it_is_a_png_of_twice_the_size_it_is_shown_in():
    picture = Image.open(BytesIO(draw_curve(weeks(150, 170), unit="WPM", label=str)))
    assert (picture.format, picture.size) == ("PNG", (WIDTH, HEIGHT)) == ("PNG", (1200, 400))


def test_the_line_goes_where_the_speeds_are():
    picture = drawn(weeks(100, 200, 100, 200, 150))
    middle, step = (TOP + BOTTOM) / 2, (RIGHT - LEFT) / 4
    places = [
        (0, BOTTOM),
        (0.5, middle),
        (1, TOP),
        (1.5, middle),
        (2, BOTTOM),
        (3, TOP),
        (3.5, (middle + TOP) / 2),
    ]
    assert [is_line(picture, LEFT + n * step, y) for n, y in places] == [True] * len(places)
    elsewhere = [(0, TOP), (1, BOTTOM), (0.5, TOP), (2, TOP), (3, middle), (4, TOP)]
    assert [is_line(picture, LEFT + n * step, y) for n, y in elsewhere] == [False] * len(elsewhere)


def test_a_pause_takes_its_room():
    curve = Curve([START, START + timedelta(weeks=1), START + timedelta(weeks=10)], [100, 150, 200])
    picture = drawn(curve)
    assert is_line(picture, LEFT + (RIGHT - LEFT) / 10, (TOP + BOTTOM) / 2)


def test_one_point_stands_in_the_middle():
    picture = drawn(weeks(195))
    assert is_line(picture, (LEFT + RIGHT) / 2, (TOP + BOTTOM) / 2)
    assert not is_line(picture, LEFT, (TOP + BOTTOM) / 2)


@pytest.mark.parametrize(
    ("speeds", "ticks"),
    [
        ([36.1, 27.2], [25, 30, 35, 40]),
        ([193], [190, 200]),
        ([200], [200, 210]),
        ([2, 2], [2, 3]),
        ([0.4], [0, 1]),
        ([100, 400], [100, 200, 300, 400]),
        ([60, 900], [0, 500, 1000]),
    ],
)
def test_round_speeds_on_the_axis(speeds, ticks):
    assert weeks(*speeds).ticks == ticks


def test_every_character_of_the_labels_is_in_the_font():
    missing = bytes(_font(SMALL).getmask("\U0001f600"))
    for character in "0123456789/абвгдежзийклмнопрстуфхцчшщъыьэюяABCDEFJMNOPSWabcdefghijklmnopqrstuvwxyz":
        assert bytes(_font(SMALL).getmask(character)) != missing, character
