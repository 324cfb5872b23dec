"""One-time codes that people type or scan: made, shown, recognised when typed, guarded against guessing."""

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from bot.core.accept import written
from bot.core.flow import Flow, Question
from db.drafts import DraftRow, DraftState

# No look-alikes, and no vowels, D or W: of these Telex and VNI make accents, and the code would come out as another.
ALPHABET = "23456789CFGHJKMNPQRTVX"
LENGTH = 10
LOOK_ALIKES = str.maketrans("BSZO0DU", "852QQQV")

INVITATION = "staff_code"
CLAIM = "claim_code"
FLOWS = (INVITATION, CLAIM)
"""The dialogues that take a code; every try, typed or by a link, is a draft of one of them."""

WRONG_AN_HOUR = 10
"""Wrong codes after which somebody waits an hour: 22^10 codes are beyond reach at that pace."""

HOUR = timedelta(hours=1)


def new_code() -> str:
    """A random code of 10 characters, 44 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def shown(code: str) -> str:
    """As people read it: XXXXX-XXXXX."""
    return f"{code[:5]}-{code[5:]}"


def normalised(typed: str) -> str:
    """What was meant: case, dashes, spaces, accents do not count, and a look-alike stands for the letter of a code.

    Nor does the word before it where it was copied out of a link: moi_XXXXXXXXXX.
    """
    code = re.sub(rf"^[a-z]+_(?=\w{{{LENGTH}}}$)", "", typed.strip())
    apart = unicodedata.normalize("NFKD", code.replace("đ", "d").replace("Đ", "D")).upper()
    return "".join(letter for letter in apart if letter.isalnum()).translate(LOOK_ALIKES)


def is_code(text: str) -> bool:
    """Whether a message is nothing but a code, as it is shown; ten digits are a phone number."""
    halves = re.fullmatch(r"\s*(\w{5})[\s-]?(\w{5})\s*", text)
    return halves is not None and not text.strip().isdecimal() and set(normalised(text)) <= set(ALPHABET)


def hashed(code: str) -> str:
    """How a code is kept: SHA-256 of what was meant, 64 hex digits."""
    return hashlib.sha256(normalised(code).encode()).hexdigest()


def code_flow(name: str) -> Flow:
    """The dialogue that asks for a code; its `name` is one of FLOWS, so that its wrong tries are counted."""
    return Flow(name, (Question("code", written(40)),), preview=False)


def may_try(session: Session, person_id: int, now: datetime, flows: Collection[str] = FLOWS) -> bool:
    """Whether somebody has not yet given too many wrong codes, of these dialogues, within the last hour."""
    wrong = select(func.count()).where(
        DraftRow.person_id == person_id,
        col(DraftRow.flow).in_(flows),
        DraftRow.state == DraftState.CANCELLED,
        col(DraftRow.pending).is_(None),  # one that the person cancelled still waits for its code
        DraftRow.updated_at > now - HOUR,
    )
    return session.exec(wrong).one() < WRONG_AN_HOUR


def wipe(draft: DraftRow) -> None:
    """Forget the code that a draft holds, whatever becomes of it."""
    draft.answers = {name: value for name, value in draft.answers.items() if name != "code"}


def count_wrong(draft: DraftRow) -> None:
    """This try was wrong, or came while no more were allowed."""
    draft.state = DraftState.CANCELLED
