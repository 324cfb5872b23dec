"""A paper in the layout of Decree 30/2020/NĐ-CP, annex I, as a Word file: values in, bytes out.

Office Open XML (ISO/IEC 29500) is a ZIP of a few small parts, written here as they are, because what the decree lays
down needs no library; the same values are the same bytes.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from bot.papers.plain_text import permitted

FONT = "Times New Roman"
Side = Literal["left", "center", "right", "both"]

EMU = 9525
"""English metric units in a pixel of 1/96 inch."""

QR_PIXELS = 113
"""About 3 cm."""

PAGE = (
    '<w:sectPr><w:headerReference w:type="default" r:id="rId2"/><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1134" w:right="964" w:bottom="1134" w:left="1701" w:header="567" w:footer="567" w:gutter="0"/>'
    "<w:titlePg/></w:sectPr>"
)
"""A4, margins of 20, 17, 20 and 30 mm; the number of the page in the middle of the upper margin, not on the first."""

SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
DAWN = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Run:
    """Letters that look alike."""

    text: str
    bold: bool = False
    italic: bool = False


Paragraph = Sequence[Run]


@dataclass(frozen=True)
class Letter:
    """What stands on the paper. `over` and `issuer` are the lines above the number; `kind` and `title` the heading.

    `signs` are the capacity in which somebody signs, `signer` who. `notes` stand beside that, with the QR code
    (PNG) above them where there is one.
    """

    nation: str
    motto: str
    over: str
    issuer: str
    number: str
    place_and_day: str
    kind: str
    title: str
    text: Sequence[Paragraph]
    signs: str
    signer: str
    notes: Sequence[Paragraph] = ()
    qr: bytes = b""


def docx(letter: Letter) -> bytes:
    """The file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _parts(letter):
            entry = zipfile.ZipInfo(name, DAWN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return packed.getvalue()


def _parts(letter: Letter) -> Iterable[tuple[str, str | bytes]]:
    yield "[Content_Types].xml", CONTENT_TYPES
    yield "_rels/.rels", _relations([("rId1", "officeDocument", "word/document.xml")])
    related = [("rId1", "styles", "styles.xml"), ("rId2", "header", "header1.xml")]
    if letter.qr:
        related.append(("rId3", "image", "media/qr.png"))
        yield "word/media/qr.png", letter.qr
    yield "word/_rels/document.xml.rels", _relations(related)
    yield "word/styles.xml", STYLES
    yield "word/header1.xml", HEADER
    yield "word/document.xml", f"{XML}<w:document {SPACES}><w:body>{_body(letter)}{PAGE}</w:body></w:document>"


def _body(letter: Letter) -> str:
    text = [*letter.text[:-1], _ended(letter.text[-1])] if letter.text else []
    parts = [
        _table([(4000, _issuer(letter)), (5241, _nation(letter))]),
        _line(letter.kind, size=28, bold=True, before=240),
        _ruled(letter.title, size=28, part=0.4),
        *(_paragraph(each, size=28, side="both", first=720, after=120) for each in text),
        _line("", size=12),
        _table([(4621, _beside(letter)), (4620, _signature(letter))]),
        _line("", size=12),
    ]
    return "".join(parts)


def _ended(last: Paragraph) -> Paragraph:
    """The text of a paper ends with "./." in the place of its full stop."""
    *before, run = last
    return [*before, replace(run, text=run.text.rstrip(" .")), Run("./.")]


def _issuer(letter: Letter) -> str:
    over = _line(letter.over, size=24) if letter.over else ""
    return over + _ruled(letter.issuer, size=24, part=0.4, room=4000) + _line(letter.number, size=26)


def _nation(letter: Letter) -> str:
    # The rule under the motto is as long as the motto: 0.76 of the room that the heading has beside the issuer.
    above = _line(letter.nation, size=24, bold=True)
    motto = _ruled(letter.motto, size=26, part=0.62, room=5241)
    return above + motto + _line(letter.place_and_day, size=26, italic=True)


def _beside(letter: Letter) -> str:
    picture = _picture() if letter.qr else ""
    return picture + "".join(_paragraph(note, size=22, side="left") for note in letter.notes) or _line("")


def _signature(letter: Letter) -> str:
    blank = "".join(_line("", size=28) for _ in range(3))
    return _line(letter.signs, size=26, bold=True) + blank + _line(letter.signer, size=28, bold=True)


def _line(text: str, *, size: int = 28, bold: bool = False, italic: bool = False, before: int = 0) -> str:
    return _paragraph([Run(text, bold, italic)], size=size, side="center", before=before)


def _ruled(text: str, *, size: int, part: float, room: int = 9241) -> str:
    """A bold line with a rule under its middle, of that part of the room (in twentieths of a point)."""
    aside = round(room * (1 - part) / 2)
    rule = '<w:pBdr><w:top w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>'
    ruled = (
        f'<w:p><w:pPr>{rule}<w:spacing w:before="20" w:after="80" w:line="120" w:lineRule="exact"/>'
        f'<w:ind w:left="{aside}" w:right="{aside}"/></w:pPr></w:p>'
    )
    return _line(text, size=size, bold=True) + ruled


def _paragraph(runs: Paragraph, *, size: int, side: Side, first: int = 0, before: int = 0, after: int = 0) -> str:
    """A paragraph; sizes in half points, the rest in twentieths of a point."""
    indent = f'<w:ind w:firstLine="{first}"/>' if first else ""
    spacing = f'<w:spacing w:before="{before}" w:after="{after}"/>'
    written = "".join(_run(run, size) for run in runs if run.text)
    return f'<w:p><w:pPr>{spacing}{indent}<w:jc w:val="{side}"/></w:pPr>{written}</w:p>'


def _run(run: Run, size: int) -> str:
    marks = ("<w:b/>" if run.bold else "") + ("<w:i/>" if run.italic else "")
    text = escape(permitted(run.text).replace("\n", " "))
    return (
        f'<w:r><w:rPr>{marks}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
        f'<w:t xml:space="preserve">{text}</w:t></w:r>'
    )


def _table(columns: Sequence[tuple[int, str]]) -> str:
    """Columns without lines between them, so many twentieths of a point wide."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width, _ in columns)
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{content}</w:tc>' for width, content in columns
    )
    total = sum(width for width, _ in columns)
    look = f'<w:tblPr><w:tblW w:w="{total}" w:type="dxa"/><w:tblLayout w:type="fixed"/>{NO_PADDING}</w:tblPr>'
    return f"<w:tbl>{look}<w:tblGrid>{grid}</w:tblGrid><w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr></w:tbl>"


NO_PADDING = '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>'


def _picture() -> str:
    size = QR_PIXELS * EMU
    extent = f'cx="{size}" cy="{size}"'
    fill = '<pic:blipFill><a:blip r:embed="rId3"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
    shape = (
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {extent}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
    )
    names = '<pic:nvPicPr><pic:cNvPr id="1" name="QR"/><pic:cNvPicPr/></pic:nvPicPr>'
    data = "http://schemas.openxmlformats.org/drawingml/2006/picture"
    picture = f"<pic:pic>{names}{fill}{shape}</pic:pic>"
    graphic = f"<a:graphic><a:graphicData uri={quoteattr(data)}>{picture}</a:graphicData></a:graphic>"
    inline = f'<wp:inline><wp:extent {extent}/><wp:docPr id="1" name="QR" descr="QR"/>{graphic}</wp:inline>'
    return f"<w:p><w:r><w:drawing>{inline}</w:drawing></w:r></w:p>"


def _relations(rows: Iterable[tuple[str, str, str]]) -> str:
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    listed = "".join(f'<Relationship Id="{name}" Type="{kinds}/{kind}" Target="{to}"/>' for name, kind, to in rows)
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{XML}<Relationships xmlns="{space}">{listed}</Relationships>'


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
CONTENT_TYPES = (
    f'{XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_WORD}.styles+xml"/>'
    f'<Override PartName="/word/header1.xml" ContentType="{_WORD}.header+xml"/></Types>'
)
STYLES = (
    f"{XML}<w:styles {SPACES}><w:docDefaults><w:rPrDefault><w:rPr>"
    f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:cs="{FONT}" w:eastAsia="{FONT}"/>'
    '<w:sz w:val="28"/><w:szCs w:val="28"/><w:lang w:val="vi-VN"/></w:rPr></w:rPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style></w:styles>'
)
HEADER = (
    f'{XML}<w:hdr {SPACES}><w:p><w:pPr><w:jc w:val="center"/></w:pPr>'
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:hdr>'
)
