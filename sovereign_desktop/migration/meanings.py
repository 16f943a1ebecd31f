"""What the settings of the old versions mean today: one row a meaning, with every name it went by.

Rows say it for all dialects at once; the settings of engines are in `engine_slots.py`, because what they mean depends
on the provider beside them. `*` in a name stands for any rest. The first place in `to` that this version has is taken,
so that a row may name places that a later version brings; a row without any is kept under `legacy:`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from sovereign_desktop.config import old_names
from sovereign_desktop.migration.providers import SERVERS, plain


@dataclass(frozen=True, slots=True)
class Converted:
    """A value in today's terms, and how it came about. `also` has settings that belong to it, by dotted key."""

    value: Any
    why: str = ""
    also: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Defaulted:
    """The default is used instead of the value."""

    why: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """Names of one thing. Without `to`, nothing follows from it any more, and `why` says why not."""

    names: tuple[str, ...]
    to: tuple[str, ...] = ()
    convert: Callable[[Any], Converted | Defaulted | None] | None = None
    """None as its result: the value means what happens anyway."""
    why: str = ""
    is_final: bool = False
    """Nothing follows from it even where this version has a setting of that name."""

    def covers(self, path: str) -> bool:
        return any(name == path or ("*" in name and fnmatchcase(path, name)) for name in self.names)


ASK_ANEW = "this version looks at the screen only after you allow it anew, in its menu or in its settings"


def _ms(value: Any) -> Converted:
    """Seconds as milliseconds."""
    return Converted(round(float(value) * 1000), f"{value} s are {round(float(value) * 1000)} ms")


def _first(value: Any) -> Converted:
    """A device by its number is another one on every start."""
    if isinstance(value, bool | int):
        return Converted("", "devices are chosen by name; numbers change with what is plugged in")
    return Converted(value)


def _offline(value: Any) -> Converted | None:
    return Converted("traditional", "offline mode is the mode Local now") if _is_on(value) else None


def _is_on(value: Any) -> bool:
    return value is True or str(value).strip().lower() in ("1", "true", "yes", "on")


def _switch(value: Any) -> Converted:
    return Converted(_truth(value))


def _truth(value: Any) -> bool:
    """Raises ValueError for what is neither on nor off."""
    if not _is_on(value) and value is not False and str(value).strip().lower() not in ("0", "false", "no", "off"):
        raise ValueError("neither on nor off")
    return _is_on(value)


def _consent(value: Any) -> Converted | Defaulted:
    """A look at the screen is allowed anew, on this program's own words about what it does with it."""
    return Defaulted(ASK_ANEW) if _truth(value) else Converted(False)


def _likeness(value: Any) -> Converted | Defaulted:
    """Where the old versions put 1 - distance of Chroma's, this one has the cosine of its own model."""
    number = float(value)
    if number <= 0:
        return Converted(0.0, "no memory is too unlike")
    return Defaulted(f"{value} was measured on another scale (Chroma's distances), and would hide most memories here")


def _debug(value: Any) -> Converted | None:
    return Converted("DEBUG", "debug mode is the log level DEBUG now") if _is_on(value) else None


def _percent(value: Any) -> Converted:
    """A confidence from 0 to 1, as the old versions had it here and there, in per cent."""
    number = float(value)
    return Converted(number * 100, f"{value} is {number * 100:g} per cent") if 0 < number <= 1 else Converted(value)


def _chroma(value: Any) -> Converted:
    name = str(value).strip().lower()
    return Converted(
        "chromadb", "its name is written in full" if name == "chroma" else "Chroma is the only one there is"
    )


def _embedder(value: Any) -> Converted:
    """What made vectors of memories: the same server, or a model on this computer."""
    name = plain(value)
    if name in SERVERS:
        also = (
            ("memory_context.embeddings.base_url", SERVERS[name].base_url),
            ("memory_context.embeddings.key", name),
        )
        return Converted("auto", f"{value} is asked at its address, and a local model when there is none", also)
    return Converted("local", "the local model of this version takes its place")


def _embedding_model(value: Any) -> Converted:
    if "minilm" in str(value).lower() or "sentence-transformers" in str(value).lower():
        return Converted("text-embedding-3-small", "for a server; on this computer it is a local model anyway")
    return Converted(value)


