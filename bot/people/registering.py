"""/dangky: somebody registers for news of the ward, chooses of what, and changes or ends it."""

from collections.abc import Callable

from markupsafe import Markup

from bot import dialogue
from bot.core.flow import Answers, Value
from bot.core.replies import Button, Reply, Rows, column
from bot.feature import ButtonRoute, CommandRoute, Feature, FlowRoute, Turn
from bot.people.in_place import put_in_place
from bot.people.register_flow import CHANGEABLE, CHANGES, KINDS, NAME, Questions, consent_version
from bot.ward import Ward
from db import businesses
from db.businesses import Business
from db.drafts import DraftRow
from db.people import Consent

WORDS = (
    "đăng ký",
    "đăng ký nhận tin",
    "đăng ký nhận thông báo",
    "đăng ký nhận tin của phường",
    "tôi muốn đăng ký nhận tin",
    "nhận tin",
    "nhận thông báo",
    "tin đang nhận",
)
WORDS_OF_END = (
    "thôi nhận tin",
    "thôi nhận thông báo",
    "dừng nhận tin",
    "ngừng nhận tin",
    "hủy nhận tin",
    "hủy đăng ký nhận tin",
    "không nhận tin nữa",
    "đừng gửi tin nữa",
    "tắt thông báo",
)
GENERAL = ""
"""The subject of what concerns everybody."""


def feature(profile: Callable[[], Ward]) -> Feature:
    """The routes of this feature."""
    return Feature(
        name="registering",
        commands=(
            CommandRoute("dangky", start, "registering.menu", WORDS),
            CommandRoute("thoinhantin", end, words=WORDS_OF_END),
        ),
        buttons=(
            ButtonRoute("news.register", start),
            ButtonRoute("news.list", show_subjects),
            ButtonRoute("news.on", turn_on),
            ButtonRoute("news.off", turn_off),
            ButtonRoute("news.all", turn_on_all),
            ButtonRoute("news.done", chosen),
            ButtonRoute("news.change", change),
            ButtonRoute("news.end", end),
        ),
        flows=(FlowRoute(Questions(profile).flow(), done, answered=answered),),
        start_with={"dangky": start},
    )


def offer(turn: Turn) -> Button:
    """The way to /dangky, which says whether somebody is registered already."""
    known = businesses.business_of(turn.session, turn.person.id)
    return turn.button("registering.button_known" if known else "registering.button", "news.register")


def start(turn: Turn, _argument: str) -> None:
    """Register, or show what is on; nobody is asked again who agreed to the notice as it is now."""
    business = businesses.business_of(turn.session, turn.person.id)
    agreed = _agreed(turn)
    if business is None:
        dialogue.start(turn, NAME, agreed)
    elif not agreed:
        dialogue.start(turn, NAME, {CHANGES: "consent"})
    else:
        turn.replies.append(_card(turn, business))


def _agreed(turn: Turn) -> dict[str, Value]:
    version = consent_version(turn.ward)
    return {"consent": version} if turn.session.get(Consent, (turn.person.id, version)) else {}


def answered(turn: Turn, draft: DraftRow, question: str) -> None:
    """The consent does not wait until the rest is told."""
    if question != "consent":
        return
    version = str(draft.answers["consent"])
    if turn.session.get(Consent, (turn.person.id, version)) is None:
        turn.session.add(Consent(person_id=turn.person.id, version=version, at=turn.now))


def done(turn: Turn, _draft: DraftRow, answers: Answers) -> None:
    """What was told is kept; who is new gets the general news, and chooses of what else."""
    new = businesses.business_of(turn.session, turn.person.id) is None
    asked = CHANGEABLE if answers.get(CHANGES) is None else (str(answers[CHANGES]),)
    told = {name: str(answers[name] or "") for name in asked if name in CHANGEABLE and name in answers}
    business = businesses.register(turn.session, turn.person.id, turn.now, **told)
    if new:
        _begin(turn)
    else:
        turn.replies.append(_card(turn, business))


def _begin(turn: Turn) -> None:
    """Whoever paused the general news before they registered asked for that: it stays so, and is said."""
    businesses.subscribe(turn.session, turn.person.id, GENERAL, turn.now)
    quiet = GENERAL not in businesses.wanted_of(turn.session, turn.person.id)
    said = turn.say("registering.registered_quiet" if quiet else "registering.registered")
    subjects = _subjects(turn)
    turn.reply(Markup("\n\n").join((said, subjects.text)), subjects.rows)


def change(turn: Turn, argument: str) -> None:
    """Ask one thing again."""
    if _registered(turn) and argument in CHANGEABLE:
        dialogue.start(turn, NAME, {**_agreed(turn), CHANGES: argument})
    else:
        start(turn, "")


