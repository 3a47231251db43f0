"""The parts of an Office Open XML package and the relationships between them."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from adapters.documents.xml import Element, all_text, attribute, children, descendants, parse_xml
from adapters.documents.zip_container import damaged, open_checked, read_member

if TYPE_CHECKING:
    from adapters.documents.limits import ReadingLimits


class Package:
    """A container that was checked; parts are parsed when asked for."""

    def __init__(self, content: bytes, limits: ReadingLimits) -> None:
        self._archive = open_checked(content, limits)
        self._names = {name.lower(): name for name in self._archive.namelist()}

    def part(self, name: str) -> Element | None:
        """The root of a part, or None where there is no such part."""
        stored = self._names.get(name.lstrip("/").lower())
        data = read_member(self._archive, stored) if stored else None
        return parse_xml(data) if data else None

    def related(self, name: str, kind: str) -> list[str]:
        """The parts that `name` ("" for the package) refers to by relationships of this kind, in order."""
        return [target for _, target in self._relationships(name, kind)]

    def related_by_id(self, name: str, kind: str) -> dict[str, str]:
        """The same, by the relationship's id."""
        return dict(self._relationships(name, kind))

    def main(self) -> str:
        """The name of the part that is the document itself."""
        found = self.related("", "officeDocument")
        if not found:
            raise damaged("The document")
        return found[0]

    def title(self) -> str | None:
        """The title in the document's properties."""
        for name in self.related("", "core-properties"):
            root = self.part(name)
            if root is not None:
                for element in descendants(root, "title"):
                    return all_text(element).strip() or None
        return None

    def _relationships(self, name: str, kind: str) -> list[tuple[str, str]]:
        folder, file = posixpath.split(name)
        root = self.part(posixpath.join(folder, "_rels", f"{file}.rels"))
        if root is None:
            return []
        found: list[tuple[str, str]] = []
        for relationship in children(root, "Relationship"):
            target = attribute(relationship, "Target") or ""
            is_kind = (attribute(relationship, "Type") or "").rpartition("/")[2] == kind
            if is_kind and attribute(relationship, "TargetMode") != "External":
                found.append((attribute(relationship, "Id") or "", _resolved(folder, target)))
        return found


def _resolved(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")
