"""QR codes: the picture holds exactly the modules that the standard's encoder gives."""

import struct
import zlib

import pytest
import segno

from bot.papers.qr import BORDER, SCALE, png

LINK = "https://t.me/viethoa_bot?start=nhan_4F7K2M9Q"


def chunks(picture: bytes) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    at = len(b"\x89PNG\r\n\x1a\n")
    while at < len(picture):
        length, kind = struct.unpack(">I4s", picture[at : at + 8])
        found[kind] = found.get(kind, b"") + picture[at + 8 : at + 8 + length]
        at += length + 12
    return found


def scanlines(packed: bytes, side: int) -> list[bytes]:
    """The bits of each line; of the filters of PNG only None and Up are known here."""
    raw, width = zlib.decompress(packed), (side + 7) // 8 + 1
    lines = [bytes(width - 1)]
    for at in range(0, len(raw), width):
        above = lines[-1] if {0: False, 2: True}[raw[at]] else bytes(width - 1)
        lines.append(bytes((one + two) % 256 for one, two in zip(raw[at + 1 : at + width], above, strict=True)))
    return lines[1:]


def modules(picture: bytes) -> list[list[int]]:
    """The code as the picture shows it, a value a module, 1 = black, its border cut off."""
    parts = chunks(picture)
    side, height, depth, colour = struct.unpack(">IIBB", parts[b"IHDR"][:10])
    assert (height, depth, colour) == (side, 1, 0)
    white = [[line[x // 8] >> (7 - x % 8) & 1 for x in range(side)] for line in scanlines(parts[b"IDAT"], side)]
    inner = range(BORDER * SCALE, side - BORDER * SCALE, SCALE)
    assert all(white[y][x] for y in range(side) for x in range(side) if min(x, y) < BORDER * SCALE)
    return [[1 - white[y][x] for x in inner] for y in inner]


@pytest.mark.parametrize("text", [LINK, "VH-2026-0001", "Phường Việt Hòa", "1", "x" * 2_000])
def test_the_picture_is_the_code(text: str) -> None:
    expected = segno.make(text, error="m", micro=False)
    assert modules(png(text)) == [list(row) for row in expected.matrix]


def test_it_is_large_enough_to_scan_and_small_enough_to_send() -> None:
    side = struct.unpack(">I", chunks(png(LINK))[b"IHDR"][:4])[0]
    assert side == (segno.make(LINK, error="m", micro=False).symbol_size(border=BORDER)[0]) * SCALE
    assert len(png(LINK)) < 10_000


def test_the_same_text_is_the_same_picture() -> None:
    assert png(LINK) == png(LINK)
    assert png(LINK) != png(LINK + "x")


def test_what_no_code_holds() -> None:
    with pytest.raises(ValueError, match="too large"):
        png("x" * 3_000)
