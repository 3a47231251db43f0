"""Telling languages by their function words."""

from __future__ import annotations

import pytest

from adapters.embedding.languages import FUNCTION_WORDS, language_of, likely_languages
from adapters.embedding.terms import words_of

SENTENCES = {
    "english": "The harbour master has to be told when a ship is on its way to the island.",
    "german": "Der Hafenmeister muss wissen, wann ein Schiff auf dem Weg zu der Insel ist.",
    "dutch": "De havenmeester moet weten wanneer een schip op weg is naar het eiland.",
    "swedish": "Hamnkaptenen måste veta när ett fartyg är på väg till ön och vad som lastats.",
    "danish": "Havnefogeden skal vide, hvornår et skib er på vej til øen, og hvad der er lastet af varer.",
    "finnish": "Satamapäällikön on tiedettävä, milloin laiva on matkalla saarelle ja mitä se tuo, kun se tulee.",
    "hungarian": "A kikötőmesternek tudnia kell, hogy mikor jön egy hajó, és hogy mit hoz a szigetre.",
    "french": "Le capitaine du port doit savoir quand un navire est en route pour l'île et ce qu'il porte.",
    "spanish": "El capitán del puerto tiene que saber cuándo un barco está en camino a la isla y con qué.",
    "portuguese": "O capitão do porto tem de saber quando um navio está a caminho da ilha e o que não traz.",
    "italian": "Il comandante del porto deve sapere quando una nave è in viaggio per l'isola e che cosa porta.",
    "romanian": "Căpitanul portului trebuie să știe când o navă este pe drum și ce aduce în port pentru insulă.",
    "turkish": "Liman başkanı bir geminin adaya ne zaman geldiğini ve ne getirdiğini bilmek için bu deftere bakar.",
    "russian": "Начальник порта должен знать, когда судно идёт на остров и что оно везёт.",
    "greek": "Ο λιμενάρχης πρέπει να ξέρει πότε ένα πλοίο είναι στο δρόμο για το νησί και τι φέρνει.",
    "arabic": "يجب أن يعرف مدير الميناء متى تكون السفينة في طريقها إلى الجزيرة و ما الذي تحمله",
}


@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_is_told_by_its_function_words(language: str) -> None:
    assert language_of(words_of(SENTENCES[language])) == language


@pytest.mark.parametrize(
    "text", ["", "E4012", "harbour master", "Kuvaj Bontrov Zelmik", "港の記録", "a", "in Berlin", "1 2 3 4"]
)
def test_too_few_function_words_tell_nothing(text: str) -> None:
    assert language_of(words_of(text)) is None


def test_neighbouring_languages_may_stay_undecided() -> None:
    assert set(likely_languages(["og", "ikke"])) == {"danish", "norwegian"}
    assert language_of(["og", "ikke"]) is None


def test_a_function_word_is_a_word_as_texts_are_cut_into() -> None:
    assert all(words_of(word) == [word] for words in FUNCTION_WORDS.values() for word in words)
