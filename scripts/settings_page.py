"""Write `docs/settings.md` and `.env.example` from the settings as the code knows them."""

from __future__ import annotations

from pathlib import Path

from entrypoints.settings import described

ROOT = Path(__file__).parent.parent
PAGE = """# Settings

By environment variable, or the same names in a file `.env` in the current folder; the environment wins. A wrong value, or a
`QUOTH_` name that there is not, stops the start with one line that names it.

| variable | meaning | default |
| --- | --- | --- |
"""
HEAD = "# Copy to .env and uncomment what you want to change; the environment wins over this file.\n"


def settings_page() -> str:
    """The page of the documentation."""
    return PAGE + "".join(f"| `{name}` | {what} | {default} |\n" for name, what, default in described())


def env_example() -> str:
    """The example file."""
    return HEAD + "".join(f"\n# {what} Default: {default}.\n# {name}=\n" for name, what, default in described())


def main() -> None:
    """Overwrite both."""
    (ROOT / "docs" / "settings.md").write_text(settings_page(), "utf-8")
    (ROOT / ".env.example").write_text(env_example(), "utf-8")


if __name__ == "__main__":
    main()
