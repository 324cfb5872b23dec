"""/xacminh, and any message that is passed on: whether it is an announcement of the ward, and says the same still."""

from datetime import timedelta

from bot import dialogue
from bot.broadcasts.audience import Audience
from bot.broadcasts.owner import proof_codes, verdicts
from bot.broadcasts.owner.likeness import keyed, words
from bot.broadcasts.owner.openness import IN_FORCE, is_open
from bot.broadcasts.owner.verdicts import Said
from bot.core.accept import written
from bot.core.events import File, Text, What
from bot.core.flow import Answers, Flow, Invalid, Question, Value
from bot.feature import ButtonRoute, CommandRoute, Feature, FlowRoute, Turn
from bot.people.codes import may_try, normalised
from db import notices, proofs
from db.broadcasts import Broadcast
from db.drafts import DraftRow, DraftState

NAME = "proof"
WORDS = (
    "xác minh",
    "xác minh thông báo",
    "xác minh tin nhắn",
    "kiểm tra thông báo",
    "kiểm tra tin nhắn",
    "thông báo này có thật không",
    "tin nhắn này có thật không",
    "tin này có thật không",
)
LOOKED_BACK = timedelta(days=90)
LONGEST = 10_000
A_CODE_ALONE = 8
"""Words up to which a message says nothing but its code."""


def feature() -> Feature:
    """The routes of this feature."""
    return Feature(
        name="proof",
        commands=(CommandRoute("xacminh", asked, "proof.menu", WORDS, in_groups=True),),
        buttons=(ButtonRoute(verdicts.BUTTON, check_code, in_groups=True),),
        flows=(FlowRoute(Flow(NAME, (Question("what", _anything, free=True),), preview=False), given),),
        start_with={proof_codes.LINK: check_code},
        reads_anywhere=reads,
        forwarded=passed_on,
    )


def _anything(what: What) -> Value | Invalid:
    return written(LONGEST)(Text(what.caption) if isinstance(what, File) else what)


def asked(turn: Turn, argument: str) -> None:
    """/xacminh, with a code or a whole text behind it, or with nothing yet."""
    if argument:
        _check(turn, Said(argument))
    elif turn.incoming.private:
        dialogue.start(turn, NAME, {})
    else:
        turn.reply(turn.say("proof.how_in_group"))


def given(turn: Turn, draft: DraftRow, answers: Answers) -> None:
    """What was asked for came; it is not kept."""
    draft.answers = {}
    what = turn.incoming.what
    _check(turn, _said(what) if isinstance(what, Text | File) else Said(str(answers["what"])))


def reads(turn: Turn, text: str) -> bool:
    """A code alone, the words that ask about one, or a text in which a code is printed."""
    if not (proof_codes.asked_for(text) or proof_codes.printed_in(text)):
        return False
    what = turn.incoming.what
    _check(turn, _said(what) if isinstance(what, Text) else Said(text))
    return True


def passed_on(turn: Turn, what: Text | File) -> None:
    """What somebody else wrote; words in a picture cannot be read."""
    said = _said(what)
    if said.text.strip():
        _check(turn, said)
    else:
        turn.cause = turn.incoming.album
        turn.reply(turn.say("proof.no_words"), verdicts.warning_rows(turn))


def _said(what: Text | File) -> Said:
    return Said(what.caption if isinstance(what, File) else what.text, what.marked)


def check_code(turn: Turn, typed: str) -> None:
    """The code of a link or of a button."""
    _prove(turn, normalised(typed[:40]), None)


def _check(turn: Turn, said: Said) -> None:
    short = len(words(said.text)) <= A_CODE_ALONE
    code = proof_codes.asked_for(said.text) or proof_codes.printed_in(said.text)
    if short and not turn.incoming.forwarded and not code and " " not in said.text.strip():
        code = normalised(said.text)  # whatever was typed where a code was asked for
    if code:
        _prove(turn, code, None if short else said)
    else:
        _by_text(turn, said)


def _prove(turn: Turn, code: str, said: Said | None) -> None:
    """The announcement with that code. Who tries too many finds nothing out any more."""
    if not may_try(turn.session, turn.person.id, turn.now, (NAME,)):
        turn.reply(turn.say("proof.too_often"))
        return
    broadcast = proofs.by_code(turn.session, code)
    if broadcast and broadcast.started_at is not None and broadcast.state in notices.STARTED:
        verdicts.tell(turn, broadcast, said, shows=_shows(turn, broadcast, _received(turn)))
        return
    _count_wrong(turn)
    like = _likely(turn, said) if said and broadcast is None else None
    verdicts.unknown(turn, code, like, unsent=broadcast is not None)


def _count_wrong(turn: Turn) -> None:
    wrong = DraftRow(person_id=turn.person.id, flow=NAME, state=DraftState.CANCELLED, updated_at=turn.now)
    turn.session.add(wrong)


def _by_text(turn: Turn, said: Said) -> None:
    like = _likely(turn, said)
    if like:
        verdicts.tell(turn, like, said, shows=True, by_text=True)
    else:
        verdicts.nothing_like(turn)


def _likely(turn: Turn, said: Said) -> Broadcast | None:
    """The announcement most like it, of those whose text the person may see."""
    received = _received(turn)
    lately = proofs.lately(turn.session, turn.now - LOOKED_BACK)
    shown = [each for each in lately if _shows(turn, each, received)]
    theirs = keyed(said.text)
    scored = [(verdicts.alike(turn.app, each, theirs), each) for each in shown]
    best, found = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return found if best else None


def _received(turn: Turn) -> frozenset[int]:
    """What arrived with the person; in a group nobody is anybody."""
    return notices.received(turn.session, turn.person.id) if turn.incoming.private else frozenset()


def _shows(turn: Turn, broadcast: Broadcast, received: frozenset[int]) -> bool:
    """Whether its text may be shown: to who got it, else if it is in force and not for a few."""
    return broadcast.id in received or (broadcast.state in IN_FORCE and _is_public(turn, broadcast))


def _is_public(turn: Turn, broadcast: Broadcast) -> bool:
    """A correction is for those for whom what it corrects is."""
    if broadcast.corrects_id is not None:
        before = turn.session.get(Broadcast, broadcast.corrects_id)
        return before is not None and before.id < broadcast.id and _is_public(turn, before)
    return is_open(broadcast.kind, Audience.from_json(broadcast.audience))
