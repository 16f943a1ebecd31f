"""`doctor`: every part that the program needs, its state, and the command that mends it."""

from __future__ import annotations

import asyncio
import logging
import platform
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sovereign_desktop import __version__
from sovereign_desktop.app.assembly import Assistant, assistant
from sovereign_desktop.app.remembering import ENABLE
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.core.errors import EngineError, SovereignError
from sovereign_desktop.core.events import EventBus
from sovereign_desktop.host.display import display_name

logger = logging.getLogger(__name__)

DEADLINE_S = 20.0
LATEST_SWITCHES = 10
SOUND = ("microphone", "loudspeaker")
WAYS = {"primary": "the Realtime API answers", "trial": "a trial", "fallback": "this computer answers"}
MEMORY_WITHIN_S = 8.0


class State(StrEnum):
    """How a part is. `ABSENT` parts are optional: the program works without them, only less well."""

    OK = "ok"
    ABSENT = "absent"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: its state, what was found, and what to do."""

    part: str
    state: State
    detail: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """All findings. The program `works` when nothing that it can't do without is broken."""

    findings: tuple[Finding, ...]

    @property
    def works(self) -> bool:
        return all(finding.state is not State.BROKEN for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        return {
            "version": __version__,
            "works": self.works,
            "findings": [asdict(finding) for finding in self.findings],
        }

    def as_text(self) -> str:
        marks = {State.OK: "ok    ", State.ABSENT: "absent", State.BROKEN: "BROKEN"}
        width = max(len(finding.part) for finding in self.findings)
        lines = []
        for finding in self.findings:
            lines.append(f"{marks[finding.state]}  {finding.part:<{width}}  {finding.detail}")
            if finding.remedy:
                lines.append(" " * (width + 10) + f"→ {finding.remedy}")
        lines.append("")
        lines.append(self._last_line)
        return "\n".join(lines)

    @property
    def _last_line(self) -> str:
        if not self.works:
            return "Something that is needed is broken."
        missing = [f"no {one.part}" for one in self.findings if one.part in SOUND and one.state is State.ABSENT]
        if missing:
            return f"Nothing is broken, but there is {' and '.join(missing)}, so you can't talk with it; `ask` works."
        return "Everything that is needed works."


async def examine(*, debug: bool = False) -> Report:
    """Look at everything; takes a few seconds, because it tries the parts for real."""
    findings = [_python(), _display(), *await asyncio.to_thread(_folders), _settings_file()]
    findings += await _careful("sound devices", _sound)
    findings += await _careful("keyring", _keyring)
    async with assistant(debug=debug) as answering:
        findings += await _careful("unanswered speech", lambda: _unanswered(answering.settings))
        findings += await _careful("memory", lambda: _memory(answering))
        findings += await _careful("spending", lambda: _spending(answering.settings))
        findings += await _careful("switches", _switches)
        findings += await _careful("voice service", lambda: _voice(answering))
        findings += await _careful("language model", lambda: _language_model(answering))
        findings += await _careful("Realtime API", lambda: _realtime(answering))
        findings += await _careful("screen awareness", lambda: _screen(answering.settings))
    return Report(tuple(findings))


async def _careful(part: str, look: Callable[[], Awaitable[list[Finding]]]) -> list[Finding]:
    """A part that can't even be looked at is broken, and the rest is looked at all the same."""
    try:
        async with asyncio.timeout(DEADLINE_S):
            return await look()
    except TimeoutError:
        return [Finding(part, State.BROKEN, f"gave no answer within {DEADLINE_S:.0f} s")]
    except SovereignError as error:
        return [Finding(part, State.BROKEN, error.user_text, error.remedy)]


def _python() -> Finding:
    version = platform.python_version()
    supported = (3, 11) <= sys.version_info[:2] <= (3, 13)
    remedy = "" if supported else "Use Python 3.11, 3.12 or 3.13."
    return Finding("Python", State.OK if supported else State.BROKEN, f"{version} on {platform.system()}", remedy)


def _display() -> Finding:
    if name := display_name():
        return Finding("display", State.OK, name)
    remedy = "Start it in a desktop session to have the tray icon; `ask` works without."
    return Finding("display", State.ABSENT, "none", remedy)


def _folders() -> list[Finding]:
    from sovereign_desktop.app.folders import Unwritable, unwritable
    from sovereign_desktop.config.paths import find_paths

    paths = find_paths()
    problems: dict[str, Unwritable] = {}
    for problem in unwritable(paths):
        problems.setdefault(problem.remedy, problem)  # what one command mends is one matter
    if not problems:
        return [Finding("folders", State.OK, str(paths.data))]
    return [Finding("folders", State.BROKEN, one.sentence, one.remedy) for one in problems.values()]


def _settings_file() -> Finding:
    from sovereign_desktop.config.paths import find_paths
    from sovereign_desktop.config.store import load

    path = find_paths().settings_file
    told = load(path).problems
    problems = [problem for problem in told if not problem.is_note]
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        return Finding("settings", State.BROKEN, problems[0].text + more, f"Edit {path}.")
    detail = str(path) if path.exists() else f"defaults ({path} does not exist)"
    return Finding("settings", State.OK, ". ".join([detail, *(note.text.rstrip(".") for note in told)]))


async def _sound() -> list[Finding]:
    from sovereign_desktop.audio.devices import list_devices

    devices = await list_devices()
    return [
        _devices("microphone", [device.name for device in devices if device.inputs]),
        _devices("loudspeaker", [device.name for device in devices if device.outputs]),
    ]


def _devices(part: str, names: list[str]) -> Finding:
    if not names:
        return Finding(
            part, State.ABSENT, "none found", f"Plug in a {part}, or check the sound settings of the system."
        )
    return Finding(part, State.OK, ", ".join(names))


async def _keyring() -> list[Finding]:
    from sovereign_desktop.host.secrets import Secrets

    secrets = Secrets()
    problem = await asyncio.to_thread(secrets.backend_problem)
    if problem is not None:
        return [Finding("keyring", State.ABSENT, problem.user_text, problem.remedy)]
    names = await asyncio.to_thread(secrets.names)
    return [Finding("keyring", State.OK, f"{len(names)} {'key' if len(names) == 1 else 'keys'}")]


async def _unanswered(settings: Settings) -> list[Finding]:
    from sovereign_desktop.app.unanswered import keyring_problem
    from sovereign_desktop.host.secrets import Secrets

    part = "unanswered speech"
    if not settings.app.keep_unanswered:
        return [Finding(part, State.ABSENT, "not kept, as app.keep_unanswered says")]
    problem = await asyncio.to_thread(keyring_problem, Secrets())
    if problem is not None:
        return [Finding(part, State.ABSENT, problem.user_text, problem.remedy)]
    return [Finding(part, State.OK, "kept encrypted until it is answered")]


async def _spending(settings: Settings) -> list[Finding]:
    from sovereign_desktop.app.spend import Spending
    from sovereign_desktop.config.paths import find_paths
    from sovereign_desktop.metrics.ledger import SpendLedger

    ledger = SpendLedger(find_paths().spend_file)
    async with Spending(ledger, EventBus(), settings.spend) as spending:
        state = State.ABSENT if ledger.problem else State.OK
        return [Finding("spending", state, ". ".join(filter(None, (spending.in_words(), ledger.problem.rstrip(".")))))]


async def _switches() -> list[Finding]:
    """When somebody else answered than the Realtime API, and why."""
    from sovereign_desktop.config.paths import find_paths
    from sovereign_desktop.conversation.transcripts import TranscriptStore

    path = find_paths().transcripts_file
    if not path.exists():
        return [Finding("switches", State.OK, "none so far")]
    store = TranscriptStore(path)
    try:
        switches = await store.switches(LATEST_SWITCHES)
    finally:
        await store.close()
    lines = [f"{_moment(one.at)} {WAYS.get(one.way, one.way)}: {one.reason}" for one in reversed(switches)]
    return [Finding("switches", State.OK, "; ".join(lines) or "none so far")]


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M:%S")


async def _memory(answering: Assistant) -> list[Finding]:
    """Looks whether the search by meaning answers; a broken one costs nothing but itself."""
    part, memories = "memory", answering.memories
    if memories is None:
        return [Finding(part, State.ABSENT, "switched off, as memory_context.enabled says")]
    await memories.settled(MEMORY_WITHIN_S)
    count = await memories.store.count()
    kept = "" if answering.settings.memory_context.keep_exchanges else "only what you ask to be remembered is kept"
    found_by = (await memories.standing()).rstrip(".")
    detail = [f"{count} {'memory' if count == 1 else 'memories'}, found by {found_by}", kept]
    detail.append(memories.store.problem.rstrip("."))
    remedy = ""
    if memories.vectors is not None:
        rollout = await memories.vectors.guarded.rollout()
        if rollout.rolled_back_at:
            at = datetime.fromtimestamp(rollout.rolled_back_at).astimezone()
            detail.append(f"last given up on {at:%Y-%m-%d %H:%M}: {rollout.reason.rstrip('.')}")
        remedy = ENABLE if rollout.is_rolled_back else ""
    state = State.BROKEN if memories.store.problem else State.OK
    return [Finding(part, state, ". ".join(filter(None, detail)), remedy)]


async def _voice(answering: Assistant) -> list[Finding]:
    health = await answering.voice_health()
    findings = []
    for kind, title in (("stt", "speech recognition"), ("tts", "voice")):
        engines = health[kind]
        chosen = engines.get("chosen", "")
        detail = _engine(chosen, engines) if chosen else engines.get("reason", "no engine")
        findings.append(Finding(title, State.OK if chosen else State.BROKEN, detail, engines.get("remedy", "")))
        findings += [
            Finding(f"{title}, {name}", State.ABSENT, reason, remedy)
            for name, reason, remedy in engines.get("passed_over", ())
        ]
    return findings


def _engine(chosen: str, engines: Mapping[str, Any]) -> str:
    """The engine's name, why it was chosen when it says so, and how many voices it has."""
    voices = engines.get("voices", ())
    count = f"{len(voices)} {'voice' if len(voices) == 1 else 'voices'}" if voices else ""
    about = ", ".join(filter(None, (engines.get("reason", ""), count)))
    return f"{chosen}: {about}" if about else chosen


async def _language_model(answering: Assistant) -> list[Finding]:
    choice = answering.llm_choice
    if choice.engine is None:
        return [Finding("language model", State.ABSENT, choice.reason, choice.remedy)]
    available = await choice.engine.availability()
    state = State.OK if available else State.ABSENT if answering.purse.closed else State.BROKEN
    detail = ": ".join(filter(None, (choice.engine.model, available.reason or choice.reason)))
    return [Finding("language model", state, detail, available.remedy)]


async def _realtime(answering: Assistant) -> list[Finding]:
    """Opens a session for real; nothing is said in it, so it costs nothing."""
    way, standing = answering.realtime, answering.realtime_standing
    if way is None:
        return [Finding("Realtime API", State.ABSENT, standing.reason.rstrip("."), standing.remedy)]
    started = time.monotonic()
    await way.client.open()
    took_ms = 1000 * (time.monotonic() - started)
    key = "with its key" if way.client.endpoint.key else "without a key"
    return [
        Finding("Realtime API", State.OK, f"{way.fact.name} {way.fact.reason}, {key}; ready after {took_ms:.0f} ms")
    ]


async def _screen(settings: Settings) -> list[Finding]:
    """Whether the screen could be read, and whether it is."""
    from sovereign_desktop.engines.ocr.choose import choose_ocr
    from sovereign_desktop.host.screen.choose import is_wayland

    awareness = settings.screen_context
    wanted = State.BROKEN if awareness.enabled else State.ABSENT
    try:
        recognizer = await choose_ocr(awareness.ocr)
    except EngineError as error:
        return [Finding("text recognition", wanted, error.user_text, f"{error.remedy} Only screen awareness needs it.")]
    available = await recognizer.availability()
    findings = [Finding("text recognition", State.OK, f"{recognizer.name}: {available.reason}")]
    blind = is_wayland() and not awareness.privacy.allow_without_window_list
    if awareness.enabled and blind:
        detail = "on, but on Wayland no program can know which windows to leave out"
        remedy = "Set screen_context.privacy.allow_without_window_list, or screen_context.enabled to false."
        return [*findings, Finding("screen awareness", State.BROKEN, detail, remedy)]
    is_on = "on from the start" if awareness.enabled else "off until it is switched on in the tray's menu"
    return [*findings, Finding("screen awareness", State.OK if awareness.enabled else State.ABSENT, is_on)]
