"""`ask`: one whole turn without a window. The same controller, backends and engines as in the tray app."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sovereign_desktop.app.assembly import assistant, mode_notices, problem_notices
from sovereign_desktop.app.file_audio import FileAudio
from sovereign_desktop.app.second_start import told_to_forget
from sovereign_desktop.app.single_turn import open_recording, single_turn
from sovereign_desktop.context.manifest import unpacked
from sovereign_desktop.core.dialogue import Outcome
from sovereign_desktop.core.errors import AudioError, NoSpeech, SovereignError, UnreadableAudio
from sovereign_desktop.core.events import Notice, Severity
from sovereign_desktop.metrics.turns import TurnRecord

OF_THE_TRAY = frozenset({"louder", "quieter", "volume", "mute", "timers", "quit"})
NOT_HERE = "This command ends with its answer: timers ring, and the volume changes, in the program in the tray only."


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a recording or text; `out` is where the spoken answer goes."""

    file: str | None = None
    text: str | None = None
    out: str | None = None
    mode: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    turn: TurnRecord
    settings_note: str = ""
    """Which settings could not be used, and why the mode that was asked for could not be had."""

    @property
    def transcript(self) -> str:
        return self.turn.transcript

    @property
    def reply(self) -> str:
        return self.turn.reply

    @property
    def note(self) -> str:
        """What went wrong although there is an answer, and what else there is to know."""
        return " ".join(filter(None, (self.turn.error, self.settings_note, self.turn.note)))

    def as_json(self) -> dict[str, Any]:
        """The object that `--json` prints; times in milliseconds from the end of speech."""
        total = self.turn.timings.voice_to_voice_ms
        stages = {f"{stage}": round(ms, 1) for stage, ms in self.turn.timings.stages_ms().items()}
        return {
            "transcript": self.turn.transcript,
            "reply": self.turn.reply,
            "mode": self.turn.mode,
            "backend": self.turn.backend,
            "outcome": self.turn.outcome.value,
            "engines": dict(self.turn.engines),
            "timings_ms": {**stages, "voice_to_voice": None if total is None else round(total, 1)},
            "cost_usd": self.turn.cost_usd,
            "context": unpacked(self.turn.context),
            "input_tokens": self.turn.input_tokens,
            "output_tokens": self.turn.output_tokens,
            "note": self.note,
        }


async def ask(question: Question, *, debug: bool = False) -> Answer:
    """Run the turn. Raises SovereignError when nothing was said to it, not even why there is no answer."""
    if (question.file is None) == (question.text is None):
        raise SovereignError("Give a recording or --text, one of them.")
    out = _writable(question.out)
    audio = await _open(Path(question.file)) if question.file is not None else FileAudio()
    async with assistant(mode=question.mode, debug=debug) as answering:
        notices = [*problem_notices(answering.problems), *mode_notices(answering.mode, answering.realtime_standing)]
        if closed := answering.purse.closed:
            notices.append(Notice("spend", f"{closed[:1].upper()}{closed[1:]}.", Severity.WARNING))
        commands: list[str] = []
        turn = await single_turn(
            audio,
            answering.line,
            answering.bus,
            text=question.text,
            mode=answering.mode_name,
            briefer=answering.context.briefer,
            on_command=commands.append,
        )
    if answering.history.number and (said := await asyncio.to_thread(told_to_forget)):
        notices.append(Notice("forget", said))
    if turn.outcome is Outcome.NOTHING_HEARD:
        raise NoSpeech("There are no words in the recording.", remedy="Record it again, closer to the microphone.")
    if any(command.partition(":")[0] in OF_THE_TRAY for command in commands):
        notices.append(Notice("ask", NOT_HERE, Severity.WARNING))
    if turn.outcome is not Outcome.ANSWERED and not turn.reply:
        raise SovereignError(turn.error or "The turn did not end with an answer.")
    if out is not None:
        await asyncio.to_thread(_write_reply, out, audio)
    return Answer(turn, " ".join(f"{notice.text} {notice.remedy}".strip() for notice in notices))


async def _open(path: Path) -> FileAudio:
    from sovereign_desktop.config.store import load_settings

    settings = await asyncio.to_thread(load_settings)
    return await open_recording(path, settings.settings.audio.max_utterance_s)


def _writable(out: str | None) -> Path | None:
    if out is None:
        return None
    path = Path(out)
    if path.is_dir() or not path.parent.is_dir():
        raise AudioError(
            f"The answer can't be written to {path}.", remedy="Give the name of a file in a folder that exists."
        )
    return path


def _write_reply(path: Path, audio: FileAudio) -> None:
    from sovereign_desktop.audio.wav import write_wav

    if not audio.played:
        print("There was no sound to write.", file=sys.stderr)
        return
    try:
        write_wav(path, audio.played)
    except OSError as error:
        raise UnreadableAudio(f"The answer can't be written to {path}: {error.strerror}.") from error
