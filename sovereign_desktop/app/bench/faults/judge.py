"""Whether a question was answered: the right answer, heard, once, by the best that was left."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sovereign_desktop.app.bench.faults.questions import Question
from sovereign_desktop.app.bench.faults.rig import Rig
from sovereign_desktop.app.bench.faults.table import Row
from sovereign_desktop.audio.port import Earcon
from sovereign_desktop.core.dialogue import Outcome
from sovereign_desktop.metrics.turns import Stage, TurnRecord

AUDIBLE_S = 0.3


@dataclass(frozen=True, slots=True)
class Result:
    """One repetition of a row. Seconds count from the end of the question; None where there is no such moment.

    `known_s`: the fault was known then. `over_s`: from then on (or from the end of the question) to the first sound.
    `own_s`: what the fallback needed for a question just before, with nobody in front of it. `strike_s`: from the
    strike to the knowledge of it.
    """

    backend: str
    complaints: tuple[str, ...] = ()
    first_sound_s: float | None = None
    known_s: float | None = None
    own_s: float | None = None
    over_s: float | None = None
    strike_s: float | None = None

    @property
    def is_answered(self) -> bool:
        return not self.complaints


async def repetition(rig: Rig, row: Row) -> Result:
    """Let it strike, ask, judge, and mend everything."""
    own_s = await own_time(rig) if row.is_switched_in_silence else None
    rig.proxy.hit_at = 0.0
    kept_before = rig.journal_files
    await row.strike(rig)
    complaints: list[str] = []
    result: Result | None = None
    turn: TurnRecord | None = None
    for _ in range(row.turns):
        question = rig.question(row.asks)
        try:
            turn = await rig.answer(hands_free=row.hands_free)
        except TimeoutError:
            complaints.append("the turn did not end")
            break
        complaints += await _complaints(rig, row, question, turn)
        result = result or _result(rig, turn)
    if turn is not None:
        complaints += filter(None, [await row.check(rig, turn)])
    await rig.all_well()
    if rig.journal_files > kept_before:
        complaints.append("speech of a turn that is over is still on the disk")
    return replace(result or Result(""), complaints=tuple(complaints), own_s=own_s)


async def own_time(rig: Rig) -> float | None:
    """From the end of a question to the first sound, when the fallback is asked alone."""
    await rig.local_only()
    rig.question("capitals")
    turn = await rig.answer()
    await rig.with_cloud()
    waited_ms = turn.timings.voice_to_voice_ms
    return waited_ms / 1000 if waited_ms is not None else None


async def _complaints(rig: Rig, row: Row, question: Question, turn: TurnRecord) -> list[str]:
    found = []
    if turn.outcome is not Outcome.ANSWERED:
        found.append(f"the turn was {turn.outcome}: {turn.error}")
    elif not question.is_answered_by(turn.reply):
        found.append(f"asked {question.text!r}, answered {turn.reply!r}")
    if turn.backend != row.backend:
        found.append(f"{turn.backend or 'nobody'} answered instead of {row.backend}")
    if rig.room.played_s < AUDIBLE_S:
        found.append("the answer was not heard")
    if (Earcon.SEAM in rig.room.earcons) is not row.seam:
        found.append("no seam was marked" if row.seam else "a seam was marked where no sound broke off")
    if await rig.ended_again():
        found.append("something was answered twice")
    return found


def _result(rig: Rig, turn: TurnRecord) -> Result:
    at = turn.timings.at
    asked, known, sounded = (at.get(stage) for stage in (Stage.SPEECH_ENDED, Stage.FELL_BACK, Stage.FIRST_SOUND))
    if asked is None or sounded is None:
        return Result(turn.backend)
    fell_back = known is not None and known <= sounded
    return Result(
        turn.backend,
        first_sound_s=sounded - asked,
        known_s=max(0.0, known - asked) if known is not None else None,
        over_s=sounded - max(known or 0.0, asked) if fell_back else None,
        strike_s=known - rig.proxy.hit_at if known is not None and rig.proxy.hit_at else None,
    )
