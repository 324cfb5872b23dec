"""One-time codes: a seller takes over what was logged for them, and somebody brings their cases to a new phone."""

from datetime import datetime, timedelta

from markupsafe import Markup
from sqlalchemy import update
from sqlmodel import Session, col

from bot import dialogue
from bot.cases import letters, mine, wording
from bot.cases.actor import actor_of
from bot.cases.notices import open_button, staff
from bot.cases.rules import Act, Actor, sees
from bot.cases.service import permit, record
from bot.core.accept import one_of
from bot.core.clock import VIETNAM
from bot.core.flow import Answers, Choice, Flow, Question
from bot.core.replies import Document, Reply, Rows, column
from bot.feature import ButtonRoute, CommandRoute, Feature, FlowRoute, Turn, Work
from bot.papers import qr
from bot.people import codes, joining
from bot.people.service import part, unite
from bot.people.staff import usable as invitation
from db import letters as of_case
from db import outbox
from db.cases import Case, locked, of_reporter
from db.claims import Claim, claim_of
from db.drafts import DraftRow
from db.people import Consent, Person, chats_of
from db.staff import Role, Staff, serving

LINK = "nhan"
OF_CASE, OF_PERSON = "claim_case", "claim_person"
YES, NO = "yes", "no"
LONGEST_CODE = 40


def feature() -> Feature:
    """The routes of this feature."""
    return Feature(
        name="claims",
        commands=(
            CommandRoute("nhanphieu", enter, "claims.menu_enter", ("nhận phiếu", "nhập mã phiếu")),
            CommandRoute("doimay", move, "claims.menu_move", MOVE_WORDS),
        ),
        buttons=(
            ButtonRoute("case.invite", invite_again, roles=frozenset(Role)),
            ButtonRoute("chat.leave", leave),
            ButtonRoute("claim.enter", enter),
        ),
        flows=(
            FlowRoute(codes.code_flow(codes.CLAIM), code_given),
            FlowRoute(_yes_or_no(OF_CASE, "claims.case_yes"), case_confirmed),
            FlowRoute(_yes_or_no(OF_PERSON, "claims.person_yes"), person_confirmed),
        ),
        start_with={LINK: enter},
        reads=reads,
    )


MOVE_WORDS = ("đổi máy", "đổi điện thoại", "chuyển sang điện thoại khác")


def _yes_or_no(name: str, yes: str) -> Flow:
    choices = (Choice(YES, yes), Choice(NO, "claims.not_mine"))
    return Flow(name, (Question("mine", one_of(()), choices=lambda _answers: choices),), preview=False)


def invite(work: Work, actor: Actor, case_id: int) -> str | None:
    """A new code for a case that nobody follows yet; the code before it counts no more. None where it may not be."""
    case = permit(work, actor, case_id, Act.INVITE)
    if case is None:
        return None
    record(work, actor, case, Act.INVITE)
    return _new(work, Claim.case_id == case.id, case_id=case.id)


def _new(work: Work, before: object, *, case_id: int | None = None, person_id: int | None = None) -> str:
    unused = update(Claim).where(before, col(Claim.used_at).is_(None), col(Claim.expires_at) > work.now)  # type: ignore[arg-type]
    work.session.execute(unused.values(expires_at=work.now))
    code = codes.new_code()
    claim = Claim(
        code_hash=codes.hashed(code),
        case_id=case_id,
        person_id=person_id,
        created_at=work.now,
        expires_at=work.now + timedelta(days=work.ward.cases.claim_days),
    )
    work.session.add(claim)
    work.session.flush()
    return code


def show_code(turn: Turn, said: Markup, code: str, rows: Rows = ()) -> None:
    """The code as a picture to scan, with the words that say what it is for."""
    picture = turn.app.files.put(qr.png(turn.link(f"{LINK}_{code}")))
    turn.replies.append(Reply(said, rows, Document(picture, "ma-qr.png", "photo")))


def until(work: Work) -> str:
    """When a code that is made now ends."""
    return f"{(work.now + timedelta(days=work.ward.cases.claim_days)).astimezone(VIETNAM):%Hh%M, %d/%m/%Y}"


def hand_out(turn: Turn, case: Case, code: str) -> None:
    """The code of a case, for its sender."""
    said = turn.say("claims.of_case", code=case.code, claim=codes.shown(code), until=until(turn))
    show_code(turn, said, code, column((open_button(turn, case),)))


