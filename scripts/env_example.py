"""Write `.env.example` from the settings as the code knows them."""

from __future__ import annotations

from pathlib import Path

from entrypoints.settings import described

HEAD = "# Copy to .env and uncomment what you want to change; the environment wins over this file.\n"


def main() -> None:
    """Overwrite the file."""
    entries = [f"\n# {what} Default: {default}.\n# {name}=\n" for name, what, default in described()]
    (Path(__file__).parent.parent / ".env.example").write_text(HEAD + "".join(entries), "utf-8")


if __name__ == "__main__":
    main()
