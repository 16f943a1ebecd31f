"""Embedders: what a server gives, and a model's folder that is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from sovereign_desktop.config.sections.engines import OpenAICompatible
from sovereign_desktop.core.errors import EngineError, EngineUnavailable
from sovereign_desktop.engines.base import Embedder
from sovereign_desktop.engines.embed.openai_compatible import OpenAICompatibleEmbedder
from sovereign_desktop.engines.embed.sentence_onnx import load
from sovereign_desktop.engines.models import SENTENCE_MODEL, Manifest, is_model
from tests.fakes.openai_server import FakeOpenAIServer, Fault


def test_a_server_that_is_not_set_says_so() -> None:
    embedder = OpenAICompatibleEmbedder(OpenAICompatible(), "", 1536)
    assert isinstance(embedder, Embedder)
    assert not embedder.standing
    assert "memory_context.embeddings.base_url" in embedder.standing.remedy


def test_openai_needs_its_key() -> None:
    settings = OpenAICompatible(base_url="https://api.openai.com/v1", model="text-embedding-3-small")
    assert "keys set openai" in OpenAICompatibleEmbedder(settings, "", 1536).standing.remedy
    assert OpenAICompatibleEmbedder(settings, "a key", 1536).standing


async def test_vectors_come_in_the_order_of_the_texts_and_as_long_as_they_were_wanted() -> None:
    async with FakeOpenAIServer() as server:
        embedder = OpenAICompatibleEmbedder(
            OpenAICompatible(base_url=server.base_url, model="text-embedding-3-small"), "", 16
        )
        vectors = await embedder.embed(["a", "abc", "ab"])
        await embedder.close()
    assert [vector[0] for vector in vectors] == [1.0, 3.0, 2.0]
    assert [len(vector) for vector in vectors] == [16, 16, 16]


async def test_a_model_of_another_family_is_not_told_how_long_its_vectors_shall_be() -> None:
    async with FakeOpenAIServer() as server:
        server.refused = {"dimensions"}
        embedder = OpenAICompatibleEmbedder(OpenAICompatible(base_url=server.base_url, model="nomic-embed-text"), "", 8)
        assert len((await embedder.embed(["a"]))[0]) == 8
        await embedder.close()


@pytest.mark.parametrize("fault", [Fault.CLOSES, Fault.GARBAGE, Fault.WEB_PAGE, Fault.SERVER_ERROR, Fault.UNAUTHORIZED])
async def test_whatever_the_server_does_it_is_an_error_that_can_be_told(fault: Fault) -> None:
    async with FakeOpenAIServer() as server:
        server.fault = fault
        embedder = OpenAICompatibleEmbedder(OpenAICompatible(base_url=server.base_url, model="any"), "a key", 8)
        with pytest.raises(EngineError) as told:
            await embedder.embed(["my secret"])
        await embedder.close()
    assert "secret" not in told.value.sentence
    assert "a key" not in told.value.sentence


@pytest.mark.parametrize("content", [None, b"", b"no model"])
def test_a_folder_without_a_model_is_told_with_what_to_do(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "model.onnx").write_bytes(content)
        (tmp_path / "tokenizer.json").write_bytes(content)
    with pytest.raises(EngineUnavailable, match="can't be loaded"):
        load(tmp_path)


def test_the_files_of_a_sentence_model_stand_in_one_folder_wherever_the_hub_keeps_them(tmp_path: Path) -> None:
    named = ("config.json", "onnx/model.onnx", "onnx/model_O4.onnx", "tokenizer.json", "openvino/model.onnx", "a.bin")
    answer = {"sha": "1" * 40, "siblings": [{"rfilename": one, "size": 1, "blobId": "2" * 40} for one in named]}
    manifest = Manifest.parse("some/model", answer, SENTENCE_MODEL)
    assert {(file.name, file.path) for file in manifest.files} == {
        ("config.json", "config.json"),
        ("model.onnx", "onnx/model.onnx"),
        ("tokenizer.json", "tokenizer.json"),
    }
    for file in manifest.files:
        (tmp_path / file.name).touch()
    assert is_model(tmp_path, SENTENCE_MODEL)