def invite_again(turn: Turn, argument: str) -> None:
    """The button on a case card."""
    case = turn.session.get(Case, int(argument)) if argument.isdecimal() and len(argument) < 10 else None
    actor = actor_of(turn)
    code = invite(turn, actor, case.id) if case and sees(actor, case) else None
    if case and code:
        hand_out(turn, case, code)
    elif case and sees(actor, case):
        turn.reply(turn.say("claims.no_invitation", code=case.code), ((open_button(turn, case),),))
    else:
        turn.reply(turn.say("turn.old_button"))


def move(turn: Turn, _argument: str) -> None:
    """/doimay: a code that brings everything of this person to another chat."""
    code = _new(turn, Claim.person_id == turn.person.id, person_id=turn.person.id)
    show_code(turn, turn.say("claims.of_person", claim=codes.shown(code), until=until(turn)), code)


def enter(turn: Turn, code: str) -> None:
    """/nhanphieu, or the link in a QR code: with the code at once, or ask for it."""
    given = code.strip()
    dialogue.start(turn, codes.CLAIM, {"code": given[:LONGEST_CODE]} if given else {})


def reads(turn: Turn, text: str) -> bool:
    """A code typed without its command, which is no question to be written down: a role's or, like any other, a case's.

    Who has tried too often learns nothing from where it leads. The number of a case that nobody before this took is
    not of this person: they learn how to get to it, and not whether there is one.
    """
    if not codes.is_code(text):
        return _numbered(turn, mine.asked_for(turn, text))
    may_try = codes.may_try(turn.session, turn.person.id, turn.now)
    role = may_try and invitation(turn.session, text, turn.now) is not None
    (joining.enter if role else enter)(turn, text)
    return True


def _numbered(turn: Turn, number: str) -> bool:
    if number:
        ways = (
            turn.button("claims.menu_enter", "claim.enter"),
            turn.button("mine.button_list", "own.page"),
            turn.button("people.button_contact", "contact"),
        )
        turn.reply(turn.say("claims.not_here", code=number), column(ways))
    return bool(number)


def code_given(turn: Turn, draft: DraftRow, answers: Answers) -> None:
    """A try. Wrong, used and expired look the same, and so does every try once there were too many."""
    codes.wipe(draft)
    may_try = codes.may_try(turn.session, turn.person.id, turn.now)
    claim = usable(turn.session, str(answers["code"]), turn.now) if may_try else None
    if claim is None:
        codes.count_wrong(draft)
        turn.reply(turn.say("claims.refused" if may_try else "claims.too_often"))
    elif claim.case_id is not None:
        _show_case(turn, turn.session.get_one(Case, claim.case_id), claim)
    elif claim.person_id == turn.person.id:
        turn.reply(turn.say("claims.same_person"))
    else:
        turn.reply(turn.say("claims.moving", count=len(of_reporter(turn.session, claim.person_id or 0, limit=100))))
        dialogue.start(turn, OF_PERSON, {"claim": claim.id})


def usable(session: Session, code: str, now: datetime) -> Claim | None:
    """The claim behind a code; None where it is wrong, used or expired, which nobody may tell apart."""
    found = claim_of(session, codes.hashed(code))
    return found if found and found.used_at is None and found.expires_at > now else None


def _show_case(turn: Turn, case: Case, claim: Claim) -> None:
    lines = [
        turn.say(
            "claims.logged",
            code=case.code,
            day=wording.received_on(case),
            subject=wording.subject(turn, case),
            text=case.text,
            status=wording.status(turn, case),
        ),
        *(turn.say("claims.place", place=place) for place in [wording.place(turn, case)] if place),
        *(turn.say("claims.suggestion", text=case.suggestion) for _ in [0] if case.suggestion),
        *(turn.say("claims.business", name=case.business) for _ in [0] if case.business),
        *(turn.say("claims.phone", phone=case.phone) for _ in [0] if case.phone),
    ]
    turn.reply(Markup("\n").join(lines))
    dialogue.start(turn, OF_CASE, {"claim": claim.id})


