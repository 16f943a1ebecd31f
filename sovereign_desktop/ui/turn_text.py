"""A turn in words: for the clipboard, for screen readers, and for the line that splits its latency."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from PySide6.QtCore import QCoreApplication

from sovereign_desktop.context.manifest import unpacked
from sovereign_desktop.core.dialogue import Outcome
from sovereign_desktop.metrics.turns import Stage, TurnRecord
from sovereign_desktop.ui.situation import mode_name

translate = QCoreApplication.translate


def _ending(outcome: Outcome) -> str:
    return {
        Outcome.ANSWERED: "",
        Outcome.INTERRUPTED: translate("Turn", "interrupted"),
        Outcome.CANCELLED: translate("Turn", "cancelled"),
        Outcome.NOTHING_HEARD: translate("Turn", "nothing heard"),
        Outcome.FAILED: translate("Turn", "no answer"),
    }[outcome]


def _stages() -> dict[Stage, str]:
    return {
        Stage.UTTERANCE_ENDED: translate("Turn", "end noticed"),
        Stage.TRANSCRIBED: translate("Turn", "transcribed"),
        Stage.FIRST_TEXT: translate("Turn", "first words"),
        Stage.FIRST_SENTENCE: translate("Turn", "first sentence"),
        Stage.FIRST_AUDIO: translate("Turn", "synthesised"),
        Stage.FIRST_SOUND: translate("Turn", "audible"),
    }


def what_waiting_means() -> str:
    """What `waited` counts."""
    return translate(
        "Turn",
        "The time from the end of your speech at the microphone to the first sound of the answer at the loudspeaker.",
    )


def header(turn: TurnRecord) -> str:
    """When, in which mode, by what, how quickly, for how much, and how it ended when it did not end well."""
    when = datetime.fromtimestamp(turn.started_at).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    engines = ", ".join(dict.fromkeys(turn.engines.values())) or turn.backend
    facts = (when, mode_name(turn.mode), engines, waited(turn), _cost(turn), _ending(turn.outcome))
    return " · ".join(filter(None, facts))


def waited(turn: TurnRecord) -> str:
    """How long the user waited for the answer; empty when it made no sound. `what_waiting_means` explains it."""
    waited_ms = turn.timings.voice_to_voice_ms
    if waited_ms is None:
        return ""
    return translate("Turn", "answered after {seconds} s").format(seconds=f"{waited_ms / 1000:.1f}")


def _cost(turn: TurnRecord) -> str:
    """What it cost, to a tenth of a cent; empty when it cost nothing."""
    if not turn.cost_usd:
        return ""
    return f"${turn.cost_usd:.3f}" if turn.cost_usd >= 0.001 else translate("Turn", "under $0.001")


def can_be_judged(turn: TurnRecord) -> bool:
    """Whether a thumb up or down teaches something: several models stood there to be asked."""
    return bool(turn.reply) and turn.engines.get("llm", "").startswith("orchestrator:")


def answer(turn: TurnRecord) -> str:
    """What the assistant said, or why it said nothing."""
    return turn.reply or turn.error


def turn_as_text(turn: TurnRecord) -> str:
    """The whole turn as plain text."""
    lines = [header(turn)]
    if turn.transcript:
        lines.append(translate("Turn", "You: {words}").format(words=turn.transcript))
    if answer(turn):
        lines.append(translate("Turn", "Assistant: {words}").format(words=answer(turn)))
    return "\n".join(filter(None, (*lines, turn.note)))


def stages_line(turn: TurnRecord) -> str:
    """Where the time went between the end of speech and the first sound."""
    waited_ms = turn.timings.voice_to_voice_ms
    names = _stages()
    parts = [
        f"{names[Stage(name)]} {duration_ms:.0f}"
        for name, duration_ms in turn.timings.stages_ms().items()
        if Stage(name) in names
    ]
    if waited_ms is None or not parts:
        return ""
    told = translate("Turn", "Voice to voice {ms} ms: {parts}")
    return told.format(ms=f"{waited_ms:.0f}", parts=" + ".join(parts))


_PICTURE = re.compile(r"data:(image/[a-z]+);base64,([A-Za-z0-9+/=]+)")


def what_was_sent(turn: TurnRecord) -> str:
    """What the turn's models were told: each piece and what became of it, then all that was sent, unchanged."""
    if not turn.context:
        return translate("Turn", "Nothing was told to a model for this turn.")
    told = unpacked(turn.context)
    lines = []
    if told["budget"]:
        counted = translate("Turn", "{tokens} of {budget} tokens ({counted_by})")
        lines.append(counted.format(tokens=told["tokens"], budget=told["budget"], counted_by=told["counted_by"]))
    lines += [f"  {_piece(piece)}" for piece in told["pieces"]]
    without = translate("Turn", "Without {name}: {why}")
    lines += [without.format(name=name, why=why) for name, why in told["problems"].items()]
    for sent in told["sent"]:
        lines += ["", *_disclosure(sent)]
    if not told["sent"]:
        lines += ["", translate("Turn", "None of it was sent to a model.")]
    return "\n".join(lines)


def _in_a_word(picture: re.Match[str]) -> str:
    """Nobody reads a picture's bytes; the record and `ask --json` have them."""
    return f"[{picture[1]}, {3 * len(picture[2]) // 4 / 1024:.0f} kB]"


def _disclosure(sent: dict[str, Any]) -> list[str]:
    """All that one backend was sent, unchanged, below who it was."""
    if sent["leaves_computer"]:
        head = translate("Turn", "Sent to {name} (left this computer):")
    else:
        head = translate("Turn", "Sent to {name} (stayed on this computer):")
    lines = [head.format(name=sent["to"])]
    if sent["sound_ms"]:
        sound = translate("Turn", "[your voice, {seconds} s]")
        lines.append(sound.format(seconds=f"{sent['sound_ms'] / 1000:.1f}"))
    for part in sent["parts"]:
        before = "[{kind}]" if part["in_turn"] else translate("Turn", "[{kind}, in an earlier turn]")
        lines += [before.format(kind=part["kind"]), _PICTURE.sub(_in_a_word, part["text"])]
    return lines


def _piece(piece: dict[str, Any]) -> str:
    """One line: what it is, what became of it and why, what was covered in it."""
    fate = {
        "kept": translate("Turn", "told"),
        "shortened": translate("Turn", "told in part"),
        "left_out": translate("Turn", "not told"),
    }[piece["fate"]]
    facts = []
    if piece["tokens"]:
        facts.append(translate("Turn", "{count} tokens").format(count=piece["tokens"]))
    facts.append(piece["why"])
    if piece["relevance"] is not None:
        facts.append(translate("Turn", "relevance {value}").format(value=f"{piece['relevance']:.2f}"))
    covered = sum(piece["redactions"].values())
    if covered:
        kinds = ", ".join(piece["redactions"])
        facts.append(translate("Turn", "{count} covered: {kinds}").format(count=covered, kinds=kinds))
    return f"{piece['source']}: {fate} ({', '.join(filter(None, facts))})"
