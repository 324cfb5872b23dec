"""The dossiers in the chat: a case is forwarded, /hoso shows what authorities owe, an answer is typed once."""

import re
from collections.abc import Callable

from markupsafe import Markup

from bot import dialogue
from bot.cases import forwarding, gathering, wording
from bot.cases.actor import actor_of
from bot.cases.answering import basis
from bot.cases.forwarding import LONGEST, line, named, not_any_more, open_dossier, standing
from bot.cases.gathering import Folder
from bot.cases.notices import open_button
from bot.cases.rules import Actor
from bot.cases.substance import is_substance
from bot.core.accept import words, written
from bot.core.clock import in_words, local_date
from bot.core.events import What
from bot.core.flow import Answers, Flow, Invalid, Question, Value, invalid
from bot.core.replies import Button, Reply, Rows, column
from bot.feature import ButtonRoute, CommandRoute, Feature, FlowRoute, Turn
from bot.ward import Ward
from db import dossiers
from db.cases import Case
from db.dossiers import Dossier
from db.drafts import DraftRow
from db.staff import Role, Staff, with_role

SENT, ANSWER = "dossier_sent", "dossier_answer"
ON_A_PAGE = 8
MOST_SHOWN = 20
LONGEST_BASIS = 300


def feature(profile: Callable[[], Ward]) -> Feature:
    """The routes of this feature; the dialogue offers the authorities of the profile."""
    readers = gathering.READERS
    return Feature(
        name="dossiers",
        commands=(CommandRoute("hoso", listing, "dossiers.menu", ("hồ sơ chuyển cấp trên",), roles=readers),),
        buttons=(
            ButtonRoute("case.forward", forwarding.ask_forward, roles=frozenset(Role)),
            ButtonRoute("dossier.page", listing, roles=readers),
            ButtonRoute("dossier.open", show, roles=readers),
            ButtonRoute("dossier.more", forwarding.offer_more, roles=readers),
            ButtonRoute("dossier.put", forwarding.ask_put, roles=readers),
            ButtonRoute("dossier.sent", ask_sent, roles=readers),
            ButtonRoute("dossier.answer", ask_answer, roles=readers),
            ButtonRoute("dossier.approve", approve, roles=frozenset({Role.LEADER})),
            ButtonRoute("dossier.end", end, roles=readers),
        ),
        flows=(
            FlowRoute(forwarding.forward_flow(profile), forwarding.forwarded),
            FlowRoute(Flow(SENT, (Question("reference", written(LONGEST_BASIS), free=True),)), was_sent),
            FlowRoute(_answer_flow(), was_answered),
        ),
    )


def _answer_flow() -> Flow:
    text = Question("text", substance, free=True)
    return Flow(ANSWER, (text, Question("basis", basis(LONGEST_BASIS), free=True)))


def substance(what: What) -> Value | Invalid:
    """An answer that says something."""
    text = words(LONGEST)(what)
    return invalid("dossiers.no_substance") if isinstance(text, str) and not is_substance(text) else text


