"""`python -m bot staff …` in real processes, and the role that it gives in the chat."""

import re
from pathlib import Path

import pytest

from tests.process import bot


def code_of(printed: str) -> str:
    found = re.search(r"/start (moi_[2-9A-Z]{10})\b", printed)
    assert found
    return found[1]


def test_from_the_invitation_to_the_removal(tmp_path: Path) -> None:
    invited = bot(tmp_path, "staff", "invite", "--role", "officer", "--unit", "kthtdt")
    assert invited.returncode == 0, invited.stderr
    assert "Invitation as officer (kthtdt), to be used once, until " in invited.stdout
    assert "https://t.me/<bot>?start=moi_" in invited.stdout
    joined = bot(tmp_path, "chat", "--as", "minh", typed=f"/start {code_of(invited.stdout)}\nChuyên viên\n")
    assert "Ông/bà đã nhận vai trò Cán bộ, KTHT&ĐT." in joined.stdout
    again = bot(tmp_path, "chat", "--as", "lan", typed=f"/start {code_of(invited.stdout)}\n")
    assert "Mã này không dùng được." in again.stdout
    listed = bot(tmp_path, "staff", "list").stdout
    assert re.fullmatch(r"1\tofficer\tkthtdt\tChuyên viên\tsince \d\d/\d\d/\d{4}\n", listed)
    removed = bot(tmp_path, "staff", "remove", "1")
    assert (removed.returncode, removed.stdout) == (0, "Chuyên viên no longer has the role officer.\n")
    assert bot(tmp_path, "staff", "list").stdout == ""
    assert "Vai trò Cán bộ, KTHT&ĐT của ông/bà trên bot đã kết thúc." in bot(tmp_path, "chat", "--as", "minh").stdout


@pytest.mark.usefixtures("settings")  # with the tables there already
def test_the_last_admin_can_be_removed_here(tmp_path: Path) -> None:
    invited = bot(tmp_path, "staff", "invite", "--role", "admin", "--name", "Phụ trách quản trị")
    bot(tmp_path, "chat", "--as", "hoa", typed=f"/start {code_of(invited.stdout)}\n")
    assert bot(tmp_path, "staff", "remove", "1").returncode == 0


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("invite", "--role", "officer", "--unit", "xyz"), "needs a unit of the ward profile, one of kthtdt, vp"),
        (("invite", "--role", "leader", "--unit", "kthtdt"), "belongs to no unit"),
        (("invite", "--role", "head"), "needs a neighbourhood group"),
        (("invite", "--role", "king"), "king"),
        (("invite",), "--role"),
        (("remove", "7"), "Nobody serves with the number 7"),
        (("remove", "99999999999999999999"), "2147483647"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_exit_2(tmp_path: Path, arguments: tuple[str, ...], why: str) -> None:
    refused = bot(tmp_path, "staff", *arguments)
    assert refused.returncode == 2
    assert why in refused.stderr
    assert "Traceback" not in refused.stderr
