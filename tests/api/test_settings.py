"""Settings come from the environment and `.env`; a wrong one is named in one line."""

from __future__ import annotations

import pwd
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from entrypoints.cli import cli
from entrypoints.settings import AuthMode, SettingError, Settings, described, load_settings, setting_names

ROOT = Path(__file__).parents[2]


def test_without_any_setting_the_defaults_hold() -> None:
    assert load_settings({}) == Settings()


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("QUOTH_MODEL=from-file\nQUOTH_AUTH=token\n")

    settings = load_settings({"QUOTH_MODEL": "from-environment"}, env_file=file)

    assert (settings.model, settings.auth) == ("from-environment", AuthMode.TOKEN)


def test_a_missing_file_and_blank_values_change_nothing(tmp_path: Path) -> None:
    assert load_settings({"QUOTH_MODEL": "  "}, env_file=tmp_path / ".env") == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QUOTH_DATABASE_URL", "mysql://localhost/quoth"),
        ("QUOTH_QDRANT_URL", "localhost:6333"),
        ("QUOTH_ANTHROPIC_BASE_URL", "http://[broken"),
        ("QUOTH_AUTH", "maybe"),
        ("QUOTH_MAX_UPLOAD_MB", "many"),
        ("QUOTH_MAX_UPLOAD_MB", "0"),
        ("QUOTH_ALLOW_PRIVATE_ADDRESSES", "perhaps"),
        ("QUOTH_FUSION", "addition"),
    ],
)
def test_a_wrong_value_is_refused_in_one_line_that_names_it(name: str, value: str) -> None:
    with pytest.raises(SettingError) as refusal:
        load_settings({name: value})

    assert str(refusal.value).startswith(name)
    assert "\n" not in str(refusal.value)


def test_a_user_without_a_home_is_asked_for_a_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    nobody: dict[int, object] = {}
    monkeypatch.setattr(pwd, "getpwuid", nobody.__getitem__)

    assert load_settings({"QUOTH_DATA_DIR": str(tmp_path)}).data_dir == tmp_path
    with pytest.raises(SettingError, match=r"^QUOTH_DATA_DIR must be set"):
        load_settings({})


def test_a_misspelt_setting_is_refused_with_the_likely_one() -> None:
    with pytest.raises(SettingError, match=r"QUOTH_MODLE is not a setting; did you mean QUOTH_MODEL\?"):
        load_settings({"QUOTH_MODLE": "x"})


@pytest.mark.parametrize("yes", ["true", "1", "Yes", "on"])
def test_switches_take_the_usual_words(yes: str) -> None:
    assert load_settings({"QUOTH_ALLOW_PRIVATE_ADDRESSES": yes}).allow_private_addresses


def test_the_example_file_names_every_setting_and_no_other() -> None:
    named = re.findall(r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), flags=re.MULTILINE)

    assert named == setting_names()


def test_the_help_of_serve_explains_every_setting() -> None:
    shown = " ".join(CliRunner().invoke(cli, ["serve", "--help"]).output.split())

    for name, what, default in described():
        assert f"{name} " in shown
        assert " ".join(f"{what} Default: {default}.".split()) in shown.replace("- ", "-")
