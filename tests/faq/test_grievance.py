"""What is no petition by law, and whose conduct is told of: an evaluation set with floors, and the clear cases."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from faq import Grievance, grievance, is_about_leader, is_about_official

ROWS = Path(__file__).parents[1] / "evaluation" / "grievances.jsonl"


@dataclass(frozen=True)
class Row:
    """A text and what it is; `slice` says how far it was seen before the tables were settled."""

    text: str
    kind: Grievance | None
    official: bool
    leader: bool
    slice: str


@cache
def rows() -> tuple[Row, ...]:
    return tuple(Row(**json.loads(line)) for line in ROWS.read_text(encoding="utf-8").splitlines())


def share(found: Callable[[str], object], among: Iterable[Row]) -> float:
    hits = [bool(found(row.text)) for row in among]
    return sum(hits) / len(hits)


def test_the_set_is_large_enough_and_half_of_it_unmarked() -> None:
    assert len(rows()) == len({row.text for row in rows()}) >= 220
    assert sum(row.kind is None for row in rows()) >= 90
    assert 0.4 <= sum(row.text.isascii() for row in rows()) / len(rows()) <= 0.6


def test_what_is_no_petition_is_noticed() -> None:
    assert share(grievance, [row for row in rows() if row.kind]) >= 0.97


@pytest.mark.parametrize("kind", ["complaint", "denunciation", "crime"])
def test_it_is_called_what_it_is(kind: Grievance) -> None:
    of_kind = [row for row in rows() if row.kind == kind]
    assert sum(grievance(row.text) == kind for row in of_kind) / len(of_kind) >= 0.93


def test_a_plain_petition_is_left_alone() -> None:
    assert share(grievance, [row for row in rows() if row.kind is None]) <= 0.03


def test_the_conduct_of_officials_is_noticed() -> None:
    assert share(is_about_official, [row for row in rows() if row.official]) >= 0.96
    assert share(is_about_official, [row for row in rows() if not row.official]) <= 0.02


def test_the_conduct_of_leaders_is_noticed() -> None:
    assert share(is_about_leader, [row for row in rows() if row.leader]) >= 0.96
    assert share(is_about_leader, [row for row in rows() if not row.leader]) <= 0.01


def test_every_report_about_a_leader_is_about_an_official() -> None:
    assert all(is_about_official(row.text) for row in rows() if is_about_leader(row.text))


@pytest.mark.parametrize(
    "text",
    [
        "kính gửi chủ tịch phường, đề nghị sửa đường vào chợ",
        "mong lanh dao phuong quan tam ho tro von",
        "tôi khiếu nại quyết định xử phạt số 12 do chủ tịch phường ký",
        "chủ tịch hội phụ nữ vận động mua vé",
    ],
)
def test_a_leader_who_is_written_to_or_who_signed_is_not_reported(text: str) -> None:
    assert not is_about_leader(text)


@pytest.mark.parametrize(
    "text",
    [
        "cho hỏi khiếu nại ngân hàng ở đâu",
        "bị mất trộm thì trình báo ở đâu ạ",
        "thời hạn giải quyết khiếu nại là bao lâu",
        "kiến nghị xử lý tình trạng trộm cắp ở chợ",
        "tháng này thu tiền rác hai lần",
        "",
        "?!",
    ],
)
def test_a_question_and_a_wish_for_order_stay_what_they_are(text: str) -> None:
    assert grievance(text) is None
    assert not is_about_official(text)


@pytest.mark.parametrize("text", ["bi trom dem qua, gio phai lam sao", "quán em bị trộm đêm qua, giờ báo ai ạ?"])
def test_what_happened_counts_even_if_it_ends_in_a_question(text: str) -> None:
    assert grievance(text) == "crime"


def test_marks_tell_words_apart() -> None:
    assert grievance("tiệm giặt là của em bị cúp nước") is None
    assert grievance("ruộng lúa của hợp tác xã bị ngập") is None
