"""The recogniser to use: the quickest that is there, or the one that the settings name."""

from __future__ import annotations

from sovereign_desktop.config.sections.screen import Ocr
from sovereign_desktop.core.errors import EngineUnavailable
from sovereign_desktop.engines.base import TextRecognizer
from sovereign_desktop.engines.ocr.tesseract import TesseractTextRecognizer
from sovereign_desktop.engines.ocr.tesserocr import TesserocrTextRecognizer


async def choose_ocr(settings: Ocr) -> TextRecognizer:
    """The recogniser. Raises EngineUnavailable with what to install."""
    engines: tuple[TextRecognizer, ...] = (
        TesserocrTextRecognizer(settings.language, timeout_s=settings.timeout_s),
        TesseractTextRecognizer(settings.language, timeout_s=settings.timeout_s),
    )
    wanted = [engine for engine in engines if settings.engine in ("auto", engine.name)]
    if not wanted:
        names = ", ".join(engine.name for engine in engines)
        raise EngineUnavailable(
            f"There is no text recogniser called {settings.engine}.", remedy=f"Choose auto or one of {names}."
        )
    for engine in wanted:
        if await engine.availability():
            return engine
    available = await wanted[-1].availability()
    raise EngineUnavailable(f"{available.reason}.", remedy=available.remedy)
