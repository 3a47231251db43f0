"""The examples of the document that the product grew from, as they stand there."""

import pytest
from httpx import AsyncClient

pytestmark = pytest.mark.anyio


class TestConversationCreation:
    async def test_create_conversation_returns_valid_structure(self, test_client: AsyncClient) -> None:
        """Test creating a new conversation."""
        # Arrange
        payload = {"title": "Test Conversation", "space": "work"}

        # Act
        response = await test_client.post("/api/v1/conversations/", json=payload)

        # Assert
        assert response.status_code == 200
        data = response.json()
        assert data["title"] == "Test Conversation"
        assert data["space"] == "work"
        assert "id" in data
        assert "created_at" in data

    async def test_create_conversation_with_initial_message(self, test_client: AsyncClient) -> None:
        """Test creating conversation with first message."""
        # Arrange
        payload = {
            "title": "Test Conversation",
            "initial_message": {"role": "user", "content": "Hello, world!"},
        }

        # Act
        response = await test_client.post("/api/v1/conversations/", json=payload)

        # Assert
        assert response.status_code == 200
        data = response.json()
        assert data["message_count"] == 1
