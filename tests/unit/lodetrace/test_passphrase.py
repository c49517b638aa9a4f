"""One passphrase, whichever keyboard and system sends it."""

import unicodedata

import pytest

from lodetrace.passphrase import PassphraseUnusable, passphrase_bytes, passphrase_length


def test_the_vector_of_erc_2335() -> None:
    """testpassword in letters of mathematics, and a key."""
    typed = "\U0001d531\U0001d522\U0001d530\U0001d531\U0001d52d\U0001d51e"
    typed += "\U0001d530\U0001d530\U0001d534\U0001d52c\U0001d52f\U0001d521"
    assert passphrase_bytes(f"{typed}🔑").hex() == "7465737470617373776f7264f09f9491"


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_every_form_of_unicode_is_the_same(form: str) -> None:
    typed = "Kömür-Łódź-ﬁﬅ-Å-한국"
    assert passphrase_bytes(unicodedata.normalize(form, typed)) == passphrase_bytes(typed)  # type: ignore[arg-type]


def test_control_characters_are_no_part_of_it() -> None:
    controls = "".join(map(chr, (*range(0x20), *range(0x7F, 0xA0))))
    assert passphrase_bytes(f"correct{controls} horse") == b"correct horse"


def test_case_and_blanks_are_a_part_of_it() -> None:
    spelled = {passphrase_bytes(one) for one in ("a b", "A b", "ab", " a b", "a  b")}
    assert len(spelled) == 5


def test_its_length_is_that_of_what_is_seen() -> None:
    assert passphrase_length("o\u0308" * 5) == passphrase_length("ö" * 5) == 5
    assert passphrase_length("abcde\n\x00") == 5


def test_bytes_that_were_no_text_are_refused_without_repeating_them() -> None:
    typed = b"geheim-\xff-geheim".decode("utf-8", errors="surrogateescape")
    with pytest.raises(PassphraseUnusable, match="character 8 ") as refused:
        passphrase_bytes(typed)
    assert "geheim" not in f"{refused.value}{refused.value.values}"


def test_what_unicode_does_not_know_yet_is_no_new_passphrase() -> None:
    with pytest.raises(PassphraseUnusable, match=r"character 4 .*unknown to Unicode"):
        passphrase_length("abc\u0378def")
