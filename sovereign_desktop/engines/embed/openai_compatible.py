"""Embeddings from an OpenAI-compatible server: OpenAI itself, Ollama, LocalAI, llama.cpp."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sovereign_desktop.core.availability import Availability
from sovereign_desktop.engines.openai_server import OpenAIServer

if TYPE_CHECKING:
    from sovereign_desktop.config.sections.engines import OpenAICompatible
    from sovereign_desktop.metrics.purse import Purse

SECTION = "memory_context.embeddings"
_SHORTENS = "text-embedding-3"
"""Models of this family give as many numbers as they are asked for; others take no such wish."""


class OpenAICompatibleEmbedder:
    """Sends the texts to the server, as many as are given at once."""

    name = "openai_compatible"

    def __init__(self, settings: OpenAICompatible, key: str, dimensions: int, *, purse: Purse | None = None) -> None:
        self._server = OpenAIServer(settings, key, section=SECTION, purse=purse)
        self.dimensions = dimensions

    @property
    def model(self) -> str:
        return self._server.settings.model

    @property
    def standing(self) -> Availability:
        """Whether a server is set; the server itself is not asked."""
        return self._server.availability()

    async def availability(self) -> Availability:
        return self.standing

    async def prepare(self) -> None:
        """Import the SDK."""
        _ = self._server.client

    async def close(self) -> None:
        """Close the connections."""
        await self._server.close()

    async def embed(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        with self._server.explained():
            return await self._ask(texts)

    async def _ask(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        import openai

        wish = self.dimensions if self.model.startswith(_SHORTENS) else openai.omit
        answer: Any = await self._server.client.embeddings.create(
            model=self.model, input=list(texts), encoding_format="float", dimensions=wish
        )
        try:
            ordered = sorted(answer.data, key=lambda one: one.index)
            return [[float(number) for number in one.embedding] for one in ordered]
        except (AttributeError, TypeError, ValueError) as error:  # the SDK hands on whatever it got
            raise self._server.broken() from error
