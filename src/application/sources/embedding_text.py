"""What is embedded of a passage: its own text under the names of where it stands."""

from __future__ import annotations

import re

_LONGEST_TITLE = 80
_LONGEST_SECTION = 120
_EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,4}$")
_WORD = re.compile(r"[^\W\d_]{2,}")
_FIRST_IDEOGRAPH = "\u2e80"


def embedding_text(title: str | None, section: str | None, text: str) -> str:
    """The passage's text under a line with its source's title and its headings.

    A passage often leaves unsaid what it is about, as its heading or its file's name has said it already. The line is
    bounded, so that it never crowds out the text.
    """
    names = _distinct(_title(title or ""), _clipped(section or "", _LONGEST_SECTION))
    return f"{' › '.join(names)}\n\n{text}" if names else text


def _title(title: str) -> str:
    """A title without a file name's marks. One word, or a number, names a kind of file or a place on a shelf
    (“report.pdf”, “scan0012.pdf”): it says nothing of what is inside, so it is left out."""
    name = _clipped(_EXTENSION.sub("", title.strip()).replace("_", " "), _LONGEST_TITLE)
    tells = len(_WORD.findall(name)) > 1 or any(character >= _FIRST_IDEOGRAPH for character in name)
    return name if tells else ""


def _distinct(title: str, section: str) -> list[str]:
    repeated = title and section.casefold().startswith(title.casefold())
    return [name for name in ("" if repeated else title, section) if name]


def _clipped(name: str, longest: int) -> str:
    """At most so many characters in one line, losing the beginning: the innermost heading says most."""
    line = " ".join(name.split())
    return line if len(line) <= longest else line[-longest:].lstrip()
