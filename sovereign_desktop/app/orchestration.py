"""The language model of the settings: one, or several that answer as one with the single one standing by.

The orchestrator is a fifth of the program's code: who names no models does not load it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from sovereign_desktop.config.paths import Paths
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.engines.base import LanguageModel
from sovereign_desktop.engines.registry import Choice, choose_llm
from sovereign_desktop.metrics.purse import Purse

PROVIDER = "orchestrator"


def is_on(settings: Settings) -> bool:
    """Whether the models that answer as one are to be asked."""
    return settings.orchestrator.enabled or settings.llm.provider == PROVIDER


def keys_of_models(settings: Settings) -> set[str]:
    """The names of the keys that they need."""
    if not settings.orchestrator.models:
        return set()
    from sovereign_desktop.orchestrator.providers import key_name

    return {name for one in settings.orchestrator.models if one.enabled and (name := key_name(one))}


async def language_model(
    settings: Settings, keys: Mapping[str, str], paths: Paths, purse: Purse | None = None
) -> Choice[LanguageModel]:
    """What answers text. Where models are named under `orchestrator`, they can be switched on and off at any time.

    While `purse` is closed, what costs money is left out; it must be open now, because what is chosen here stays.
    """
    llm = settings.llm
    if llm.provider == PROVIDER:
        llm = llm.model_copy(update={"provider": "auto"})
    single = await choose_llm(llm, keys, purse)
    if not settings.orchestrator.models:
        if not is_on(settings):
            return single
        remedy = "Name models under `orchestrator.models`, each with its provider and its role."
        if single.engine is not None:
            return Choice(single.engine, f"{single.reason}; the orchestrator has no models", remedy, single.passed_over)
        return Choice(None, "the orchestrator has no models", remedy)
    from sovereign_desktop.orchestrator.history import History
    from sovereign_desktop.orchestrator.language_model import OrchestratedModel
    from sovereign_desktop.orchestrator.members import members_of
    from sovereign_desktop.orchestrator.switch import OrchestratorSwitch

    history = History(paths.models_history)
    await asyncio.to_thread(history.load)
    new = OrchestratedModel(settings.orchestrator, members_of(settings.orchestrator, keys), history, purse=purse)
    switch = OrchestratorSwitch(single.engine, new, on=is_on(settings))
    state = await switch.availability()
    if not state and single.engine is None:
        await switch.close()
        return Choice(None, f"no language model: {state.reason}", state.remedy)
    names = ", ".join(member.name for member in new.members)
    way = f"{names} answer as one" if is_on(settings) else f"{single.reason}; {names} stand by, switched off"
    return Choice(switch, way, passed_over=single.passed_over)
