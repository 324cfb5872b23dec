"""What is said of a message that was checked: real, changed, an older text, stopped, unknown; and whom to ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from functools import lru_cache

from markupsafe import Markup, escape

from bot.broadcasts import wording
from bot.broadcasts.owner.likeness import (
    Difference,
    Sentence,
    differences,
    keyed,
    likeness,
    sentences,
    strange_links,
    visible,
)
from bot.broadcasts.owner.openness import IN_FORCE
from bot.broadcasts.rendering import reply_of
from bot.core.clock import in_words, local_date
from bot.core.replies import Button, Reply, Rows, column
from bot.feature import App, Turn
from db import notices, proofs
from db.broadcasts import Broadcast, BroadcastState
from db.proofs import Earlier

BUTTON = "verify.code"
SCAM, FOOLED = "at-gia-danh-can-bo", "at-bi-lua-lam-gi"
"""The answers of the FAQ about people who pretend to be officials, and about what to do when it is too late."""

KEPT = 1_024
"""Texts: those of the announcements of the last months, each twice."""

SHOWN = 6
LONGEST = 400


@dataclass(frozen=True)
class Said:
    """A message that is to be checked; `html` is the same with its links, where the channel tells them."""

    text: str
    html: str = ""


class Kind(Enum):
    """How a message stands to an announcement."""

    SAME = auto()
    EARLIER = auto()
    CHANGED = auto()
    OTHER = auto()


@dataclass(frozen=True)
class Compared:
    """The result; an older text was replaced on that day."""

    kind: Kind
    found: Sequence[Difference] = ()
    day: str = ""


def compared(turn: Turn, broadcast: Broadcast, said: Said) -> Compared:
    """The message beside the announcement as it stands, and as it stood before."""
    kept = proofs.earlier(turn.session, broadcast.id)
    edited = [*(each.until for each in kept[1:]), None]
    before = [_as_it_was(broadcast, each, at) for each, at in zip(kept, edited, strict=False)]
    theirs = keyed(said.text)
    if not any(alike(turn.app, each, theirs) for each in (broadcast, *before)):
        return Compared(Kind.OTHER)
    found = _differences(turn.app, broadcast, said)
    if not found:
        return Compared(Kind.SAME)
    for older, each in zip(before, kept, strict=True):
        if not _differences(turn.app, older, said):
            return Compared(Kind.EARLIER, day=in_words(local_date(each.until)))
    return Compared(Kind.CHANGED, found)


def _as_it_was(broadcast: Broadcast, text: Earlier, edited_at: datetime | None) -> Broadcast:
    """A value of its own, which no session knows."""
    other = {"title": text.title, "body": text.body, "version": text.version, "edited_at": edited_at}
    return Broadcast(**{name: getattr(broadcast, name) for name in Broadcast.model_fields} | other)


def alike(app: App, broadcast: Broadcast, theirs: str) -> float:
    """How alike a message, which is `keyed`, is to an announcement: to the whole of it or to what it says, 0 to 100."""
    whole, core = str(reply_of(app, broadcast).text), f"{escape(broadcast.title)}\n{broadcast.body}"
    return max(likeness(_ours(whole), theirs), likeness(_ours(core), theirs))


@lru_cache(maxsize=KEPT)
def _ours(html: str) -> str:
    """Ours are compared again and again, and worked out once; what others wrote is not kept."""
    return keyed(visible(html))


def _differences(app: App, broadcast: Broadcast, said: Said) -> list[Difference]:
    html = str(reply_of(app, broadcast).text)
    return [*differences(_sentences(visible(html), broadcast), said.text), *strange_links(html, said.html)]


def _sentences(whole: str, broadcast: Broadcast) -> list[Sentence]:
    """Title and text are the core; number, unit, signer and code around them may be left out."""
    core = f"{broadcast.title}\n\n{visible(broadcast.body)}"
    before, _, after = whole.partition(core)
    return [*sentences(before, core=False), *sentences(core), *sentences(after, core=False)]


def tell(turn: Turn, broadcast: Broadcast, said: Said | None, *, shows: bool, by_text: bool = False) -> None:
    """What the ward's records say of an announcement that has left, and of the message beside it."""
    result = compared(turn, broadcast, said) if said else None
    newer = [each for each in notices.corrections(turn.session, broadcast.id) if each.state in IN_FORCE]
    lines = [*_heads(turn, broadcast, result, by_text=by_text), _facts(turn, broadcast, shows=shows)]
    if result and result.found and shows:
        lines.append(_listed(turn, result.found))
    lines += [turn.say("proof.corrected", number=wording.number(_row(turn, each.id))) for each in newer]
    if not shows and broadcast.state in IN_FORCE:
        lines.append(turn.say("proof.few"))
    if shows and (result is None or result.kind is not Kind.SAME):
        lines.append(turn.say("proof.stored", title=broadcast.title, text=Markup(broadcast.body)))  # noqa: S704 - checked markup
    doubtful = result is not None and result.kind in {Kind.CHANGED, Kind.OTHER}
    if doubtful:
        lines.append(whom_to_ask(turn))
    rows = column(_newer(turn, [_row(turn, each.id) for each in newer]))
    turn.reply(Markup("\n\n").join(lines), (*rows, *(warning_rows(turn) if doubtful else ())))
    _show_file(turn, broadcast, shows=shows and result is None)


