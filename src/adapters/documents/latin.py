"""Which 8-bit encoding a text in a Latin script has, judged by the letters that its languages use.

The statistics of general detectors tell Cyrillic from Greek, but mistake `ã` for `ă`: these encodings differ in
a few letters only. So each language is asked whether the text's letters are its own.
"""

from __future__ import annotations

_WESTERN = (
    "àâæçéèêëîïôœùûüÿ",  # French
    "äöüßé",  # German
    "áéíñóúüïç",  # Spanish
    "áâãàçéêíóôõúü",  # Portuguese
    "àèéìíîòóùú",  # Italian
    "åäöéæøü",  # Scandinavian, Finnish
    "éëïóöüèêç",  # Dutch, English
    "áéíóúýþæöð",  # Icelandic
    "àçèéíïòóúü",  # Catalan
)
_CENTRAL = ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţ", "čćđšž")
_TURKISH = ("çğıöşüâîûi̇",)
_BALTIC = ("ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž")
_LANGUAGES = (
    ("cp1252", _WESTERN),
    ("cp1250", _CENTRAL),
    ("iso8859_2", _CENTRAL),
    ("cp1254", _TURKISH),
    ("cp1257", _BALTIC),
    ("mac_roman", _WESTERN),
    ("cp850", _WESTERN),
)
_PUNCTUATION = frozenset("‘’“”„‚«»‹›–—…•·§©®™€£°¿¡ªº²³½¼¾×±\xa0´†‰")
_MOSTLY_ASCII = 0.4
_GOOD_FIT = 0.9


def best_latin_encoding(content: bytes) -> str | None:
    """The encoding in which the letters beyond ASCII are best explained by one language, or None if none explains
    them well."""
    high = sum(byte >= 0x80 for byte in content)  # noqa: PLR2004 - the end of ASCII
    if not high or high > _MOSTLY_ASCII * len(content):
        return None
    best, best_fit = None, _GOOD_FIT
    for encoding, languages in _LANGUAGES:
        fit = max(_fits(content, encoding, languages), default=0.0)
        # Earlier ones are the more usual: a later one has to be better.
        if fit > best_fit:
            best, best_fit = encoding, fit
    return best


def _fits(content: bytes, encoding: str, languages: tuple[str, ...]) -> list[float]:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return []
    letters, wrong = _letters(text)
    if not letters and not wrong:
        return [1.0]
    return [sum(letter in language for letter in letters) / (len(letters) + 2 * wrong) for language in languages]


def _letters(text: str) -> tuple[list[str], int]:
    """The letters beyond ASCII in lower case, and how many signs stand where no writer puts them."""
    letters: list[str] = []
    wrong = 0
    before = " "
    for index, character in enumerate(text):
        if not character.isascii():
            after = text[index + 1 : index + 2]
            if character.isalpha() and character not in "ªº":
                # `pÃ`: a capital after a small letter is the mark of a wrong encoding.
                if character.isupper() and before.islower():
                    wrong += 1
                else:
                    letters.append(character.lower())
            elif character not in _PUNCTUATION or (
                character not in "’·´–—\xa0" and before.isalpha() and after.isalpha()
            ):
                wrong += 1
        before = character
    return letters, wrong