def _row(
    *names: str,
    to: str = "",
    why: str = "",
    convert: Callable[[Any], Converted | Defaulted | None] | None = None,
    is_final: bool = False,
) -> Meaning:
    return Meaning(names, tuple(to.split()), convert, why, is_final)


OWN_RATE = "the program takes sound as the device gives it and converts"
NO_CODE_AGENT = "this version has no code agent"
ALWAYS = "it is always done"

MEANINGS: tuple[Meaning, ...] = (
    # the program
    _row("app.name", "name", "app.description", "description", why="the program has its own name"),
    _row("app.version", "version", "config_version", why="the program knows its own version"),
    _row("environment", "app.environment", "ENVIRONMENT", why="the variable SOVEREIGN_ENV chooses an environment"),
    _row("features.offline_mode", "offline_mode", "OFFLINE_MODE", to="app.mode", convert=_offline,
         why="it is off, and the mode stays as it is"),
    _row("app.debug", "development.debug_mode", "DEBUG_MODE", to="logging.level", convert=_debug,
         why="it is off, as it is anyway"),
    _row("SOVEREIGN_MODE", to="app.mode"),
    _row("REALTIME_MODEL", "realtime_api.model", to="realtime_api.model"),
    # sound
    _row("audio.sample_rate", "audio.chunk_size", "audio.channels", "audio.format", "audio.buffer_size",
         "audio.input.sample_rate", "audio.output.sample_rate", "AUDIO_SAMPLE_RATE", "AUDIO_CHUNK_SIZE", why=OWN_RATE),
    _row("audio.input_device", "audio.input.device", "audio.microphone", to="audio.input_device", convert=_first),
    _row("audio.output_device", "audio.output.device", "audio.speaker", to="audio.output_device", convert=_first),
    _row("audio.output_volume", "audio.output.volume", "audio.volume", to="audio.volume"),
    _row("audio.vad_enabled", "audio.vad.enabled", why="speech is always told from silence"),
    _row("audio.silence_threshold", "audio.vad.threshold", "audio.energy_threshold",
         why="speech is recognised by its kind, not by its loudness"),
    _row("audio.silence_duration", "audio.vad.silence_duration", to="audio.endpointing.silence_ms", convert=_ms),
    _row("audio.min_audio_length", "audio.min_speech_duration", to="audio.endpointing.min_speech_ms", convert=_ms),
    _row("audio.max_audio_length", "stt.max_audio_length", "audio.max_recording_length", to="audio.max_utterance_s"),
    _row("audio.noise_reduction", to="audio.processing.noise_reduction"),
    _row("audio.echo_cancellation", to="audio.processing.echo_cancellation"),
    _row("audio.automatic_gain_control", "audio.auto_gain_control", "audio.processing.automatic_gain_control",
         to="audio.processing.auto_gain_control"),
    _row("SKIP_AUDIO_INIT", why="sound devices are opened when they are needed"),
    # keys of the keyboard
    _row("hotkey", "app.hotkey", "hotkeys.talk", "hotkeys.push_to_talk", "audio.push_to_talk_key", "activation.key",
         "activation.push_to_talk_key", to="activation.hotkey"),
    _row("hotkeys.cancel", to="activation.cancel_hotkey"),
    _row("audio.hands_free", "app.hands_free", "audio.always_listening", to="activation.hands_free"),
    # servers
    _row("api.timeout", "api.max_retries", "stt.max_retries", "tts.max_retries", "llm.max_retries",
         why="each engine has limits of its own, and the next in line answers when one fails"),
    _row("api.validate_keys_on_startup", "security.validate_api_keys", "VALIDATE_API_KEYS",
         "development.bypass_api_validation", why="`doctor` tries every key for real"),
    _row("OPENAI_ORG_ID", "OPENAI_ORGANIZATION", "api.openai_org_id", why="a key of today knows its organisation"),
    # what was said and what is on the screen
    _row("memory.provider", "memory.vector_db.provider", "memory_context.vector_db.type",
         to="memory_context.vector_db.type", convert=_chroma, why="Chroma is always used"),
    _row("memory.persist_directory", "memory.vector_db.persist_directory", "memory_context.vector_db.persist_directory",
         "memory.path", "CHROMA_PERSIST_DIR", "CHROMA_DB_PATH", "memory.collection_name_conversations",
         "memory.collection_name_screen", "memory.vector_db.collection_name",
         "memory_context.vector_db.collection_name", "CHROMA_COLLECTION_NAME", "memory.collection_name",
         why="memories have a place of their own now, and what was there is brought over", is_final=True),
    _row("features.memory_enabled", "memory.enabled", to="memory_context.enabled", convert=_switch),
    _row("memory.embedding_provider", "memory.embeddings.provider", "memory_context.embeddings.provider",
         to="memory_context.embeddings.provider", convert=_embedder),
    _row("memory.embedding_model", "memory.embeddings.model", "memory_context.embeddings.model",
         to="memory_context.embeddings.model", convert=_embedding_model),
    _row("memory.embedding_dimensions", "memory.embeddings.dimensions", to="memory_context.embeddings.dimensions"),
    _row("memory.embedding_batch_size", why="batches are as large as the server takes"),
    _row("memory.retrieval_k", "memory.max_memories", "memory.top_k",
         "memory_context.max_memories", "memory_context.max_results", to="memory_context.limit"),
    _row("memory.similarity_threshold", "memory_context.similarity_threshold",
         to="memory_context.threshold", convert=_likeness),
    _row("memory.max_context_length", to="smart_context.priorities.memory"),
    _row("memory.enable_memory_compression", why=ALWAYS),
    _row("memory.max_conversations_per_session", "memory.cleanup_interval_hours",
         why="memories are kept until you forget them"),
    _row("screen.enabled", "screen_monitor.enabled", "features.screen_monitoring", "screen_monitoring.enabled",
         "screen_context.enabled", to="screen_context.enabled", convert=_consent),
    _row("screen.screenshot_interval", "screen_monitor.screenshot_interval", "screen_context.capture_interval",
         to="screen_context.capture_interval screen_context.capture_interval_s screen_context.interval_s"),
    _row("screen.ocr_provider", "screen_monitor.ocr.provider", "screen_context.ocr.engine",
         to="screen_context.ocr.engine screen_context.ocr.provider"),
    _row("screen.ocr_language", "screen_monitor.ocr.language", "screen_context.ocr.language",
         to="screen_context.ocr.language screen_context.ocr.languages"),
    _row("screen.tesseract_path", "screen_monitor.ocr.tesseract_path", "TESSERACT_PATH", "TESSERACT_CMD",
         to="screen_context.ocr.tesseract_path screen_context.ocr.tesseract screen_context.ocr.command"),
    _row("TESSERACT_DATA_PATH", to="screen_context.ocr.data_path",
         why="Tesseract finds its own data; TESSDATA_PREFIX says otherwise"),
    _row("screen_context.ocr.confidence_threshold", "screen.ocr_confidence",
         to="screen_context.ocr.confidence_threshold screen_context.ocr.confidence", convert=_percent),
    _row("screen.ocr_config", "screen_monitor.ocr.config", "screen.resize_factor", "screen.contrast_enhancement",
         "screen.noise_reduction", "screen_monitor.preprocessing.*", "screen.max_screen_history",
         "screen.enable_ocr_cache", why="the program prepares the picture itself and reads only what has changed"),
    # watching the program
    _row("performance.log_level", "monitoring.log_level", "LOG_LEVEL", "SOVEREIGN_LOG_LEVEL", "log_level",
         to="logging.level"),
    _row("performance.log_file", "monitoring.log_file", "LOG_FILE", "log_file", "logging.file",
         why="logs are in the program's own folder"),
    _row("performance.metrics_enabled", "monitoring.metrics_enabled",
         to="monitoring.export.prometheus.enabled monitoring.prometheus.enabled", convert=_switch),
    _row("performance.metrics_port", "monitoring.metrics_port", "METRICS_PORT",
         to="monitoring.export.prometheus.port monitoring.prometheus.port"),
    _row("features.performance_monitoring", to="monitoring.enabled", convert=_switch),
    _row("performance.health_check_interval", "monitoring.health_check_*", "monitoring.track_*",
         "monitoring.error_reporting", "monitoring.max_error_backlog", "monitoring.collection.*",
         why="the program always watches itself, at a pace of its own"),
    _row("performance.targets.uptime_percent", "performance.targets.uptime", why="no setting can promise that"),
    # what is gone
    _row("features.voice_interruption", "features.experimental.voice_interruption",
         why="speaking into an answer always stops it"),
    _row("features.emotion_detection", "features.experimental.emotion_detection",
         why="this version does not judge emotions"),
    _row("features.multi_language", "features.experimental.multi_language",
         why="stt.language says which language is spoken"),
    _row("features.code_agent", "code_agent.*", "KIMI_API_URL", why=NO_CODE_AGENT),
    _row("router.fast_llm_triggers", to="orchestrator.router.fast_triggers"),
    _row("router.deep_llm_triggers", to="orchestrator.router.deep_triggers"),
    _row("router.*", why="how quick a model is, is learned from its answers"),
    _row("llm.enable_fallback", "llm.fallback_chain", "llm.max_fallback_attempts",
         why="the next in line always answers when one fails"),
    _row("stt.enable_punctuation", "stt.enable_timestamps", "stt.enable_word_timestamps", "stt.temperature",
         why="the recogniser decides that itself"),
    _row("tts.response_format", "tts.quality", "tts.enable_ssml",
         why="answers are played as they arrive, in the form that needs no conversion"),
    _row("security.mask_keys_in_logs", "security.sanitize_logs", "security.log_user_input",
         "security.log_assistant_responses", why="logs never hold keys or what was said"),
    _row("security.encrypt_memory", "security.encryption_key_file", why="this version does not encrypt memories"),
    _row("MEMORY_ENCRYPTION_KEY", why="this version does not encrypt memories"),
    _row("security.require_https", "REQUIRE_HTTPS", "security.allowed_hosts", "ALLOWED_HOSTS",
         why="the program listens on this computer only, and servers elsewhere need TLS"),
    _row("security.enable_rate_limiting", "security.max_requests_per_minute",
         why="the limits in `spend` take its place"),
    _row("development.*", "TEST_MODE", "MOCK_APIS", "USE_TEST_DATA", "MAX_WORKERS", why="it was for developers"),
    _row("CUDA_VISIBLE_DEVICES", why="the variable itself still counts when it is set"),
    _row("TORCH_DEVICE", to="stt.faster_whisper.device"),
    _row("WHISPER_MODEL_PATH", why="models of whisper.cpp can't be read; `models download` fetches the same sizes"),
    _row("PIPER_MODEL_PATH", why="this version has no Piper; the system's own voice speaks"),
    _row("LLAMA_MODEL_PATH", why="a model file needs a server of its own now; put its address into llm.base_url"),
    _row("CONFIG_PATH", why="settings are in the program's own folder"),
    _row("SOVEREIGN_PERFORMANCE_MODE", why="choose a preset when you migrate"),
    # the Realtime API, as its beta had it
    _row("realtime_api.input_audio_transcription.model", to="realtime_api.transcription.model"),
    _row("realtime_api.max_response_output_tokens", "realtime_api.max_output_tokens", to="realtime_api.max_tokens"),
    _row("realtime_api.modalities", "realtime_api.tool_choice", "realtime_api.input_audio_format",
         "realtime_api.output_audio_format", why="the program asks for what it can use"),
    _row("realtime_api.turn_detection.create_response", "realtime_api.turn_detection.interrupt_response",
         why="the program decides when an answer begins and ends"),
    *(Meaning((old,), (f"{old.rpartition('.')[0]}.{new}",)) for old, new in old_names.RENAMED.items()),
    *(Meaning((old,), why=why) for old, why in old_names.WITHOUT_EFFECT.items()),
)  # fmt: skip

_EXACT = {name: meaning for meaning in reversed(MEANINGS) for name in meaning.names if "*" not in name}
_PATTERNS = tuple(meaning for meaning in MEANINGS if any("*" in name for name in meaning.names))


def meaning_of(path: str) -> Meaning | None:
    """The row about this setting or variable, if there is one."""
    return _EXACT.get(path) or next((meaning for meaning in _PATTERNS if meaning.covers(path)), None)
