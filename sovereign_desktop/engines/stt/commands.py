"""Hears whether speech is one of the commands that are expected, much more surely than free decoding hears words.

Three readings of the same sound are compared: the best command that a grammar of all commands finds, the best string of
sounds whatever it means, and the words that free decoding took it for. A command counts when it explains the sound
nearly as well as the others do.

Thresholds were set on the commands of the built-in skills in five synthetic voices (flite kal and slt, espeak-ng en-us,
en-gb and a female one): of 175 commands free decoding wrote 31 down exactly; the grammar found 155; of those 135 were
accepted, and 6 wrong ones; of 105 other sentences one was. Checked with the skills that answer, and three more voices
(flite awb and rms, espeak-ng en-gb-x-rp): 210 of 280 commands answered as meant and 6 otherwise, most of those by a
number that sounds alike; 2 of 120 other sentences were taken for a command. awb, rms and slt were understood nearly
always (one miss in 105), kal in 20 of 35, espeak-ng's British voices in half.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sovereign_desktop.engines.stt.phrases import NUMBER_WORDS, grammar, pattern, words_in_grammar
from sovereign_desktop.engines.stt.sphinx import RATE_HZ, Hypothesis, Samples, begin, decode, end, new_decoder, teach

LONGEST_COMMAND_S = 8.0
WIDE = {"beam": 1e-70, "pbeam": 1e-70, "wbeam": 1e-50, "bestpath": False, "lm": None, "dict": None}
"""With the usual beams one command in three was broken off half-way ("set a timer for five")."""
COMPARABLE = {"compallsen": True}
"""Scores count from the best state that was evaluated: all are, so that a small grammar does not look too good."""

LEAST_FIT = -5.25
"""Likelihood, in thousandths per frame of speech, that a command may lack."""
WORDS_WEIGHT = 0.75
"""How much it counts that free decoding explains the sound better."""
NUMBERS_COST = 1.5
"""What commands with several number words have to do better: they are so many that one fits anything."""
SURE_FIT = -2.5
"""No other sentence came so close (-3.0): then the words of free decoding need not be compared."""
LEAST_COVER = 0.75
"""Share of the speech that the command's words have to cover; "stop" inside a sentence covers 0.2."""
MOST_FILLER = 0.05
_NUMBER = re.compile(rf"\b(?:{'|'.join(NUMBER_WORDS)})\b")


class CommandEar:
    """Listens to an utterance while it is spoken. `dictionary` is the decoder that knows all words. One thread."""

    def __init__(self, phrases: Sequence[str], dictionary: Any) -> None:
        from pocketsphinx import get_model_path

        self._dictionary = dictionary
        self._whole = pattern(phrases)
        self._commands = new_decoder(**WIDE, **COMPARABLE)
        self._sounds = new_decoder(**COMPARABLE, lm=None, dict=None, pl_beam=1e-40, pl_pbeam=1e-40, bestpath=False)
        self._sounds.add_allphone_file("sounds", get_model_path("en-us/en-us-phone.lm.bin"))
        self._sounds.activate_search("sounds")
        self._words = new_decoder(**WIDE, **COMPARABLE)
        text = grammar(phrases, lambda word: dictionary.lookup_word(word) is not None)
        self._able = text is not None
        if text is not None:
            teach(self._commands, words_in_grammar(text), dictionary)
            self._commands.add_jsgf_string("commands", text)
            self._commands.activate_search("commands")
        self._samples = 0
        self._listening = False

    def begin(self) -> None:
        """Start an utterance."""
        self._samples = 0
        self._listening = self._able
        if self._able:
            begin(self._commands)
            begin(self._sounds)

    def feed(self, block: Samples) -> None:
        """Hear some more of it. What is too long for a command is not listened to any further."""
        self._samples += len(block)
        if not self._listening:
            return
        self._commands.process_raw(block.tobytes())
        self._sounds.process_raw(block.tobytes())
        if self._samples > LONGEST_COMMAND_S * RATE_HZ:
            self.cancel()

    def cancel(self) -> None:
        """Forget the utterance."""
        if self._listening:
            self._listening = False
            self._commands.end_utt()
            self._sounds.end_utt()

    def end(self, samples: Samples, words: str) -> str:
        """The command that was spoken, or an empty string. `words` is what free decoding made of `samples`."""
        if not self._listening:
            return ""
        self._listening = False
        command, sounds = end(self._commands), end(self._sounds)
        if not self._is_plausible(command, sounds):
            return ""
        fit = _lack(command, sounds, sounds) - (NUMBERS_COST if len(_NUMBER.findall(command.text)) > 1 else 0.0)
        if command.text == words or fit >= SURE_FIT:
            return command.text
        if fit < LEAST_FIT:
            return ""
        better = self._spoken_as(samples, words)
        lack = _lack(command, better, sounds) if better.text else 0.0
        return command.text if fit + WORDS_WEIGHT * lack >= LEAST_FIT else ""

    def _is_plausible(self, command: Hypothesis, sounds: Hypothesis) -> bool:
        """Whether it is a whole command, and about all that was said."""
        return (
            self._whole.fullmatch(f"{command.text} ") is not None
            and command.spoken_frames >= LEAST_COVER * sounds.spoken_frames > 0
            and command.filler_frames <= MOST_FILLER * command.frames
        )

    def _spoken_as(self, samples: Samples, words: str) -> Hypothesis:
        """How well the words of free decoding explain the sound, on the same scale as commands are judged on."""
        if not words:
            return Hypothesis()
        teach(self._words, set(words.split()), self._dictionary)
        self._words.add_jsgf_string("words", f"#JSGF V1.0;\ngrammar words;\npublic <words> = {words};\n")
        self._words.activate_search("words")
        found = decode(self._words, samples)
        return found if found.text == words else Hypothesis()


def _lack(one: Hypothesis, other: Hypothesis, speech: Hypothesis) -> float:
    """By how much one reading explains the sound better than another, in thousandths per frame of speech."""
    return 1000 * (one.score - other.score) / max(1, speech.spoken_frames)
