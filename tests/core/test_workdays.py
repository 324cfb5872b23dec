"""The working calendar: what a ward promises, day by day, and what holds for every day."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import ward
from bot.core.clock import VIETNAM, local_date
from bot.core.workdays import Session, WorkCalendar
from bot.ward.days import Holidays, Hours, work_calendar

CALENDAR = ward.read(ward.SHIPPED).calendar
SWAPPED = WorkCalendar(
    (Session(time(7, 30), time(11, 30)), Session(time(13, 30), time(17))),
    is_holiday={date(2026, 12, 10), date(2026, 12, 11), date(2026, 12, 19)}.__contains__,
    worked=frozenset({date(2026, 12, 5)}),
)

# The two proposals for Tết and for Quốc khánh 2027, each as the profile would say it once it is decided.
FIRST = Holidays(removed=frozenset({date(2027, 9, 3)}), added=frozenset({date(2027, 9, 1)}))
SECOND = Holidays(removed=frozenset({date(2027, 2, 4)}), added=frozenset({date(2027, 2, 11), date(2027, 2, 12)}))
DECIDED = (work_calendar(Hours(), FIRST), work_calendar(Hours(), SECOND))


def at(written: str) -> datetime:
    return datetime.strptime(written, "%d/%m/%Y %H:%M").replace(tzinfo=VIETNAM)


def on(written: str) -> date:
    return datetime.strptime(written, "%d/%m/%Y").replace(tzinfo=VIETNAM).date()


def shown(moment: datetime) -> str:
    assert moment.tzinfo is VIETNAM
    return f"{moment:%d/%m/%Y %H:%M}"


@pytest.mark.parametrize(
    ("received", "workdays", "due", "why"),
    [
        ("25/11/2026 09:00", 10, "09/12/2026", "two weekends"),
        ("25/11/2026 16:59", 10, "09/12/2026", "the last minute of the day"),
        ("25/11/2026 17:00", 10, "10/12/2026", "closed: day zero is the next day"),
        ("25/11/2026 06:00", 10, "09/12/2026", "before opening: the same day"),
        ("25/11/2026 12:00", 10, "09/12/2026", "in the lunch break: the same day"),
        ("27/11/2026 17:30", 1, "01/12/2026", "Friday evening: day zero is Monday"),
        ("28/11/2026 10:00", 1, "01/12/2026", "Saturday: day zero is Monday"),
        ("29/11/2026 23:59", 3, "03/12/2026", "Sunday"),
        ("23/11/2026 10:00", 1, "25/11/2026", "24/11 is off since 2026"),
        ("23/11/2026 18:00", 1, "26/11/2026", "the evening before 24/11"),
        ("24/11/2026 10:00", 1, "26/11/2026", "on 24/11"),
        ("31/12/2026 10:00", 1, "04/01/2027", "New Year on a Friday"),
        ("31/12/2026 18:00", 1, "05/01/2027", "the last evening of the year"),
        ("24/12/2026 10:00", 10, "08/01/2027", "over the year's end"),
        ("15/04/2027 10:00", 1, "19/04/2027", "Giỗ Tổ on a Friday"),
        ("29/04/2027 10:00", 1, "04/05/2027", "30/4, then 01/5 on a Saturday with 03/5 in lieu"),
        ("29/04/2027 10:00", 2, "05/05/2027", "the day after that"),
        ("23/11/2027 10:00", 1, "25/11/2027", "24/11 in the next year"),
        ("21/08/2026 10:00", 1, "22/08/2026", "a Saturday worked for a day off before Quốc khánh 2026"),
        ("28/08/2026 10:00", 1, "03/09/2026", "31/8 to 02/9/2026"),
    ],
)
def test_a_date_is_promised(received: str, workdays: int, due: str, why: str) -> None:
    assert CALENDAR.due(at(received), workdays) == on(due), why


def test_the_due_date_of_a_moment_in_utc_is_counted_in_vietnam() -> None:
    assert CALENDAR.due(datetime(2026, 11, 25, 23, 0, tzinfo=UTC), 1) == on("27/11/2026")


@pytest.mark.parametrize(
    ("day", "workdays", "result"),
    [
        ("04/12/2026", 1, "05/12/2026"),  # the Saturday is worked
        ("05/12/2026", 1, "07/12/2026"),
        ("09/12/2026", 1, "14/12/2026"),  # two days off and a weekend
        ("14/12/2026", -1, "09/12/2026"),
        ("07/12/2026", -2, "04/12/2026"),
        ("05/12/2026", 0, "05/12/2026"),
        ("06/12/2026", 0, "07/12/2026"),
        ("06/12/2026", -1, "05/12/2026"),
        ("18/12/2026", 1, "21/12/2026"),  # a holiday on a Saturday
    ],
)
def test_swapped_days(day: str, workdays: int, result: str) -> None:
    assert SWAPPED.add(on(day), workdays) == on(result)


@pytest.mark.parametrize(
    ("today", "due", "left"),
    [
        ("07/12/2026", "09/12/2026", 2),
        ("09/12/2026", "09/12/2026", 0),
        ("09/12/2026", "14/12/2026", 1),
        ("12/12/2026", "14/12/2026", 1),
        ("14/12/2026", "09/12/2026", -1),
        ("10/12/2026", "09/12/2026", -1),  # late, though no working day went by
        ("15/12/2026", "09/12/2026", -2),
        ("09/12/2026", "10/12/2026", 0),  # the due date became a day off: today is the last day
    ],
)
def test_what_is_left(today: str, due: str, left: int) -> None:
    assert SWAPPED.left(on(today), on(due)) == left


@pytest.mark.parametrize(
    ("moment", "hours", "result"),
    [
        ("25/11/2026 07:30", 4, "25/11/2026 11:30"),
        ("25/11/2026 07:30", 4.5, "25/11/2026 14:00"),
        ("25/11/2026 07:30", 8, "26/11/2026 08:00"),
        ("25/11/2026 12:15", 1, "25/11/2026 14:30"),
        ("27/11/2026 16:30", 8, "30/11/2026 17:00"),  # Friday to Monday, up to its last minute
        ("27/11/2026 20:00", 8, "01/12/2026 08:00"),
        ("23/11/2026 16:00", 2, "25/11/2026 08:30"),  # over 24/11
        ("31/12/2026 16:30", 1, "04/01/2027 08:00"),
        ("28/11/2026 10:00", 0, "30/11/2026 07:30"),
    ],
)
def test_working_hours(moment: str, hours: float, result: str) -> None:
    assert shown(CALENDAR.add_hours(at(moment), hours)) == result


@pytest.mark.parametrize(
    ("moment", "is_open", "counted", "opening"),
    [
        ("25/11/2026 07:29", False, "25/11/2026 07:30", "25/11/2026 07:30"),
        ("25/11/2026 07:30", True, "25/11/2026 07:30", "25/11/2026 07:30"),
        ("25/11/2026 09:00", True, "25/11/2026 09:00", "25/11/2026 13:30"),
        ("25/11/2026 11:30", False, "25/11/2026 13:30", "25/11/2026 13:30"),
        ("25/11/2026 16:59", True, "25/11/2026 16:59", "26/11/2026 07:30"),
        ("25/11/2026 17:00", False, "26/11/2026 07:30", "26/11/2026 07:30"),
        ("24/11/2026 09:00", False, "25/11/2026 07:30", "25/11/2026 07:30"),
        ("22/08/2026 09:00", True, "22/08/2026 09:00", "22/08/2026 13:30"),
    ],
)
def test_office_hours(moment: str, is_open: bool, counted: str, opening: str) -> None:
    assert CALENDAR.is_open(at(moment)) is is_open
    assert shown(CALENDAR.counted_from(at(moment))) == counted
    assert shown(CALENDAR.next_opening(at(moment))) == opening


def test_the_hours_of_a_day() -> None:
    assert shown(CALENDAR.opening(on("10/12/2026"))) == "10/12/2026 07:30"
    assert shown(CALENDAR.closing(on("10/12/2026"))) == "10/12/2026 17:00"


def test_terms_in_days_end_on_a_working_day() -> None:
    assert CALENDAR.add_calendar_days(on("25/11/2026"), 7) == on("02/12/2026")
    assert CALENDAR.add_calendar_days(on("22/11/2026"), 7) == on("30/11/2026")
    assert CALENDAR.add_calendar_days(on("17/11/2026"), 7) == on("25/11/2026")


def test_tet_and_quoc_khanh_2027_as_each_proposal_would_have_them() -> None:
    first, second = DECIDED
    assert first.due(at("03/02/2027 10:00"), 1) == on("11/02/2027")
    assert second.due(at("03/02/2027 10:00"), 2) == on("15/02/2027")
    assert first.due(at("31/08/2027 10:00"), 1) == on("03/09/2027")
    assert second.due(at("31/08/2027 10:00"), 2) == on("06/09/2027")


@pytest.mark.parametrize(
    ("received", "workdays", "due"),
    [
        ("20/01/2027 10:00", 10, "03/02/2027"),
        ("21/01/2027 10:00", 10, "03/02/2027"),  # 04/02 is not certain
        ("22/01/2027 10:00", 10, "03/02/2027"),  # neither is 11/02
        ("26/01/2027 10:00", 10, "15/02/2027"),
        ("25/01/2027 10:00", 10, "03/02/2027"),  # 12/02
        ("25/08/2027 10:00", 5, "31/08/2027"),  # 01/9
    ],
)
def test_nothing_is_promised_on_an_undecided_day(received: str, workdays: int, due: str) -> None:
    assert CALENDAR.due(at(received), workdays) == on(due)


days = st.dates(date(2026, 7, 1), date(2028, 12, 31))
moments = st.datetimes(datetime(2026, 7, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
calendars = st.sampled_from([CALENDAR, SWAPPED, *DECIDED])
some = st.integers(0, 40)


@given(calendars, days, st.integers(-40, 40))
def test_adding_and_what_is_left_undo_each_other(calendar: WorkCalendar, day: date, count: int) -> None:
    first = calendar.add(day, 0)
    assert calendar.left(first, calendar.add(first, count)) == count
    assert calendar.add(calendar.add(first, count), -count) == first


@given(calendars, days, days)
def test_what_is_left_leads_to_the_due_date(calendar: WorkCalendar, one: date, other: date) -> None:
    today, due = calendar.add(one, 0), calendar.add(other, 0)
    assert calendar.add(today, calendar.left(today, due)) == due


@given(calendars, moments, st.timedeltas(timedelta(0), timedelta(days=20)), some)
def test_what_came_later_is_never_due_earlier(
    calendar: WorkCalendar, moment: datetime, later: timedelta, count: int
) -> None:
    assert calendar.due(moment, count) <= calendar.due(moment + later, count)
    assert calendar.due(moment, count) <= calendar.due(moment, count + 1)
    assert calendar.add_hours(moment, count) <= calendar.add_hours(moment + later, count)
    assert calendar.add_hours(moment, count) < calendar.add_hours(moment, count + 1)


@given(calendars, moments, some)
def test_nothing_is_due_on_a_day_off_or_before_it_came(calendar: WorkCalendar, moment: datetime, count: int) -> None:
    due = calendar.due(moment, count)
    assert calendar.is_workday(due)
    assert due >= local_date(moment)


@given(calendars, moments)
def test_counting_starts_in_office_hours_and_never_before(calendar: WorkCalendar, moment: datetime) -> None:
    counted = calendar.counted_from(moment)
    assert counted >= moment
    assert calendar.is_open(counted)
    assert calendar.counted_from(counted) == counted
    assert calendar.add_hours(moment, 0) == counted


before_tet = st.datetimes(datetime(2027, 1, 10), datetime(2027, 2, 15), timezones=st.just(UTC))  # noqa: DTZ001
before_quoc_khanh = st.datetimes(datetime(2027, 8, 10), datetime(2027, 9, 6), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.sampled_from(DECIDED), before_tet | before_quoc_khanh, st.integers(0, 25))
def test_whatever_is_decided_no_promise_is_late(decided: WorkCalendar, moment: datetime, count: int) -> None:
    assert CALENDAR.due(moment, count) <= decided.due(moment, count)


@given(st.sampled_from(DECIDED), before_tet | before_quoc_khanh, st.integers(4, 25))
def test_whatever_is_decided_the_office_works_on_the_promised_day(
    decided: WorkCalendar, moment: datetime, count: int
) -> None:
    assert decided.is_workday(CALENDAR.due(moment, count))


def test_where_no_certain_day_is_left_the_counted_one_is_promised() -> None:
    assert CALENDAR.due(at("03/02/2027 10:00"), 1) == on("04/02/2027")
