"""What the clock finds about the answers: a release changed one, one holds no longer; each told once."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

import faq
from bot.answers.library import entry_of
from bot.app import compose
from bot.core.clock import VIETNAM, FrozenClock
from bot.feature import App
from bot.runtime.jobs import tick
from bot.settings import Settings
from db.staff import Role
from tests.answers.entry_scene import (
    LATE,
    NEW,
    SHIPPED,
    does,
    notices,
    offered,
    proposes,
    rewrites,
    small,
    states,
    told,
    versions,
    ward_of,
)
from tests.crew import join

Release = Callable[..., App]
OWN = "rieng-cho-dem-ngo-quyen-hop-nhung-ngay"


@pytest.fixture(scope="module")
def few(content: faq.Content) -> faq.Content:
    return small(content)


@pytest.fixture
def settings(on_both_databases: Settings) -> Settings:
    return on_both_databases


@pytest.fixture
def release(settings: Settings, clock: FrozenClock, few: faq.Content) -> Iterator[Release]:
    """The bot of a release, whose answers differ in these short parts; it has ticked once."""
    with ExitStack() as stack:

        def started(*, of: faq.Content = few, **shorts: str) -> App:
            changed = {name.replace("_", "-"): short for name, short in shorts.items()}
            entries = {name: replace(entry, short=changed.get(name, entry.short)) for name, entry in of.entries.items()}
            content = replace(of, entries=entries, hash=f"release of {of.hash} {sorted(changed.items())}")
            app = compose(settings, clock=clock, content=content, index=faq.content_index(content))
            stack.enter_context(closing(app.database))
            tick(app)
            return app

        yield started


def about(app: App, who: str, text: str) -> int:
    """How often somebody was told of it."""
    return sum(text in body for body in told(app, who))


def labels(app: App, who: str, said: str) -> str:
    """What stands on the buttons under what that answers."""
    return " | ".join(button.label for button in offered(app, who, said))


def test_what_is_seen_first_is_kept_in_silence(release: Release) -> None:
    app = release()
    ward_of(app)
    tick(release())
    assert [about(app, who, "Bản cập nhật") for who in ("minh", "hoa", "son")] == [0, 0, 0]


def test_a_changed_answer_is_told_to_leaders_and_its_unit_once(release: Release) -> None:
    ward_of(release())
    app = release(th_ban_tren_san="Nay khác rồi.")
    release(th_ban_tren_san="Nay khác rồi.")
    assert [about(app, who, "Bản cập nhật") for who in ("minh", "hoa", "son")] == [1, 0, 1]
    assert "Đổi theo bản cập nhật (1)" in labels(app, "hoa", "/cautraloi")
    assert "Có báo cho người đã xem câu cũ trong 90 ngày" in does(app, "minh", f">entry.released:{SHIPPED}")
    assert "mỗi người một lần" in does(app, "minh", "Báo cho người đã xem")
    assert "đã được quyết định" in does(app, "son", f">entry.released:{SHIPPED}")
    (notice,) = notices(app)
    assert (notice.entry, notice.own_entry_id, notice.group_id) == (SHIPPED, None, None)
    assert (notice.until - notice.since).days == 90


def test_of_two_who_decide_the_second_one_is_told(release: Release) -> None:
    ward_of(release())
    app = release(th_ban_tren_san="Nay khác rồi.")
    pressed = [button.data for button in offered(app, "son", f">entry.released:{SHIPPED}")]
    assert "không cần báo" in does(app, "son", f">{pressed[2]}")
    assert "đã được quyết định" in does(app, "minh", f">{pressed[1]}")
    assert notices(app) == []


def test_an_old_button_does_not_decide_on_a_later_change(release: Release) -> None:
    ward_of(release())
    app = release(th_ban_tren_san="Nay khác rồi.")
    pressed = offered(app, "son", f">entry.released:{SHIPPED}")[1].data
    later = release(th_ban_tren_san="Lại khác nữa.")
    assert "đã đổi lần nữa" in does(later, "son", f">{pressed}")
    assert about(later, "son", "Bản cập nhật") == 2


def test_under_an_override_its_unit_is_warned_instead(release: Release) -> None:
    ward_of(app := release())
    does(app, "hoa", f">entry.approve:{rewrites(app, 'minh', 'Bản của phường về việc này.').id}")
    later = release(th_ban_tren_san="Nay khác rồi.")
    assert about(later, "minh", "mà phường viết lại") == 1
    assert about(later, "son", "Bản cập nhật") == 0
    assert "Bản gốc đã đổi (1)" in labels(later, "minh", "/cautraloi")
    assert "Bản gốc đã thay đổi" in does(later, "minh", f">entry.open:{SHIPPED}")
    assert "Bản của phường" in does(later, "lan", f">faq.show:{SHIPPED}")
    rewritten = rewrites(later, "minh", "Bản của phường, đã so với bản gốc mới.")
    does(later, "hoa", f">entry.approve:{rewritten.id}")
    assert "Bản gốc đã đổi" not in labels(later, "minh", "/cautraloi")


def as_files(few: faq.Content, *, short: str) -> faq.Content:
    """The release that has an answer on the ward's market among its own."""
    entry = replace(few.entries[SHIPPED], id=OWN, question=NEW, short=short)
    return replace(few, entries={**few.entries, OWN: entry}, hash=f"with {short}")


