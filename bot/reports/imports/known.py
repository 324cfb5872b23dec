"""Rows that were imported before, beside what the log has of them: what differs is told, and changes nothing."""

from collections.abc import Iterator, Mapping, Sequence

from sqlmodel import Session, col, select

from bot.cases.intake import Petition
from bot.core.clock import in_words, local_date
from bot.core.flow import invalid
from bot.reports.imports.cells import shown
from bot.reports.imports.rows import Remark
from bot.ward import Ward
from db.cases import Case

SLICE = 500
LEFT_TO_THE_BOT = {"unit", "due"}
"""An empty cell of these asks for nothing that the log could differ from."""


def logged(session: Session, codes: Sequence[str]) -> dict[str, Case]:
    """The cases with these codes, by their keys."""
    found: dict[str, Case] = {}
    for start in range(0, len(codes), SLICE):
        some = session.exec(select(Case).where(col(Case.code).in_(codes[start : start + SLICE])))
        found |= {case.key: case for case in some}
    return found


def differences(ward: Ward, row: int, petition: Petition, case: Case) -> Iterator[Remark]:
    """Each column in which the row says something else than the log."""
    log = _of_case(ward, case)
    for column, said in _of_row(ward, petition).items():
        if said.split() == log[column].split() or (not said and column in LEFT_TO_THE_BOT):
            continue
        if log[column]:
            yield Remark(row, column, invalid("imports.log_differs", code=case.code, logged=shown(log[column])))
        else:
            yield Remark(row, column, invalid("imports.log_has_none", code=case.code))


def _of_row(ward: Ward, petition: Petition) -> Mapping[str, str]:
    report = petition.report
    return {
        "received": in_words(petition.received),
        "business": report.business,
        "group": _group(ward, report.neighbourhood),
        "address": report.place,
        "phone": report.phone,
        "subject": _subject(ward, report.subject),
        "suggestion": report.suggestion,
        "document": report.document,
        "unit": _unit(ward, petition.unit),
        "due": in_words(petition.due_on) if petition.due_on else "",
    }


def _of_case(ward: Ward, case: Case) -> Mapping[str, str]:
    return {
        "received": in_words(local_date(case.received_at)),
        "business": case.business,
        "group": _group(ward, case.neighbourhood),
        "address": case.place,
        "phone": case.phone,
        "subject": _subject(ward, case.subject),
        "suggestion": case.suggestion,
        "document": case.document,
        "unit": _unit(ward, case.unit),
        "due": in_words(case.due_on),
    }


def _subject(ward: Ward, subject_id: str) -> str:
    return next((each.title for each in ward.subjects if each.id == subject_id), subject_id)


def _unit(ward: Ward, unit_id: str) -> str:
    return next((each.short for each in ward.units if each.id == unit_id), unit_id)


def _group(ward: Ward, group_id: str) -> str:
    return next((each.name for each in ward.groups if each.id == group_id), group_id)
