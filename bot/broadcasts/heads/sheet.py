"""Bản in A4: an announcement as a paper to be posted, in the layout of the offices."""

from datetime import date
from html.parser import HTMLParser

from bot.core.clock import local_date
from bot.papers import qr
from bot.papers.letter import Letter, Paragraph, Run
from bot.text import Texts
from bot.ward import Ward
from db.broadcasts import Broadcast


def letter(say: Texts, ward: Ward, broadcast: Broadcast, link: str) -> Letter:
    """What stands on it; `link` is an address at which its code is checked, empty where the channel has none."""
    unit = ward.unit(broadcast.unit)
    issuer = unit.name if unit else ward.names.committee
    return Letter(
        nation=say.label("sheet.nation"),
        motto=say.label("sheet.motto"),
        over=_full(say, ward).upper(),
        issuer=(issuer if unit else "").upper() or _full(say, ward).upper(),
        number=say.label("sheet.number", number=f"{broadcast.number:02}/{broadcast.year}"),
        place_and_day=_place_and_day(say, ward, local_date(broadcast.send_at)),
        kind=say.label("sheet.kind_urgent" if broadcast.urgent else "sheet.kind"),
        title=broadcast.title,
        text=paragraphs(broadcast.body),
        signs=(unit.name if unit else ward.names.committee).upper(),
        signer=broadcast.signer,
        notes=[[Run(line)] for line in _notes(say, ward, broadcast, link)],
        qr=qr.png(link) if link else b"",
    )


def _full(say: Texts, ward: Ward) -> str:
    return ward.names.committee.replace("UBND", say.label("sheet.committee"))


def _place_and_day(say: Texts, ward: Ward, day: date) -> str:
    """The name of the ward without its kind; days below 10 and the first two months have two digits (Decree 30)."""
    place = ward.names.ward.partition(" ")[2] or ward.names.ward
    month = f"{day.month:02}" if day.month <= 2 else str(day.month)
    return say.label("sheet.place_and_day", place=place, day=f"{day:%d}", month=month, year=day.year)


def _notes(say: Texts, ward: Ward, broadcast: Broadcast, link: str) -> list[str]:
    contact = ward.contact
    key = "sheet.check_link" if link else "sheet.check"
    asked = ", ".join(part for part in (ward.names.center, contact.center_address, contact.center_phone) if part)
    corrected = [say.label("sheet.corrected")] if broadcast.version > 1 else []
    copy = say.label("sheet.copy")
    return [*corrected, say.label(key, proof=broadcast.proof), say.label("sheet.ask", where=asked), copy]


class _Reader(HTMLParser):
    """Small HTML as paragraphs of runs; the address of a link stands behind its words, because paper has no links."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[list[Run]] = [[]]
        self.open: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            self.open.remove(tag)
        if tag == "a" and self.links:
            address = self.links.pop()
            if address and address not in "".join(run.text for run in self.found[-1]):
                self.found[-1].append(Run(f" ({address})"))

    def handle_data(self, data: str) -> None:
        first, *rest = data.split("\n")
        self._put(first)
        for line in rest:
            self.found.append([])
            self._put(line)

    def _put(self, text: str) -> None:
        if text:
            self.found[-1].append(Run(text, "b" in self.open, "i" in self.open))


def paragraphs(html: str) -> list[Paragraph]:
    """The text of an announcement; empty lines are left out."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return [runs for runs in reader.found if "".join(run.text for run in runs).strip()]