def test_the_wards_own_answer_goes_when_it_is_shipped_as_it_is(release: Release, few: faq.Content) -> None:
    ward_of(app := release())
    does(app, "hoa", f">entry.approve:{proposes(app, 'minh').id}")
    (own,) = versions(app)
    entry = replace(entry_of(own), phrasings=(NEW,))
    later = release(of=replace(few, entries={**few.entries, OWN: entry}, hash="shipped as it is"))
    assert states(later) == ["replaced"]
    assert "Chợ đêm họp" in does(later, "lan", f">faq.show:{OWN}")
    assert "Câu có sẵn theo phần mềm" in does(later, "minh", f">entry.open:{OWN}")
    assert [about(later, who, "phần mềm") for who in ("minh", "hoa", "son")] == [0, 0, 0]


def test_over_an_answer_that_is_shipped_otherwise_its_unit_is_warned(release: Release, few: faq.Content) -> None:
    ward_of(app := release())
    does(app, "hoa", f">entry.approve:{proposes(app, 'minh').id}")
    later = release(of=as_files(few, short="Chợ họp cả tuần."))
    release(of=as_files(few, short="Chợ họp cả tuần."))
    (own,) = versions(later)
    shipped = as_files(few, short="Chợ họp cả tuần.").entries[OWN]
    assert (own.state, own.replaces) == ("live", faq.entry_hash(shipped))
    assert sum(about(later, who, "nay có sẵn câu mà phường đã viết") for who in ("minh", "hoa", "son")) == 1
    assert "Xem bản gốc" in labels(later, "minh", f">entry.open:{OWN}")
    again = release(of=as_files(few, short="Chợ nghỉ."))
    assert "Bản gốc đã thay đổi" in does(again, "minh", f">entry.open:{OWN}")


def test_what_waits_is_a_rewritten_answer_when_its_id_is_shipped(release: Release, few: faq.Content) -> None:
    ward_of(app := release())
    own = proposes(app, "minh")
    later = release(of=as_files(few, short="Chợ họp cả tuần."))
    assert "Bản viết lại chờ duyệt" in does(later, "hoa", f">entry.version:{own.id}")


def test_an_override_that_is_shipped_as_it_is_goes_in_silence(release: Release) -> None:
    ward_of(app := release())
    does(app, "hoa", f">entry.approve:{rewrites(app, 'minh', 'Bản của phường về việc này.').id}")
    later = release(th_ban_tren_san="Bản của phường về việc này.")
    assert states(later) == ["replaced"]
    assert about(later, "minh", "mà phường viết lại") == 0
    assert "Đổi theo bản cập nhật" not in labels(later, "hoa", "/cautraloi")
    assert "Bản của phường" in does(later, "lan", f">faq.show:{SHIPPED}")


