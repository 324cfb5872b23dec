"""The sources of an answer as people read them: each leads to its document or portal where that is known."""

from markupsafe import Markup

from bot.text import Texts
from faq.sources import document_in, parted, pieces

LINK = Markup('<a href="{}">{}</a>')


def listed(say: Texts, sources: tuple[str, ...]) -> Markup:
    """A line each, and how to find a document by its number where one leads to the database of all of them."""
    lines = [say("answers.source", source=linked(source)) for source in sources]
    looked_up = any(document_in(text) and not address for text, address in map(parted, sources))
    return Markup("\n").join([*lines, say("answers.look_up")] if looked_up else lines)


def linked(source: str) -> Markup:
    """One source with its links."""
    return Markup("").join(
        LINK.format(piece.address, piece.text) if piece.address else piece.text for piece in pieces(source)
    )
