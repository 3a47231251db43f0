"""What can be set from outside: environment variables, the same names in `.env`, nothing else."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import platformdirs
from dotenv import dotenv_values

from adapters.qdrant.fusion import Fusion
from adapters.qdrant.quantization import Quantization
from application.ports.answerer import CitationStyle

_MEGABYTE = 1024 * 1024


class SettingError(Exception):
    """A setting that can't be used; the message is one line that names it."""


class AuthMode(StrEnum):
    """Whether requests must carry a token."""

    NONE = "none"
    TOKEN = "token"  # noqa: S105  # a mode, not a secret


def _setting(name: str, what: str, default: Any, parse: Any = str, shown: str | None = None) -> Any:
    """One setting; `default` may be a function that makes it; `shown` is it in words where the value would mislead."""
    metadata = {"name": name, "help": what, "parse": parse, "shown": shown}
    if callable(default):
        return field(default_factory=default, metadata=metadata)
    return field(default=default, metadata=metadata)


def _data_folder() -> Path:
    try:
        return Path(platformdirs.user_data_dir("quoth", appauthor=False))
    except RuntimeError:  # neither HOME nor an entry in the list of users, as a container may have it
        raise SettingError("QUOTH_DATA_DIR must be set: this user has no home folder.") from None


def _url(*schemes: str) -> Any:
    def parse(text: str) -> str:
        try:
            parts = urlsplit(text)
            _ = parts.port
        except ValueError as error:
            raise ValueError(f"must be a URL ({error})") from None
        if parts.scheme not in schemes:
            raise ValueError(f"must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}")
        return text

    return parse


def _choice(kind: type[StrEnum]) -> Any:
    def parse(text: str) -> StrEnum:
        try:
            return kind(text.lower())
        except ValueError:
            raise ValueError(f"must be one of {', '.join(kind)}") from None

    return parse


def _whole(least: int, most: int) -> Any:
    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise ValueError("must be a whole number") from None
        if not least <= number <= most:
            raise ValueError(f"must be from {least:,} to {most:,}")
        return number

    return parse


def _switch(text: str) -> bool:
    known = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if text.lower() not in known:
        raise ValueError("must be true or false")
    return known[text.lower()]


def _names(text: str) -> frozenset[str]:
    return frozenset(name.strip().lower() for name in text.split(",") if name.strip())


def _folder(text: str) -> Path:
    return Path(text).expanduser()