def listing(turn: Turn, argument: str) -> None:
    """/hoso: what authorities still owe an answer to, the most urgent first."""
    folders = gathering.unanswered(turn, actor_of(turn))
    pages = max(1, -(-len(folders) // ON_A_PAGE))
    page = min(int(argument), pages) if re.fullmatch("[1-9][0-9]{0,3}", argument) else 1
    shown = folders[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    buttons = [Button(line(turn, folder), f"dossier.open:{folder.dossier.id}") for folder in shown]
    turning = [("dossiers.button_previous", page - 1)] * (page > 1) + [("dossiers.button_next", page + 1)] * (
        page < pages
    )
    rows = (*column(buttons), tuple(turn.button(key, f"dossier.page:{at}") for key, at in turning))
    said = turn.say("dossiers.list", count=len(folders)) if folders else turn.say("dossiers.none")
    turn.reply(said, tuple(row for row in rows if row))


def show(turn: Turn, argument: str) -> None:
    """A dossier: to whom, until when, its cases, and what can be done now."""
    if folder := named(turn, argument):
        _show(turn, folder)


def _show(turn: Turn, folder: Folder) -> None:
    actor, dossier = actor_of(turn), folder.dossier
    maker = turn.session.get_one(Staff, dossier.made_by)
    seen = gathering.shown(actor, folder)
    lines = [
        turn.say(
            "dossiers.card",
            code=dossier.code,
            authority=wording.authority(turn, dossier.authority),
            maker=maker.name,
            day=in_words(local_date(dossier.created_at)),
            deadline=wording.deadline(turn, dossier.due_on),
        ),
        _state(turn, folder),
        *_sent_line(turn, folder),
        turn.say("dossiers.cases", count=len(folder.cases)),
        *(_case_line(turn, case) for case in seen[:MOST_SHOWN]),
    ]
    if len(folder.cases) > len(seen[:MOST_SHOWN]):
        lines.append(turn.say("dossiers.others", count=len(folder.cases) - len(seen[:MOST_SHOWN])))
    opened = [open_button(turn, case) for case in seen[:MOST_SHOWN]]
    turn.reply(Markup("\n").join(lines), (*_acts(turn, actor, folder), *column(opened)))


def _state(turn: Turn, folder: Folder) -> Markup:
    answered = folder.dossier.answered_at
    if answered:
        return turn.say("dossiers.answered_on", day=in_words(local_date(answered)))
    return turn.say("dossiers.waits", standing=standing(turn, folder.dossier))


def _sent_line(turn: Turn, folder: Folder) -> list[Markup]:
    event = dossiers.last_sent(turn.session, folder.dossier, [case.id for case in folder.cases])
    return [turn.say("dossiers.sent_line", reference=event.data["reference"])] if event else []


def _case_line(turn: Turn, case: Case) -> Markup:
    status, summary = wording.status(turn, case), wording.shortened(case.text)
    return turn.say("dossiers.case_line", code=case.code, status=status, summary=summary)


def _acts(turn: Turn, actor: Actor, folder: Folder) -> Rows:
    number, keys = folder.dossier.id, []
    if folder.waiting and gathering.handles(turn, actor, folder):
        keys += [("dossiers.button_answer", "dossier.answer"), ("dossiers.button_sent", "dossier.sent")]
    if gathering.accepts(turn, folder):
        keys.append(("dossiers.button_more", "dossier.more"))
    if not folder.waiting and gathering.handles(turn, actor, folder):
        keys.append(("dossiers.button_end", "dossier.end"))
    return column(turn.button(key, f"{route}:{number}") for key, route in keys)


def _handled(turn: Turn, argument: str) -> Folder | None:
    """The dossier if the person may act on it now; what they hear otherwise tells them nothing new."""
    folder = named(turn, argument)
    if folder is None or gathering.handles(turn, actor_of(turn), folder):
        return folder
    turn.reply(turn.say("dossiers.not_yours", code=folder.dossier.code), column((open_dossier(turn, folder.dossier),)))
    return None


def ask_sent(turn: Turn, argument: str) -> None:
    """Record that the dossier went out."""
    if folder := _handled(turn, argument):
        dialogue.start(turn, SENT, {"dossier": folder.dossier.id})


def was_sent(turn: Turn, _draft: DraftRow, answers: Answers) -> None:
    """By the number and day of the letter."""
    reference = str(answers["reference"])
    folder = gathering.sent(turn, actor_of(turn), int(str(answers["dossier"])), reference)
    if folder:
        turn.reply(turn.say("dossiers.sent_kept", code=folder.dossier.code))
        _show(turn, folder)
    else:
        not_any_more(turn, reference, turn.say("dossiers.closed"))


def ask_answer(turn: Turn, argument: str) -> None:
    """Type what the authority answered."""
    if folder := _handled(turn, argument):
        turn.reply(turn.say("dossiers.answer_goes_to", code=folder.dossier.code, count=len(folder.waiting)))
        dialogue.start(turn, ANSWER, {"dossier": folder.dossier.id})


def was_answered(turn: Turn, _draft: DraftRow, answers: Answers) -> None:
    """It goes to everybody at once, but for what a leader approves first."""
    actor, text, named_basis = actor_of(turn), str(answers["text"]), str(answers["basis"])
    sent = gathering.answer(turn, actor, int(str(answers["dossier"])), text, named_basis)
    if not sent:
        not_any_more(turn, text, turn.say("dossiers.closed"))
        return
    dossier = turn.session.get_one(Dossier, int(str(answers["dossier"])))
    waiting = len(gathering.proposed(sent))
    if waiting:
        _lay_before_leaders(turn, dossier, waiting, text, named_basis)
    turn.reply(_answered(turn, dossier, len(sent) - waiting, waiting), column((open_dossier(turn, dossier),)))


def _answered(turn: Turn, dossier: Dossier, count: int, waiting: int) -> Markup:
    if not waiting:
        return turn.say("dossiers.answer_sent", code=dossier.code, count=count)
    if not count:
        return turn.say("dossiers.answer_waits", code=dossier.code, waiting=waiting)
    return turn.say("dossiers.answer_partly", code=dossier.code, count=count, waiting=waiting)


def _lay_before_leaders(turn: Turn, dossier: Dossier, count: int, text: str, rests_on: str) -> None:
    said = turn.say(
        "dossiers.to_approve",
        code=dossier.code,
        authority=wording.authority(turn, dossier.authority),
        count=count,
        text=text,
        basis=rests_on,
    )
    rows = column(
        (turn.button("dossiers.button_approve", f"dossier.approve:{dossier.id}"), open_dossier(turn, dossier))
    )
    for leader in with_role(turn.session, Role.LEADER):
        turn.tell(leader.person_id, Reply(said, rows), f"dossier:{dossier.id}:answer:staff:{leader.id}")


def approve(turn: Turn, argument: str) -> None:
    """A leader sends off all that waits in the dossier."""
    folder = named(turn, argument)
    if folder is None:
        return
    done = gathering.approve(turn, actor_of(turn), folder.dossier.id)
    key = "dossiers.approved" if done else "dossiers.nothing_waits"
    said = turn.say(key, code=folder.dossier.code, **({"count": len(done)} if done else {}))
    turn.reply(said, column((open_dossier(turn, folder.dossier),)))


def end(turn: Turn, argument: str) -> None:
    """Nothing in the dossier waits any more."""
    folder = _handled(turn, argument)
    if folder and gathering.end(turn, actor_of(turn), folder.dossier.id):
        turn.reply(turn.say("dossiers.ended", code=folder.dossier.code))
    elif folder:
        _show(turn, folder)
