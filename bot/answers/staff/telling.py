"""The answer to those who asked, and that an answer changed to those who were given it: in slices, once a person."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

import faq
from bot.answers import wording
from bot.answers.library import Library
from bot.core.clock import in_words, local_date
from bot.core.replies import Reply, Rows, column
from bot.feature import App, ButtonRoute, Feature, Turn, Work
from db import asked_rows, outbox
from db import unanswered_rows as rows
from db.outbox import Lane
from db.questions import QuestionRow
from db.session import is_outage
from db.staff import Staff
from db.unanswered import AnswerOptOut, AskerNotice

log = logging.getLogger(__name__)

SLICE = 500


def feature(library: Library) -> Feature:
    """The clock, and the buttons of whoever does not want to hear of changes."""
    return Feature(
        name="telling_askers",
        buttons=(ButtonRoute("faq.quiet", quiet), ButtonRoute("faq.hear", hear)),
        due=(Telling(library).due,),
    )


def quiet(turn: Turn, _argument: str) -> None:
    """No more news of changed answers; an answer to a question of their own still comes."""
    if turn.session.get(AnswerOptOut, turn.person.id) is None:
        turn.session.add(AnswerOptOut(person_id=turn.person.id, since=turn.now))
    turn.reply(turn.say("unanswered.quiet"), column((turn.button("unanswered.button_hear", "faq.hear"),)))


def hear(turn: Turn, _argument: str) -> None:
    """They want to hear of changed answers after all."""
    row = turn.session.get(AnswerOptOut, turn.person.id)
    if row:
        turn.session.delete(row)
    turn.reply(turn.say("unanswered.hear"))


@dataclass(frozen=True)
class _Telling:
    """What a notice says to everybody, and what it is about, as its entry stands now."""

    notice: AskerNotice
    entry: faq.Entry | None
    signed: str

    def is_changed(self) -> bool:
        return self.notice.group_id is None

    def says(self, work: Work, asked: QuestionRow) -> Reply:
        """To whoever asked this question."""
        if self.is_changed() and self.entry:
            return Reply(_changed(work, self.entry, asked), changed_rows(work, self.entry))
        question = asked.text or (self.entry.question if self.entry else "")
        told = work.say("unanswered.answered" if question else "unanswered.answered_untold", **self._said(work))
        asked_before = [work.say("unanswered.you_asked", question=question)] if question else []
        return Reply(Markup("\n\n").join((*asked_before, told)), self._rows(work))

    def _said(self, work: Work) -> dict[str, object]:
        committee = work.ward.names.committee
        return {"committee": committee, "answer": self._answer(work)}

    def _answer(self, work: Work) -> Markup:
        if self.entry:
            return short_of(work, self.entry)
        if self.signed == work.ward.names.committee:  # which begins the sentence already
            return escape(self.notice.words)
        return work.say("unanswered.words", words=self.notice.words, signed=self.signed)

    def _rows(self, work: Work) -> Rows:
        if self.entry is None:
            return ()
        return column((work.button("unanswered.button_whole", f"faq.show:{self.entry.id}"),))


def _changed(work: Work, entry: faq.Entry, asked: QuestionRow) -> Markup:
    """They read it on a day, or it was sent to them when somebody had answered their question with it."""
    if asked.entry != entry.id:
        return work.say("unanswered.changed_sent", question=entry.question, committee=work.ward.names.committee)
    return work.say("unanswered.changed", question=entry.question, day=in_words(local_date(asked.asked_at)))


def short_of(work: Work, entry: faq.Entry) -> Markup:
    """The short answer, that it may have changed, and whom to ask, with the ward's own values."""
    short, *ask = (wording.to_markup(faq.render(part, work.ward.values())) for part in (entry.short, entry.ask) if part)
    return Markup("\n\n").join((short, *wording.expired(work.app.say, work.ward, entry, work.today), *ask))


def changed_rows(work: Work, entry: faq.Entry) -> Rows:
    """To read what is answered now, and to hear no more of such changes."""
    shown = work.button("unanswered.button_changed", f"faq.show:{entry.id}")
    return column((shown, work.button("unanswered.button_quiet", "faq.quiet")))


def signature(work: Work, staff: Staff | None) -> str:
    """Who answers: the unit of the colleague and the committee."""
    unit = work.ward.unit(staff.unit) if staff and staff.unit else None
    committee = work.ward.names.committee
    return work.app.say.label("unanswered.signed", unit=unit.name, committee=committee) if unit else committee


