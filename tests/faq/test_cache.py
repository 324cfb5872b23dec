"""The index kept on disk."""

from pathlib import Path

from faq import Content, FaqIndex, cached_index

QUESTION = "chứng thực bản sao bao nhiêu tiền một trang"


def test_what_is_kept_answers_like_what_was_built(content: Content, index: FaqIndex, tmp_path: Path) -> None:
    built = cached_index(content, tmp_path / "data")
    kept = cached_index(content, tmp_path / "data")
    assert built.match(QUESTION) == kept.match(QUESTION) == index.match(QUESTION)
    assert len(list((tmp_path / "data").iterdir())) == 1


def test_a_damaged_file_is_built_anew(content: Content, index: FaqIndex, tmp_path: Path) -> None:
    cached_index(content, tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"damaged")
    assert cached_index(content, tmp_path).match(QUESTION) == index.match(QUESTION)
    assert file.read_bytes() != b"damaged"


def test_without_a_place_to_write_it_still_answers(content: Content, index: FaqIndex, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("no directory")
    assert cached_index(content, file).match(QUESTION) == index.match(QUESTION)
