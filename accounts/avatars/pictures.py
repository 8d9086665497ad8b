"""What somebody sends as her picture, made into squares of ours: known by its content, drawn anew."""

from enum import StrEnum
from io import BytesIO
from threading import Lock
from typing import Final

from PIL import Image, ImageOps, WebPImagePlugin

SIZES: Final = (256, 64)
MOST_BYTES: Final = 5 * 1024 * 1024
MOST_PIXELS: Final = 25_000_000
"""A little more than phones take; drawn, that is 100 MB."""
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
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


def draw(raw: bytes) -> dict[int, bytes]:
    """The middle of a picture as WebP squares of SIZES; of an animation the first frame. Raises BadPicture."""
    if len(raw) > MOST_BYTES:
        raise BadPicture(Why.TOO_LARGE)
    with _ONE_AT_A_TIME:
        try:
            square = _square(raw)
        except BadPicture:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise BadPicture(Why.TOO_MANY_PIXELS) from error
        except Exception as error:
            # Decoders of broken pictures raise whatever they meet.
            raise BadPicture(Why.NOT_A_PICTURE) from error
        return {size: _webp(square, size) for size in SIZES}


def _square(raw: bytes) -> Image.Image:
    with Image.open(BytesIO(raw), formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise BadPicture(Why.TOO_MANY_PIXELS)
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