def test_before_an_answer_ends_its_unit_has_a_task_once(release: Release, clock: FrozenClock) -> None:
    clock.now = datetime(2026, 11, 27, 9, 0, tzinfo=VIETNAM)
    ward_of(app := release())
    tick(app)
    assert about(app, "minh", "30/12/2026") == 0  # 33 days before
    clock.now = datetime(2026, 12, 1, 9, 0, tzinfo=VIETNAM)
    tick(app)
    tick(release())
    clock.advance(timedelta(days=1))
    tick(app)
    assert [about(app, who, "chỉ áp dụng đến hết ngày 30/12/2026") for who in ("minh", "hoa", "son")] == [1, 0, 0]
    assert "Đến 30/12/2026" in labels(app, "hoa", ">entry.list:expiring")


def test_it_waits_for_office_hours(release: Release, clock: FrozenClock) -> None:
    clock.now = datetime(2026, 12, 1, 22, 0, tzinfo=VIETNAM)
    ward_of(app := release())
    tick(app)
    assert about(app, "minh", "30/12/2026") == 0


def test_once_more_when_the_day_has_come(release: Release, clock: FrozenClock) -> None:
    ward_of(app := release())
    tick(app)
    clock.now = datetime(2026, 12, 30, 9, 0, tzinfo=VIETNAM)
    tick(app)
    tick(release())
    clock.advance(timedelta(days=1))
    tick(app)
    assert about(app, "minh", "nay đã đến hạn") == 1
    assert "Hết hạn 30/12/2026" in labels(app, "minh", ">entry.list:expiring")


def test_without_a_unit_it_is_the_clerks_task(release: Release) -> None:
    app = release()
    join(app, "hoa", Role.CLERK, unit="vp")
    later = release(th_ban_tren_san="Nay khác rồi.")
    assert about(later, "hoa", "Bản cập nhật") == 1


def test_where_there_is_only_an_admin_somebody_is_to_be_invited(release: Release, clock: FrozenClock) -> None:
    join(release(), "quan", Role.ADMIN)
    app = release(th_ban_tren_san="Nay khác rồi.")
    clock.now = datetime(2026, 12, 1, 9, 0, tzinfo=VIETNAM)
    tick(app)
    bodies = [body for body in told(app, "quan") if "Bản cập nhật" in body or "30/12/2026" in body]
    assert len(bodies) == 2
    assert all("Mời bằng lệnh /moi." in body and "entry." not in body for body in bodies)


def test_a_prolonged_answer_waits_for_a_second_person(release: Release, clock: FrozenClock) -> None:
    ward_of(app := release())
    clock.advance(timedelta(days=2))
    assert "tiếp đến hết ngày nào" in does(app, "minh", f">entry.prolong:{LATE}")
    assert "đã qua" in does(app, "minh", "1/12/2026")
    assert "xa quá" in does(app, "minh", "31/12/2086")
    assert "31/12/2026" in does(app, "minh", "tháng sau")
    does(app, "minh", "30/06/2027", "Đã kiểm tra lại, vẫn đúng", "Gửi duyệt")
    (own,) = versions(app)
    assert (str(own.checked_on), str(own.valid_until), own.substance) == ("2026-12-03", "2027-06-30", False)
    assert "Đã kiểm tra ngày 03/12/2026" not in does(app, "lan", f">faq.show:{LATE}")
    does(app, "hoa", f">entry.approve:{own.id}")
    assert "Đã kiểm tra ngày 03/12/2026" in does(app, "lan", f">faq.show:{LATE}")
    assert "Sắp hết hạn" not in labels(app, "hoa", "/cautraloi")
    assert notices(app) == []
