"""Bản đọc loa: an announcement as plain text that is read aloud over the ward's loudspeakers."""

from markupsafe import Markup

from bot.broadcasts.heads import unreached
from bot.broadcasts.heads.aloud import aloud
from bot.broadcasts.heads.visiting import announced
from bot.core.clock import local_date
from bot.core.spoken import day_in_words, in_words
from bot.feature import ButtonRoute, Feature, Turn, Work
from bot.people.staff import EVERYBODY
from db.broadcasts import Broadcast


def feature() -> Feature:
    """The routes."""
    return Feature(name="loudspeaker", buttons=(ButtonRoute(unreached.LOUD, show, roles=EVERYBODY),))


def show(turn: Turn, argument: str) -> None:
    """The text as a message of its own, so that it can be copied and passed on."""
    found = announced(turn, argument)
    if found:
        turn.reply(Markup.escape(text(turn, found[0])))
    else:
        turn.reply(turn.say("turn.old_button"))


def text(work: Work, broadcast: Broadcast) -> str:
    """A greeting, the announcement, its number and unit, whom to ask."""
    say, unit = work.app.say.label, work.ward.unit(broadcast.unit)
    committee = aloud_line(work.ward.names.committee)
    parts = [
        say("loudspeaker.greeting", ward=work.ward.names.ward),
        say(
            "loudspeaker.urgent" if broadcast.urgent else "loudspeaker.title",
            committee=committee,
            title=aloud(broadcast.title),
        ),
        aloud(broadcast.body),
        say(
            "loudspeaker.number",
            number=in_words(broadcast.number),
            year=in_words(broadcast.year),
            day=day_in_words(local_date(broadcast.send_at)),
            unit=aloud_line(unit.name if unit else work.ward.names.committee),
        ),
        _asking(work),
        say("loudspeaker.end"),
    ]
    return "\n\n".join(parts)


def aloud_line(name: str) -> str:
    """A name within a sentence."""
    return aloud(name).rstrip(".")


def _asking(work: Work) -> str:
    contact, say = work.ward.contact, work.app.say.label
    phone = aloud_line(contact.center_phone) if contact.center_phone else ""
    center = aloud_line(work.ward.names.center)
    return say("loudspeaker.ask_phone", center=center, phone=phone) if phone else say("loudspeaker.ask", center=center)
