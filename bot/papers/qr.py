"""QR codes as pictures."""

import io

import segno

SCALE = 8
"""Pixels a module: large enough to be scanned off a phone's screen, and off a sheet of paper."""

BORDER = 4
"""Modules of white around the code, as ISO/IEC 18004 asks for."""


def png(text: str) -> bytes:
    """The text as the smallest QR code, black on white; the same text is the same bytes.

    Raises ValueError for more than a code of this strength holds: 2,331 bytes (ISO/IEC 18004, version 40-M).
    """
    picture = io.BytesIO()
    segno.make(text, error="m", micro=False).save(picture, kind="png", scale=SCALE, border=BORDER)
    return picture.getvalue()
