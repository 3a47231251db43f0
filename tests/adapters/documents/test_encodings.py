"""The 8-bit encodings: told apart by letters that stand where a language puts them, in few words and in many languages."""

from __future__ import annotations

import pytest
from tests.adapters.documents.reading import read

WESTERN_NAMES = "- Español\n- Català\n- Français\n- Português\n- Føroyskt\n- Íslenska\n- Lëtzebuergesch\n- Bokmål\n"
WESTERN_WORDS = "Le système solaire à découvrir; el año que mañana; già più città; über Straßen; på øya; ação\n"
CENTRAL_NAMES = "- Čeština\n- Slovenčina\n- Polski język\n- Hornjoserbšćina\n- Română\n- Slovenščina\n- Magyar nyelvű\n"
BALTIC_NAMES = "- Lietuvių kalba\n- Latviešu valodā\n- Võru kiil, eesti keele mõisteid\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((text, encoding) for text in (WESTERN_NAMES, WESTERN_WORDS) for encoding in ("latin1", "mac_roman", "cp850")),
        *((CENTRAL_NAMES, encoding) for encoding in ("cp1250", "iso8859_2", "cp852")),
        *((BALTIC_NAMES, encoding) for encoding in ("cp1257", "iso8859_13")),
    ],
)
def test_a_text_may_be_of_several_languages(text: str, encoding: str) -> None:
    assert read(text.encode(encoding)).text == text


@pytest.mark.parametrize("name", ["Español", "système", "Català", "città", "Žižek", "Dvořák", "Łódź", "Malmö"])
def test_one_foreign_word_in_english_is_enough(name: str) -> None:
    text = f"Nobody at the table had ever written {name} by hand, and nobody knew how it was said.\n"
    encoding = "cp1250" if name in {"Žižek", "Dvořák", "Łódź"} else "cp1252"

    assert read(text.encode(encoding)).text == text


def test_foreign_words_may_come_at_the_end_of_a_long_text() -> None:
    text = "La temperaturo estas 25° en la ombro.\n" + "Nenio plu okazas.\n" * 6000 + WESTERN_NAMES

    assert read(text.encode("latin1")).text == text


@pytest.mark.parametrize(
    ("text", "encodings"),
    [
        ("Ĉiu ĝardenisto ŝatas ĵaŭdon, ĉar tiam li ripozas sub la arboj.\n", "iso8859_3"),
        ("Il-ħobż u l-ġobon huma fuq il-mejda żgħira ħdejn it-tieqa.\n", "iso8859_3"),
        ("Šuns namas yra prie upės, o katė miega ant žalios pievos.\n", "cp1257 iso8859_13 iso8859_4"),
        ("Mūsu kaķis guļ zem galda, bet bērni spēlējas dārzā pie mājas.\n", "cp1257 iso8859_13 iso8859_4"),
        ("Koer magab õues, sest täna öösel oli köögis külm.\n", "cp1257 cp1252"),
        ("A kutya az udvaron ül, a gyerekek pedig később jönnek.\n", "cp1250 iso8859_2 cp852"),
        ("Naša hiša stoji ob reki, češnja pa raste za njo.\n", "cp1250 iso8859_2 cp852"),
        ("Pies śpi pod stołem, a dzieci bawią się w ogródku.\n", "cp1250 iso8859_2 cp852"),
        ("Hunden ligger på trappen, for det er kaldt i dag.\n", "cp1252 mac_roman cp850"),
        ("Il gatto dorme sul divano perché fuori fa più freddo.\n", "cp1252 mac_roman cp850"),
        ("Hundurin liggur við dyrnar, tí tað er kalt uttanfyri í kvøld.\n", "cp1252 cp850"),
        ("Ar c'hi a gousk er c'hegin hag ar vugale o deus naoñ bremañ.\n", "cp1252 cp850"),
        ("Köpek kapının önünde uyuyor, çocuklar bahçede şarkı söylüyor.\n", "cp1254 cp857"),
        ("Seg li ber derî radizê û zarok li baxçe dilîzin, ji ber ku îro xweş e.\n", "cp1254"),
        ("Собака спит у двери, а дети играют во дворе.\n", "cp1251 koi8_r cp866 iso8859_5"),
        ("Собака спить під столом, а діти граються у садку.\n", "cp1251 koi8_u"),
        ("Ο σκύλος κοιμάται στην αυλή και τα παιδιά παίζουν.\n", "cp1253 iso8859_7"),
        ("הכלב ישן ליד הדלת והילדים משחקים בחצר.\n", "cp1255 iso8859_8"),
    ],
)
def test_one_sentence_is_enough_in_many_languages(text: str, encodings: str) -> None:
    for encoding in encodings.split():
        assert read(text.encode(encoding)).text == text, encoding


@pytest.mark.parametrize(
    "text",
    [
        "It’s the baker’s shop – or it was – that “everybody” meant…\n",
        "• first the bread\n• then the cheese\n• and don’t forget the salt\n",
        "A price of €5 (or £4) isn’t much—not here—for a loaf.\n",
    ],
)
def test_typographic_signs_are_no_letters(text: str) -> None:
    assert read(text.encode("cp1252")).text == text
