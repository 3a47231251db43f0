"""Bytes to text, whatever their encoding; or the finding that they are no text."""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import TYPE_CHECKING

from charset_normalizer import from_bytes

from adapters.documents.eight_bit import plausible_encodings

if TYPE_CHECKING:
    from collections.abc import Iterator

# The longer marks first: UTF-32's begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What senders call an encoding, and what they mean by it: as browsers do (WHATWG Encoding).
_MEANT = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "latin1": "cp1252",
    "iso-8859-1": "cp1252",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "tis-620": "cp874",
    "utf-16": "utf-16-le",
}
# Python's registry also knows transformations that are no encodings of text; and UTF-7 is a trap.
_TEXT_ENCODING = re.compile(
    r"(?!utf[-_]?7)(utf|cp|windows|iso|koi8|mac|euc|gb|big5|shift|tis|johab)[a-z0-9_-]*", re.IGNORECASE
)
_SAMPLE = 64 * 1024
_CONTROL = re.compile(r"[\x00-\x06\x0e-\x19\x1c-\x1f\x7f-\x84\x86-\x9f]")
_ORDINARY = re.compile(r"[ \r\n.,0-9a-zA-Z、。，]")
_RARELY = 60
_FEW = 1000
_FEW_REPLACED = 500


def decode(content: bytes, *, declared: str | None = None) -> str | None:
    """The text without its byte order mark, or None where this is no text. `declared` is what the sender claims."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _plausible(content[len(mark) :].decode(encoding, "replace"), few_replaced=True)
    if b"\x1b$" in content or b"\x1b(J" in content:
        declared = declared or "iso2022_jp"
    elif (text := _strictly(content, "utf-8")) is not None:
        return _utf8(text)
    for encoding in _candidates(content, declared):
        text = _strictly(content, encoding)
        if text is not None and _plausible(text) is not None and not _is_noise(text, encoding):
            return text
    return _with_gaps(content, declared)


def named_encoding(name: str | None) -> str | None:
    """Python's name of the encoding that a sender means by `name`, or None."""
    if not name:
        return None
    label = name.strip().strip("'\"").lower()
    label = _MEANT.get(label, label)
    if not _TEXT_ENCODING.fullmatch(label):
        return None
    try:
        return codecs.lookup(label).name
    except LookupError:
        return None


def _candidates(content: bytes, declared: str | None) -> Iterator[str]:
    if b"\0" in content:
        # Only the wide encodings of Unicode have NUL bytes in them; four bytes a character leave little to chance.
        yield from ("utf-32-le", "utf-32-be")
        yield from _utf16_by_zeros(content)
        return
    claimed = named_encoding(declared)
    if claimed:
        yield claimed
    yield from plausible_encodings(content)
    yield from _guesses(_sample(content))


def _utf16_by_zeros(content: bytes) -> Iterator[str]:
    """The byte order in which more of what every text has comes out: spaces, line ends, full stops."""
    sample = content[: _SAMPLE & ~1]
    orders = ("utf-16-le", "utf-16-be")
    yield from sorted(orders, key=lambda order: -len(_ORDINARY.findall(sample.decode(order, "replace"))))


def _guesses(sample: bytes) -> Iterator[str]:
    for match in from_bytes(sample):
        # Any noise is UTF-16 of some kind; what has no zero byte and no mark is none.
        if not match.encoding.startswith(("utf_16", "utf_32")):
            yield match.encoding


def _sample(content: bytes) -> bytes:
    """What to guess from: around the first bytes that are not ASCII, cut at line ends (never inside a character)."""
    if len(content) <= _SAMPLE:
        return content
    first = re.search(rb"[\x80-\xff]", content)
    start = content.rfind(b"\n", 0, first.start() if first else 0) + 1
    sample = content[start : start + _SAMPLE]
    end = sample.rfind(b"\n")
    return sample[: end + 1] if end > 0 else sample


def _strictly(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _with_gaps(content: bytes, declared: str | None) -> str | None:
    """Almost UTF-8, or almost what is claimed: a log with a few broken bytes is still a text."""
    if b"\0" in content:
        return None
    for encoding in ("utf-8", named_encoding(declared), *plausible_encodings(content)[:1]):
        if encoding:
            text = _plausible(content.decode(encoding, "replace"), few_replaced=True)
            if text is not None:
                return text
    return None


def _is_noise(text: str, encoding: str) -> bool:
    """Noise with a zero byte in it is often valid UTF-16, but then without spaces and with characters of nobody."""
    if not encoding.startswith("utf-"):
        return False
    ordinary = len(_ORDINARY.findall(text))
    return ordinary * _RARELY < len(text) or any(unicodedata.category(sign) in {"Co", "Cn"} for sign in text[:_SAMPLE])


def _utf8(text: str) -> str | None:
    """Valid UTF-8 is a text unless it is full of control characters; a stray NUL is made visible, in its place."""
    if len(_CONTROL.findall(text)) * 100 > len(text) or text.count("\0") * _FEW > len(text):
        return None
    return text.replace("\0", "\ufffd")


def _plausible(text: str, *, few_replaced: bool = False) -> str | None:
    """The text, unless its characters are not those of a text: controls, unassigned and private ones, and gaps."""
    replaced = text.count("\ufffd")
    if replaced * (_FEW_REPLACED if few_replaced else _FEW) > len(text):
        return None
    if "\0" in text or len(_CONTROL.findall(text)) * _FEW > len(text):
        return None
    sample = text if len(text) <= _SAMPLE else text[: _SAMPLE // 2] + text[-_SAMPLE // 2 :]
    kinds = [unicodedata.category(character) for character in sample if not character.isascii()]
    strange = sum(kind in {"Cn", "Co", "Cs", "Cc"} for kind in kinds)
    symbols = sum(kind[0] == "S" or kind in {"No", "Lm", "Sk"} for kind in kinds)
    # Prose in the wrong 8-bit encoding, and noise in any, shows as signs between the letters.
    if strange * 20 > len(kinds) or (len(kinds) >= 20 and symbols * 2 > len(kinds)):  # noqa: PLR2004 - too few to judge
        return None
    return text
