"""What stands under the answers before an announcement is submitted: who gets it, when, what is in the way."""

import re
from dataclasses import replace
from datetime import datetime, time
from html import unescape
from typing import cast

from markupsafe import Markup

from bot.broadcasts import service, wording
from bot.broadcasts.audience import Audience
from bot.broadcasts.officer.compose_flow import CHOOSE, NOW, Questions, audience_of, repeat_of
from bot.broadcasts.rendering import reply_of
from bot.broadcasts.service import Draft
from bot.core.channel import CAPTION
from bot.core.clock import in_words, local_date
from bot.core.flow import Answers
from bot.core.replies import Reply, safe_name
from bot.core.split import utf16_units
from bot.feature import SMALLEST_TEXT, Turn
from db import attachments
from db import audience as people
from db.attachments import Attachment, AttachmentState
from db.drafts import DraftRow
from db.staff import Staff

SENDABLE = frozenset({"photo", "document"})


def answers_of(row: DraftRow) -> Answers:
    """What was answered, as the dialogue wrote it."""
    return cast("Answers", row.answers)


def file_of(turn: Turn, row: DraftRow) -> Attachment | None:
    """The file that goes with it: the last one that was sent."""
    before = int(str(row.answers.get("files_of") or 0))
    drafts = (before, row.id)
    sent = [each for draft in drafts for each in attachments.of_draft(turn.session, draft) if each.kind in SENDABLE]
    return sent[-1] if sent and not row.answers.get("no_file") else None


def draft_of(turn: Turn, row: DraftRow, questions: Questions) -> Draft:
    """The answers with the file, as far as that has arrived."""
    draft = questions.draft(answers_of(row))
    file = file_of(turn, row)
    if file is None or file.state != AttachmentState.STORED:
        return draft
    name = safe_name(file.name, "anh.jpg" if file.kind == "photo" else "tep")
    return replace(draft, file_sha=file.sha, file_name=name, file_kind=file.kind)


def as_it_arrives(turn: Turn, staff: Staff, draft: Draft) -> Reply:
    """The announcement as everybody will see it, but for its number and its code."""
    return reply_of(turn.app, service.unsaved(turn, staff, draft))


def hindrances(turn: Turn, row: DraftRow, questions: Questions, reply: Reply) -> list[Markup]:
    """What keeps it from being submitted as it is."""
    found = []
    file = file_of(turn, row)
    if file and file.state == AttachmentState.WAITING:
        found.append(turn.say("composing.file_waits"))
    if file and file.state == AttachmentState.FAILED:
        found.append(turn.say("composing.file_failed"))
    room = CAPTION if file else SMALLEST_TEXT
    length = visible_units(reply.text)
    if length > room:
        found.append(turn.say("composing.too_long_file" if file else "composing.too_long", over=length - room))
    if row.answers.get("urgent") == "yes" and repeat_of(answers_of(row)):
        found.append(turn.say("composing.urgent_again"))
    if questions.is_past(answers_of(row)):
        found.append(turn.say("composing.time_passed"))
    if questions.never_comes(answers_of(row)):
        found.append(turn.say("composing.never"))
    return found


def visible_units(html: str) -> int:
    """UTF-16 units of what people see of small HTML, as Telegram counts them."""
    return utf16_units(unescape(re.sub(r"<[^>]*>", "", str(html))))


def summary(turn: Turn, staff: Staff, draft: Draft) -> list[Markup]:
    """Who gets it and how long that takes, what becomes of it next, and what is unusual about its time."""
    return summary_of(turn, staff, draft, counted(turn, draft))


def counted(turn: Turn, draft: Draft) -> tuple[int, int]:
    """How many it concerns, and how many of them the bot reaches; looks at everybody, so ask once."""
    return people.count(turn.session, draft.audience.to_json(), draft.subject)


def summary_of(turn: Turn, staff: Staff, draft: Draft, numbers: tuple[int, int]) -> list[Markup]:
    """The same of what is counted already."""
    count, reached = numbers
    took = wording.duration(turn, reached, turn.rate)
    said = [turn.say("composing.count", people=count, reached=reached, duration=took)]
    planned = service.unsaved(turn, staff, draft)
    planned.people = count
    if service.is_to_be_approved(turn, planned):
        said.append(turn.say("composing.urgent_approval" if draft.urgent else "composing.approval"))
    else:
        said.append(turn.say("composing.no_approval"))
    return [*said, *_about_time(turn, draft)]


def _about_time(turn: Turn, draft: Draft) -> list[Markup]:
    at = draft.send_at or turn.now
    said = []
    quiet = turn.ward.broadcasts.quiet_until(at)
    if quiet and not draft.urgent:
        said.append(turn.say("composing.quiet", until=wording.moment(turn, quiet)))
    if quiet and draft.urgent:
        said.append(turn.say("composing.quiet_urgent"))
    if not turn.ward.calendar.is_workday(local_date(at)):
        said.append(turn.say("composing.day_off", day=in_words(local_date(at))))
    if draft.repeat and draft.send_at:
        said.append(turn.say("composing.first_time", when=wording.moment(turn, draft.send_at)))
    if draft.repeat and draft.on_day and draft.on_day != local_date(at):
        said.append(turn.say("composing.moved", day=in_words(draft.on_day)))
    return said


def reads(turn: Turn, row: DraftRow, name: str) -> str | None:
    """How an answer reads in the preview; None as it stands."""
    value = row.answers[name]
    if name == "text":
        return shortened(str(value))
    if name == "audience":
        return wording.audience(turn, _chosen(value), "")
    if name == "when" and str(value)[:1].isdecimal():
        return wording.moment(turn, datetime.fromisoformat(str(value)))
    if name == "until":
        return in_words(datetime.fromisoformat(str(value)).date())
    return _hour(turn, str(value)) if name == "at" else None


def _chosen(value: object) -> Audience:
    ticks = list(map(str, value)) if isinstance(value, list) else []
    return audience_of({"whom": CHOOSE, "audience": ticks, "urgent": "no"})


def _hour(turn: Turn, value: str) -> str:
    at = time.fromisoformat(value)
    return turn.app.say.label("composing.hour", hour=f"{at:%H}", minute=f"{at:%M}")


def shortened(html: str) -> str:
    """The beginning of a text, without its markup."""
    plain = " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())
    return plain if len(plain) <= 60 else f"{plain[:59]}…"


def recurring(turn: Turn, answers: Answers) -> list[Markup]:
    """The whole recurrence in one sentence."""
    repeat = repeat_of(answers) if answers.get("when") != NOW else None
    if repeat is None:
        return []
    off = repeat.working_days_only
    said = wording.repeated(turn, repeat.every, repeat.at, repeat.until, working_days_only=off)
    return [turn.say("composing.recurrence", recurrence=said)]
