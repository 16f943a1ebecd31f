"""The plan: every old setting exactly once, with the right fate, and a file that loads without a warning."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from sovereign_desktop.config import store
from sovereign_desktop.core.errors import SettingsError
from sovereign_desktop.host.secrets import SERVICE
from sovereign_desktop.migration import presets, rendering, rollback_alone, targets, team
from sovereign_desktop.migration.dotenv import read_env
from sovereign_desktop.migration.fates import Entry, Fate, Plan
from sovereign_desktop.migration.old_file import OldFile, parse, read_old_file
from sovereign_desktop.migration.planning import Material, edited, plan
from tests.migration.stage import DIALECTS, FILES, OTHER_SECRET, SECRET


def planned(text: str, *others: str, env: str = "", tmp_path: Path | None = None) -> Plan:
    files = tuple(parse(one, f"file{number}.yaml") for number, one in enumerate((text, *others)))
    if not env:
        return plan(Material(files))
    assert tmp_path is not None
    (tmp_path / ".env").write_text(env)
    return plan(Material(files, (read_env(tmp_path / ".env"),)))


def fates(made: Plan) -> dict[str, Entry]:
    return {entry.path: entry for entry in made.entries}


def leaves(tree: Any, prefix: str = "") -> list[str]:
    if not isinstance(tree, dict) or not tree:
        return [prefix]
    return [leaf for name, value in tree.items() for leaf in leaves(value, f"{prefix}.{name}" if prefix else str(name))]


def written(made: Plan, folder: Path) -> store.LoadedSettings:
    path = folder / "settings.yaml"
    path.write_text(rendering.new_text(path, made))
    return store.load(path, env={})


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_setting_of_a_file_is_in_the_plan_exactly_once(dialect: str) -> None:
    path = FILES / f"{dialect}.yaml"
    told = Counter(entry.path for entry in plan(Material((read_old_file(path),))).entries)
    assert told == Counter(leaves(YAML(typ="safe").load(path.read_text())))
    assert set(told.values()) == {1}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_written_file_loads_without_a_warning_and_a_second_time_nothing_changes(
    dialect: str, tmp_path: Path
) -> None:
    made = plan(Material((read_old_file(FILES / f"{dialect}.yaml"),), (read_env(FILES / "env.txt"),)))
    assert written(made, tmp_path).problems == ()
    before = (tmp_path / "settings.yaml").read_text()
    assert rendering.new_text(tmp_path / "settings.yaml", made) == before


def test_the_oldest_dialect_means_today(tmp_path: Path) -> None:
    now = written(plan(Material((read_old_file(FILES / "jarvis.yaml"),))), tmp_path).settings
    assert now.audio.endpointing.silence_ms == 1000
    assert now.audio.max_utterance_s == 30
    assert (now.stt.openai_compatible.base_url, now.stt.openai_compatible.model) == (
        "https://api.openai.com/v1", "gpt-transcribe")  # fmt: skip
    assert now.stt.faster_whisper.model == "tiny.en"
    assert (now.llm.model, now.llm.max_tokens, now.llm.timeout_s) == ("gpt-4o-mini", 150, 5)
    assert (now.tts.voice, now.realtime_api.voice) == ("alloy", "alloy")


def test_the_flat_dialect_asks_the_server_whose_address_it_gives(tmp_path: Path) -> None:
    now = written(plan(Material((read_old_file(FILES / "flat.yaml"),))), tmp_path).settings
    assert (now.llm.base_url, now.llm.key, now.llm.model) == (
        "https://openrouter.ai/api/v1", "openrouter", "openai/gpt-4o-mini")  # fmt: skip
    assert now.audio.volume == 0.8
    assert now.audio.endpointing.min_speech_ms == 300
    assert now.audio.processing.auto_gain_control is True


@pytest.mark.parametrize(("dialect", "roles"), [("jarvis", "fast deep local"), ("flat", "fast deep local")])
def test_the_other_models_answer_with_the_first_as_one(dialect: str, roles: str, tmp_path: Path) -> None:
    now = written(plan(Material((read_old_file(FILES / f"{dialect}.yaml"),))), tmp_path).settings.orchestrator
    assert now.enabled
    assert " ".join(model.role.value for model in now.models) == roles
    deep, local = now.models[1:]
    assert (deep.max_tokens, deep.timeout_s) == (2000, 30)
    assert (local.provider, local.model) == ("llama_cpp", "gemma-2b-it-q4_0.gguf")
    assert deep.cost_per_1m_tokens == (5.0 if dialect == "flat" else 0)


@pytest.mark.parametrize(
    "text",
    [
        "llm: {fast: {provider: openai, model: gpt-4o-mini}, deep: {provider: openai}}",
        "llm: {fast: {provider: openai, model: gpt-4o-mini}, deep: {provider: nobody, model: x}}",
        "llm: {fast: {provider: openai, model: gpt-4o-mini}, deep: {provider: openai, model: [1]}}",
        "llm: {provider: openai, model: gpt-4}",
        "llm: {fast: {provider: openai, model: a}, deep: {provider: openai, model: b}}\norchestrator: {models: []}",
    ],
)
def test_one_model_alone_is_no_team_and_nothing_pretends_to_be_in_one(text: str, tmp_path: Path) -> None:
    made = planned(text)
    assert not written(made, tmp_path).settings.orchestrator.enabled
    assert not any(team.member_of(change.key) for entry in made.entries for change in entry.changes)


def test_a_model_that_is_left_out_leaves_the_team() -> None:
    text = "llm: {fast: {provider: openai, model: a}, deep: {provider: groq, model: b, max_tokens: 99}}"
    assert planned(text).changes["orchestrator.models"][1]["base_url"] == "https://api.groq.com/openai/v1"
    changed = edited(planned(text), {}, skipped=["llm.deep.model"])
    assert "orchestrator.models" not in changed.changes
    assert fates(changed)["llm.deep.max_tokens"].fate is Fate.WITHOUT_EFFECT


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("screen: {enabled: true}", "screen.enabled"),
        ("screen_monitor: {enabled: 'yes'}", "screen_monitor.enabled"),
        ("features: {screen_monitoring: true}", "features.screen_monitoring"),
        ("screen_context: {enabled: true}", "screen_context.enabled"),
    ],
)
def test_no_old_file_switches_the_screen_on(text: str, path: str, tmp_path: Path) -> None:
    made = planned(text)
    assert not written(made, tmp_path).settings.screen_context.enabled
    assert fates(made)[path].fate is Fate.DEFAULTED
    assert "allow it anew" in fates(made)[path].why
    assert fates(planned(text.replace("true", "false").replace("'yes'", "no")))[path].changes[0].value is False


def test_memories_are_sent_to_the_server_that_they_were_sent_to() -> None:
    text = "memory: {embedding_provider: openai}\napi: {openai_base_url: 'http://proxy:8/v1'}"
    assert planned(text).changes["memory_context.embeddings.base_url"] == "http://proxy:8/v1"
    assert fates(planned(text))["api.openai_base_url"].fate is Fate.CONVERTED


def test_a_likeness_of_another_scale_is_not_carried_over(tmp_path: Path) -> None:
    made = planned("memory: {similarity_threshold: 0.7}")
    assert written(made, tmp_path).settings.memory_context.threshold == 0.25
    assert "another scale" in fates(made)["memory.similarity_threshold"].why
    everything = fates(planned("memory: {similarity_threshold: 0}"))["memory.similarity_threshold"]
    assert everything.changes[0].value == 0


def test_models_that_end_have_successors_and_dates() -> None:
    told = fates(plan(Material((read_old_file(FILES / "flat.yaml"),))))
    assert told["stt.primary_model"].changes[0].value == "gpt-transcribe"
    assert "2027-02-26" in told["stt.primary_model"].why
    assert told["tts.primary_model"].changes[0].value == "gpt-4o-mini-tts"
    assert "2027-01-06" in told["tts.primary_model"].why
    beta = fates(plan(Material((read_old_file(FILES / "hybrid.yaml"),))))["realtime_api.model"]
    assert (beta.fate, beta.changes[0].value) == (Fate.CONVERTED, "gpt-realtime-2.1")


@pytest.mark.parametrize(
    ("text", "path", "fate", "change"),
    [
        ("stt: {provider: whisper_cpp, model: ggml-small.en.bin}", "stt.model", Fate.CONVERTED,
         ("stt.faster_whisper.model", "small.en")),
        ("stt: {primary: {provider: groq, model: whisper-large-v3}}", "stt.primary.model", Fate.RENAMED,
         ("stt.openai_compatible.model", "whisper-large-v3")),
        ("stt: {primary_provider: openai, primary_language: de-DE}", "stt.primary_language", Fate.CONVERTED,
         ("stt.language", "de")),
        ("llm: {provider: ollama, model: llama3}", "llm.provider", Fate.CONVERTED,
         ("llm.base_url", "http://localhost:11434/v1")),
        ("llm: {fast: {provider: llama-cpp}, deep: {provider: openai, model: gpt-4o}}", "llm.deep.model",
         Fate.RENAMED, ("llm.model", "gpt-4o")),
        ("api: {openai_base_url: 'http://proxy:8/v1'}\nllm: {provider: openai}", "llm.provider", Fate.CONVERTED,
         ("llm.base_url", "http://proxy:8/v1")),
        ("router: {deep_llm_triggers: [explain, compare]}", "router.deep_llm_triggers", Fate.RENAMED,
         ("orchestrator.router.deep_triggers", ["explain", "compare"])),
        ("tts: {provider: openai, voice: nova}", "tts.voice", Fate.KEPT, ("tts.voice", "nova")),
        ("realtime_api: {voice: nova}", "realtime_api.voice", Fate.CONVERTED, ("realtime_api.voice", "marin")),
        ("realtime_api: {input_audio_transcription: {model: whisper-1}}",
         "realtime_api.input_audio_transcription.model", Fate.CONVERTED,
         ("realtime_api.transcription.model", "gpt-live-transcribe")),
        ("realtime_api: {timeout: 30}", "realtime_api.timeout", Fate.RENAMED, ("realtime_api.timeout_s", 30.0)),
        ("features: {offline_mode: true}", "features.offline_mode", Fate.CONVERTED, ("app.mode", "traditional")),
        ("app: {mode: traditional}\nstt: {provider: whisper}\ntts: {provider: espeak}", "app.mode", Fate.KEPT,
         ("app.mode", "traditional")),
        ("app: {mode: traditional}\nllm: {provider: openai}", "app.mode", Fate.CONVERTED, ("app.mode", "hybrid")),
        ("app: {mode: traditional}\nrealtime_api: {model: x}", "app.mode", Fate.KEPT, ("app.mode", "traditional")),
        ("audio: {volume: '0.5'}", "audio.volume", Fate.CONVERTED, ("audio.volume", 0.5)),
        ("logging: {level: debug}", "logging.level", Fate.CONVERTED, ("logging.level", "DEBUG")),
        ("hotkey: ctrl+space", "hotkey", Fate.RENAMED, ("activation.hotkey", "ctrl+space")),
    ],
)  # fmt: skip
def test_files_that_nobody_has_seen_are_read_by_the_general_rules(
    text: str, path: str, fate: Fate, change: tuple[str, Any]
) -> None:
    entry = fates(planned(text))[path]
    assert entry.fate is fate
    assert (entry.changes[0].key, entry.changes[0].value) == change
    assert entry.why or fate in (Fate.KEPT, Fate.RENAMED)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("audio: {volume: loud}", "audio.volume"),
        ("audio: {silence_duration: [1, 2]}", "audio.silence_duration"),
        ("audio: {silence_duration: 900}", "audio.silence_duration"),
        ("llm: {provider: openai, max_tokens: many}", "llm.max_tokens"),
        ("audio: {input_device: null}", "audio.input_device"),
        ("mode_switching: {enabled: perhaps}", "mode_switching.enabled"),
    ],
)
def test_a_value_that_can_not_be_used_costs_its_own_setting_and_says_why(text: str, path: str) -> None:
    entry = fates(planned(text))[path]
    assert (entry.fate, entry.changes) == (Fate.DEFAULTED, ())
    assert entry.why


def test_unknown_settings_are_kept_to_the_letter_where_they_do_nothing(tmp_path: Path) -> None:
    made = planned("my_stuff: {deep: {list: [1, {a: b}], text: 'on'}, empty: {}}\nsmart_home: null\n")
    assert {entry.fate for entry in made.entries} == {Fate.UNKNOWN}
    assert written(made, tmp_path).problems == ()
    kept = YAML(typ="safe").load((tmp_path / "settings.yaml").read_text())["legacy"]
    assert kept == {"my_stuff": {"deep": {"list": [1, {"a": "b"}], "text": "on"}, "empty": {}}, "smart_home": None}


def test_two_old_settings_for_one_place_are_told_and_the_first_counts() -> None:
    told = fates(planned("stt: {primary: {provider: openai, language: de}, fallback: {language: fr}}"))
    assert told["stt.primary.language"].changes[0].value == "de"
    assert told["stt.fallback.language"].fate is Fate.WITHOUT_EFFECT
    assert "stt.primary.language" in told["stt.fallback.language"].why


def test_files_that_say_unknown_things_of_one_name_both_keep_them(tmp_path: Path) -> None:
    made = planned("mine: 1\n", "mine: {a: 2}\n")
    written(made, tmp_path)
    kept = YAML(typ="safe").load((tmp_path / "settings.yaml").read_text())["legacy"]
    assert kept == {"mine": 1, "file1.yaml": {"mine": {"a": 2}}}
    assert rendering.new_text(tmp_path / "settings.yaml", made) == (tmp_path / "settings.yaml").read_text()


def test_a_variable_wins_over_a_file_as_it_did_before(tmp_path: Path) -> None:
    told = fates(planned("monitoring: {log_level: INFO}", env="LOG_LEVEL=DEBUG\n", tmp_path=tmp_path))
    assert told["LOG_LEVEL"].changes[0].value == "DEBUG"
    assert told["monitoring.log_level"].fate is Fate.WITHOUT_EFFECT


def test_keys_are_recognised_hidden_and_told_from_what_stands_in_their_place(tmp_path: Path) -> None:
    env = (
        f"OPENAI_API_KEY={SECRET}\nELEVENLABS_API_KEY='{OTHER_SECRET}'\nKIMI_API_KEY=your_kimi_key_here\n"
        "GROQ_API_KEY=<key>\nCOHERE_API_KEY=\nXAI_API_KEY=${SECRET}\nMAX_TOKENS=5\n"
    )
    text = f"api: {{openrouter_api_key: {OTHER_SECRET}x, note: 'use {SECRET}'}}\nhotkeys: {{talk_key: f9}}\n"
    made = planned(text, env=env, tmp_path=tmp_path)
    assert {entry.path: entry.key_name for entry in made.secrets} == {
        "OPENAI_API_KEY": "openai",
        "ELEVENLABS_API_KEY": "elevenlabs",
        "api.openrouter_api_key": "openrouter",
    }
    told = fates(made)
    for name in ("KIMI_API_KEY", "GROQ_API_KEY", "COHERE_API_KEY", "XAI_API_KEY", "api.note"):
        assert told[name].fate is Fate.WITHOUT_EFFECT
    assert told["hotkeys.talk_key"].fate is Fate.UNKNOWN
    said = (
        json.dumps(made.as_json())
        + rendering.new_text(tmp_path / "settings.yaml", made)
        + repr(read_env(tmp_path / ".env"))
    )
    assert SECRET not in said
    assert OTHER_SECRET not in said
    assert "your_kimi" not in said


@pytest.mark.parametrize("text", ["k" * 200_000, "x" * 200_000 + "y", "-eyJ" * 50_000, "a" + " " * 200_000 + "b"])
def test_a_value_of_any_length_is_judged_at_once(text: str, tmp_path: Path) -> None:
    begun = time.process_time()
    made = planned(f"llm: {{model: '{text}'}}\n", env=f"NOTE={text}\n", tmp_path=tmp_path)
    assert len(made.entries) == 2
    assert time.process_time() - begun < 20  # it took minutes


@pytest.mark.parametrize(
    ("name", "value", "is_key"),
    [
        ("speech_key", "ab+cd/ef12ABCDEF0987qwertyZZ1122334455667788==", True),
        ("smtp_pass", "hunter2hunter2", True),
        ("talk_key", "Control+Shift+Space", False),
        ("tls_key", "/etc/letsencrypt/live/Example1org/privkey/of/mine", False),
    ],
)
def test_a_key_is_told_from_one_of_the_keyboard_and_from_a_path(
    name: str, value: str, is_key: bool, tmp_path: Path
) -> None:
    (entry,) = planned(f"cloud: {{{name}: '{value}'}}\n", tmp_path=tmp_path).entries
    assert entry.is_hidden is is_key


def test_a_password_in_an_address_without_a_user_is_a_key(tmp_path: Path) -> None:
    (entry,) = planned("cache: {address: 'redis://:hunter2hunter2@host/0'}\n", tmp_path=tmp_path).entries
    assert entry.is_hidden


def test_a_plan_can_be_changed_before_it_is_applied(tmp_path: Path) -> None:
    made = planned("audio: {volume: 0.5}\nstt: {language: de}\n")
    changed = edited(made, {"audio.volume": "0.25"}, skipped=["stt.language"])
    assert changed.changes == {"audio.volume": 0.25}
    with pytest.raises(SettingsError, match="no setting"):
        edited(made, {"audio.loudness": 1})
    with pytest.raises(SettingsError, match="must be a number"):
        edited(made, {"audio.volume": "loud"})
    with pytest.raises(SettingsError, match=r"have no audio\.x"):
        edited(made, {}, skipped=["audio.x"])


def test_presets_set_only_what_this_version_has() -> None:
    for name in presets.NAMES:
        for change in presets.changes_of(name):
            assert targets.fit(change.key, change.value)[1] == ""
    assert {change.key: change.value for change in presets.changes_of("slow_network")}["realtime_api.timeout_s"] == 45


def test_what_is_in_the_new_settings_already_stays(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text("# mine\naudio:\n  earcons: false  # quiet\n  volume: 0.9\nodd: 1\n")
    text = rendering.new_text(path, planned("audio: {volume: 0.5}"))
    assert text == "# mine\naudio:\n  earcons: false  # quiet\n  volume: 0.5\nodd: 1\n"


def test_the_stand_alone_way_back_knows_the_same_names_as_the_program() -> None:
    assert rollback_alone.SERVICE == SERVICE


MUTATIONS = st.lists(
    st.tuples(
        st.integers(0, 10_000),
        st.sampled_from(["cut", "put", "swap", "twice"]),
        st.sampled_from(["\t", "\n", ": ", "- ", "[", "]", "{", "}", "&a ", "*a", "<<: *a", "!x ", "'", '"', "|", "%",
                         "#", "\0", "é", "\ufeff", "yes", "null", "1e999", "- - - -", "? ", "@", "`", "~", "\x85"]),
    ),
    min_size=1,
    max_size=6,
)  # fmt: skip


def mutated(text: str, changes: list[tuple[int, str, str]]) -> str:
    for at, kind, piece in changes:
        place = at % (len(text) + 1)
        if kind == "cut":
            text = text[:place] + text[place + 1 + at % 7 :]
        elif kind == "put":
            text = text[:place] + piece + text[place:]
        elif kind == "swap":
            lines = text.split("\n")
            one, other = at % len(lines), (at // 3) % len(lines)
            lines[one], lines[other] = lines[other], lines[one]
            text = "\n".join(lines)
        else:
            text = text[:place] + text[max(0, place - 40) : place] + text[place:]
    return text


def plan_or_refusal(text: str) -> Plan | None:
    """A plan whose file loads without a warning, or one line that refuses."""
    try:
        file: OldFile = parse(text, "old.yaml")
        made = plan(Material((file,)))
    except SettingsError as error:
        if "\n" in error.sentence:
            pytest.fail(error.sentence)
        return None
    assert Counter(entry.setting.parts for entry in made.entries) == Counter(one.parts for one in file.settings)
    return made


@given(st.sampled_from(["guide", "hybrid", "jarvis"]), MUTATIONS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_mutated_file_is_a_plan_or_one_line_never_a_traceback(
    tmp_path: Path, dialect: str, changes: list[tuple[int, str, str]]
) -> None:
    made = plan_or_refusal(mutated((FILES / f"{dialect}.yaml").read_text(), changes))
    (tmp_path / "settings.yaml").unlink(missing_ok=True)
    if made is not None:
        assert written(made, tmp_path).problems == ()