class Telling:
    """What the clock does about messages to askers, over what is answered at the moment."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def due(self, app: App) -> bool:
        """One slice of each message, not in the quiet hours; whether there is more at once."""
        if app.profile().broadcasts.quiet_until(app.clock()):
            return False
        with app.database.read() as session:
            waiting = rows.undone(session)
        more = [self._step(app, notice_id) for notice_id in waiting]
        return any(more)

    def _step(self, app: App, notice_id: int) -> bool:
        """In a transaction of its own; one that raises is logged and holds up none of the others."""
        try:
            with app.database.write() as session:
                work = Work(app, session, app.clock(), app.profile())
                notice = rows.locked_notice(session, notice_id)
                return notice is not None and self._slice(work, notice)
        except Exception as error:
            if is_outage(error):
                raise
            log.exception("notice %s to askers not told", notice_id)
            return False

    def _slice(self, work: Work, notice: AskerNotice) -> bool:
        telling = self._telling(work, notice)
        if telling is None and _waits_again(work, notice):
            return False
        asked = rows.next_asked(work.session, notice, SLICE) if telling else []
        if telling and asked:
            notice.told += sum(_tell(work, telling, row) for row in _to_tell(work, notice, asked))
            notice.cursor = asked[-1].id
        if len(asked) < SLICE:
            notice.done_at = work.now
            _tell_staff(work, notice, telling)
        work.session.add(notice)
        return notice.done_at is None

    def _telling(self, work: Work, notice: AskerNotice) -> _Telling | None:
        """None where the entry that would be told is not there any more."""
        entry = self.library.held(work.session).content.entries.get(notice.entry) if notice.entry else None
        staff = work.session.get(Staff, notice.staff_id) if notice.staff_id else None
        if entry is None and (not notice.words or notice.group_id is None):
            return None
        return _Telling(notice, entry, signature(work, staff))


def _waits_again(work: Work, notice: AskerNotice) -> bool:
    """The entry that settled a group was taken away before its askers got it: the group comes before staff anew."""
    group = rows.locked(work.session, notice.group_id) if notice.group_id else None
    if group is None or group.settled_with != notice.entry:
        return False
    asked_rows.reopen(work.session, group, work.now)
    notice.done_at = work.now
    work.session.add(notice)
    name = group.text or notice.entry
    _tell_sender(work, notice, Reply(work.say("unanswered.told_gone", name=name)))
    return True


def _to_tell(work: Work, notice: AskerNotice, asked: Sequence[QuestionRow]) -> list[QuestionRow]:
    """The first question of each person who is still to be told."""
    firsts: dict[int, QuestionRow] = {}
    for row in asked:
        if row.person_id is not None:
            firsts.setdefault(row.person_id, row)
    done = _told(work, notice, firsts) | _left_out(work, notice, firsts)
    return [row for person, row in firsts.items() if person not in done]


def _told(work: Work, notice: AskerNotice, people: Mapping[int, QuestionRow]) -> set[int]:
    """Those who got it in an earlier slice."""
    named = {f"{_dedupe(notice, person)}#1": person for person in people}
    return {named[dedupe] for dedupe in outbox.enqueued(work.session, named)}


def _left_out(work: Work, notice: AskerNotice, people: Mapping[int, QuestionRow]) -> set[int]:
    """Who sent their question as a case; of a changed answer those who do not want to hear of it, or hear of it as
    the answer to their question.
    """
    if notice.group_id is not None:
        return set(asked_rows.filed(work.session, notice.group_id))
    groups = {row.group_id for row in people.values() if row.group_id and row.entry != notice.entry}
    filed = {person for group in groups for person in asked_rows.filed(work.session, group)}
    told = asked_rows.asked_in(work.session, asked_rows.sent_since(work.session, notice), people)
    return filed | told | rows.not_wanting(work.session, people)


def _dedupe(notice: AskerNotice, person_id: int) -> str:
    return f"faq.told:{notice.id}:{person_id}"


def _tell(work: Work, telling: _Telling, asked: QuestionRow) -> bool:
    if asked.person_id is None:
        return False
    dedupe = _dedupe(telling.notice, asked.person_id)
    return work.tell(asked.person_id, telling.says(work, asked), dedupe, Lane.NOTICE) > 0


def _tell_staff(work: Work, notice: AskerNotice, telling: _Telling | None) -> None:
    """Whoever had it sent hears how many it reached."""
    key = "unanswered.told" if notice.group_id else "unanswered.told_changed"
    name = rows.name_of(work.session, notice) or (telling.entry.question if telling and telling.entry else notice.entry)
    _tell_sender(work, notice, Reply(work.say(key, count=notice.told, name=name)))


def _tell_sender(work: Work, notice: AskerNotice, said: Reply) -> None:
    staff = work.session.get(Staff, notice.staff_id) if notice.staff_id else None
    if staff and staff.until is None:
        work.tell(staff.person_id, said, f"faq.told:{notice.id}:staff")
