"""Examples for the OpenAPI document: one small story, told by requests and responses."""

from __future__ import annotations

from typing import Any

PROBLEM_TITLES = {
    400: "The request is malformed or invalid; `errors` names each fault.",
    401: "Authentication is on, and no valid token was sent.",
    403: "A page of another site, or a name that this server does not go by.",
    404: "It does not exist, or belongs to somebody else.",
    409: "It contradicts the present state.",
    413: "Too large.",
    415: "Not a format, or not a media type, that can be read.",
    422: "Readable, but it can't be carried out.",
    429: "Slow down; `Retry-After` says how long.",
    500: "A fault of the server's; the detail has the id under which the log tells more.",
    502: "A component behind the API failed; the detail names it.",
    503: "A component behind the API can't be reached, or the server is too busy.",
    504: "A component behind the API took too long.",
}

CONVERSATION_ID = "0192f0c1-7a00-7000-8000-000000000001"
_QUESTION_ID = "0192f0c1-7a00-7000-8000-000000000002"
ANSWER_ID = "0192f0c1-7a00-7000-8000-000000000003"
SOURCE_ID = "6a0f6f3e-6f6c-5b53-9a0e-2f8f3c0d7a11"

_SOURCE: dict[str, Any] = {
    "id": SOURCE_ID,
    "url": "file:///handbook.md",
    "title": "handbook.md",
    "type": "document",
    "last_updated": "2026-11-20T09:30:00Z",
    "passages": 12,
    "size": 8412,
    "status": "ready",
    "problem": None,
}
_QUOTE = {"text": "Claims are paid within ten days.", "start": 120, "end": 152, "verified": True}
_HIT: dict[str, Any] = {
    "passage_id": "0b7f1a52-40a1-5f5e-9f0e-4f1f5a3a7c01",
    "source_id": SOURCE_ID,
    "url": "file:///handbook.md",
    "title": "handbook.md",
    "type": "document",
    "text": "Claims are paid within ten days. Send them before the end of the month.",
    "start": 120,
    "end": 191,
    "page": None,
    "section": "Travel › Claims",
    "score": 2.31,
}
_REFERENCE: dict[str, Any] = {**_HIT, "number": 1, "cited": True, "quotes": [_QUOTE]}
_CONVERSATION: dict[str, Any] = {
    "id": CONVERSATION_ID,
    "title": "When are claims paid?",
    "space": "default",
    "tags": ["travel"],
    "metadata": {},
    "created_at": "2026-11-20T09:31:00Z",
    "updated_at": "2026-11-20T09:31:02Z",
    "message_count": 2,
    "last_message_preview": "Claims are paid within ten days. [1]",
}
_ASKED: dict[str, Any] = {
    "id": _QUESTION_ID,
    "conversation_id": CONVERSATION_ID,
    "parent_id": None,
    "siblings": [_QUESTION_ID],
    "role": "user",
    "content": "When are claims paid?",
    "created_at": "2026-11-20T09:31:00Z",
    "metadata": {},
    "sources": [],
}
_ANSWERED: dict[str, Any] = {
    **_ASKED,
    "id": ANSWER_ID,
    "parent_id": _QUESTION_ID,
    "siblings": [ANSWER_ID],
    "role": "assistant",
    "content": "Claims are paid within ten days. [1]",
    "metadata": {
        "status": "complete",
        "provider": "extractive",
        "model": None,
        "abstained": False,
        "question": "When are claims paid?",
        "timings_ms": {"retrieve": 9, "first_token": 14, "total": 15},
    },
    "sources": [_REFERENCE],
}
_ANSWER = {"message": _ANSWERED, "sources": [_REFERENCE], "conversation_id": CONVERSATION_ID}

REQUEST_EXAMPLES: dict[str, Any] = {
    "createConversation": {"title": "Travel", "space": "work", "tags": ["travel"]},
    "updateConversation": {"title": "Travel expenses"},
    "addMessage": {"role": "user", "content": "When are claims paid?"},
    "rateMessage": {"rating": "up"},
    "chat": {"message": "When are claims paid?"},
    "streamChat": {"message": "When are claims paid?", "sources": [SOURCE_ID]},
    "addSources": {"url": "https://example.org/handbook"},
    "searchPassages": {"query": "claims paid", "limit": 5},
}

RESPONSE_EXAMPLES: dict[str, Any] = {
    "createConversation": {**_CONVERSATION, "message_count": 0, "last_message_preview": None},
    "listConversations": [_CONVERSATION],
    "readConversation": {**_CONVERSATION, "messages": [_ASKED, _ANSWERED], "active_run": None},
    "updateConversation": _CONVERSATION,
    "listMessages": [_ASKED, _ANSWERED],
    "addMessage": _ASKED,
    "rateMessage": _ANSWERED,
    "chat": _ANSWER,
    "streamChat": {"type": "delta", "text": "Claims are paid"},
    "followRun": {"type": "done", **_ANSWER},
    "listSources": [_SOURCE],
    "addSources": [{**_SOURCE, "status": "indexing", "passages": 0}],
    "readSource": _SOURCE,
    "searchPassages": [_HIT],
    "readLiveness": {"status": "ok", "components": {}},
    "readReadiness": {
        "status": "ok",
        "components": {
            "database": {"status": "ok", "detail": None},
            "vector store": {"status": "ok", "detail": None},
            "model": {"status": "failing", "detail": "The model server can't be reached."},
        },
    },
}

NOT_READY_EXAMPLE = {
    "status": "failing",
    "components": {
        "database": {"status": "failing", "detail": "It did not answer in time."},
        "vector store": {"status": "ok", "detail": None},
        "model": {"status": "ok", "detail": None},
    },
}

MARKDOWN_EXAMPLE = """# When are claims paid?

## You

When are claims paid?

## Quoth

Claims are paid within ten days. [^1]

---

[^1]: handbook.md, Travel › Claims, <file:///handbook.md>: “Claims are paid within ten days.”
"""