def show_subjects(turn: Turn, _argument: str) -> None:
    """The subjects, each with whether its news are wanted."""
    if _registered(turn):
        put_in_place(turn, _subjects(turn))
    else:
        start(turn, "")


def turn_on(turn: Turn, subject: str) -> None:
    """Want the news of one subject. The button says what it does, so that a second press of it does no more."""
    _switch(turn, subject, businesses.resume)


def turn_off(turn: Turn, subject: str) -> None:
    """Pause the news of one subject."""
    _switch(turn, subject, businesses.pause)


def _switch(turn: Turn, subject: str, switch: Callable[..., None]) -> None:
    if not _registered(turn):
        start(turn, "")
    elif subject not in _offered(turn):
        turn.reply(turn.say("turn.old_button"))
    else:
        switch(turn.session, turn.person.id, subject, turn.now)
        put_in_place(turn, _subjects(turn))


def turn_on_all(turn: Turn, _argument: str) -> None:
    """Want all news, also those that were paused: it is asked for."""
    if not _registered(turn):
        start(turn, "")
        return
    for subject in _offered(turn):
        businesses.resume(turn.session, turn.person.id, subject, turn.now)
    put_in_place(turn, _subjects(turn))


def chosen(turn: Turn, _argument: str) -> None:
    """The list is as it should be: show what is on."""
    business = businesses.business_of(turn.session, turn.person.id)
    if business:
        put_in_place(turn, _card(turn, business))
    else:
        start(turn, "")


def end(turn: Turn, _argument: str) -> None:
    """No more news of any kind, for whoever is registered and whoever is not; what was told stays known."""
    businesses.pause_all(turn.session, turn.person.id, turn.now)
    again = turn.button("registering.button_again", "news.list")
    turn.reply(turn.say("registering.ended"), column((again,)))


def _registered(turn: Turn) -> bool:
    return businesses.business_of(turn.session, turn.person.id) is not None


def title(turn: Turn, subject: str) -> str:
    """What people read of a subject; one that the profile has no more is named by nothing."""
    known = turn.ward.subject(subject)
    if subject == GENERAL:
        return turn.app.say.label("registering.general")
    return known.title if known else turn.app.say.label("registering.some")


def _offered(turn: Turn) -> list[str]:
    """What can be chosen, and what was chosen once and is still in the profile."""
    known = businesses.known_of(turn.session, turn.person.id)
    news = [GENERAL, *(subject.id for subject in turn.ward.news())]
    return [*news, *(name for name in sorted(known) if name not in news and turn.ward.subject(name))]


def _subjects(turn: Turn) -> Reply:
    wanted = businesses.wanted_of(turn.session, turn.person.id)
    lines = [_line(turn, subject, on=subject in wanted) for subject in _offered(turn)]
    below = (turn.button("registering.button_all", "news.all"), turn.button("registering.button_done", "news.done"))
    return Reply(turn.say("registering.subjects"), (*column(lines), below))


def _line(turn: Turn, subject: str, *, on: bool) -> Button:
    name = title(turn, subject)
    if on:
        return turn.button("registering.on", f"news.off:{subject}", title=name)
    return turn.button("registering.off", f"news.on:{subject}", title=name)


def _card(turn: Turn, business: Business) -> Reply:
    wanted = businesses.wanted_of(turn.session, turn.person.id)
    news = [title(turn, subject) for subject in _offered(turn) if subject in wanted]
    lines = [
        *(turn.say("flow.line", title=_short(turn, name), value=value) for name, value in _told(turn, business)),
        turn.say("registering.news", titles="; ".join(news)) if news else turn.say("registering.no_news"),
    ]
    return Reply(turn.say("registering.card", lines=Markup("\n").join(lines)), _ways(turn, on=bool(news)))


def _told(turn: Turn, business: Business) -> list[tuple[str, str]]:
    """What somebody told, by question; what the profile does not ask, or has no more, is left out."""
    trade, group = turn.ward.trade(business.trade), turn.ward.group(business.neighbourhood)
    told = [
        ("kind", turn.app.say.label(KINDS[business.kind])),
        ("trade", trade.title if trade else ""),
        ("neighbourhood", group.name if group else ""),
        ("name", business.name),
    ]
    return [(name, value) for name, value in told if value]


def _short(turn: Turn, name: str) -> str:
    return turn.app.say.label(f"flow.{NAME}.{name}_short")


def _ways(turn: Turn, *, on: bool) -> Rows:
    asked = {"trade": bool(turn.ward.trades), "neighbourhood": bool(turn.ward.groups)}
    changes = [
        turn.button("flow.change", f"news.change:{name}", title=_short(turn, name))
        for name in CHANGEABLE
        if asked.get(name, True)
    ]
    ended = (turn.button("registering.button_end", "news.end"),) if on else ()
    return column((turn.button("registering.button_subjects", "news.list"), *changes, *ended))
