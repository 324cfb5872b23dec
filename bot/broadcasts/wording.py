"""How an announcement, its time and its people look to staff; values in, texts out."""

import math
from collections.abc import Sequence
from datetime import date, datetime, time

from markupsafe import Markup

from bot.broadcasts.audience import Audience
from bot.broadcasts.rules import Every
from bot.cases.wording import weekday
from bot.core.clock import VIETNAM, in_words
from bot.feature import Work
from bot.people.register_flow import KINDS
from db.broadcasts import Broadcast, BroadcastState, Recurrence

STATES = {
    BroadcastState.PROPOSED: "composing.state_proposed",
    BroadcastState.RETURNED: "composing.state_returned",
    BroadcastState.SCHEDULED: "composing.state_scheduled",
    BroadcastState.SENDING: "composing.state_sending",
    BroadcastState.PAUSED: "composing.state_paused",
    BroadcastState.SENT: "composing.state_sent",
    BroadcastState.CANCELLED: "composing.state_cancelled",
    BroadcastState.MISSED: "composing.state_missed",
}

EVERY = {"month": "composing.every_month", "quarter": "composing.every_quarter", "week": "composing.every_week"}
ORDINALS = {1: "composing.first", 2: "composing.second", 3: "composing.third"}


def number(broadcast: Broadcast) -> str:
    """As it stands in the header: 05/2026."""
    return f"{broadcast.number:02}/{broadcast.year}"


def state(work: Work, broadcast: Broadcast) -> str:
    """Where it stands."""
    return work.app.say.label(STATES[BroadcastState(broadcast.state)])


def moment(work: Work, at: datetime) -> str:
    """A time as it is promised: "08 giờ 00, thứ Sáu, 25/12/2026"."""
    local = at.astimezone(VIETNAM)
    day = local.date()
    said = {"hour": f"{local:%H}", "minute": f"{local:%M}", "weekday": weekday(work, day), "day": in_words(day)}
    return work.app.say.label("composing.moment", **said)


def every(work: Work, rule: Every) -> str:
    """The days of a recurrence in words."""
    label = work.app.say.label
    if rule.kind == "week":
        return label(EVERY[rule.kind], weekday=weekday(work, date(2026, 6, 1 + rule.day)))  # 1 June 2026 is a Monday
    day = label("composing.last_day") if rule.day == 31 else label("composing.day", day=rule.day)
    if rule.kind == "quarter":
        return label(EVERY[rule.kind], day=day, month=label(ORDINALS[rule.month]))
    return label(EVERY[rule.kind], day=day)


def repeated(work: Work, rule: Every, at: time, until: date, *, working_days_only: bool) -> str:
    """The whole recurrence: the days, the hour, the end, and what is done on days off."""
    key = "composing.repeats_working" if working_days_only else "composing.repeats"
    days = every(work, rule)
    return work.app.say.label(key, every=days, hour=f"{at:%H}", minute=f"{at:%M}", until=in_words(until))


def recurrence(work: Work, row: Recurrence) -> str:
    """The same of a row."""
    rule, at = Every.from_json(row.rule), time.fromisoformat(row.at)
    return repeated(work, rule, at, row.until, working_days_only=row.working_days_only)


def audience(work: Work, chosen: Audience, subject: str) -> str:
    """Whom it concerns, in words."""
    if chosen.everyone:
        return work.app.say.label("composing.to_everyone")
    parts = [*_narrowed(work, chosen), *_others(work, chosen)]
    return "; ".join(parts) if parts else work.app.say.label("composing.to_all", subject=news(work, subject))


def _narrowed(work: Work, chosen: Audience) -> list[str]:
    say, ward = work.app.say, work.ward
    kinds = [say.label(KINDS[kind]) for kind in chosen.kinds if kind in KINDS]
    trades = [found.title for found in map(ward.trade, chosen.trades) if found]
    groups = [found.name for found in map(ward.group, chosen.groups) if found]
    return [", ".join(names) for names in (kinds, trades, groups) if names]


def _others(work: Work, chosen: Audience) -> list[str]:
    say, parts = work.app.say, []
    if chosen.subjects:
        titles = ", ".join(news(work, subject) for subject in chosen.subjects)
        parts.append(say.label("composing.to_all", subject=titles))
    if chosen.cases:
        parts.append(say.label("composing.to_cases", subject=news(work, chosen.cases)))
    if chosen.missed:
        parts.append(say.label("composing.to_missed", number=_number_of(work, chosen.missed)))
    if chosen.reached:
        parts.append(say.label("composing.to_reached", number=_number_of(work, chosen.reached)))
    of_meeting = {"composing.to_coming": chosen.coming, "composing.to_came": chosen.came}
    of_meeting["composing.to_silent"] = chosen.silent
    return [*parts, *(say.label(key) for key, meeting in of_meeting.items() if meeting)]


def _number_of(work: Work, broadcast_id: int) -> str:
    found = work.session.get(Broadcast, broadcast_id)
    return number(found) if found else ""


def news(work: Work, subject: str) -> str:
    """The name of a kind of news."""
    found = work.ward.subject(subject)
    return found.title if found else work.app.say.label("composing.general")


def duration(work: Work, messages: int, rate: float) -> str:
    """How long it takes at so many a second: "khoảng 15 giây", "khoảng 1 giờ"."""
    seconds = max(1, math.ceil(messages / rate))
    if seconds < 60:
        return work.app.say.label("composing.seconds", count=5 * math.ceil(seconds / 5))
    minutes = math.ceil(seconds / 60)
    if minutes < 60:
        return work.app.say.label("composing.minutes", count=minutes)
    return work.app.say.label("composing.hours", count=max(1, round(minutes / 60)))


def lines(parts: Sequence[Markup]) -> Markup:
    """One below the other."""
    return Markup("\n").join(parts)
