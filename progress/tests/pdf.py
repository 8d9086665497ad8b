import io

from pypdf import PdfReader


def text_of(pdf: bytes) -> str:
    return PdfReader(io.BytesIO(pdf)).pages[0].extract_text().replace("\u00a0", " ")
