"""Counting tokens: never under the truth, never from the network."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
from pathlib import Path
from typing import Any

import pytest

from sovereign_desktop.context import tokens
from sovereign_desktop.context.base import Picture
from sovereign_desktop.context.tokens import Counted, Estimate, best_counter, picture_tokens
from tests.context.corpus import WRITTEN, corpus
from tests.context.tokenizer import true_counts

COUNTS: dict[str, int] = json.loads(Path(__file__).with_name("counts.json").read_text("utf-8"))
TEXTS = corpus()


def test_every_text_of_the_corpus_has_a_true_count() -> None:
    assert COUNTS.keys() == TEXTS.keys()


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_the_estimate_is_never_under_the_truth(name: str) -> None:
    assert Estimate().count(TEXTS[name]) >= COUNTS[name]


def test_the_estimate_of_prose_is_of_some_use() -> None:
    assert Estimate().count(WRITTEN["English"]) <= 1.8 * COUNTS["English"]


def test_the_counts_of_the_corpus_are_those_of_the_tokenizer() -> None:
    assert true_counts(list(TEXTS.values())) == [COUNTS[name] for name in TEXTS]


def test_nothing_counts_nothing() -> None:
    assert Estimate().count("") == 0
    assert Counted("x", lambda text: [1] * len(text)).count("") == 0


def test_half_a_character_is_counted_too() -> None:
    assert Estimate().count("a\ud800b") > 2


def test_a_counter_takes_a_long_text_in_parts() -> None:
    lengths: list[int] = []
    counter = Counted("x", lambda text: lengths.append(len(text)) or [1])  # type: ignore[func-returns-value]
    assert counter.count("a" * 5_000) == 3
    assert max(lengths) <= tokens.LONGEST_RUN


def test_a_picture_counts_by_its_tiles() -> None:
    assert picture_tokens(Picture(b"", "image/png", 512, 512)) == 255
    assert picture_tokens(Picture(b"", "image/png", 1024, 512)) == 425
    assert picture_tokens(Picture(b"", "image/png", 100_000, 100_000)) <= 85 + 170 * 16


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("somebody looks for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.usefixtures("no_network")
async def test_without_tables_on_disk_it_is_estimated(tmp_path: Path) -> None:
    assert (await best_counter({"TIKTOKEN_CACHE_DIR": str(tmp_path)})).name == "estimate"


@pytest.mark.usefixtures("no_network")
async def test_damaged_tables_are_not_fetched_again(tmp_path: Path) -> None:
    file = tmp_path / tokens.TABLE_FILE
    file.write_bytes(b"damaged")
    assert (await best_counter({"TIKTOKEN_CACHE_DIR": str(tmp_path)})).name == "estimate"
    assert file.read_bytes() == b"damaged"


@pytest.mark.usefixtures("no_network")
async def test_whole_tables_on_disk_are_used_and_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = b"\n".join(base64.b64encode(bytes([byte])) + b" " + str(byte).encode() for byte in range(256))
    file = tmp_path / tokens.TABLE_FILE
    file.write_bytes(table)
    monkeypatch.setattr(tokens, "TABLE_SHA256", hashlib.sha256(table).hexdigest())
    seen: list[str] = []

    class Encoding:
        def encode_ordinary(self, text: str) -> list[int]:
            return list(text.encode())

    def get_encoding(name: str) -> Encoding:
        seen.append(name)
        return Encoding()

    monkeypatch.setattr("tiktoken.get_encoding", get_encoding)
    counter = await best_counter({"TIKTOKEN_CACHE_DIR": str(tmp_path)})
    assert (counter.name, counter.count("four"), seen) == ("tiktoken o200k_base", 4, ["o200k_base"])


async def test_a_broken_library_costs_accuracy_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / tokens.TABLE_FILE).write_bytes(b"x")
    monkeypatch.setattr(tokens, "TABLE_SHA256", hashlib.sha256(b"x").hexdigest())

    def broken(_: str) -> None:
        raise RuntimeError

    monkeypatch.setattr("tiktoken.get_encoding", broken)
    assert (await best_counter({"TIKTOKEN_CACHE_DIR": str(tmp_path)})).name == "estimate"
