"""An echo is learned and taken out, and what is left of it is never underestimated by much."""

from __future__ import annotations

import numpy as np
import pytest

from sovereign_desktop.audio.echo_filter import HOP, PARTITIONS, EchoFilter
from sovereign_desktop.audio.resampling import Floats
from tests.audio.echoes import RATE, echo
from tests.audio.sounds import silence, spoken, white_noise

ANSWER = "The lighthouse keeper walks down to the harbour every morning to see which boats have come in."
Hop = tuple[Floats, float, float]


def filtered(near: Floats, far: Floats, by: EchoFilter | None = None) -> list[Hop]:
    by = by or EchoFilter()
    return [by.push(near[i : i + HOP], far[i : i + HOP]) for i in range(0, len(near) - HOP + 1, HOP)]


def residual_db(hops: list[Hop], near: Floats) -> float:
    """How much quieter the last second is without its echo."""
    left = np.concatenate([hop[0] for hop in hops])[-RATE:]
    return float(10 * np.log10(np.mean(np.square(near[-RATE:])) / np.mean(np.square(left))))


@pytest.fixture(scope="module")
def played() -> Floats:
    return spoken(ANSWER, RATE)


@pytest.mark.parametrize(("direct", "at_least_db"), [(None, 20), (20, 15), (4, 15)])
def test_an_echo_is_taken_out(played: Floats, direct: float | None, at_least_db: float) -> None:
    heard = echo(played, direct=direct)
    assert residual_db(filtered(heard, played), heard) > at_least_db


def test_what_was_not_played_stays(played: Floats) -> None:
    said = spoken("Excuse me please, I would like to say something.", RATE, "rms")
    hops = filtered(said, played[: len(said)])
    assert residual_db(hops, said[: len(hops) * HOP]) < 3


def test_what_it_knows_nothing_of_may_all_be_echo(played: Floats) -> None:
    beginning = slice(RATE // 10, RATE // 4)
    heard = echo(played, delay_ms=30)
    hops = filtered(heard[beginning], played[beginning])
    assert sum(power for _, power, _ in hops) < 4 * sum(left for _, _, left in hops)


def test_somebody_who_speaks_over_a_known_echo_is_louder_than_its_doubt(played: Floats) -> None:
    by, heard = EchoFilter(), echo(played)
    filtered(heard, played, by)
    said = spoken("Excuse me please.", RATE, "rms")
    alone = filtered(heard[: len(said)], played[: len(said)], by)
    together = filtered(heard[: len(said)] + said, played[: len(said)], by)
    assert sum(power > 4 * left + 1e-6 for _, power, left in alone) < len(alone) / 10
    assert sum(power > 4 * left + 1e-6 for _, power, left in together) > len(together) / 3


def test_a_path_that_changed_is_learned_sooner_when_it_is_told(played: Floats) -> None:
    def after_change(is_told: bool) -> float:
        by = EchoFilter()
        filtered(echo(played, 80, direct=20), played, by)
        if is_told:
            by.doubt()
        heard = echo(played, 120, direct=20)[: 2 * RATE]
        return residual_db(filtered(heard, played[: len(heard)], by), heard)

    assert after_change(is_told=True) > after_change(is_told=False) + 3


def test_after_a_pause_nothing_echoes() -> None:
    by = EchoFilter()
    noise = white_noise(1.0, RATE)
    filtered(echo(noise), noise, by)
    by.pause()
    quiet = silence(HOP * PARTITIONS / RATE, RATE)
    assert not np.concatenate([hop[0] for hop in filtered(quiet, quiet, by)]).any()
