"""The commands as somebody types them, in real processes."""

import json
from pathlib import Path

import pytest

from db.session import Database
from tests.process import bot, kill_9, started
from tests.telegram_bot import eventually

QUESTION = "ban online co phai dang ky ho kinh doanh k"


def test_the_first_question_of_a_newcomer_is_answered(tmp_path: Path) -> None:
    printed = bot(tmp_path, "run", typed=f"{QUESTION}\n")
    assert printed.returncode == 0
    assert printed.stderr == ""
    assert "Nghị định 168/2025/NĐ-CP" in printed.stdout
    assert "Đã kiểm tra ngày 22/11/2026." in printed.stdout


def test_a_pipe_is_read_a_message_a_line_to_its_end(tmp_path: Path) -> None:
    printed = bot(tmp_path, "run", typed="xin chao\n\nnop ho so online o dau\n/khongco")
    assert printed.returncode == 0
    assert printed.stdout.startswith("Kính chào ông/bà.")
    assert "dichvucong.gov.vn" in printed.stdout
    assert printed.stdout.rstrip().endswith("cứ gõ câu hỏi như nói chuyện bình thường.")


def test_two_people_have_two_conversations(tmp_path: Path) -> None:
    assert "Trang 1" in bot(tmp_path, "chat", "--as", "lan", typed="/chude\n1\n").stdout
    assert "Trang 1" not in bot(tmp_path, "chat", "--as", "minh", typed="1\n").stdout


@pytest.mark.parametrize("name", ["", "a b", "x" * 65, "../x"])
def test_a_name_that_will_not_do(tmp_path: Path, name: str) -> None:
    refused = bot(tmp_path, "chat", "--as", name)
    assert refused.returncode == 2
    assert "will not do" in refused.stderr


def test_ask_prints_one_object_a_line_and_writes_nothing(tmp_path: Path) -> None:
    lines = [QUESTION, "xin chào", "", "cháy nhà rồi cứu với", "qwzx"]
    printed = bot(tmp_path, "ask", "--json", typed="\n".join(lines) + "\n")
    assert printed.returncode == 0, printed.stderr
    objects = [json.loads(line) for line in printed.stdout.splitlines()]
    assert [shown["text"] for shown in objects] == lines
    first = objects[0]
    assert list(first) == ["text", "decision", "alert", "matches"]
    assert (first["decision"], first["alert"]) == ("answer", None)
    assert first["matches"][0]["id"] == "kd-ai-khong-phai-dang-ky"
    assert list(first["matches"][0]) == ["id", "score", "question"]
    assert objects[1]["decision"] == "smalltalk"
    assert objects[3]["alert"] == "danger"
    for shown in objects:
        scores = [match["score"] for match in shown["matches"]]
        assert len(scores) <= 5
        assert scores == sorted(scores, reverse=True)
    assert list(tmp_path.iterdir()) == []


def test_check_says_in_words_what_is_missing(tmp_path: Path) -> None:
    printed = bot(tmp_path, "check")
    assert printed.returncode == 0, printed.stdout
    assert "contact.center_phone" in printed.stdout
    assert "110 entries" in printed.stdout


def test_check_fails_for_a_database_of_a_later_version(tmp_path: Path) -> None:
    bot(tmp_path, "run", typed="/help\n")
    database = Database(f"sqlite:///{tmp_path}/dong-hanh.sqlite3")
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    printed = bot(tmp_path, "check")
    assert printed.returncode == 1
    assert "9999" in printed.stdout
    refused = bot(tmp_path, "run", typed="/help\n")
    assert refused.returncode == 2
    assert "9999" in refused.stderr


def test_a_wrong_setting_stops_the_start_with_one_sentence(tmp_path: Path) -> None:
    refused = bot(tmp_path, "run", LOG_LEVEL="LOUD")
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "LOG_LEVEL" in refused.stderr


def test_a_wrong_profile_stops_the_start_with_its_line(tmp_path: Path) -> None:
    wrong = tmp_path / "ward.toml"
    wrong.write_text('[names]\nward = "phường"\n[contacts]\n', "utf-8")
    refused = bot(tmp_path, "run", WARD_FILE=str(wrong))
    assert refused.returncode == 2
    assert "line 3: contacts" in refused.stderr


def test_a_database_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.sqlite3"
    wrong.write_text("no database, only words " * 100, "utf-8")
    for command in ("run", "check"):
        refused = bot(tmp_path, command, DATABASE_URL=f"sqlite:///{wrong}")
        assert refused.returncode == 2
        assert refused.stderr.count("\n") == 1
        assert "DATABASE_URL" in refused.stderr


def test_a_chat_that_is_open_elsewhere_is_one_sentence(tmp_path: Path) -> None:
    first = started(tmp_path, "chat", "--as", "lan")
    assert first.stdin
    first.stdin.write("/help\n")
    first.stdin.flush()
    assert eventually((tmp_path / "dong-hanh.sqlite3.terminal-lan.lock").exists, 30)
    refused = bot(tmp_path, "chat", "--as", "lan", typed="/help\n")
    assert (refused.returncode, refused.stderr) == (5, "This person's chat is open in another terminal.\n")
    assert bot(tmp_path, "chat", "--as", "minh", typed="/help\n").returncode == 0
    kill_9(first)


def test_a_number_that_the_menu_does_not_have(tmp_path: Path) -> None:
    printed = bot(tmp_path, "run", typed="/start\n7\n").stdout
    assert printed.rstrip().endswith("Ông/bà vui lòng chọn một số từ 1 đến 4, hoặc gõ câu hỏi bằng chữ.")