class LogFormat(StrEnum):
    """How the log is written."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings with their defaults."""

    data_dir: Path = _setting(
        "QUOTH_DATA_DIR",
        "Folder for everything that is kept on this machine.",
        _data_folder,
        _folder,
        "the platform's data folder",
    )
    database_url: str | None = _setting(
        "QUOTH_DATABASE_URL",
        "Where conversations are kept: sqlite+aiosqlite:///… or postgresql+asyncpg://….",
        None,
        _url("sqlite+aiosqlite", "postgresql+asyncpg"),
        "SQLite in the data folder",
    )
    database_connections: int = _setting(
        "QUOTH_DATABASE_CONNECTIONS", "The most connections to PostgreSQL that one process holds.", 10, _whole(2, 1_000)
    )
    qdrant_url: str | None = _setting(
        "QUOTH_QDRANT_URL",
        "A Qdrant server or cluster.",
        None,
        _url("http", "https"),
        "Qdrant's embedded engine in the data folder",
    )
    qdrant_api_key: str | None = _setting("QUOTH_QDRANT_API_KEY", "The key for that server.", None)
    qdrant_collection: str = _setting("QUOTH_QDRANT_COLLECTION", "The collection's name on that server.", "quoth")
    qdrant_shards: int | None = _setting(
        "QUOTH_QDRANT_SHARDS",
        "How many shards a new collection on that server has.",
        None,
        _whole(1, 1_000),
        "the server's own",
    )
    qdrant_replicas: int = _setting(
        "QUOTH_QDRANT_REPLICAS",
        "How many nodes of that cluster keep each shard of a new collection.",
        1,
        _whole(1, 100),
    )
    qdrant_quantization: Quantization = _setting(
        "QUOTH_QDRANT_QUANTIZATION",
        "How a new collection on that server keeps vectors in memory: none (as they are), scalar (a quarter of the memory).",
        Quantization.NONE,
        _choice(Quantization),
    )
    redis_url: str | None = _setting(
        "QUOTH_REDIS_URL",
        "A Redis or Valkey server, 7.0 or later, that several processes follow answers and share work through.",
        None,
        _url("redis", "rediss"),
        "within the one process",
    )
    content_url: str | None = _setting(
        "QUOTH_CONTENT_URL",
        "Where original files are kept: s3://BUCKET/FOLDER (with the AWS_ variables), or file:///FOLDER.",
        None,
        _url("s3", "file"),
        "a folder in the data folder",
    )
    embedding_model: str = _setting(
        "QUOTH_EMBEDDING_MODEL",
        "“bundled” (all-MiniLM-L6-v2, in the package), or any model of fastembed, which it downloads.",
        "bundled",
    )
    embedding_threads: int = _setting("QUOTH_EMBEDDING_THREADS", "Processor threads for embedding.", 2, _whole(1, 256))
    fusion: Fusion = _setting(
        "QUOTH_FUSION",
        "How results by meaning and by words are fused: relative, zscore, dbsf or rrf.",
        Fusion.RELATIVE,
        _choice(Fusion),
    )
    anthropic_api_key: str | None = _setting(
        "ANTHROPIC_API_KEY",
        "The key for Claude. With neither key nor base URL, answers are quotes, chosen without a language model.",
        None,
    )
    anthropic_base_url: str | None = _setting(
        "QUOTH_ANTHROPIC_BASE_URL",
        "Any server that speaks the Anthropic Messages API, without the /v1.",
        None,
        _url("http", "https"),
        "Anthropic's own, where there is a key",
    )
    model: str = _setting("QUOTH_MODEL", "The model that answers.", "claude-sonnet-5-5")
    fast_model: str | None = _setting(
        "QUOTH_FAST_MODEL",
        "The model that turns a follow-up into a question of its own.",
        None,
        str,
        "claude-haiku-5-5 at Anthropic, else QUOTH_MODEL",
    )
    citations: CitationStyle | None = _setting(
        "QUOTH_CITATIONS",
        "How the model cites: native (Claude's citations) or inline (markers in its text).",
        None,
        _choice(CitationStyle),
        "native at Anthropic, else inline",
    )
    auth: AuthMode = _setting(
        "QUOTH_AUTH",
        "none: whoever reaches the port is the local user; token: a token for each request.",
        AuthMode.NONE,
        _choice(AuthMode),
    )
    allowed_hosts: frozenset[str] | None = _setting(
        "QUOTH_ALLOWED_HOSTS",
        "Names that the server goes by, separated by commas, so that no other name can be made to point at it.",
        None,
        _names,
        "localhost alone when it listens there without tokens, else any",
    )
    max_upload_mb: int = _setting("QUOTH_MAX_UPLOAD_MB", "The largest file, in megabytes.", 50, _whole(1, 10_000))
    allow_private_addresses: bool = _setting(
        "QUOTH_ALLOW_PRIVATE_ADDRESSES",
        "Let web pages be fetched from private and loopback addresses too.",
        False,
        _switch,
    )
    server: str | None = _setting(
        "QUOTH_SERVER",
        "The server that the command line talks to.",
        None,
        _url("http", "https"),
        "the one that runs on the data folder, else one for the time of the command",
    )
    token: str | None = _setting("QUOTH_TOKEN", "The token that the command line sends.", None)
    log_format: LogFormat = _setting("QUOTH_LOG_FORMAT", "text or json.", LogFormat.TEXT, _choice(LogFormat))

    @property
    def is_alone(self) -> bool:
        """Whether a store that only one process can open makes this process the only one."""
        on_postgres = self.database_url is not None and self.database_url.startswith("postgresql")
        return not on_postgres or self.qdrant_url is None

    @property
    def is_shared(self) -> bool:
        """Whether other processes may share all stores, the work, and the answers being written."""
        return not self.is_alone and self.redis_url is not None

    def require_shared(self, who: str) -> None:
        """Raises `SettingError` with what is missing for several processes."""
        on_postgres = self.database_url is not None and self.database_url.startswith("postgresql")
        missing = [
            name
            for name, is_there in (
                ("QUOTH_DATABASE_URL (PostgreSQL)", on_postgres),
                ("QUOTH_QDRANT_URL", self.qdrant_url is not None),
                ("QUOTH_REDIS_URL", self.redis_url is not None),
            )
            if not is_there
        ]
        if missing:
            raise SettingError(
                f"{who} shares its stores with other processes, which SQLite, the embedded index and one process's memory "
                f"can't be: set {', '.join(missing)}."
            )

    @property
    def max_upload_bytes(self) -> int:
        """The largest file in bytes."""
        return self.max_upload_mb * _MEGABYTE


def setting_names() -> list[str]:
    """Every variable that is read, in order."""
    return [each.metadata["name"] for each in fields(Settings)]


def described() -> list[tuple[str, str, str]]:
    """Name, meaning and default in words of every setting, for help texts and `.env.example`."""
    return [(each.metadata["name"], each.metadata["help"], _default_in_words(each)) for each in fields(Settings)]


def _default_in_words(each: Any) -> str:
    if each.metadata["shown"]:
        return str(each.metadata["shown"])
    if each.default is None:
        return "none"
    return str(each.default).lower() if isinstance(each.default, bool) else str(each.default)


def load_settings(environment: Mapping[str, str] | None = None, *, env_file: Path | None = None) -> Settings:
    """The settings; the environment wins over the file. Raises `SettingError` for the first wrong one, and for a
    `QUOTH_` variable that does not exist."""
    in_file = {name: value for name, value in dotenv_values(env_file).items() if value} if env_file else {}
    given = {**in_file, **(os.environ if environment is None else environment)}
    _refuse_strangers(given)
    values: dict[str, Any] = {}
    for each in fields(Settings):
        text = given.get(each.metadata["name"], "").strip()
        if text:
            try:
                values[each.name] = each.metadata["parse"](text)
            except ValueError as error:
                raise SettingError(f"{each.metadata['name']} {error}.") from None
    return Settings(**values)


def _refuse_strangers(given: Mapping[str, str]) -> None:
    names = setting_names()
    for name in sorted(given):
        if name.startswith("QUOTH_") and not name.startswith("QUOTH_TEST_") and name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            raise SettingError(f"{name} is not a setting{f'; did you mean {near[0]}?' if near else '.'}")
