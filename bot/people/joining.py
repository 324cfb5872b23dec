"""How somebody gets a role: /moi makes a one-time code, and whoever shows it says their name and begins."""

from bot import dialogue
from bot.core.accept import one_of, words
from bot.core.clock import VIETNAM
from bot.core.flow import Answers, Choice, Flow, Question
from bot.core.replies import Button, Reply, column
from bot.feature import Turn, Work
from bot.people import codes
from bot.people.absence import listed, row
from bot.people.staff import (
    LONGEST_NAME,
    ROLE_TEXTS,
    WITH_UNIT,
    Offer,
    invite,
    join,
    mistake,
    title,
    usable,
)
from db.drafts import DraftRow
from db.staff import Invitation, Role

INVITE = "staff_invite"
JOIN = "staff_join"
LINK = "moi"


def invite_flow() -> Flow:
    """The dialogue of the admin: which role, where, who."""
    return Flow(
        INVITE,
        (
            Question("role", one_of(()), choices=_roles),
            Question("unit", one_of(()), choices=listed("units"), when=_has_unit),
            Question("group", one_of(()), choices=listed("groups"), when=_chooses_group),
            Question("place", words(LONGEST_NAME), when=_types_place),
            Question("name", words(LONGEST_NAME), optional=True),
        ),
    )


def _roles(_answers: Answers) -> list[Choice]:
    return [Choice(role, text) for role, text in ROLE_TEXTS.items()]


def _has_unit(answers: Answers) -> bool:
    return answers.get("role") in WITH_UNIT


def _chooses_group(answers: Answers) -> bool:
    return answers.get("role") == Role.HEAD and bool(answers.get("groups"))


def _types_place(answers: Answers) -> bool:
    return answers.get("role") == Role.HEAD and not answers.get("groups")


def join_flow() -> Flow:
    """The one question to somebody whose invitation names nobody."""
    return Flow(JOIN, (Question("name", words(LONGEST_NAME)),), preview=False)


def begin_invitation(turn: Turn, _argument: str) -> None:
    """/moi."""
    units = [row(unit.id, unit.short) for unit in turn.ward.units]
    groups = [row(group.id, group.name) for group in turn.ward.groups]
    dialogue.start(turn, INVITE, {"units": list(units), "groups": list(groups)})


def invitation_given(turn: Turn, _draft: DraftRow, answers: Answers) -> None:
    """The admin has sent it off; the role may have ended and the profile may have changed since it began."""
    offer = _offer(answers)
    if turn.staff is None or turn.staff.role != Role.ADMIN:
        turn.reply(turn.say("turn.old_button"))
    elif mistake(turn.ward, offer):
        turn.reply(turn.say("staff.offer_old"))
    else:
        invitation, code = invite(turn, offer, turn.staff)
        turn.replies.append(made(turn, invitation, code))


def _offer(answers: Answers) -> Offer:
    """An answer that was changed leaves others behind that no longer count."""
    role = Role(str(answers["role"]))
    place = answers.get("group") if _chooses_group(answers) else answers.get("place")
    return Offer(
        role,
        unit=str(answers["unit"]) if role in WITH_UNIT else "",
        neighbourhood=str(place) if role is Role.HEAD else "",
        name=str(answers.get("name") or ""),
    )


def made(work: Work, invitation: Invitation, code: str) -> Reply:
    """The code, its link and until when: to be passed on."""
    text = work.say(
        "staff.invited",
        title=title(work, invitation),
        code=codes.shown(code),
        payload=f"{LINK}_{code}",
        until=f"{invitation.expires_at.astimezone(VIETNAM):%Hh%M, %d/%m/%Y}",
    )
    link = Button(work.app.say.label("staff.button_join"), start=f"{LINK}_{code}")
    return Reply(text, column((link,)))


def enter(turn: Turn, code: str) -> None:
    """/nhanviec, or the link of an invitation: with the code at once, or ask for it."""
    if turn.staff:
        turn.reply(turn.say("staff.one_role", title=title(turn, turn.staff)))
        return
    given = code.strip()
    dialogue.start(turn, codes.INVITATION, {"code": given[:LONGEST_NAME]} if given else {})


def code_given(turn: Turn, draft: DraftRow, answers: Answers) -> None:
    """A try. Wrong, used and expired look the same, and so does every try once there were too many."""
    codes.wipe(draft)
    may_try = codes.may_try(turn.session, turn.person.id, turn.now)
    invitation = usable(turn.session, str(answers["code"]), turn.now) if may_try else None
    if turn.staff:
        turn.reply(turn.say("staff.one_role", title=title(turn, turn.staff)))
    elif invitation is None:
        codes.count_wrong(draft)
        turn.reply(turn.say("staff.code_refused" if may_try else "staff.code_too_often"))
    elif invitation.name:
        _join(turn, invitation.id, invitation.name)
    else:
        dialogue.start(turn, JOIN, {"invitation": invitation.id})


def name_given(turn: Turn, _draft: DraftRow, answers: Answers) -> None:
    """Who has shown the code says their name: now the role begins, unless somebody was faster."""
    _join(turn, int(str(answers["invitation"])), str(answers["name"]))


def _join(turn: Turn, invitation_id: int, name: str) -> None:
    staff = join(turn, invitation_id, turn.person.id, name)
    if staff is None:
        turn.reply(turn.say("staff.code_refused"))
        return
    turn.staff = staff
    turn.reply(turn.say("staff.welcome", title=title(turn, staff), name=staff.name))
