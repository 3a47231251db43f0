"""Dockerfile and compose.yaml name what there is: settings, commands, files, and checks that tell a live server."""

from __future__ import annotations

import fnmatch
import json
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest
import yaml  # type: ignore[import-untyped]  # comes with Litestar; its types are those of one test
from tests.support.server import running

from entrypoints.cli import cli
from entrypoints.metrics import serve_metrics
from entrypoints.serving import GRACE_SECONDS, LAST_GRACE_SECONDS
from entrypoints.settings import Settings, setting_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
COMPOSE_TEXT = (ROOT / "compose.yaml").read_text("utf-8")
COMPOSE: Mapping[str, Any] = yaml.safe_load(COMPOSE_TEXT)
SERVICES: Mapping[str, Mapping[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"] == "quoth"]
# What PostgreSQL allows unless it is told otherwise, without those that it keeps for its own operator.
MOST_CONNECTIONS = 100 - 3


def instruction(name: str) -> str:
    """What the last stage says last after this word."""
    said: list[str] = re.findall(rf"^\s*{name} (.+)$", DOCKERFILE.rpartition("\nFROM ")[2], flags=re.MULTILINE)
    return said[-1].strip()


def context_of(command: Sequence[str]) -> click.Context:
    """The command line understood, and nothing done. Raises where it is wrong."""
    name, *arguments = command
    return cli.commands[name].make_context(name, arguments, parent=click.Context(cli, obj=Settings()))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def exit_code(check: Sequence[str], *, port: int, instead_of: int) -> int:
    """Of a health check, at another port than the container's."""
    program, *arguments = check
    assert program == "python"
    there = [argument.replace(str(instead_of), str(port)) for argument in arguments]
    return subprocess.run([sys.executable, *there], capture_output=True, timeout=30, check=False).returncode


def seconds(duration: str) -> float:
    number = re.fullmatch(r"(\d+)s", duration)
    assert number is not None
    return float(number[1])


@pytest.mark.parametrize("service", OURS)
def test_every_setting_of_a_service_is_one_that_there_is(service: str) -> None:
    named = {name for name in SERVICES[service]["environment"] if name.startswith("QUOTH_")}

    assert named <= set(setting_names())


def test_every_setting_that_either_file_mentions_is_one_that_there_is() -> None:
    assert set(re.findall(r"\bQUOTH_[A-Z_]+", DOCKERFILE + COMPOSE_TEXT)) <= set(setting_names())


@pytest.mark.parametrize("command", [*(SERVICES[name]["command"] for name in OURS), json.loads(instruction("CMD"))])
def test_every_command_is_one_that_the_command_line_understands(command: list[str]) -> None:
    assert context_of(command).params is not None


def test_the_documentation_of_operations_is_named_where_it_is() -> None:
    for text in (DOCKERFILE, COMPOSE_TEXT):
        assert "docs/operating.md" in text
    assert (ROOT / "docs" / "operating.md").is_file()


def test_the_image_says_who_it_is_run_by_and_how_it_ends() -> None:
    user, _, group = instruction("USER").partition(":")

    assert int(user) > 0
    assert int(group) > 0
    assert json.loads(instruction("ENTRYPOINT")) == ["quoth"]
    assert instruction("STOPSIGNAL") == "SIGTERM"
    assert "QUOTH_AUTH=token" in instruction("ENV").split()


def test_no_image_is_whatever_is_newest() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, flags=re.MULTILINE)
    images = [service["image"] for service in SERVICES.values() if service["image"] != "quoth"]

    assert all(":" in image and not image.endswith(":latest") for image in (*bases, *images))


def test_every_file_that_is_copied_is_there_and_is_let_into_the_build() -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    copied = [
        path
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, flags=re.MULTILINE)
        for path in line.split()[:-1]
    ]

    def is_let_in(path: str) -> bool:
        """The last rule that speaks of the path or of a folder that it lies in."""
        let_in = True
        above = [path, *(str(folder) for folder in Path(path).parents)][:-1]
        for rule in rules:
            pattern = rule.removeprefix("!")
            names = [Path(each).name for each in above] if pattern.startswith("**/") else above
            if any(fnmatch.fnmatchcase(name, pattern.removeprefix("**/")) for name in names):
                let_in = rule.startswith("!")
        return let_in

    assert copied
    assert [path for path in copied if not (ROOT / path).exists() or not is_let_in(path)] == []
    assert not any(is_let_in(path) for path in (".env", "var", ".git", "web/.env", "node_modules"))


