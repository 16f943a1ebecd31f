"""Secrets on rendered pages, read by the real Tesseract: hardly one passes, and harmless text stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sovereign_desktop.engines.ocr.tesseract import TesseractTextRecognizer
from tests.context.privacy.trial import corpus, tried


@pytest.mark.slow
@pytest.mark.timeout(3600)
async def test_of_the_secrets_on_pages_at_most_one_in_a_hundred_passes(
    times: Callable[[int, int], int], figure: Callable[..., None]
) -> None:
    sheets = list(corpus(20261125, times(30, 600)))
    verdict = await tried(sheets, TesseractTextRecognizer(timeout_s=600))
    figure(secrets=verdict.secrets, passed=len(verdict.passed), lost_share=verdict.lost_share)
    for layout, entry, _ in (*verdict.passed, *verdict.lost):
        print(layout, entry.kind, entry.value)
    assert verdict.passed_share <= 0.01, [(layout, entry.value) for layout, entry, _ in verdict.passed]
    assert verdict.lost_share <= 0.03, [(layout, entry.value) for layout, entry, _ in verdict.lost]
