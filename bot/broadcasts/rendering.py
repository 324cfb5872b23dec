"""How an announcement looks when it arrives: number, title, text, who signs, the code that proves it."""

from markupsafe import Markup

from bot.core.clock import VIETNAM, in_words, local_date
from bot.core.replies import Button, Document, Reply, column
from bot.feature import App
from db.broadcasts import Broadcast

PAUSE = "notice.pause"
"""The button under each announcement; the subject stands behind a colon."""

KEPT = 16
"""Announcements that are kept as rendered: those that go out at the same time."""


def reply_of(app: App, broadcast: Broadcast) -> Reply:
    """The announcement as it stands, the same for all; one that is not submitted yet has no number and no code."""
    say, ward = app.say, app.profile()
    unit = ward.unit(broadcast.unit)
    lines = (
        _header(app, broadcast),
        say("notice.title", title=broadcast.title),
        Markup(broadcast.body),  # noqa: S704 - checked markup since it was written
        say("notice.signed", unit=unit.name if unit else ward.names.committee, signer=broadcast.signer),
        _footer(app, broadcast),
    )
    kind = app.routes.notices.get(broadcast.kind)
    pause = column([Button(say.label("notice.pause"), f"{PAUSE}:{broadcast.subject}")])
    rows = (*kind.rows(app, broadcast), *pause) if kind else pause
    file = None
    if broadcast.file_sha:
        sent_as = "photo" if broadcast.file_kind == "photo" else "document"
        file = Document(broadcast.file_sha, broadcast.file_name, sent_as)  # type: ignore[arg-type]  # one of the two
    return Reply(Markup("\n\n").join(line for line in lines if line), rows, file)


def _header(app: App, broadcast: Broadcast) -> Markup:
    kind = app.routes.notices.get(broadcast.kind)
    key = kind.header if kind else "notice.header_urgent" if broadcast.urgent else "notice.header"
    number = f"{broadcast.number:02}/{broadcast.year}" if broadcast.number else "…"
    return app.say(key, number=number, committee=app.profile().names.committee)


def _footer(app: App, broadcast: Broadcast) -> Markup:
    """The day and the code; a corrected one says since when it is."""
    said = {"day": in_words(local_date(broadcast.send_at)), "proof": broadcast.proof or "…"}
    if broadcast.version == 1 or broadcast.edited_at is None:
        return app.say("notice.footer", **said)
    at = broadcast.edited_at.astimezone(VIETNAM)
    edited = app.say.label("notice.edited", hour=f"{at:%H}", minute=f"{at:%M}", day=in_words(at.date()))
    return app.say("notice.footer_corrected", edited=edited, **said)


class Rendering:
    """Renders each version of an announcement once, outside of any transaction of those who send."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._kept: dict[tuple[int, int], Reply] = {}

    def known(self, broadcast_id: int, version: int) -> Reply | None:
        """What was rendered of that version before."""
        return self._kept.get((broadcast_id, version))

    def of(self, broadcast_id: int) -> Reply:
        """Render it as it stands in the database now."""
        with self._app.database.read() as session:
            broadcast = session.get_one(Broadcast, broadcast_id)
        reply = reply_of(self._app, broadcast)
        if len(self._kept) >= KEPT:
            self._kept.clear()
        self._kept[broadcast_id, broadcast.version] = reply
        return reply