def _row(turn: Turn, broadcast_id: int) -> Broadcast:
    return turn.session.get_one(Broadcast, broadcast_id)


def _newer(turn: Turn, corrections: Sequence[Broadcast]) -> list[Button]:
    return [
        turn.button("proof.button_number", f"{BUTTON}:{each.proof}", number=wording.number(each))
        for each in corrections
    ]


def _heads(turn: Turn, broadcast: Broadcast, result: Compared | None, *, by_text: bool) -> list[Markup]:
    """The verdict; a warning stands before everything else."""
    stands = _standing(turn, broadcast)
    beside = [turn.say("proof.by_text")] if by_text else []
    if result is None:
        return [stands]
    if result.kind is Kind.SAME:
        return [stands, turn.say("proof.same_by_text" if by_text else "proof.same")]
    stopped = [] if broadcast.state in IN_FORCE else [stands]
    if result.kind is Kind.EARLIER:
        return [*stopped, turn.say("proof.earlier", day=result.day)]
    return [turn.say("proof.changed" if result.kind is Kind.CHANGED else "proof.other"), *beside, *stopped]


def _standing(turn: Turn, broadcast: Broadcast) -> Markup:
    committee = turn.ward.names.committee
    if broadcast.state == BroadcastState.CANCELLED:
        ended = in_words(local_date(broadcast.ended_at or broadcast.send_at))
        return turn.say("proof.cancelled", committee=committee, day=ended)
    return turn.say("proof.paused" if broadcast.state == BroadcastState.PAUSED else "proof.real", committee=committee)


def _facts(turn: Turn, broadcast: Broadcast, *, shows: bool) -> Markup:
    unit = turn.ward.unit(broadcast.unit)
    facts = {
        "number": wording.number(broadcast),
        "day": in_words(local_date(broadcast.send_at)),
        "unit": unit.name if unit else turn.ward.names.committee,
    }
    said = [turn.say("proof.facts", **facts)]
    if shows:
        said.append(turn.say("proof.signer", signer=broadcast.signer))
    if broadcast.version > 1:
        said.append(turn.say("proof.edited"))
    return wording.lines(said)


def _listed(turn: Turn, found: Sequence[Difference]) -> Markup:
    """The differences; what is not ours cannot be pressed there."""
    shown = [_difference(turn, each) for each in found[:SHOWN]]
    more = [turn.say("proof.more", count=len(found) - SHOWN)] if len(found) > SHOWN else []
    return Markup("\n\n").join([*shown, *more])


def _difference(turn: Turn, each: Difference) -> Markup:
    ours, theirs = _shortened(each.ours), _shortened(each.theirs)
    if not theirs:
        return turn.say("proof.missing", ours=ours)
    return turn.say("proof.replaced", ours=ours, theirs=theirs) if ours else turn.say("proof.added", theirs=theirs)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _show_file(turn: Turn, broadcast: Broadcast, *, shows: bool) -> None:
    file = reply_of(turn.app, broadcast).file
    if shows and file and turn.incoming.private:
        turn.replies.append(Reply(Markup(""), file=file))


def unknown(turn: Turn, code: str, like: Broadcast | None, *, unsent: bool) -> None:
    """No announcement with that code has left."""
    key = "proof.unsent" if unsent else "proof.unknown"
    said = [turn.say(key, committee=turn.ward.names.committee, code=code[:20])]
    if like:
        said.append(turn.say("proof.like", number=wording.number(like)))
    turn.reply(
        Markup("\n\n").join([*said, whom_to_ask(turn)]),
        (*column(_newer(turn, [like] if like else [])), *warning_rows(turn)),
    )


def nothing_like(turn: Turn) -> None:
    """No announcement reads like the message."""
    if turn.incoming.ours:
        turn.reply(turn.say("proof.ours"))
        return
    said = turn.say("proof.nothing_like", committee=turn.ward.names.committee)
    turn.reply(Markup("\n\n").join([said, whom_to_ask(turn)]), warning_rows(turn))


def whom_to_ask(turn: Turn) -> Markup:
    """Where to ask again; what the profile does not know is not said."""
    known, names = turn.ward.contact, turn.ward.names
    said = [turn.say("proof.ask", center=names.center)]
    if known.center_phone:
        said.append(turn.say("people.contact_phone", phone=known.center_phone))
    if known.police_phone:
        said.append(turn.say("people.contact_police", phone=known.police_phone))
    return wording.lines(said)


def warning_rows(turn: Turn) -> Rows:
    """What the FAQ says of such messages, a way to report them, whom to ask."""
    buttons = [
        turn.button("proof.button_scam", f"faq.show:{SCAM}"),
        turn.button("proof.button_fooled", f"faq.show:{FOOLED}"),
    ]
    if turn.incoming.private:
        buttons.append(turn.button("proof.button_report", "case.new"))
    return column([*buttons, turn.button("people.button_contact", "contact")])
