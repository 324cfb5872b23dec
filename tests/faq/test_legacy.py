"""Text of the old fonts TCVN3 and VNI, converted here by tables of their own."""

import unicodedata

import pytest

from faq import Content, fold, is_legacy_encoding

LETTERS = (
    "à ả ã á ạ ă ằ ẳ ẵ ắ ặ â ầ ẩ ẫ ấ ậ đ è ẻ ẽ é ẹ ê ề ể ễ ế ệ ì ỉ ĩ í ị ò ỏ õ ó ọ ô ồ ổ ỗ ố ộ ơ ờ ở ỡ ớ ợ "
    "ù ủ ũ ú ụ ư ừ ử ữ ứ ự ỳ ỷ ỹ ý ỵ Đ"
)
IN_TCVN3 = (
    "µ ¶ · ¸ ¹ ¨ » ¼ ½ ¾ Æ © Ç È É Ê Ë ® Ì Î Ï Ð Ñ ª Ò Ó Ô Õ Ö × Ø Ü Ý Þ ß á â ã ä « å æ ç è é ¬ ê ë ì í î "
    "ï ñ ò ó ô \xad õ ö ÷ ø ù ú û ü ý þ §"
)
IN_VNI = (
    "aø aû aõ aù aï aê aè aú aü aé aë aâ aà aå aã aá aä ñ eø eû eõ eù eï eâ eà eå eã eá eä ì æ ó í ò oø oû oõ où oï "
    "oâ oà oå oã oá oä ô ôø ôû ôõ ôù ôï uø uû uõ uù uï ö öø öû öõ öù öï yø yû yõ yù î Ñ"
)
TCVN3 = dict(zip(LETTERS.split(), IN_TCVN3.split(" "), strict=True))
VNI = dict(zip(LETTERS.split(), IN_VNI.split(), strict=True))
SENTENCES = [
    "Đăng ký hộ kinh doanh ở đâu",
    "làm sao để nộp hồ sơ trực tuyến ạ",
    "em muốn hỏi về thuế",
    "quán tôi mất giấy phép, xin cấp lại thế nào?",
    "cửa hàng có bắt buộc dùng hóa đơn điện tử không",
]


def typed_in(table: dict[str, str], text: str) -> str:
    return "".join(table.get(letter, letter) for letter in text)


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("table", [TCVN3, VNI], ids=["TCVN3", "VNI"])
def test_a_sentence_is_recognised(table: dict[str, str], sentence: str) -> None:
    assert is_legacy_encoding(typed_in(table, sentence))


@pytest.mark.parametrize("table", [TCVN3, VNI], ids=["TCVN3", "VNI"])
def test_nearly_every_phrasing_is_recognised(content: Content, table: dict[str, str]) -> None:
    phrasings = [text for entry in content.entries.values() for text in entry.phrasings]
    missed = [text for text in phrasings if not is_legacy_encoding(typed_in(table, text))]
    assert len(missed) <= len(phrasings) / 100


def test_ordinary_vietnamese_is_not(content: Content) -> None:
    texts = [text for entry in content.entries.values() for text in (entry.question, *entry.phrasings, entry.body)]
    typed = [way for text in texts for way in (text, unicodedata.normalize("NFD", text), fold(text), text.upper())]
    assert [text for text in typed if is_legacy_encoding(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "café crème brûlée à Paris",
        "où est la mairie, s'il vous plaît ?",
        "Müller Straße für Björn",
        "España mañana, señor",
        "smørrebrød på dansk",
        "São Paulo não",
        "Nike® giảm 50%, giá 1.200.000₫",
        "nhà 5m² × 3, nặng 1½ kg",
        "© 2026 UBND phường Việt Hòa ™",
        "🔥🔥 giảm giá 🔥",
        "«xin chào»",
        "hello shop",
        "ban co ban hang k",
        "",
        "÷ ñ ß",
    ],
)
def test_other_writing_is_not(text: str) -> None:
    assert not is_legacy_encoding(text)
