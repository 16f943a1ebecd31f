"""Settings files of the families that nobody has seen: sections renamed, mixed, cut out, flattened, with odd values."""

from __future__ import annotations

import random
from collections.abc import Callable
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from tests.migration.stage import DIALECTS, FILES

Tree = dict[str, Any]
SECTION_NAMES = (
    "stt", "tts", "llm", "memory", "screen", "screen_monitor", "screen_context", "memory_context", "monitoring",
    "performance", "features", "api", "router", "audio", "voice", "speech", "language_model", "app", "my section",
    "STT", "llmConfig", "orchestrator", "realtime_api", "logging", "legacy", "security", "hotkeys", "v3.stt",
)  # fmt: skip
LEAF_NAMES = (
    "provider", "model", "enabled", "timeout", "voice", "language", "primary_provider", "fallback_model", "api_key",
    "mode", "threshold", "similarity_threshold", "base_url", "key", "max_tokens", "custom", "kebab-name", "with space",
    "local_provider", "deep_model", "models", "temperature", "cost_per_1k_tokens", "level", "dotted.name", "1",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 3, 0.7, 1e12, 10**20, "", "on", "auto", "openai", "llama-cpp", "groq", "pocketsphinx",
    "espeak", "whisper-1", "tts-1", "gpt-4", "http://localhost:1/v1", "~", "2024-01-02", "😀", "a: b", "x" * 3000,
    [], ["a", 2, None], [{"role": "deep", "model": "m"}], {}, {"deep": {"er": [1]}}, "your_key_here", "*", "#5", "0x1F",
)  # fmt: skip


def tree_of(dialect: str) -> Tree:
    """One of the files that are known, as plain values."""
    tree: Tree = YAML(typ="safe").load((FILES / f"{dialect}.yaml").read_text())
    return tree


def text_of(tree: Tree) -> str:
    """The tree as somebody's YAML."""
    out = StringIO()
    yaml = YAML(typ="safe", pure=True)
    yaml.width = 4000
    yaml.dump(tree, out)
    return out.getvalue()


def family_member(seed: int) -> str:
    """A file that is made of the known ones by some changes; another for each seed."""
    dice = random.Random(seed)
    tree = tree_of(dice.choice(DIALECTS))
    for _ in range(dice.randint(1, 8)):
        dice.choice(CHANGES)(tree, dice)
    return text_of(tree)


def _sections(tree: Tree) -> list[str]:
    return [name for name, value in tree.items() if isinstance(value, dict) and value]


def _drop(tree: Tree, dice: random.Random) -> None:
    if len(tree) > 1:
        tree.pop(dice.choice(list(tree)))


def _rename(tree: Tree, dice: random.Random) -> None:
    name = dice.choice(list(tree))
    tree[dice.choice(SECTION_NAMES)] = tree.pop(name)


def _mix(tree: Tree, dice: random.Random) -> None:
    other = tree_of(dice.choice(DIALECTS))
    name = dice.choice(list(other))
    if isinstance(tree.get(name), dict) and isinstance(other[name], dict):
        tree[name] = {**tree[name], **other[name]}
    else:
        tree[name] = other[name]


def _flatten(tree: Tree, dice: random.Random) -> None:
    if names := _sections(tree):
        section = tree[dice.choice(names)]
        for name in [name for name, value in section.items() if isinstance(value, dict)]:
            section.update({f"{name}_{leaf}": value for leaf, value in section.pop(name).items()})


def _nest(tree: Tree, dice: random.Random) -> None:
    if names := _sections(tree):
        section = tree[dice.choice(names)]
        for name in [name for name in section if isinstance(name, str) and "_" in name]:
            first, _, rest = name.partition("_")
            inner = section.get(first)
            if inner is None or isinstance(inner, dict):
                section[first] = {**(inner or {}), rest: section.pop(name)}


def _odd_value(tree: Tree, dice: random.Random) -> None:
    if names := _sections(tree):
        section = tree[dice.choice(names)]
        section[dice.choice(list(section))] = dice.choice(VALUES)


def _add(tree: Tree, dice: random.Random) -> None:
    name = dice.choice(SECTION_NAMES)
    section = tree.get(name)
    tree[name] = {**(section if isinstance(section, dict) else {}), dice.choice(LEAF_NAMES): dice.choice(VALUES)}


def _below(tree: Tree, dice: random.Random) -> None:
    if dice.random() < 0.3:
        everything = dict(tree)
        tree.clear()
        tree[dice.choice(("sovereign", "config", "settings", "assistant"))] = everything


CHANGES: tuple[Callable[[Tree, random.Random], None], ...] = (
    _drop, _rename, _mix, _mix, _flatten, _nest, _odd_value, _odd_value, _add, _add, _below
)  # fmt: skip
