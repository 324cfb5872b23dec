"""`python -m bot faq export`: the ward's own answers as files that the next version takes in."""

import shutil
from pathlib import Path

import faq
from bot.feature import App
from bot.settings import Settings
from faq.load import HERE
from tests.answers.own_rows import attach, end, go_live
from tests.process import bot

ENTRY = "kd-dang-ky-ho-kinh-doanh"
NEW = "rieng-nam-linh-chi"
QUESTION = "Nuôi ong mật sau chùa Ngô thì báo ai?"
SHORT = "Ông/bà báo **tổ trưởng** tổ dân phố:\n- số tổ ong;\n- nơi đặt."
TYPED = "trồng nấm linh chi trong thùng xốp"


def test_what_is_written_becomes_the_content_of_the_next_version(app: App, tmp_path: Path) -> None:
    go_live(app, NEW, QUESTION, SHORT, more='Nghe điện thoại: "giờ hành chính" --- cả tuần.\n\n---\nHết.')
    go_live(app, "rieng-da-thoi", "Câu đã thôi?", "Đã thôi.")
    end(app, "rieng-da-thoi")
    attach(app, NEW, TYPED)
    attach(app, ENTRY, "quán mới của tôi: có phải đăng ký?")
    out = tmp_path / "out"
    done = bot(tmp_path, "faq", "export", "--out", str(out))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"2 entries to {out}: ")
    assert f"not in faq/facts.json yet: {NEW}." in done.stdout
    written = sorted(file.relative_to(out) for file in out.rglob("*.md"))
    assert [str(file) for file in written] == [f"dang-ky-kinh-doanh/{ENTRY}.md", f"dang-ky-kinh-doanh/{NEW}.md"]
    content = copied(out, tmp_path / "next")
    assert content.entries[NEW].phrasings == (TYPED,)
    assert content.entries[NEW].short == SHORT
    assert content.entries[NEW].more.endswith("---\nHết.")
    assert content.entries[ENTRY].phrasings[-1] == "quán mới của tôi: có phải đăng ký?"
    assert len(content.entries) == len(faq.load_content().entries) + 1


def copied(out: Path, directory: Path) -> faq.Content:
    """The shipped files with what was written copied over them."""
    shutil.copytree(HERE, directory, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(out, directory / "content", dirs_exist_ok=True)
    return faq.load_content(directory)


def test_with_the_new_files_in_nothing_of_the_wards_differs_any_more(app: App, tmp_path: Path) -> None:
    attach(app, ENTRY, TYPED)
    out = tmp_path / "out"
    assert bot(tmp_path, "faq", "export", "--out", str(out)).returncode == 0
    content = copied(out, tmp_path / "next")
    assert faq.with_own(content, [], {ENTRY: [TYPED]}) is content


def test_an_entry_that_moved_says_which_file_it_replaces(app: App, tmp_path: Path) -> None:
    go_live(app, ENTRY, QUESTION, SHORT, category="thue-hoa-don")
    done = bot(tmp_path, "faq", "export", "--out", str(tmp_path / "out"))
    assert f"Remove faq/content/dang-ky-kinh-doanh/{ENTRY}.md" in done.stdout


def test_nothing_of_its_own_is_no_files(settings: Settings, tmp_path: Path) -> None:
    assert settings.data_dir == tmp_path
    (tmp_path / "out").mkdir()
    done = bot(tmp_path, "faq", "export", "--out", str(tmp_path / "out"))
    assert (done.returncode, done.stdout) == (0, "The ward has no entries or phrasings of its own: nothing to write.\n")


def test_a_place_that_will_not_do_is_refused_in_one_sentence(tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "note.txt").write_text("mine", encoding="utf-8")
    for place, why in (
        (full, "is not empty"),
        (full / "note.txt", "is a file"),
        (full / "note.txt" / "x", "cannot be"),
    ):
        refused = bot(tmp_path, "faq", "export", "--out", str(place))
        assert (refused.returncode, refused.stdout) == (2, "")
        assert why in refused.stderr
        assert len(refused.stderr.splitlines()) == 1
    assert (full / "note.txt").read_text(encoding="utf-8") == "mine"