def test_the_image_s_health_check_tells_a_live_server_from_none(tmp_path: Path) -> None:
    check = json.loads(instruction("HEALTHCHECK").partition("CMD ")[2])

    with running(tmp_path) as server:
        port = int(server.address.rpartition(":")[2])
        assert exit_code(check, port=port, instead_of=8000) == 0
        server.stop()
        assert exit_code(check, port=port, instead_of=8000) != 0


def test_the_worker_s_health_check_looks_at_the_metrics_that_it_serves() -> None:
    worker = SERVICES["worker"]
    port, free = int(context_of(worker["command"]).params["metrics_port"]), free_port()
    kind, *check = worker["healthcheck"]["test"]

    assert kind == "CMD"
    with serve_metrics(free, host="127.0.0.1"):
        assert exit_code(check, port=free, instead_of=port) == 0
    assert exit_code(check, port=free, instead_of=port) != 0


def test_every_store_has_a_health_check_and_whoever_needs_it_waits_for_it() -> None:
    stores = set(SERVICES) - set(OURS)

    assert all("test" in SERVICES[store]["healthcheck"] for store in stores)
    waited_for = {on: each["condition"] for name in OURS for on, each in SERVICES[name]["depends_on"].items()}
    assert waited_for == {"migrate": "service_completed_successfully"} | dict.fromkeys(stores, "service_healthy")


@pytest.mark.parametrize("service", ["app", "worker"])
def test_a_service_has_longer_to_end_than_it_takes(service: str) -> None:
    assert seconds(SERVICES[service]["stop_grace_period"]) > GRACE_SECONDS + LAST_GRACE_SECONDS


def test_nothing_is_published_but_the_app_to_its_own_machine() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert published == {"app": ["127.0.0.1:8000:8000"]}


def test_every_password_comes_from_outside_and_none_has_a_default() -> None:
    secrets = re.findall(r"\$\{(\w+(?:PASSWORD|API_KEY))(.*?)\}", COMPOSE_TEXT)

    assert {name for name, _ in secrets} == {"POSTGRES_PASSWORD", "QDRANT_API_KEY", "VALKEY_PASSWORD"}
    assert all(otherwise.startswith(":?") for _, otherwise in secrets)


def test_the_queue_outlives_a_restart_and_nothing_in_it_is_dropped_to_make_room() -> None:
    command = SERVICES["valkey"]["command"]
    options = dict(zip(command[1::2], command[2::2], strict=True))

    assert (options["--appendonly"], options["--maxmemory-policy"]) == ("yes", "noeviction")


def test_the_processes_together_need_no_more_connections_than_postgresql_has() -> None:
    processes = 1 + sum(context_of(SERVICES[name]["command"]).params.get("workers", 0) for name in OURS)
    each = int(SERVICES["app"]["environment"]["QUOTH_DATABASE_CONNECTIONS"])

    assert processes * 2 * each < MOST_CONNECTIONS


def test_every_service_has_a_bound_of_memory_and_every_volume_a_name() -> None:
    assert all(re.fullmatch(r"\d+[gm]", service["mem_limit"]) for service in SERVICES.values())
    used = {mount.partition(":")[0] for service in SERVICES.values() for mount in service["volumes"]}
    assert used == set(COMPOSE["volumes"])
