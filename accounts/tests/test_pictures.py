"""What may be a picture, and what is made of it: pure, without Django."""

import struct
import zlib
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from accounts.avatars.pictures import (
    MOST_BYTES,
    MOST_PIXELS,
    MOST_READS,
    MOST_SCANS,
    SIZES,
    BadPicture,
    Why,
    draw,
)
from accounts.names import initials_of

CANARY = b"CANARY-59.9375N-30.3086E"


def picture(kind="PNG", size=(300, 200), mode="RGB", color="red", **options):
    file = BytesIO()
    Image.new(mode, size, color).save(file, kind, **options)
    return file.getvalue()


def halves(**options):
    """Left red, right blue."""
    image = Image.new("RGB", (200, 100), "red")
    image.paste("blue", (100, 0, 200, 100))
    file = BytesIO()
    image.save(file, "JPEG", quality=95, **options)
    return file.getvalue()


def bomb(side):
    """A PNG that says it is `side` wide and high, and has next to nothing in it."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def opened(raw):
    image = Image.open(BytesIO(raw))
    image.load()
    return image


class TestDrawing:
    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
    def test_squares_of_our_sizes_in_webp(self, kind):
        drawn = draw(picture(kind))
        assert {size: (opened(raw).format, opened(raw).size) for size, raw in drawn.items()} == {
            size: ("WEBP", (size, size)) for size in SIZES
        }

    @pytest.mark.parametrize("mode", ["RGBA", "L", "LA", "P", "CMYK", "1", "I;16"])
    def test_of_every_kind_of_color(self, mode):
        kind = "JPEG" if mode == "CMYK" else "PNG"
        assert opened(draw(picture(kind, mode=mode, color=0))[64]).size == (64, 64)

    def test_what_is_clear_stays_clear(self):
        clear = draw(picture(mode="RGBA", color=(255, 0, 0, 0)))[64]
        assert opened(clear).convert("RGBA").getpixel((32, 32))[3] == 0

    def test_a_photo_is_turned_as_the_camera_was_held(self):
        exif = Image.Exif()
        exif[0x0112] = 6  # Turned by a quarter.
        upright = opened(draw(halves(exif=exif))[256]).convert("RGB")
        red, _green, blue = upright.getpixel((128, 5))
        assert red > 200 and blue < 60
        assert upright.getpixel((128, 250))[2] > 200

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_nothing_but_its_colors_is_kept(self, kind):
        exif = Image.Exif()
        exif[0x010E] = CANARY.decode()
        raw = picture(kind, exif=exif, icc_profile=CANARY * 8, xmp=b"<x>" + CANARY + b"</x>")
        assert CANARY in raw
        for drawn in draw(raw).values():
            assert CANARY not in drawn
            assert not {"exif", "icc_profile", "xmp"} & set(opened(drawn).info)

    def test_what_hangs_behind_a_picture_is_left_behind(self):
        drawn = draw(picture("GIF") + b"<script>alert(1)</script>")
        assert all(b"script" not in raw for raw in drawn.values())

    @pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
    def test_of_an_animation_the_first_frame(self, kind):
        frames = [Image.new("RGB", (40, 40), color) for color in ("red", "blue")]
        file = BytesIO()
        frames[0].save(file, kind, save_all=True, append_images=frames[1:])
        drawn = opened(draw(file.getvalue())[64])
        assert getattr(drawn, "n_frames", 1) == 1 and drawn.convert("RGB").getpixel((9, 9))[0] > 200

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"\0" * 1_000,
            b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
            b"<!doctype html><script>alert(1)</script>",
            b"%PDF-1.7",
            picture("BMP"),
            picture("TIFF"),
            picture("ICO"),
            picture("PNG")[:200],
            halves()[:-400],
            picture("WEBP")[:60],
        ],
        ids=["empty", "zeros", "svg", "html", "pdf", "bmp", "tiff", "ico", "cut png", "cut jpeg", "cut webp"],
    )
    def test_what_is_no_picture_of_ours(self, raw):
        with pytest.raises(BadPicture) as refused:
            draw(raw)
        assert refused.value.why == Why.NOT_A_PICTURE

    @pytest.mark.parametrize("side", [int(MOST_PIXELS**0.5) + 1, 12_000, 60_000, 2**31 - 1])
    def test_bombs_are_not_unpacked(self, side):
        with pytest.raises(BadPicture) as refused:
            draw(bomb(side))
        assert refused.value.why in (Why.TOO_MANY_PIXELS, Why.NOT_A_PICTURE)

    def test_too_many_bytes(self):
        with pytest.raises(BadPicture) as refused:
            draw(picture() + b"\0" * MOST_BYTES)
        assert refused.value.why == Why.TOO_LARGE

    def test_scans_that_cost_few_bytes_and_much_time(self):
        raw = picture("JPEG", size=(400, 400), progressive=True)
        last = raw[raw.rindex(b"\xff\xda") : -2]
        assert draw(raw[:-2] + last * 40 + raw[-2:])
        with pytest.raises(BadPicture) as refused:
            draw(raw[:-2] + last * MOST_SCANS + raw[-2:])
        assert refused.value.why == Why.NOT_A_PICTURE

    def test_chunks_without_end(self):
        raw = picture("PNG")
        chunk = struct.pack(">I", 0) + b"abCd" + struct.pack(">I", zlib.crc32(b"abCd"))
        assert draw(raw[:33] + chunk * 1_000 + raw[33:])
        with pytest.raises(BadPicture) as refused:
            draw(raw[:33] + chunk * MOST_READS + raw[33:])
        assert refused.value.why == Why.NOT_A_PICTURE

    def test_blocks_without_end(self):
        raw = picture("GIF")
        comment = b"!\xfe" + b"\x01a" * MOST_READS + b"\0"
        at = raw.index(b",")
        with pytest.raises(BadPicture) as refused:
            draw(raw[:at] + comment + raw[at:])
        assert refused.value.why == Why.NOT_A_PICTURE

    @settings(max_examples=150)
    @given(st.data())
    def test_a_broken_picture_is_drawn_or_refused(self, data):
        """Never another exception."""
        raw = bytearray(data.draw(st.sampled_from(BROKEN)))
        for _ in range(data.draw(st.integers(1, 8))):
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
        with suppress(BadPicture):
            assert set(draw(bytes(raw))) == set(SIZES)


BROKEN = [picture(kind, size=(20, 14)) for kind in ("PNG", "JPEG", "WEBP", "GIF")]


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Anna Maria Yolkina", "AY"),
        ("анна", "А"),
        ("anna.petrova@example.org", "AP"),
        ("", "?"),
        ("🙂", "?"),
        ("李 小龍", "李小"),
    ],
)
def test_initials(name, initials):
    assert initials_of(name) == initials
