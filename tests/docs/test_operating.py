"""The page on operating says what the code does: every metric, the figures that it names, and its program."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families
from tests.api.conftest import client_of
from tests.support.server import environment, quoth, running, upload
from tests.support.service import MemoryService

# Imported, so that their metrics are registered; those of the framework come with the first requests.
import adapters.metrics.ingestion
import adapters.metrics.run_log
from adapters.saq.job_queue import SaqJobQueue
from adapters.system.background import TaskBackground
from application.answering.answer_task import LEASE
from application.sources.ingest_source import MOST_ATTEMPTS
from domain.errors import IndexUnavailable
from entrypoints.http.app import create_app
from entrypoints.http.overload import Capacity
from entrypoints.http.sse import HEARTBEAT_SECONDS
from entrypoints.serving import GRACE_SECONDS, LAST_GRACE_SECONDS
from entrypoints.settings import setting_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus_client.metrics_core import Metric

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operating.md").read_text("utf-8")
METERED = (adapters.metrics.ingestion, adapters.metrics.run_log)


def section(title: str) -> str:
    """The text below a heading, up to the next."""
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def words(text: str) -> str:
    """Without line breaks."""
    return " ".join(text.split())


def documented() -> dict[str, tuple[str, list[str]]]:
    """Type and labels of each metric in the table."""
    lines = re.findall(r"^\| `(\w+)` \| (\w+) \| ([^|]*)\|", section("Metrics"), flags=re.MULTILINE)
    return {name: (kind, re.findall(r"`(\w+)`", labels)) for name, kind, labels in lines}


def shown(family: Metric) -> str:
    """The name as Prometheus shows it."""
    return f"{family.name}_total" if family.type == "counter" else family.name


def ours(families: Iterable[Metric]) -> dict[str, str]:
    """The types of our metrics by their names; the times at which they began are left out."""
    names = {shown(family): family.type for family in families}
    return {name: kind for name, kind in names.items() if name.startswith("quoth_") and not name.endswith("_created")}


async def test_the_table_of_metrics_is_what_is_exported_with_types_and_labels() -> None:
    async def failing() -> str:
        raise IndexUnavailable("It is away.")

    app = create_app(MemoryService().use_cases, probes={"vector_store": failing})
    async with client_of(app, base="") as client:
        assert (await client.get("/health/ready")).status_code == 503  # for the metric of errors
        scraped = ours(text_string_to_metric_families((await client.get("/metrics")).text))

    registered = ours(REGISTRY.collect())
    by_name = cast("dict[str, Any]", vars(REGISTRY)["_names_to_collectors"])
    assert documented() == {name: (kind, [*by_name[name]._labelnames]) for name, kind in registered.items()}
    assert scraped.keys() <= registered.keys()


def test_every_variable_of_ours_that_is_named_is_a_setting() -> None:
    assert set(re.findall(r"\bQUOTH_[A-Z_]+", PAGE)) <= set(setting_names())


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Upgrades", f"gives open streams {GRACE_SECONDS} seconds"),
        ("Upgrades", f"get {LAST_GRACE_SECONDS:.0f} seconds more"),
        ("Killed processes", f"a lease of {LEASE.seconds} seconds"),
        ("Killed processes", {5: "ends the process five times"}[MOST_ATTEMPTS]),
        ("Overload", f"| {Capacity().requests}, and {Capacity().streams:,} open streams |"),
        ("Overload", f"| answers being written in a process | {TaskBackground().most} |"),
        (
            "Overload",
            f"| documents that wait to be read | {SaqJobQueue.__dataclass_fields__['most_waiting'].default:,} |",
        ),
        ("In front: a load balancer", f"Streams say something every {HEARTBEAT_SECONDS:.0f} s"),
    ],
)
def test_the_figures_are_those_of_the_code(title: str, said: str) -> None:
    assert said in words(section(title))


def test_conversations_of_a_laptop_are_copied_by_the_program_on_the_page(
    tmp_path: Path, empty_postgres_url: str
) -> None:
    [program] = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    servers = {"QUOTH_DATABASE_URL": empty_postgres_url}
    with running(tmp_path) as laptop, laptop.client() as client:
        upload(client, "handbook.md", b"# Claims\n\nClaims are paid within ten days.")
        answer = client.post("/chat", json={"message": "When are claims paid?"}).json()
        path = f"/conversations/{answer['conversation_id']}"
        client.post("/chat", json={"message": "And then?", "conversation_id": answer["conversation_id"]})
        before = client.get(path).json()
        laptop.stop()

    assert quoth(tmp_path, "migrate", settings=servers).returncode == 0
    arguments = [f"sqlite+aiosqlite:///{tmp_path}/quoth.sqlite3", empty_postgres_url]
    copied = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=environment(tmp_path),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert copied.returncode == 0, copied.stderr
    repaired = quoth(tmp_path, "doctor", "--repair", settings=servers)
    assert repaired.returncode == 0, repaired.stdout
    with running(tmp_path, servers) as server, server.client() as client:
        assert client.get(path).json() == before
        assert [found["id"] for found in client.get("/conversations", params={"search": "claims"}).json()] == [
            answer["conversation_id"]
        ]
        assert client.post("/chat", json={"message": "When are claims paid?"}).status_code == 200
