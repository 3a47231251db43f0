"""A document's words as Markdown that shows exactly them: nothing in them comes alive."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"[\\`*\[\]<>&~|$]|(?<![^\W_])_|_(?![^\W_])|(?<=\w):(?=//)")
_LIST_NUMBER = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
_LINE_MARK = re.compile(r"[-+=#]")
_AUTOLINK = re.compile(r"\bwww\.", re.IGNORECASE)


def literal(text: str) -> str:
    """The text in one line, so that a renderer shows it as it is."""
    line = _SPECIAL.sub(lambda match: "\\" + match[0], " ".join(text.split()))
    line = _AUTOLINK.sub(lambda match: match[0][:-1] + "\\.", line)
    if number := _LIST_NUMBER.match(line):
        return f"{number[1]}\\{number[2]}{line[number.end() :]}"
    return "\\" + line if _LINE_MARK.match(line) else line
