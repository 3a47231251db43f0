"""Well-known kinds of file that hold no text to read, so that the refusal can name them."""

from __future__ import annotations

from domain.errors import DomainError, UnreadableDocument, UnsupportedFormat

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_IMAGE = "an image ({}); text in images isn't read. Add the document it shows as text or as a PDF with a text layer"
_ARCHIVE = "a {} archive; unpack it and add the files in it"
_SOUND = "sound or video; add a transcript as text"
_PROGRAM = "a program, not a document"

_KNOWN: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", _IMAGE.format("PNG")),
    (b"\xff\xd8\xff", _IMAGE.format("JPEG")),
    (b"GIF87a", _IMAGE.format("GIF")),
    (b"GIF89a", _IMAGE.format("GIF")),
    (b"II*\0", _IMAGE.format("TIFF")),
    (b"MM\0*", _IMAGE.format("TIFF")),
    (b"\x1f\x8b", _ARCHIVE.format("gzip")),
    (b"BZh", _ARCHIVE.format("bzip2")),
    (b"\xfd7zXZ\0", _ARCHIVE.format("xz")),
    (b"\x28\xb5\x2f\xfd", _ARCHIVE.format("zstd")),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE.format("7z")),
    (b"Rar!\x1a\x07", _ARCHIVE.format("RAR")),
    (b"ID3", _SOUND),
    (b"OggS", _SOUND),
    (b"fLaC", _SOUND),
    (b"\x1aE\xdf\xa3", _SOUND),
    (b"\x7fELF", _PROGRAM),
    (b"\xca\xfe\xba\xbe", _PROGRAM),
    (b"\xcf\xfa\xed\xfe", _PROGRAM),
    (b"\0asm", _PROGRAM),
    (b"SQLite format 3\0", "an SQLite database; export what you need as CSV"),
)
_RIFF = {b"WEBP": _IMAGE.format("WebP"), b"WAVE": _SOUND, b"AVI ": _SOUND}


def refusal(content: bytes) -> UnsupportedFormat | None:
    """Why this can't be read, where its first bytes say what it is."""
    for signature, what in _KNOWN:
        # A short signature of letters may begin a text; what follows it there is no control character.
        if content.startswith(signature) and (len(signature) > 3 or _is_binary(content)):  # noqa: PLR2004
            return UnsupportedFormat(f"The file is {what}.")
    if content.startswith(b"RIFF") and content[8:12] in _RIFF:
        return UnsupportedFormat(f"The file is {_RIFF[content[8:12]]}.")
    if content[4:8] == b"ftyp":
        image = content[8:11] in {b"hei", b"avi", b"mif"}
        return UnsupportedFormat(f"The file is {_IMAGE.format('HEIF') if image else _SOUND}.")
    return _refusal_by_later_bytes(content)


def _refusal_by_later_bytes(content: bytes) -> UnsupportedFormat | None:
    if content.startswith(b"MZ") and b"\0" in content[:64]:
        return UnsupportedFormat(f"The file is {_PROGRAM}.")
    if content[60:68] == b"BOOKMOBI":
        return UnsupportedFormat("The file is a Kindle book; convert it to EPUB.")
    if content[257:262] == b"ustar":
        return UnsupportedFormat(f"The file is {_ARCHIVE.format('tar')}.")
    return None


def refusal_of_ole(content: bytes) -> DomainError:
    """Why a file in Microsoft's compound format can't be read: encrypted, or of the years before 2007."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return UnreadableDocument(
            "The document is protected with a password. Open it, save a copy without a password, and add that."
        )
    for marker, what, instead in (
        ("WordDocument", "an old Word document (.doc)", ".docx"),
        ("Workbook", "an old Excel workbook (.xls)", ".xlsx"),
        ("PowerPoint Document", "an old PowerPoint presentation (.ppt)", ".pptx"),
        ("__substg1.0_", "an Outlook message (.msg)", ".eml"),
    ):
        if marker.encode("utf-16-le") in content:
            return UnsupportedFormat(f"The file is {what}. Save it as {instead} or PDF and add that.")
    return UnsupportedFormat(
        "The file is in an old Microsoft format. Save it in a current format or as PDF and add that."
    )


def _is_binary(content: bytes) -> bool:
    return any(byte < 0x09 or 0x0E <= byte < 0x20 for byte in content[:256])  # noqa: PLR2004 - control characters
