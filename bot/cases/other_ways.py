"""What is no petition by law: where to file it instead, a call back without its content, and nothing of it kept."""

from collections.abc import Collection, Iterable, Mapping

from markupsafe import Markup, escape
from sqlmodel import select

import faq
from bot import dialogue
from bot.cases.mine import number, show
from bot.cases.report_flow import NAME, SHORTEST_STORY, story
from bot.core.accept import phone
from bot.core.events import File, Text
from bot.core.flow import Answers, Flow, Question
from bot.core.masking import masked
from bot.core.replies import Button, Reply, column
from bot.feature import ButtonRoute, Feature, FlowRoute, Turn
from db import attachments, inbox, outbox, questions
from db.call_backs import CallBack
from db.drafts import DraftRow, DraftState, of_flow
from db.people import Chat
from db.questions import QuestionRow
from db.staff import Role, Staff, with_role

SAID = {
    "complaint": "other_ways.complaint",
    "denunciation": "other_ways.denunciation",
    "crime": "other_ways.crime",
}
KINDS = {
    "complaint": "other_ways.kind_complaint",
    "denunciation": "other_ways.kind_denunciation",
    "crime": "other_ways.kind_crime",
}
ENTRIES = {
    "complaint": {
        "pa-phan-biet-khieu-nai-to-cao": "other_ways.read_difference",
        "pa-thoi-han-khieu-nai": "other_ways.read_complaint",
        "pa-tiep-cong-dan": "other_ways.read_reception",
    },
    "denunciation": {
        "pa-to-cao": "other_ways.read_denunciation",
        "pa-phan-biet-khieu-nai-to-cao": "other_ways.read_difference",
        "pa-tiep-cong-dan": "other_ways.read_reception",
    },
    "crime": {
        "pa-to-giac-trom-cap": "other_ways.read_crime",
        "at-bi-lua-lam-gi": "other_ways.read_fraud",
    },
}
"""The answers of the FAQ that say where and how."""
OF_LEADERS = {
    "pa-to-cao": "other_ways.read_denunciation",
    "pa-phan-biet-khieu-nai-to-cao": "other_ways.read_difference",
}
"""The same for what is told of the ward's leaders, which the city deals with."""
POLICE = "cap"
"""The unit of the profile that is called about crimes."""
FREE = ("what", "captions", "where", "suggestion", "business", "phone")
"""The answers in the owner's own words."""
MOST_DRAFTS = 100
"""How many dialogues back a report may have been begun from a message."""
LOOKED_BACK = 200
"""How many messages back an answer may have been shown again, in a preview."""


def feature() -> Feature:
    """The routes."""
    flow = Flow("call_back", (Question("phone", phone),), preview=False)
    return Feature(
        name="other_ways",
        buttons=(
            ButtonRoute("other.way", choose),
            ButtonRoute("other.call", ask_for_a_call),
            ButtonRoute("other.called", called, roles=frozenset({Role.LEADER, Role.CLERK, Role.OFFICER, Role.ADMIN})),
        ),
        flows=(FlowRoute(flow, call_back),),
    )


def choose(turn: Turn, argument: str) -> None:
    """The way of a message that was typed outside of a report, chosen below it."""
    row = questions.of_chat(turn.session, number(argument), turn.chat.id)
    if row is None or not row.text:
        turn.reply(turn.say("turn.old_button"))
        return
    begun = _begun_with(turn, row)
    sent = next((draft for draft in begun if draft.answers.get("case")), None)
    if sent:
        show(turn, str(sent.answers["case"]))
        return
    text = typed(turn, row)
    wipe(turn, begun, row, {text, row.text})
    _say_where(turn, faq.grievance(text) or "complaint", text)


def _begun_with(turn: Turn, row: QuestionRow) -> list[DraftRow]:
    """The reports that hold the words of a message, also those that were cancelled."""
    newest = of_flow(turn.session, turn.person.id, NAME, limit=MOST_DRAFTS)
    return [draft for draft in newest if draft.answers.get("question") == row.id or row.key in draft.keys]


def typed(turn: Turn, row: QuestionRow) -> str:
    """The words as they came; in the log of questions long numbers are masked."""
    return _words_of(turn, row.key) or row.text


def _words_of(turn: Turn, key: str) -> str:
    event = inbox.by_key(turn.session, key)
    incoming = turn.read(event.raw) if event and event.raw != inbox.WIPED else None
    what = incoming.what if incoming else None
    text = what.text if isinstance(what, Text) else what.caption if isinstance(what, File) else ""
    return text.strip()


def leave(turn: Turn, draft: DraftRow, way: str) -> None:
    """Say where it goes, and forget what was said."""
    text = story(draft.answers)
    question = questions.of_person(turn.session, number(str(draft.answers.get("question") or "")), turn.person.id)
    wipe(turn, [draft], question, {typed(turn, question), question.text} if question else ())
    _say_where(turn, way, text)


