"""What is embedded of a passage: its own text under the names of where it stands."""

from __future__ import annotations

_LONGEST_TITLE = 80
_LONGEST_SECTION = 120


def embedding_text(title: str | None, section: str | None, text: str) -> str:
    """The passage's text under a line with its source's title and its headings.

    A passage often leaves unsaid what it is about, as its heading or its file's name has said it already. The line is
    bounded, so that it never crowds out the text.
    """
    names = _distinct(_clipped(title, _LONGEST_TITLE), _clipped(section, _LONGEST_SECTION))
    return f"{' › '.join(names)}\n\n{text}" if names else text


def _distinct(title: str, section: str) -> list[str]:
    repeated = title and section.casefold().startswith(title.casefold())
    return [name for name in ("" if repeated else title, section) if name]


def _clipped(name: str | None, longest: int) -> str:
    """At most so many characters in one line, losing the beginning: the innermost heading says most."""
    line = " ".join((name or "").split())
    return line if len(line) <= longest else line[-longest:].lstrip()
