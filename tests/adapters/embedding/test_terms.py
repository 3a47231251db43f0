"""Texts to terms, in many scripts."""

from __future__ import annotations

import pytest

from adapters.embedding.bm25 import passage_vector, query_vector
from adapters.embedding.terms import passage_terms, query_terms, words_of

PASSAGES = {
    "english": ("which ships were counted", "The master was counting every ship of the fleet in the harbour."),
    "german": ("Gebühren der Schiffe", "Die Gebühr für ein Schiff ist von dem Kapitän zu zahlen."),
    "german, uncertain": ("Schiffsgebühren Kapitäne", "Die Schiffsgebühr ist von dem Kapitän zu zahlen."),
    "french": ("les navires comptés", "Le capitaine du port compte un navire dans le registre."),
    "russian": ("судно в порту", "Капитан порта считал все суда и лодки, что были в порту."),
    "japanese": ("港の船", "港の記録係はすべての船の名前を書きました。"),
    "chinese": ("船只登记", "港口管理员负责船只登记工作。"),
    "korean": ("항구 관리인", "항구의 관리인은 배의 이름을 적었다."),
    "thai": ("ชื่อเรือ", "นายท่าจดชื่อเรือทุกลำ"),
    "hindi": ("जहाज का नाम", "रक्षक ने हर जहाज का नाम लिखा।"),
    "an identifier": ("e4012", "Error E4012: checksum mismatch"),
    "accents left out": ("cafe creme", "Un café crème, s'il vous plaît."),
    "a name of function words": ("The Who", "The Who were a band; who they were is another question."),
    "full width": ("ABC123", "型番はＡＢＣ１２３です。"),
}


@pytest.mark.parametrize("name", PASSAGES)
def test_a_query_and_its_passage_share_terms(name: str) -> None:
    query, passage = PASSAGES[name]

    assert set(query_terms(query)) & set(passage_terms(passage))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ship's log: 3.5 t, 1,200 nails", ["ship", "log", "3.5", "t", "1,200", "nails"]),
        ("don’t", ["don"]),
        ("snake_case camelCase", ["snake", "case", "camelcase"]),
        ("l'île", ["l", "île"]),
        ("東京", ["東京"]),
        ("東京都", ["東京", "京都"]),
        ("港", ["港"]),
        ("नाम", ["नाम"]),
        ("e\u0301tage", ["étage"]),
        ("-- ☃ …", []),
        ("", []),
    ],
)
def test_text_is_cut_into_words(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_a_question_of_a_known_language_leaves_its_function_words_out() -> None:
    assert set(query_terms("what is the name of the ship")) == {"name", "ship"}


def test_a_question_of_no_known_language_is_looked_for_as_every_language_has_it() -> None:
    assert {"kapitän".replace("ä", "a"), "kapitane"} <= set(query_terms("Kapitäne"))


def test_a_question_has_bounded_terms() -> None:
    assert len(query_terms(" ".join(f"word{n}" for n in range(5000)))) <= 1024


def test_a_word_that_occurs_often_weighs_more_but_not_in_proportion() -> None:
    once, thrice = passage_vector("ship oak"), passage_vector("ship ship ship oak")

    weight_once = dict(zip(once.indices, once.values, strict=True))
    weight_thrice = dict(zip(thrice.indices, thrice.values, strict=True))
    (ship,) = query_vector("ship").indices
    assert weight_once[ship] < weight_thrice[ship] < 3 * weight_once[ship]


def test_a_word_weighs_less_in_a_longer_text() -> None:
    (ship,) = query_vector("ship").indices

    weights = [
        dict(zip(vector.indices, vector.values, strict=True))[ship]
        for vector in map(passage_vector, ("ship oak", "ship " + "oak " * 200))
    ]

    assert weights[0] > weights[1]


def test_the_words_of_a_query_weigh_alike() -> None:
    assert set(query_vector("ship ship ship oak harbour").values) == {1.0}
