"""Who hears what becomes of an announcement: its author; where they serve no more their unit, at last the leaders."""

from bot.core.replies import Reply
from bot.feature import Work
from db.staff import Role, Staff, with_role


def of(work: Work, author_id: int) -> list[Staff]:
    """Those who serve now and answer for what that colleague wrote; nobody where the ward has no leader."""
    author = work.session.get_one(Staff, author_id)
    if author.until is None:
        return [author]
    serving = [*with_role(work.session, Role.OFFICER, author.unit), *with_role(work.session, Role.CLERK, author.unit)]
    return (serving if author.unit else []) or with_role(work.session, Role.LEADER)


def tell(work: Work, author_id: int, reply: Reply, dedupe: str) -> None:
    """Write to them, once for each `dedupe`."""
    for staff in of(work, author_id):
        name = dedupe if staff.id == author_id else f"{dedupe}:{staff.id}"
        work.tell(staff.person_id, reply, name)
