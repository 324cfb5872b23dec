"""/phananh: an owner reports a difficulty, from the first question to the code and the deadline."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from markupsafe import Markup

import faq
from bot import dialogue
from bot.cases import enclosures, mine, other_ways, service, wording
from bot.cases.actor import owner_of
from bot.cases.report_flow import NAME, PETITION, QUESTION, Questions, report_of, story
from bot.core.clock import in_words
from bot.core.events import File
from bot.core.flow import Answers, Value
from bot.core.replies import Button, column
from bot.feature import ButtonRoute, CommandRoute, Feature, FlowRoute, Turn
from bot.ward import Ward
from db import attachments
from db.cases import Case
from db.drafts import DraftRow, DraftState, of_flow
from db.people import Consent
from db.questions import QuestionRow, of_chat

WORDS = (
    "phản ánh",
    "gửi phản ánh",
    "tôi muốn phản ánh",
    "kiến nghị",
    "gửi kiến nghị",
    "phản ánh kiến nghị",
    "gửi phản ánh kiến nghị",
    "góp ý khó khăn",
    "báo khó khăn",
)
TOGETHER = timedelta(hours=1)
"""How long photos sent without a word are taken to belong together."""
BY_CAPTION = frozenset({"subject", "what", "where", "suggestion"})


def feature(profile: Callable[[], Ward]) -> Feature:
    """The routes."""
    flow = Questions(profile).flow()
    return Feature(
        name="report",
        commands=(CommandRoute("phananh", start, "report.menu", WORDS),),
        buttons=(ButtonRoute("case.new", start), ButtonRoute("case.from", from_question)),
        flows=(FlowRoute(flow, done, file, below, answered),),
        start_with={"phananh": start},
        file=lone_file,
    )


def start(turn: Turn, _argument: str) -> None:
    """Begin with nothing known."""
    _begin(turn, {})


def _begin(turn: Turn, known: Mapping[str, Value]) -> None:
    dialogue.start(turn, NAME, {**agreed(turn), **known})


def agreed(turn: Turn, of: str = "") -> dict[str, Value]:
    """Nobody is asked again who agreed to the notice as it is now; `of` names another notice than that of reports."""
    version = turn.ward.cases.consent_version + (f"-{of}" if of else "")
    return {"consent": version} if turn.session.get(Consent, (turn.person.id, version)) else {}


def from_question(turn: Turn, argument: str) -> None:
    """Begin with what was typed as a question, in full; a second press goes on with the same report."""
    row = of_chat(turn.session, mine.number(argument), turn.chat.id)
    if row is None or not row.text:
        turn.reply(turn.say("turn.old_button"))
        return
    before = _begun_from(turn, row.id)
    if before is None:
        _begin_from(turn, row)
    elif before.state == DraftState.DONE:
        mine.show(turn, str(before.answers.get("case")))
    else:
        dialogue.press(turn, f"{before.id}::resume")


def _begin_from(turn: Turn, row: QuestionRow) -> None:
    known: dict[str, Value] = {"question": row.id, "what": other_ways.typed(turn, row)}
    if faq.grievance(str(known["what"])):
        known["way"] = PETITION  # this button is one of the two ways, so the choice is made
        _say_of_city(turn, known)
    elif _is_question(turn.ward, row):
        known["subject"] = QUESTION
    _begin(turn, known)


def answered(turn: Turn, draft: DraftRow, question: str) -> None:
    """What does not wait until the report is sent: the consent, and that the city may be told instead."""
    if question == "consent":
        _keep_consent(turn, str(draft.answers["consent"]))
    elif question == "way" and draft.answers["way"] == PETITION:
        _say_of_city(turn, draft.answers)


def _say_of_city(turn: Turn, answers: Mapping[str, object]) -> None:
    if faq.is_about_leader(story(answers)):
        turn.reply(turn.say("report.city_first", city=turn.ward.names.city))


def _begun_from(turn: Turn, question_id: int) -> DraftRow | None:
    begun = of_flow(turn.session, turn.person.id, NAME)
    live = (draft for draft in begun if draft.state != DraftState.CANCELLED)
    return next((draft for draft in live if draft.answers.get("question") == question_id), None)


def _is_question(ward: Ward, row: QuestionRow) -> bool:
    return row.decision in {"none", "suggest"} and ward.subject(QUESTION) is not None


def file(turn: Turn, draft: DraftRow, sent: File) -> None:
    """A photo or file at any question."""
    enclosures.take(turn, draft, sent, answers_by_caption=BY_CAPTION)


def lone_file(turn: Turn, sent: File) -> None:
    """A file outside of dialogues: kept, and asked what it is for; what is written under it may be a question."""
    draft = _waiting_for_its_use(turn) or _put_aside(turn)
    draft.keys = [*draft.keys, turn.incoming.key]
    said = enclosures.keep(turn, draft, sent)
    turn.outcome = "step"
    if sent.caption.strip():
        _captioned(turn, draft, sent.caption.strip())
    if turn.outcome == "answer" and turn.incoming.album:
        turn.cause = ""  # what is said once for the whole album must not stand for the answer to one caption
        return
    turn.reply(Markup("\n").join((said, turn.say("report.file_alone"))), column(_uses(turn, draft)))


def _captioned(turn: Turn, draft: DraftRow, text: str) -> None:
    for alert in turn.app.routes.alerts:
        alert(turn, text)
    if any(asks(text) for asks in turn.app.routes.interrupts):
        turn.outcome = "answer"
        turn.app.routes.text(turn, text)
    elif story(draft.answers):
        enclosures.caption(draft, text)
    else:
        draft.answers = {**draft.answers, "what": text}


def _waiting_for_its_use(turn: Turn) -> DraftRow | None:
    """Photos that follow one another are for one report."""
    newest = next(iter(of_flow(turn.session, turn.person.id, NAME, limit=1)), None)
    if newest is None or newest.state != DraftState.ASIDE or not newest.answers.get("offered"):
        return None
    return newest if turn.now - newest.updated_at <= TOGETHER else None


def _put_aside(turn: Turn) -> DraftRow:
    draft = DraftRow(
        person_id=turn.person.id,
        flow=NAME,
        answers={**agreed(turn), "offered": True},
        state=DraftState.ASIDE,
        updated_at=turn.now,
    )
    turn.session.add(draft)
    turn.session.flush()
    return draft


def _uses(turn: Turn, draft: DraftRow) -> list[Button]:
    added = [
        turn.button("report.button_gather", f"case.gather:{case.id}:{draft.id}", code=case.code)
        for case in mine.to_add_to(turn)
    ]
    return [
        *added,
        turn.button("report.button_with_file", f"{dialogue.BUTTON}:{draft.id}::resume"),
        turn.button("report.button_no", f"{dialogue.BUTTON}:{draft.id}::cancel"),
    ]


def below(turn: Turn, draft: DraftRow) -> list[Markup]:
    """What else the preview says: the files, and where one may turn with a matter about the ward's leaders."""
    captions = draft.answers.get("captions")
    below = [turn.say("report.captions", captions=captions)] if captions else []
    hint = [turn.say("report.city", city=turn.ward.names.city)] if faq.is_about_leader(story(draft.answers)) else []
    return [*below, *enclosures.lines(turn, draft), *hint]


