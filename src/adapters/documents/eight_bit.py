"""Which 8-bit encodings a text may have, judged by its letters beyond ASCII and by what stands beside them.

The encodings of one script differ in few letters, and what is wrong in one is mostly a letter there too: `ñ` turns into
`ń`, which Polish has, but not between `a` and `o`. So each language is asked how likely it writes these letters in these
places. A text need not be of one language: a letter that its main language doesn't explain is left to any other one that
is written in the same encoding.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cache
from itertools import islice
from typing import NamedTuple

from adapters.documents import letters

# Each with what it has to be better by, in nats, than one that is usual.
_ENCODINGS = (
    ("cp1252", letters.WESTERN, 0),
    ("cp1250", letters.CENTRAL, 1),
    ("cp1254", letters.TURKISH, 1),
    ("cp1257", letters.BALTIC, 1),
    ("iso8859_2", letters.CENTRAL, 2),
    ("iso8859_15", letters.WESTERN, 3),
    ("mac_roman", letters.WESTERN, 3),
    ("cp850", letters.WESTERN, 3),
    ("cp852", letters.CENTRAL, 4),
    ("iso8859_3", letters.SOUTH, 4),
    ("iso8859_13", letters.BALTIC, 4),
    ("iso8859_14", letters.WELSH, 4),
    ("iso8859_4", letters.BALTIC, 5),
    ("iso8859_16", letters.CENTRAL, 5),
    ("cp857", letters.TURKISH, 5),
    ("cp1251", letters.CYRILLIC, 0),
    ("koi8_r", letters.CYRILLIC, 1),
    ("koi8_u", letters.CYRILLIC, 1),
    ("cp866", letters.CYRILLIC, 2),
    ("iso8859_5", letters.CYRILLIC, 2),
    ("mac_cyrillic", letters.CYRILLIC, 3),
    ("cp1253", letters.GREEK, 0),
    ("iso8859_7", letters.GREEK, 1),
    ("cp1255", letters.HEBREW, 0),
    ("iso8859_8", letters.HEBREW, 1),
    ("cp1256", letters.ARABIC, 0),
    ("iso8859_6", letters.ARABIC, 1),
)
_LATIN = (letters.WESTERN, letters.CENTRAL, letters.TURKISH, letters.BALTIC, letters.SOUTH, letters.WELSH)
_MOSTLY_ASCII = 0.4
_HARDLY_ANY = 0.1

# Costs in nats. A letter in its usual place costs six or so.
_USUAL_SIGNS = frozenset("‘’“”„«»–—…•º־\xa0°")
_SIGNS = frozenset("‚‹›·§©®™€£¿¡ª²³½¼¾×±´†‰µ\xad\u200e\u200f")
_OPENING, _CLOSING = frozenset("„‚«‹¿¡"), frozenset("”»›…©®™°ºª²³")
_USUAL_SIGN, _SIGN, _OTHER_SIGN, _MISPLACED = 5.5, 9.0, 14.0, 6.0
_ABSURD, _UNKNOWN, _FOREIGN, _WRONG_CASE, _ALONE = 30.0, 15.0, 2.5, 8.0, 2.0
_UNUSUAL_NEIGHBOUR, _RARE_LETTER = 6.0, 6.6
_PLAUSIBLE = 9.5
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_SPACE = 0x20
# So many bytes beyond ASCII, and so many places of them, are enough to judge by; so the work is bounded.
_ENOUGH = 16 * 1024
_MOST_PLACES = 1000
# A shorter stretch says nothing about the share of what is beyond ASCII.
_PAGE = 2000


class _Letter(NamedTuple):
    cost: float
    before: dict[str, float]
    after: dict[str, float]

    def cost_at(self, before: str, after: str) -> float:
        """What it costs to have this letter between these two."""
        if not self.before:
            return self.cost + _RARE_LETTER
        return self.cost + self.before.get(before, _UNUSUAL_NEIGHBOUR) + self.after.get(after, _UNUSUAL_NEIGHBOUR)


# Of each letter the languages that have it, by their numbers.
_Alphabets = dict[str, list[tuple[int, _Letter]]]
# Bytes beyond ASCII between the two beside them, with how often they are there, the most frequent first.
_Places = list[tuple[tuple[int, int, int], int]]


def plausible_encodings(content: bytes) -> list[str]:
    """The encodings in which the bytes beyond ASCII are letters in their places, the most plausible first."""
    places, share = _places(content)
    total = sum(count for _, count in places)
    most = _PLAUSIBLE * total + _UNUSUAL_NEIGHBOUR
    found: list[tuple[float, str]] = []
    for encoding, languages, handicap in _ENCODINGS if places else ():
        latin = languages in _LATIN
        if latin and share > _MOSTLY_ASCII:
            continue
        # A text in another script is seldom so much ASCII.
        rare = _FOREIGN if not latin and share < _HARDLY_ANY else 0.0
        cost = handicap + rare + _cost(places, encoding, languages, most)
        if cost <= most:
            found.append((cost, encoding))
    return [encoding for _, encoding in sorted(found)]


def _places(content: bytes) -> tuple[_Places, float]:
    """The places, and the share of bytes beyond ASCII where they are."""
    found = [match.start() for match in islice(_BEYOND_ASCII.finditer(content), _ENOUGH)]
    if not found:
        return [], 0.0
    share = len(found) / max(found[-1] - found[0] + 1, min(len(content), _PAGE))
    places = Counter(_place(content, at) for at in found)
    return places.most_common(_MOST_PLACES), share


def _place(content: bytes, at: int) -> tuple[int, int, int]:
    before = content[at - 1] if at else _SPACE
    after = content[at + 1] if at + 1 < len(content) else _SPACE
    return before, content[at], after


def _cost(places: _Places, encoding: str, languages: tuple[str, ...], most: float) -> float:
    """What it costs to explain these places by one language and some foreign words; anything above `most` is too much."""
    signs, kinds = _signs(encoding)
    alphabets = _alphabets(languages)
    least, foreign, own = 0.0, 0.0, [0.0] * len(languages)
    for (before, byte, after), count in places:
        kind = kinds[byte]
        if kind == "_":
            least += count * _cost_of_sign(signs[byte], before=signs[before].isalpha(), after=signs[after].isalpha())
        else:
            if signs[byte].isupper() and signs[before].islower():
                least += count * _WRONG_CASE
            elif kinds[before] == kinds[after] == "_":
                least += count * _ALONE
            costs = [
                (number, letter.cost_at(kinds[before], kinds[after])) for number, letter in alphabets.get(kind, ())
            ]
            cheapest = min((cost for _, cost in costs), default=_UNKNOWN)
            least += count * cheapest
            foreign += count * _FOREIGN
            for number, cost in costs:
                own[number] += count * min(cost - cheapest - _FOREIGN, 0)
        if least > most:
            return least
    return least + foreign + min(own)


def _cost_of_sign(sign: str, *, before: bool, after: bool) -> float:
    """`before` and `after`: whether a letter stands there."""
    if sign < "\xa0" or sign == "\ufffd":
        return _ABSURD
    if sign == "’":
        return _USUAL_SIGN if before else _USUAL_SIGN + _FOREIGN
    if sign in "‘“•\xa0":
        misplaced = before and after
    elif sign in "–—":
        misplaced = before is not after
    elif sign in "·־\xad":
        misplaced = not (before and after)
    else:
        misplaced = (before and sign not in _CLOSING) or (after and sign not in _OPENING)
    cost = _USUAL_SIGN if sign in _USUAL_SIGNS else _SIGN if sign in _SIGNS else _OTHER_SIGN
    return cost + _MISPLACED * misplaced


def _kind(sign: str) -> str:
    """The letter in lower case, a zero for a digit, or `_` for all else."""
    if sign.isdecimal():
        return "0"
    small = "i" if sign == "İ" else sign.lower()
    return small if sign.isalpha() and len(small) == 1 and sign not in "ªº" else "_"


@cache
def _signs(encoding: str) -> tuple[str, list[str]]:
    signs = bytes(range(256)).decode(encoding, "replace")
    return signs, [_kind(sign) for sign in signs]


@cache
def _alphabets(languages: tuple[str, ...]) -> _Alphabets:
    alphabets: _Alphabets = {}
    for number, language in enumerate(languages):
        entries = language.split()
        cost = _by_rank("".join(entry[0] for entry in entries))
        for entry in entries:
            before, _, after = entry[1:].partition("/")
            letter = _Letter(cost[entry[0]], _by_rank(before), _by_rank(after))
            alphabets.setdefault(entry[0], []).append((number, letter))
    return alphabets


def _by_rank(ranked: str) -> dict[str, float]:
    """The cost of each by Zipf's law: the second is half as frequent as the first."""
    total = sum(1 / rank for rank in range(1, len(ranked) + 1))
    return {letter: math.log(rank * total) for rank, letter in enumerate(ranked, 1)}
