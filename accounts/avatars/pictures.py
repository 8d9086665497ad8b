"""What somebody sends as her picture, made into squares of ours: known by its content, drawn anew."""

from enum import StrEnum
from io import BytesIO
from threading import Lock
from typing import Final

from PIL import Image, ImageOps, JpegImagePlugin, WebPImagePlugin

SIZES: Final = (256, 64)
MOST_BYTES: Final = 5 * 1024 * 1024
MOST_PIXELS: Final = 25_000_000
"""A little more than phones take; drawn, that is 100 MB."""
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
MOST_SCANS: Final = 60
"""Of a JPEG: a progressive one has ten or so, and each is a walk over all its pixels, however few its bytes."""
START_OF_SCAN: Final = b"\xff\xda"
"""In a JPEG's pixels FF is followed by 00 or a restart, so this stands before each scan, and hardly elsewhere."""
MOST_READS: Final = 20_000
"""Of a file, piece by piece: some for each chunk of a PNG or block of a GIF, of which one of pixels has 8 KB or so."""
MOST_WAIT: Final = 2
"""Seconds to wait for another picture to be drawn."""
QUALITY: Final = 85
Image.preinit()
if WebPImagePlugin.WebPImageFile.format not in Image.OPEN:
    raise ImportError("Pillow was built without WebP")
_ONE_AT_A_TIME: Final = Lock()
"""So that a process never holds more than one large picture."""


class Why(StrEnum):
    TOO_LARGE = "too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    NOT_A_PICTURE = "not_a_picture"


class BadPicture(ValueError):
    """No picture can be made of it, for a reason."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


class Busy(TimeoutError):
    """Other pictures are being drawn: the same will do in a moment."""


class _Pieces(BytesIO):
    """What was sent, for decoders to read in so many pieces at most. Raises BadPicture."""

    reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.reads += 1
        if self.reads > MOST_READS:
            raise BadPicture(Why.NOT_A_PICTURE)
        return super().read(size)


def draw(raw: bytes) -> dict[int, bytes]:
    """The middle of a picture as WebP squares of SIZES; of an animation the first frame. Raises BadPicture or Busy."""
    if len(raw) > MOST_BYTES:
        raise BadPicture(Why.TOO_LARGE)
    if not _ONE_AT_A_TIME.acquire(timeout=MOST_WAIT):
        raise Busy
    try:
        square = _square(raw)
        return {size: _webp(square, size) for size in SIZES}
    except BadPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadPicture(Why.TOO_MANY_PIXELS) from error
    except Exception as error:
        # Decoders of broken pictures raise whatever they meet.
        raise BadPicture(Why.NOT_A_PICTURE) from error
    finally:
        _ONE_AT_A_TIME.release()


def _square(raw: bytes) -> Image.Image:
    with Image.open(_Pieces(raw), formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise BadPicture(Why.TOO_MANY_PIXELS)
        if isinstance(picture, JpegImagePlugin.JpegImageFile) and raw.count(START_OF_SCAN) > MOST_SCANS:
            raise BadPicture(Why.NOT_A_PICTURE)
        side = max(SIZES)
        # A large JPEG is read at an eighth, a quarter or a half.
        picture.draft(None, (2 * side, 2 * side))
        picture.load()
        is_clear = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
        colors = picture.convert("RGBA" if is_clear else "RGB")
        upright = ImageOps.exif_transpose(ImageOps.fit(colors, (side, side), Image.Resampling.LANCZOS))
        # Nothing but its colors: no place, no camera, no words.
        return Image.frombytes(upright.mode, upright.size, upright.tobytes())


def _webp(square: Image.Image, size: int) -> bytes:
    file = BytesIO()
    square.resize((size, size), Image.Resampling.LANCZOS).save(file, "WEBP", quality=QUALITY)
    return file.getvalue()