def _say_where(turn: Turn, way: str, text: str) -> None:
    if faq.is_about_leader(text):
        _say_city(turn, way)
        return
    says = [turn.say(SAID[way]), *_police(turn, way), turn.say("other_ways.deleted"), turn.say("other_ways.call")]
    call = turn.button("other_ways.button_call", f"other.call:{way}")
    turn.reply(Markup("\n\n").join(says), column((*_read(turn, ENTRIES[way]), call)))


def _say_city(turn: Turn, way: str) -> None:
    """What concerns the ward's own leaders: nobody of the ward calls back."""
    crime = [turn.say(SAID[way])] if way == "crime" else []
    says = [*crime, turn.say("other_ways.leader", city=turn.ward.names.city), turn.say("other_ways.deleted")]
    entries = {**OF_LEADERS, **(ENTRIES[way] if way == "crime" else {})}
    turn.reply(Markup("\n\n").join(says), column(_read(turn, entries)))


def _read(turn: Turn, entries: Mapping[str, str]) -> list[Button]:
    return [turn.button(key, f"faq.show:{entry}") for entry, key in entries.items()]


def _police(turn: Turn, way: str) -> list[Markup]:
    phone = turn.ward.contact.police_phone
    return [turn.say("other_ways.police", phone=phone)] if way == "crime" and phone else []


def wipe(turn: Turn, drafts: Collection[DraftRow], question: QuestionRow | None, texts: Collection[str]) -> None:
    """Take the words out of every table, and what was attached out of the store; that something came stays counted."""
    said = {*texts, *_told(turn, drafts)}
    chats = list(turn.session.exec(select(Chat).where(Chat.person_id == turn.person.id)))
    asked = questions.wipe(turn.session, [chat.id for chat in chats], {*said, *map(masked, said)}, question)
    inbox.wipe(turn.session, {*asked, *(key for draft in drafts for key in draft.keys)})
    for chat in chats:
        _wipe_echoes(turn, chat, said)
    for draft in drafts:
        _wipe_draft(turn, draft)


def _told(turn: Turn, drafts: Collection[DraftRow]) -> set[str]:
    """The answers, and the sentences that were answers before they were changed."""
    typed_once = (_words_of(turn, key) for draft in drafts for key in draft.keys)
    sentences = {text for text in typed_once if len(text.split()) > SHORTEST_STORY}
    return {*sentences, *(str(draft.answers[name]) for draft in drafts for name in FREE if draft.answers.get(name))}


def _wipe_draft(turn: Turn, draft: DraftRow) -> None:
    draft.answers, draft.messages = {}, {}
    if draft.state != DraftState.DONE:
        draft.state, turn.ended = DraftState.CANCELLED, True
    turn.session.add(draft)
    for sha in attachments.discard(turn.session, draft.id):
        turn.app.files.remove(sha)


def _wipe_echoes(turn: Turn, chat: Chat, said: Iterable[str]) -> None:
    """A preview shows the words again; the message stays in the order of the chat, without them."""
    shown = [str(escape(text)) for text in said]
    for row in outbox.recent(turn.session, chat, LOOKED_BACK):
        if row.body and any(text in str(Reply.from_json(row.body).text) for text in shown):
            row.body = Reply(turn.say("other_ways.wiped")).to_json()
            turn.session.add(row)


def ask_for_a_call(turn: Turn, kind: str) -> None:
    """Whoever does not want to write may be called."""
    if kind in ENTRIES:
        dialogue.start(turn, "call_back", {"kind": kind})
    else:
        turn.reply(turn.say("turn.old_button"))


def call_back(turn: Turn, _draft: DraftRow, answers: Answers) -> None:
    """A number and the kind of matter, nothing else, for those whose task it is."""
    wish = CallBack(kind=str(answers["kind"]), phone=str(answers["phone"]), asked_at=turn.now)
    turn.session.add(wish)
    turn.session.flush()
    text = turn.say("other_ways.staff_call", kind=turn.say(KINDS[wish.kind]), phone=wish.phone)
    rows = column((turn.button("other_ways.button_called", f"other.called:{wish.id}"),))
    for one in _callers(turn, wish.kind):
        turn.tell(one.person_id, Reply(text, rows), f"call_back:{wish.id}:staff:{one.id}")
    turn.reply(turn.say("other_ways.will_call", phone=wish.phone))


def _callers(turn: Turn, kind: str) -> list[Staff]:
    """The police of the ward for a crime, else leaders and clerks; where there is nobody, the admin."""
    police = with_role(turn.session, Role.OFFICER, POLICE) if kind == "crime" else []
    ward = [*with_role(turn.session, Role.LEADER), *with_role(turn.session, Role.CLERK)]
    return police or ward or with_role(turn.session, Role.ADMIN)


def called(turn: Turn, argument: str) -> None:
    """One of them has called; the first press counts."""
    wish = turn.session.get(CallBack, number(argument), with_for_update=True)
    if wish is None or turn.staff is None or turn.staff.id not in {one.id for one in _callers(turn, wish.kind)}:
        turn.reply(turn.say("turn.old_button"))
        return
    if wish.done_at is None:
        wish.done_at, wish.done_by = turn.now, turn.staff.id
        turn.session.add(wish)
    turn.reply(turn.say("other_ways.called", phone=wish.phone))
