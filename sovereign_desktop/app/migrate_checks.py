"""The checks after a migration that need the whole program: devices, a spoken turn, the Realtime API."""

from __future__ import annotations

from collections.abc import Sequence

from sovereign_desktop.app.ask import Question, ask
from sovereign_desktop.app.doctor import State, examine
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.resources import resource
from sovereign_desktop.migration.baseline import Baseline
from sovereign_desktop.migration.checks import Check, Verdict

_VERDICTS = {State.OK: Verdict.GOOD, State.ABSENT: Verdict.MISSING, State.BROKEN: Verdict.WRONG}
_DONE_ELSEWHERE = frozenset({"Python", "folders", "settings", "keyring"})
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
