"""The server is told what the settings say, and nothing that the environment adds."""

from __future__ import annotations

import pytest
from tests.support.answerers import FORMER, anthropic_answerer, asking, parts_of
from tests.support.messages_api import MessagesApi, Reply, Request

from adapters.anthropic.answerer import AnthropicAnswerer
from adapters.anthropic.client import host_of
from adapters.anthropic.limits import Deadlines
from application.ports.answerer import CitationStyle
from domain.errors import ModelError, ModelRejectedCredentials, ModelRejectedRequest, ModelTimeout, ModelUnavailable


async def sent(model: MessagesApi, address: str | None = None, api_key: str | None = "a-key") -> Request:
    answerer = anthropic_answerer(address or model.address, api_key=api_key)
    await parts_of(answerer, asking())
    await answerer.close()
    return model.questions[-1]


async def test_the_key_is_sent_in_both_headers_that_servers_know(model: MessagesApi) -> None:
    request = await sent(model)

    assert request.headers["authorization"] == "Bearer a-key"
    assert request.headers["x-api-key"] == "a-key"


async def test_without_a_key_none_is_sent(model: MessagesApi) -> None:
    request = await sent(model, api_key=None)

    assert "authorization" not in request.headers
    assert "x-api-key" not in request.headers


async def test_the_environment_adds_nothing(model: MessagesApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "leaked")
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "leaked")
    monkeypatch.setenv("ANTHROPIC_CUSTOM_HEADERS", "X-Leaked: leaked\nAuthorization: leaked")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("ANTHROPIC_PROFILE", "leaked")
    monkeypatch.setenv("ANTHROPIC_CONFIG_DIR", "/nowhere")

    for api_key in ("a-key", None):
        request = await sent(model, api_key=api_key)

        assert "leaked" not in str(request.headers)


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/"])
async def test_an_address_may_end_as_people_write_it(path: str, model: MessagesApi) -> None:
    request = await sent(model, model.address + path)

    assert request.path == "/v1/messages"


@pytest.mark.parametrize(
    ("base_url", "style"),
    [
        (None, CitationStyle.NATIVE),
        ("https://api.anthropic.com", CitationStyle.NATIVE),
        ("https://api.anthropic.com/v1/", CitationStyle.NATIVE),
        ("http://localhost:8080", CitationStyle.INLINE),
        ("https://api.anthropic.com.example.org", CitationStyle.INLINE),
    ],
)
async def test_only_anthropic_has_citations_of_its_own(base_url: str | None, style: CitationStyle) -> None:
    answerer = AnthropicAnswerer(api_key="a-key", base_url=base_url, model="stub")

    assert answerer.citation_style is style
    await answerer.close()


def test_an_address_is_shown_without_user_password_and_path() -> None:
    assert host_of("https://user:word@models.example.org:8443/v1?x=1") == "https://models.example.org:8443"
    assert host_of(None) == "https://api.anthropic.com"


@pytest.mark.parametrize(
    "reply",
    [
        Reply.json({"data": [{"id": "stub", "type": "model"}]}),
        Reply.json({"object": "list", "data": []}),
        Reply.html(404),
        Reply.error(405, "invalid_request_error"),
        Reply.error(429, "rate_limit_error"),
    ],
)
async def test_a_server_that_answers_at_all_is_ready(reply: Reply, model: MessagesApi) -> None:
    model.models = reply
    answerer = anthropic_answerer(model.address)

    await answerer.check()

    assert not model.questions
    await answerer.close()


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply.error(401, "authentication_error"), ModelRejectedCredentials),
        (Reply.html(502), ModelUnavailable),
        (Reply.silent(), ModelTimeout),
        (Reply.json([1]), ModelError),
    ],
)
async def test_a_server_that_is_not_ready_says_why(reply: Reply, error: type[ModelError], model: MessagesApi) -> None:
    model.models = reply
    answerer = anthropic_answerer(model.address, deadlines=Deadlines(check=0.5))

    with pytest.raises(error):
        await answerer.check()

    await answerer.close()


@pytest.fixture
def claude(model: MessagesApi, monkeypatch: pytest.MonkeyPatch) -> MessagesApi:
    """The server takes Anthropic's place: it is reached as a proxy."""
    monkeypatch.setenv("HTTP_PROXY", model.address)
    return model


async def test_claude_is_asked_with_native_citations_and_one_header_for_the_key(claude: MessagesApi) -> None:
    answerer = AnthropicAnswerer(api_key="a-key", base_url="http://api.anthropic.com", model="claude-x")

    await parts_of(answerer)
    await answerer.rewrite("And then?", FORMER)

    asked, rewriting = claude.requests
    assert asked.body["messages"][-1]["content"][0]["type"] == "search_result"
    assert "x-api-key" not in asked.headers
    assert rewriting.body["model"] == "claude-haiku-5-5"
    await answerer.close()


async def test_claude_is_ready_if_the_model_is_known(claude: MessagesApi) -> None:
    answerer = AnthropicAnswerer(api_key="a-key", base_url="http://api.anthropic.com", model="claude-x")
    claude.models = Reply.json({"id": "claude-x", "type": "model"})

    await answerer.check()
    claude.models = Reply.error(404, "not_found_error", "model: claude-x")
    with pytest.raises(ModelRejectedRequest, match="Check QUOTH_MODEL"):
        await answerer.check()

    assert {request.path for request in claude.requests} == {"/v1/models/claude-x"}
    await answerer.close()


async def test_out_of_reach_of_claude_it_is_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    answerer = AnthropicAnswerer(api_key="a-key", base_url="http://api.anthropic.com", model="claude-x")

    with pytest.raises(ModelUnavailable, match="connection to the internet"):
        await answerer.check()

    await answerer.close()
