"""Secrets on rendered pages, read by the real Tesseract: hardly one passes, and harmless text stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sovereign_desktop.engines.ocr.tesseract import TesseractTextRecognizer
from tests.context.privacy.trial import corpus, tried

SEEDS = (20261125, 7001, 7002, 7003, 7004, 7005, 7006, 7007)
"""The rules of the filter were mended on what passed on the pages of the others, not on those of the last."""


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", SEEDS)
async def test_of_the_secrets_on_pages_at_most_one_in_a_hundred_passes(
    seed: int, times: Callable[[int, int], int], figure: Callable[..., None]
) -> None:
    if seed != SEEDS[0] and times(0, 1) == 0:
        pytest.skip("one seed is sample enough")
    sheets = list(corpus(seed, times(30, 600)))
    verdict = await tried(sheets, TesseractTextRecognizer(timeout_s=600))
    figure(seed=seed, secrets=verdict.secrets, passed=len(verdict.passed), lost_share=verdict.lost_share)
    for layout, entry, _ in (*verdict.passed, *verdict.lost):
        print(layout, entry.kind, entry.value)
    assert verdict.passed_share <= 0.01, [(layout, entry.value) for layout, entry, _ in verdict.passed]
    assert verdict.lost_share <= 0.03, [(layout, entry.value) for layout, entry, _ in verdict.lost]
