"""The language of the windows: the user's choice, or the system's where there is a translation.

Texts stand in the code in English, marked by `tr` and `translate`. `resources/translations` has a pair of files for
each other language, made by `python -m installers.translations`: `.ts` to translate in, `.qm` to load.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from sovereign_desktop.core.resources import resource

SYSTEM, ENGLISH = "system", "en"
TRANSLATED = ("de", "zh_CN")
_SHOWN = "language of the windows"


def use_language(choice: str = SYSTEM) -> bool:
    """Have every text that is made from now on in this language; whether it is another one than before."""
    application = QCoreApplication.instance()
    assert application is not None
    language = language_for(choice, QLocale.system().uiLanguages())
    if language_now() == language:
        return False
    for old in application.findChildren(QTranslator):
        application.removeTranslator(old)
        old.deleteLater()
    for file in _files(language):
        translator = QTranslator(application)
        if translator.load(str(file)):
            application.installTranslator(translator)
    application.setProperty(_SHOWN, language)
    return True


def language_now() -> str:
    """The language of the windows, as its file is called; `en` for that of the code."""
    application = QCoreApplication.instance()
    return str(application.property(_SHOWN) or ENGLISH) if application is not None else ENGLISH


def language_for(choice: str, system: Sequence[str]) -> str:
    """The choice, or the first language of the system's, best first, that the windows know."""
    if choice != SYSTEM:
        return choice
    for name in system:
        locale = QLocale(name)
        if locale.language() is QLocale.Language.English:
            return ENGLISH
        if locale.language() is QLocale.Language.German:
            return "de"
        is_simplified = locale.script() is QLocale.Script.SimplifiedHanScript
        if locale.language() is QLocale.Language.Chinese and is_simplified and name != "zh":
            return "zh_CN"  # a bare `zh` also comes last of those for Traditional Chinese
    return ENGLISH


def _files(language: str) -> Iterator[Path]:
    """Our texts, and Qt's own: the buttons of its dialogs. A package may come without Qt's."""
    if language in TRANSLATED:
        yield resource(f"translations/{language}.qm")
        yield Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)) / f"qtbase_{language}.qm"
