"""Who answered, recognised and spoke in the old versions, and what takes their place."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Server:
    """A server that speaks OpenAI's protocol. Its name is that of its key in the keyring, too."""

    base_url: str
    is_cloud: bool = True


SERVERS = {
    "openai": Server("https://api.openai.com/v1"),
    "openrouter": Server("https://openrouter.ai/api/v1"),
    "groq": Server("https://api.groq.com/openai/v1"),
    "kimi": Server("https://api.moonshot.cn/v1"),
    "perplexity": Server("https://api.perplexity.ai"),
    "anthropic": Server("https://api.anthropic.com/v1"),
    "google": Server("https://generativelanguage.googleapis.com/v1beta/openai"),
    "cohere": Server("https://api.cohere.ai/compatibility/v1"),
    "mistral": Server("https://api.mistral.ai/v1"),
    "deepseek": Server("https://api.deepseek.com/v1"),
    "together": Server("https://api.together.xyz/v1"),
    "xai": Server("https://api.x.ai/v1"),
    "ollama": Server("http://localhost:11434/v1", is_cloud=False),
    "lmstudio": Server("http://localhost:1234/v1", is_cloud=False),
    "localai": Server("http://localhost:8080/v1", is_cloud=False),
    "vllm": Server("http://localhost:8000/v1", is_cloud=False),
}

_OTHER_NAMES = {
    "openai-api": "openai", "whisper-api": "openai", "openai-whisper": "openai", "openai-tts": "openai",
    "gpt": "openai", "chatgpt": "openai", "kimi-k2": "kimi", "moonshot": "kimi", "claude": "anthropic",
    "gemini": "google", "grok": "xai", "lm-studio": "lmstudio", "open-router": "openrouter", "mistralai": "mistral",
    "llamacpp": "llama-cpp", "llama.cpp": "llama-cpp", "llama-cpp-python": "llama-cpp",
}  # fmt: skip

MEMBERS = {
    "openai": "openai", "openrouter": "openrouter", "perplexity": "perplexity", "kimi": "moonshot", "ollama": "ollama",
    "lmstudio": "lm_studio", "anthropic": "anthropic", "llama-cpp": "llama_cpp",
}  # fmt: skip
"""What a provider is called among the models that answer as one, where it has a name there."""

WHISPERS = frozenset(
    {"whisper", "whisper-cpp", "whispercpp", "whisper.cpp", "faster-whisper", "local-whisper", "whisper-local", "local"}
)
SPHINXES = frozenset({"pocketsphinx", "sphinx"})
SYSTEM_VOICES = frozenset({"pyttsx3", "espeak", "espeak-ng", "system", "sapi", "sapi5", "nsss", "say", "local"})

SPEECH_SERVERS = frozenset({"openai", "groq", "localai"})
"""Those that recognise or speak too."""

REALTIME_VOICES = frozenset({"alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar"})
ONLY_SPEECH_VOICES = frozenset({"fable", "onyx", "nova"})
"""Voices of OpenAI's text to speech that the Realtime API does not have."""


def plain(provider: object) -> str:
    """The provider's name in one way of writing: `whisper_cpp` and `Whisper CPP` are `whisper-cpp`."""
    name = re.sub(r"[\s_]+", "-", str(provider).strip().lower())
    return _OTHER_NAMES.get(name, name)


_WHISPER_SIZES = (
    "tiny",
    "base",
    "small",
    "medium",
    "large-v3-turbo",
    "large-v3",
    "large-v2",
    "large-v1",
    "large",
    "turbo",
)


def whisper_model(name: str) -> str:
    """The model of that size as faster-whisper calls it, or nothing: a file of another program can't be read.

    `ggml-base.en.bin`, `whisper-base.en` and `./models/tiny.en.bin` name sizes; sizes stay what they are.
    """
    leaf = re.split(r"[/\\]", name.strip())[-1].lower()
    leaf = re.sub(r"^(?:openai/)?(?:ggml-|faster-|whisper-)*", "", leaf)
    leaf = re.sub(r"(?:-q\d(?:_\d)?)?\.(?:bin|gguf|pt)$", "", leaf)
    size = leaf.removesuffix(".en")
    if size not in _WHISPER_SIZES:
        return ""
    return leaf if leaf != "large" else "large-v3"
