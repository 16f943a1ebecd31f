"""The measurement's own parts: ears that hear only what was said, a judge that can say no, a network that fails."""

from __future__ import annotations

import math
import random
import struct
import sys

import pytest

from sovereign_desktop.app import cli
from sovereign_desktop.app.bench.faults.bench import rows_with
from sovereign_desktop.app.bench.faults.ears import Ears
from sovereign_desktop.app.bench.faults.model import ModelServer
from sovereign_desktop.app.bench.faults.questions import (
    capitals,
    conversation_words,
    heard,
    rest_of_answer,
    whole_answer,
)
from sovereign_desktop.config.sections.engines import LanguageModelSettings
from sovereign_desktop.core.dialogue import Message, Role
from sovereign_desktop.core.errors import BrokenReply, SovereignError
from sovereign_desktop.engines.llm.openai_compatible import OpenAICompatibleLanguageModel
from tests.fakes.openai_server import words_of

FRANCE, ITALY = capitals()[:2]


def sound(seed: int, rate_hz: int = 24_000, seconds: float = 1.5) -> bytes:
    """Something like speech: tones that change eight times a second, the same at each rate."""
    dice = random.Random(seed)
    tones = [(dice.uniform(150, 3000), dice.uniform(150, 3000)) for _ in range(int(8 * seconds) + 1)]
    samples = []
    for at in range(int(rate_hz * seconds)):
        one, other = tones[int(8 * at / rate_hz)]
        second = at / rate_hz
        samples.append(int(8000 * (math.sin(6.283 * one * second) + 0.5 * math.sin(6.283 * other * second))))
    return struct.pack(f"<{len(samples)}h", *samples)


@pytest.fixture(scope="module")
def ears() -> Ears:
    ears = Ears()
    for seed in range(4):
        ears.learn(f"question {seed}", sound(seed), 24_000)
    return ears


def test_a_question_is_known_at_another_rate_and_with_silence_around_it(ears: Ears) -> None:
    silence = bytes(16_000)
    for seed in range(4):
        assert ears.words_of(silence + sound(seed, 16_000) + silence, 16_000) == f"question {seed}"


def test_what_is_not_all_there_or_somebody_else_s_is_not_known(ears: Ears) -> None:
    whole = sound(1)
    assert ears.words_of(whole[len(whole) // 10 :], 24_000) == "", "its beginning is lost"
    assert ears.words_of(whole + sound(2)[:20_000], 24_000) == "", "another one follows"
    assert ears.words_of(sound(9), 24_000) == ""
    assert ears.words_of(bytes(48_000), 24_000) == ""


@pytest.mark.parametrize(
    ("reply", "is_right"),
    [
        ("It is Paris.", True),
        ("I can't answer that now.", False),
        ("", False),
        ("It is Rome.", False),
        ("It is Paris. It is Paris.", False),
        ("It is Paris. It is Rome.", False),
    ],
)
def test_only_the_right_answer_once_is_an_answer(reply: str, is_right: bool) -> None:
    assert FRANCE.is_answered_by(reply) is is_right


def test_an_answer_is_finished_from_where_it_was_cut_off() -> None:
    whole = whole_answer(FRANCE, "the model", at_length=True)
    for words in range(len(whole.split())):
        begun = " ".join(whole.split()[:words])
        assert FRANCE.is_answered_by(f"{begun} {rest_of_answer(FRANCE, 'the model', begun)}")


def test_the_last_question_counts_with_what_was_already_said_to_it() -> None:
    before = [("user", ITALY.text), ("assistant", "Rome")]
    told = [*before, ("user", FRANCE.text), ("assistant", "It"), ("system", "Go on")]
    assert conversation_words(told) == (FRANCE, "It")
    assert heard("what is the capital of atlantis") is None


async def test_the_model_answers_what_it_is_asked_and_dies_when_it_is_told_to(ears: Ears) -> None:
    async with ModelServer(ears) as server:
        model = OpenAICompatibleLanguageModel(LanguageModelSettings(base_url=server.base_url, model="bench"), "")
        assert FRANCE.is_answered_by(await words_of(model.reply((Message(Role.USER, FRANCE.text),))))
        server.dies_after = 2
        with pytest.raises(BrokenReply):
            await words_of(model.reply((Message(Role.USER, FRANCE.text),)))
        with pytest.raises(SovereignError):
            await words_of(model.reply((Message(Role.USER, FRANCE.text),)))
        server.heal()
        assert ITALY.is_answered_by(await words_of(model.reply((Message(Role.USER, ITALY.text),))))
        await model.close()


# Which faults


def test_faults_are_chosen_by_words_of_their_names() -> None:
    assert [row.name for row in rows_with(["DNS", "disk"])] == ["DNS fails", "disk full"]
    assert len(rows_with([])) == 24
    with pytest.raises(SovereignError, match="No fault has “meteor” in its name") as refused:
        rows_with(["DNS", "meteor"])
    assert "connection refused" in refused.value.remedy


def test_the_command_line_hands_on_what_a_measurement_takes_and_refuses_the_rest(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    taken: list[tuple[int, list[str]]] = []

    class Nothing:
        def as_text(self) -> str:
            return "nothing"

    async def measure(times: int = 20, *, only: list[str], debug: bool) -> Nothing:
        taken.append((times, only))
        return Nothing()

    monkeypatch.setattr(cli, "BENCHES", {"turn": cli.BENCHES["turn"], "faults": f"{__name__}:measure"})
    monkeypatch.setattr(sys.modules[__name__], "measure", measure, raising=False)
    assert cli.run(["bench", "faults", "--times", "3", "--only", "DNS", "--only", "disk"]) == 0
    assert taken == [(3, ["DNS", "disk"])]
    assert cli.run(["bench", "turn", "--only", "DNS"]) == 1
    assert capsys.readouterr().err == "`bench turn` has no --only. Leave it out.\n"
    with pytest.raises(SystemExit):
        cli.run(["bench", "faults", "--times", "0"])
