"""/thongbao: the last announcements, to read again; and the button under each that pauses its kind."""

import re
from dataclasses import replace
from datetime import timedelta
from functools import partial

from markupsafe import Markup

from bot.broadcasts import rendering
from bot.broadcasts.owner.openness import Reader, may_read
from bot.cases.wording import shortened
from bot.core.clock import local_date
from bot.core.replies import Button, Reply, column
from bot.feature import ButtonRoute, CommandRoute, Feature, Turn
from bot.people import registering
from db import businesses, notices
from db.broadcasts import Broadcast
from db.notices import Notice

WORDS = (
    "thông báo",
    "các thông báo",
    "thông báo mới",
    "thông báo gần đây",
    "thông báo của phường",
    "xem thông báo",
    "xem lại thông báo",
    "tin của phường",
)
KEPT_IN_SIGHT = timedelta(days=90)
PAGE = 5
LABEL = 60


def feature() -> Feature:
    """The routes."""
    return Feature(
        name="reading",
        commands=(CommandRoute("thongbao", show_list, "reading.menu", WORDS),),
        buttons=(
            ButtonRoute("news.older", show_list),
            ButtonRoute("news.read", show),
            ButtonRoute(rendering.PAUSE, pause),
            ButtonRoute("news.again", resume),
        ),
        start_with={"thongbao": show_list},
    )


def show_list(turn: Turn, argument: str) -> None:
    """One page of what concerns the reader, the newest first; behind a button, what is older than the one it names."""
    found = readable(turn)
    at = next((place for place, notice in enumerate(found, start=1) if notice.id == _number(argument)), 0)
    rows = [Button(_label(turn, notice), f"news.read:{notice.id}") for notice in found[at : at + PAGE]]
    if len(found) > at + PAGE:
        rows.append(turn.button("reading.older", f"news.older:{found[at + PAGE - 1].id}"))
    if not businesses.business_of(turn.session, turn.person.id):
        rows.append(registering.offer(turn))
    turn.reply(turn.say("reading.list" if found else "reading.none"), column(rows))


def readable(turn: Turn) -> list[Notice]:
    """What the person may read of the last 90 days, the newest first."""
    reader = reader_of(turn)
    lately = notices.lately(turn.session, turn.now - KEPT_IN_SIGHT)
    known = {notice.id: notice for notice in lately}
    return [each for each in lately if may_read(reader, each, lambda one: known.get(one) or _by_number(turn, one))]


def reader_of(turn: Turn) -> Reader:
    """The person of the turn as a reader."""
    business = businesses.business_of(turn.session, turn.person.id)
    return Reader(
        received=notices.received(turn.session, turn.person.id),
        wanted=businesses.wanted_of(turn.session, turn.person.id),
        registered=business is not None,
        kind=business.kind if business else "",
        trade=business.trade if business else "",
        group=business.neighbourhood if business else "",
    )


def _by_number(turn: Turn, number: int) -> Notice | None:
    return notices.notice(turn.session, number)


def _number(argument: str) -> int:
    return int(argument) if re.fullmatch(r"[0-9]{1,9}", argument) else 0


def number(notice: Notice) -> str:
    """As it stands in the header of the announcement."""
    return f"{notice.number:02}/{notice.year}"


def _label(turn: Turn, notice: Notice) -> str:
    key = "reading.line_edited" if notice.version > 1 else "reading.line"
    day = f"{local_date(notice.started_at):%d/%m}"
    whole = turn.app.say.label(key, number=number(notice), day=day, title=notice.title)
    return shortened(whole, LABEL)


def show(turn: Turn, argument: str) -> None:
    """One announcement as it stands now. What is not the reader's and what does not exist get the same answer."""
    notice = _by_number(turn, _number(argument))
    if notice and may_read(reader_of(turn), notice, partial(_by_number, turn)):
        turn.replies.append(_as_it_stands(turn, turn.session.get_one(Broadcast, notice.id)))
    else:
        turn.reply(turn.say("turn.old_button"))


def _as_it_stands(turn: Turn, broadcast: Broadcast) -> Reply:
    whole = rendering.reply_of(turn.app, broadcast)
    newer = _corrections(turn, broadcast)
    if not newer:
        return whole
    said = Markup("\n\n").join((whole.text, turn.say("reading.corrected")))
    return replace(whole, text=said, rows=(*column(newer), *whole.rows))


def _corrections(turn: Turn, broadcast: Broadcast) -> list[Button]:
    reader = reader_of(turn)
    return [
        turn.button("reading.button_correction", f"news.read:{each.id}", number=number(each))
        for each in notices.corrections(turn.session, broadcast.id)
        if may_read(reader, each, partial(_by_number, turn))
    ]


def pause(turn: Turn, subject: str) -> None:
    """Send no more of this kind to whoever presses, registered or not."""
    if not _is_known(turn, subject):
        turn.reply(turn.say("turn.old_button"))
        return
    businesses.pause(turn.session, turn.person.id, subject, turn.now)
    again = turn.button("reading.button_resume", f"news.again:{subject}")
    turn.reply(turn.say("reading.paused", title=registering.title(turn, subject)), column((again,)))


def resume(turn: Turn, subject: str) -> None:
    """Send them again. For whoever is not registered that only takes the pause back."""
    registered = businesses.business_of(turn.session, turn.person.id) is not None
    known = businesses.known_of(turn.session, turn.person.id)
    if subject not in known and not (registered and _is_known(turn, subject)):
        turn.reply(turn.say("turn.old_button"))
        return
    businesses.resume(turn.session, turn.person.id, subject, turn.now)
    rows = () if registered else column((registering.offer(turn),))
    turn.reply(turn.say("reading.resumed", title=registering.title(turn, subject)), rows)


def _is_known(turn: Turn, subject: str) -> bool:
    """A kind of news, or one that the person has had to do with; anything else was never on a button of ours."""
    if subject == registering.GENERAL or turn.ward.subject(subject) is not None:
        return True
    return subject in businesses.known_of(turn.session, turn.person.id)
