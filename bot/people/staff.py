"""What is done about roles: offered, taken up, ended; each act checks in the database at the time it is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from markupsafe import Markup
from sqlalchemy import update
from sqlmodel import Session, col, select

from bot.core.replies import Reply
from bot.feature import Work
from bot.people import codes
from bot.ward import Ward
from db.people import Person
from db.staff import SERVING, Invitation, Role, Staff, all_serving, invitation_of, serving, with_role

LONGEST_NAME = 80

WITH_UNIT = frozenset({Role.OFFICER, Role.CLERK})
EVERYBODY = frozenset(Role)
IN_CHARGE = frozenset({Role.ADMIN, Role.LEADER})

ROLE_TEXTS = {
    Role.ADMIN: "staff.role_admin",
    Role.LEADER: "staff.role_leader",
    Role.OFFICER: "staff.role_officer",
    Role.CLERK: "staff.role_clerk",
    Role.HEAD: "staff.role_head",
}


@dataclass(frozen=True)
class Offer:
    """A role for somebody. `unit` and `neighbourhood` are ids of the profile; `name` is empty where they say it."""

    role: Role
    unit: str = ""
    neighbourhood: str = ""
    name: str = ""


def mistake(ward: Ward, offer: Offer) -> str | None:
    """Why an offer cannot be made, one sentence for the command line; None where it can."""
    units, groups = [unit.id for unit in ward.units], [group.id for group in ward.groups]
    if offer.role in WITH_UNIT and offer.unit not in units:
        return f"An invitation as {offer.role} needs a unit of the ward profile, one of {', '.join(units)}."
    if offer.unit and offer.role not in WITH_UNIT:
        return f"Somebody with the role {offer.role} belongs to no unit."
    if offer.role is Role.HEAD and groups and offer.neighbourhood not in groups:
        return f"An invitation as head needs a group of the ward profile, one of {', '.join(groups)}."
    if (offer.role is Role.HEAD) != bool(offer.neighbourhood):
        return "An invitation as head, and no other, needs a neighbourhood group."
    too_long = max(map(len, (offer.name, offer.neighbourhood))) > LONGEST_NAME
    return f"A name may have {LONGEST_NAME} characters." if too_long else None


def invite(work: Work, offer: Offer, made_by: Staff | None = None) -> tuple[Invitation, str]:
    """Make an invitation; the code is given back once and kept only as its hash."""
    code = codes.new_code()
    invitation = Invitation(
        code_hash=codes.hashed(code),
        role=offer.role,
        unit=offer.unit,
        neighbourhood=offer.neighbourhood,
        name=offer.name,
        made_by=made_by.id if made_by else None,
        created_at=work.now,
        expires_at=work.now + timedelta(days=work.ward.cases.invitation_days),
    )
    work.session.add(invitation)
    work.session.flush()
    return invitation, code


def usable(session: Session, code: str, now: datetime) -> Invitation | None:
    """The invitation behind a code; None where it is wrong, used or expired, which nobody may tell apart."""
    found = invitation_of(session, codes.hashed(code))
    return found if found and found.used_at is None and found.expires_at > now else None


def join(work: Work, invitation_id: int, person_id: int, name: str) -> Staff | None:
    """Take up an invitation; None where it was used meanwhile, has expired, or the person has a role already."""
    # Two chats of one person wait for each other here; two people with one code, in the statement below.
    work.session.get_one(Person, person_id, with_for_update=True)
    if serving(work.session, person_id):
        return None
    invitation = _take(work, invitation_id, person_id)
    if invitation is None:
        return None
    staff = Staff(
        person_id=person_id,
        role=Role(invitation.role),
        unit=invitation.unit,
        neighbourhood=invitation.neighbourhood,
        name=name,
        since=work.now,
    )
    work.session.add(staff)
    work.session.flush()
    _tell_who_should_know(work, staff, invitation)
    return staff


def _take(work: Work, invitation_id: int, person_id: int) -> Invitation | None:
    taken = (
        update(Invitation)
        .where(col(Invitation.id) == invitation_id, col(Invitation.used_at).is_(None))
        .where(col(Invitation.expires_at) > work.now)
        .values(used_at=work.now, used_by=person_id)
        .returning(col(Invitation.id))
    )
    if work.session.execute(taken, execution_options={"synchronize_session": False}).first() is None:
        return None
    return work.session.get_one(Invitation, invitation_id, populate_existing=True)


def _tell_who_should_know(work: Work, staff: Staff, invitation: Invitation) -> None:
    """The inviter; of a new leader also the leaders, who alone see what is protected."""
    inviter = work.session.get(Staff, invitation.made_by) if invitation.made_by else None
    told = {inviter.person_id} if inviter and inviter.until is None else set()
    if staff.role == Role.LEADER:
        told |= {leader.person_id for leader in with_role(work.session, Role.LEADER)}
    for person_id in sorted(told - {staff.person_id}):
        said = work.say("staff.joined", name=staff.name, title=title(work, staff))
        work.tell(person_id, Reply(said), f"staff:{staff.id}:joined:{person_id}")


def leave(work: Work, staff_id: int) -> Staff | None:
    """End a role and hand back what somebody had to do; None where it has ended already or never was."""
    # What refers to them may still be written: it does not wait for their leaving, nor this for it.
    one = select(Staff).where(Staff.id == staff_id, SERVING).with_for_update(key_share=True)
    staff = work.session.exec(one, execution_options={"populate_existing": True}).first()
    if staff is None:
        return None
    staff.until = work.now
    work.session.flush()
    for feature in work.app.features:
        if feature.staff_left:
            feature.staff_left(work, staff)
    work.tell(staff.person_id, Reply(work.say("staff.ended", title=title(work, staff))), f"staff:{staff.id}:ended")
    return staff


def is_last_admin(session: Session, staff: Staff) -> bool:
    """Whether nobody could invite any more without this one; admins who remove each other wait for one another."""
    admins = select(Staff).where(Staff.role == Role.ADMIN, SERVING).order_by(col(Staff.id)).with_for_update()
    return {admin.id for admin in session.exec(admins)} == {staff.id}


def title(work: Work, staff: Staff | Invitation) -> Markup:
    """The role in words, with the unit or neighbourhood where it has one."""
    role = work.say(ROLE_TEXTS[Role(staff.role)])
    place = place_of(work.ward, staff.unit, staff.neighbourhood)
    return work.say("staff.title", role=role, place=place) if place else role


def place_of(ward: Ward, unit: str, neighbourhood: str) -> str:
    """A unit or neighbourhood as people call it; what has left the profile keeps its id, a typed one is itself."""
    known = ward.unit(unit)
    group = ward.group(neighbourhood)
    return (known.short if known else unit) or (group.name if group else neighbourhood)


STEPS = 5
"""How far a substitute's substitute is followed."""


def acting_for(session: Session, staff: Staff, day: date) -> Staff:
    """Who does somebody's work on that day: themselves, or the first substitute who is there.

    Where all are absent, or there is none, the work stays with its owner: nothing is ever nobody's.
    """
    if not staff.absent_on(day):
        return staff
    return _acting(staff, {other.id: other for other in all_serving(session)}, day)


def stands_in_for(session: Session, staff: Staff, day: date) -> list[Staff]:
    """Whose work somebody does on that day besides their own, the longest-serving first."""
    everybody = {other.id: other for other in all_serving(session)}
    away = [other for other in everybody.values() if other.id != staff.id and other.absent_on(day)]
    return [other for other in away if _acting(other, everybody, day).id == staff.id]


def _acting(staff: Staff, everybody: Mapping[int, Staff], day: date) -> Staff:
    """Bounded, so that two who name each other end nowhere instead of never."""
    next_one: Staff | None = staff
    for _ in range(STEPS):
        next_one = everybody.get(next_one.substitute_id) if next_one and next_one.substitute_id else None
        if next_one and not next_one.absent_on(day):
            return next_one
    return staff
