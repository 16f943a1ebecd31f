"""A turn in words: for the clipboard, for screen readers, and for the line that splits its latency."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sovereign_desktop.context.manifest import unpacked
from sovereign_desktop.core.dialogue import Outcome
from sovereign_desktop.metrics.turns import Stage, TurnRecord

_ENDINGS = {
    Outcome.ANSWERED: "",
    Outcome.INTERRUPTED: "interrupted",
    Outcome.CANCELLED: "cancelled",
    Outcome.NOTHING_HEARD: "nothing heard",
    Outcome.FAILED: "no answer",
}
_STAGES = {
    Stage.UTTERANCE_ENDED: "end noticed",
    Stage.TRANSCRIBED: "transcribed",
    Stage.FIRST_TEXT: "first words",
    Stage.FIRST_SENTENCE: "first sentence",
    Stage.FIRST_AUDIO: "synthesised",
    Stage.FIRST_SOUND: "audible",
}

WAITED = "The time from the end of your speech at the microphone to the first sound of the answer at the loudspeaker."


def header(turn: TurnRecord) -> str:
    """When, by what, how quickly, for how much, and how it ended when it did not end well."""
    when = datetime.fromtimestamp(turn.started_at).astimezone().strftime("%H:%M:%S")
    engines = ", ".join(dict.fromkeys(turn.engines.values())) or turn.backend
    return " · ".join(filter(None, (when, engines, waited(turn), _cost(turn), _ENDINGS[turn.outcome])))


def waited(turn: TurnRecord) -> str:
    """How long the user waited for the answer; empty when it made no sound. `WAITED` explains it."""
    waited_ms = turn.timings.voice_to_voice_ms
    return "" if waited_ms is None else f"answered after {waited_ms / 1000:.1f} s"


def _cost(turn: TurnRecord) -> str:
    """What it cost, to a tenth of a cent; empty when it cost nothing."""
    if not turn.cost_usd:
        return ""
    return f"${turn.cost_usd:.3f}" if turn.cost_usd >= 0.001 else "under $0.001"


def can_be_judged(turn: TurnRecord) -> bool:
    """Whether a thumb up or down teaches something: several models stood there to be asked."""
    return bool(turn.reply) and turn.engines.get("llm", "").startswith("orchestrator:")


def answer(turn: TurnRecord) -> str:
    """What the assistant said, or why it said nothing."""
    return turn.reply or turn.error


def turn_as_text(turn: TurnRecord) -> str:
    """The whole turn as plain text."""
    lines = [header(turn), f"You: {turn.transcript}", f"Assistant: {answer(turn)}", turn.note]
    return "\n".join(line for line in lines if line and not line.endswith(": "))


def stages_line(turn: TurnRecord) -> str:
    """Where the time went between the end of speech and the first sound."""
    waited_ms = turn.timings.voice_to_voice_ms
    parts = [
        f"{_STAGES[Stage(name)]} {duration_ms:.0f}"
        for name, duration_ms in turn.timings.stages_ms().items()
        if Stage(name) in _STAGES
    ]
    if waited_ms is None or not parts:
        return ""
    return f"Voice to voice {waited_ms:.0f} ms: " + " + ".join(parts)


_PICTURE = re.compile(r"data:(image/[a-z]+);base64,([A-Za-z0-9+/=]+)")
NOTHING_SENT = "Nothing was told to a model for this turn."


def what_was_sent(turn: TurnRecord) -> str:
    """What the turn's models were told: each piece and what became of it, then all that was sent, unchanged."""
    if not turn.context:
        return NOTHING_SENT
    told = unpacked(turn.context)
    lines = [f"{told['tokens']} of {told['budget']} tokens ({told['counted_by']})"] if told["budget"] else []
    lines += [f"  {_piece(piece)}" for piece in told["pieces"]]
    lines += [f"Without {name}: {why}" for name, why in told["problems"].items()]
    for sent in told["sent"]:
        where = "left this computer" if sent["leaves_computer"] else "stayed on this computer"
        lines += ["", f"Sent to {sent['to']} ({where}):"]
        if sent["sound_ms"]:
            lines.append(f"[your voice, {sent['sound_ms'] / 1000:.1f} s]")
        for part in sent["parts"]:
            before = "" if part["in_turn"] else ", in an earlier turn"
            lines += [f"[{part['kind']}{before}]", _PICTURE.sub(_in_a_word, part["text"])]
    if not told["sent"]:
        lines += ["", "None of it was sent to a model."]
    return "\n".join(lines)


def _in_a_word(picture: re.Match[str]) -> str:
    """Nobody reads a picture's bytes; the record and `ask --json` have them."""
    return f"[{picture[1]}, {3 * len(picture[2]) // 4 / 1024:.0f} kB]"


def _piece(piece: dict[str, Any]) -> str:
    """One line: what it is, what became of it and why, what was covered in it."""
    fate = {"kept": "told", "shortened": "told in part", "left_out": "not told"}[piece["fate"]]
    facts = [f"{piece['tokens']} tokens" if piece["tokens"] else "", piece["why"]]
    if piece["relevance"] is not None:
        facts.append(f"relevance {piece['relevance']:.2f}")
    covered = sum(piece["redactions"].values())
    if covered:
        facts.append(f"{covered} covered: {', '.join(piece['redactions'])}")
    return f"{piece['source']}: {fate} ({', '.join(filter(None, facts))})"
