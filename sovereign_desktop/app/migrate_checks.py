"""Checks before and after a migration that need the whole program: devices, keys, a spoken turn, the Realtime API."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from sovereign_desktop.app.ask import Question, ask
from sovereign_desktop.app.doctor import State, examine
from sovereign_desktop.audio.devices import list_devices
from sovereign_desktop.config.sections.engines import OpenAICompatible
from sovereign_desktop.core.errors import SovereignError, Unauthorized
from sovereign_desktop.core.resources import resource
from sovereign_desktop.engines.openai_server import OpenAIServer
from sovereign_desktop.migration.baseline import Baseline
from sovereign_desktop.migration.checks import Check, Verdict
from sovereign_desktop.migration.fates import Entry, Plan
from sovereign_desktop.migration.providers import SERVERS

_VERDICTS = {State.OK: Verdict.GOOD, State.ABSENT: Verdict.MISSING, State.BROKEN: Verdict.WRONG}
_DONE_ELSEWHERE = frozenset({"Python", "folders", "settings", "keyring"})
SECTIONS = ("llm", "stt.openai_compatible", "tts.openai_compatible")
ACCESS_S = 5.0
SAMPLE = "samples/what-time-is-it.wav"


async def real_checks(before: Baseline | None) -> Sequence[Check]:
    """Tries the parts for real; takes some seconds. `before` is what to compare the spoken turn with."""
    report = await examine()
    checks = [
        Check(finding.part, _VERDICTS[finding.state], finding.detail, finding.remedy)
        for finding in report.findings
        if finding.part not in _DONE_ELSEWHERE
    ]
    return [*checks, await spoken_turn(before)]


async def machine(planned: Plan) -> Sequence[Check]:
    """Sound devices, and whether the old keys are still accepted: the servers are asked for real."""
    devices = asyncio.create_task(_sound())
    asked = [_accepted(entry, planned) for entry in planned.secrets if entry.key_name in SERVERS]
    accepted = await asyncio.gather(*asked)
    return [*await devices, *accepted]


async def _sound() -> list[Check]:
    try:
        found = await list_devices()
    except SovereignError as error:
        return [Check("sound devices", Verdict.WRONG, error.user_text, error.remedy)]
    checks = []
    for part, count in (
        ("microphone", sum(bool(device.inputs) for device in found)),
        ("loudspeaker", sum(bool(device.outputs) for device in found)),
    ):
        remedy = "" if count else f"Plug in a {part}, or check the sound settings of the system."
        checks.append(Check(part, Verdict.GOOD if count else Verdict.MISSING, f"{count} found", remedy))
    return checks


async def _accepted(entry: Entry, planned: Plan) -> Check:
    """Whether the server that the plan asks with this key takes it. What it costs: nothing, it lists its models."""
    name, changes = entry.key_name, planned.changes
    told = (changes.get(f"{section}.base_url") for section in SECTIONS if changes.get(f"{section}.key") == name)
    address = next(filter(None, told), SERVERS[name].base_url)
    settings = OpenAICompatible(base_url=address, key=name, timeout_s=ACCESS_S)
    server = OpenAIServer(settings, str(entry.setting.value), section="llm")
    try:
        with server.explained():
            models = [model.id async for model in server.client.models.list()]
    except SovereignError as error:
        verdict = Verdict.WRONG if isinstance(error, Unauthorized) else Verdict.MISSING
        return Check(f"key {name}", verdict, error.user_text, error.remedy)
    finally:
        await server.close()
    realtime = any(model.startswith("gpt-realtime") for model in models)
    more = ", the Realtime API among what it opens" if realtime else ""
    return Check(f"key {name}", Verdict.GOOD, f"accepted by {server.host}{more}")


async def spoken_turn(before: Baseline | None) -> Check:
    """A recorded question, answered on this computer, and how long that took."""
    try:
        answer = await ask(Question(file=str(resource(SAMPLE)), mode="traditional"))
    except SovereignError as error:
        return Check("spoken turn", Verdict.WRONG, error.user_text, error.remedy or "`doctor` says what is missing.")
    took_ms = answer.as_json()["timings_ms"]["voice_to_voice"]
    detail = "answered" if took_ms is None else f"answered after {took_ms:.0f} ms"
    if before is not None:
        detail += f"; the old version took {before.median_ms:.0f} ms in the middle of {before.samples} answers"
    return Check("spoken turn", Verdict.GOOD, detail)