def done(turn: Turn, draft: DraftRow, answers: Answers) -> None:
    """It is sent, or it turned out to be no petition."""
    if answers.get("way", PETITION) != PETITION:
        other_ways.leave(turn, draft, str(answers["way"]))
        return
    case = service.log(turn, owner_of(turn), report_of(turn.ward, answers), reporter_id=turn.person.id)
    attachments.hand_over(turn.session, draft.id, case.id)
    draft.answers = {**draft.answers, "case": case.id}
    turn.reply(receipt(turn, case), column(after(turn, case)))


def _keep_consent(turn: Turn, version: str) -> None:
    if turn.session.get(Consent, (turn.person.id, version)) is None:
        turn.session.add(Consent(person_id=turn.person.id, version=version, at=turn.now))


def receipt(turn: Turn, case: Case, key: str = "report.received", **more: object) -> Markup:
    """The code, who answers, until when, and from when it counts where that is not now."""
    says = [
        turn.say(
            key,
            code=case.code,
            unit=mine.answering(turn, case),
            deadline=wording.deadline(turn, case.due_on),
            **more,
        )
    ]
    if not turn.ward.calendar.is_open(turn.now):
        says.append(turn.say("report.counted_from", opening=_opening(turn)))
    if case.protected:
        says.append(turn.say("report.protected", committee=turn.ward.names.committee))
    if case.anonymous:
        says.append(turn.say("report.unnamed"))
    return Markup("\n\n").join([*says, turn.say("report.follow")])


def _opening(turn: Turn) -> str:
    opens = turn.ward.calendar.counted_from(turn.now)
    hour = f"{opens.hour}h{opens.minute:02d}"
    weekday = wording.weekday(turn, opens.date())
    return turn.app.say.label("report.opening", hour=hour, weekday=weekday, day=in_words(opens.date()))


def after(turn: Turn, case: Case) -> list[Button]:
    """What the sender may want next."""
    return [
        turn.button("cases.button_add", f"case.add:{case.id}"),
        turn.button("report.button_follow", f"own.open:{case.id}"),
    ]