def _used(work: Work, claim_id: int, person_id: int) -> Claim | None:
    """The claim, used up by this person now; None if somebody was faster, or it has expired."""
    taken = (
        update(Claim)
        .where(col(Claim.id) == claim_id, col(Claim.used_at).is_(None), col(Claim.expires_at) > work.now)
        .values(used_at=work.now, used_by=person_id)
        .returning(col(Claim.id))
    )
    if work.session.execute(taken, execution_options={"synchronize_session": False}).first() is None:
        return None
    return work.session.get_one(Claim, claim_id, populate_existing=True)


def case_confirmed(turn: Turn, _draft: DraftRow, answers: Answers) -> None:
    """The seller has read what was logged in their name."""
    if answers["mine"] != YES:
        turn.reply(turn.say("claims.left"))
        return
    claim = turn.session.get_one(Claim, int(str(answers["claim"])))
    case = turn.session.get_one(Case, claim.case_id)
    if sees(actor_of(turn), case):
        turn.reply(turn.say("claims.own_work", code=case.code))
    elif follow(turn, claim.id):
        watch = turn.button("claims.button_watch", f"mine.open:{case.id}", code=case.code)
        # Told, not replied: what waited for its reader comes after it.
        turn.tell(
            turn.person.id, Reply(turn.say("claims.followed", code=case.code), ((watch,),)), f"{turn.key}:followed"
        )
        _catch_up(turn, case)
    else:
        turn.reply(turn.say("claims.refused"))


def follow(turn: Turn, claim_id: int) -> Case | None:
    """The person of the turn is the case's owner from now on.

    None where the code was used meanwhile, or the case is somebody's already.
    """
    claim = _used(turn, claim_id, turn.person.id)
    case = locked(turn.session, claim.case_id) if claim and claim.case_id else None
    if case is None or case.reporter_id is not None:
        return None
    case.reporter_id = turn.person.id
    agree(turn, turn.person)
    event = record(turn, Actor(turn.person.id), case, Act.CLAIM, told=True)
    logger = turn.session.get(Staff, case.logged_by) if case.logged_by else None
    if logger and logger.until is None:
        staff(turn, case, event, [logger], text=turn.say("claims.staff_followed", code=case.code))
    return case


def _catch_up(turn: Turn, case: Case) -> None:
    """The letters that had found nobody."""
    for letter in of_case.failed(turn.session, case.id):
        letters.send_again(turn, case, letter)


def agree(work: Work, person: Person) -> None:
    """Keep that somebody agreed to the notice in its present words, once."""
    version = work.ward.cases.consent_version
    if work.session.get(Consent, (person.id, version)) is None:
        work.session.add(Consent(person_id=person.id, version=version, at=work.now))
        work.session.flush()


def person_confirmed(turn: Turn, _draft: DraftRow, answers: Answers) -> None:
    """The new chat becomes one more chat of the person who made the code."""
    if answers["mine"] != YES:
        turn.reply(turn.say("claims.left"))
        return
    if turn.staff:
        turn.reply(turn.say("claims.has_role"))
        return
    claim = _used(turn, int(str(answers["claim"])), turn.person.id)
    owner = turn.session.get(Person, claim.person_id) if claim and claim.person_id else None
    if owner is None or owner.id == turn.person.id:
        turn.reply(turn.say("claims.refused"))
        return
    _attach(turn, owner)


def _attach(turn: Turn, owner: Person) -> None:
    others = chats_of(turn.session, owner.id)
    unite(turn.session, turn.person, owner)
    turn.person, turn.staff = owner, serving(turn.session, owner.id)
    undo = turn.button("claims.button_leave", f"chat.leave:{turn.chat.id}")
    told = Reply(turn.say("claims.new_device"), column((undo,))).to_json()
    for chat in others:  # not where the person is heard last, which is here
        outbox.enqueue(turn.session, chat, dedupe=f"{turn.key}:device:{chat.id}", body=told, at=turn.now)
    turn.reply(turn.say("claims.moved"))


def leave(turn: Turn, argument: str) -> None:
    """The person says from an older chat that the new one is not theirs."""
    chat_id = int(argument) if argument.isdecimal() and len(argument) < 10 else 0
    if chat_id != turn.chat.id and part(turn.session, turn.person, chat_id, turn.now):
        turn.reply(turn.say("claims.parted"))
    else:
        turn.reply(turn.say("turn.old_button"))
