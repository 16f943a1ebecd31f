"""From an old way of asking models to the orchestrator, step by step and back again, as `config.json` says.

    adapter = MigrationAdapter()
    result = await adapter.fetch_data_with_collaboration(prompt="Get GPU prices", data_type="gpu")

The file is looked at with every call, so whoever changes it, with `update_config` or by hand, changes what happens
next. While the orchestrator is off, or fails in the mode `gradual`, the old way answers.
"""

from __future__ import annotations

import importlib
import inspect
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sovereign_desktop.core.errors import SettingsError
from sovereign_desktop.orchestrator.calling import ModelCall, call_plainly
from sovereign_desktop.orchestrator.config_file import ConfigFile, Loaded
from sovereign_desktop.orchestrator.history import Comparison
from sovereign_desktop.orchestrator.merging import agree
from sovereign_desktop.orchestrator.orchestrator import AIOrchestrator
from sovereign_desktop.orchestrator.parallel_run import Side, Watched
from sovereign_desktop.orchestrator.providers import ask_provider, is_reachable
from sovereign_desktop.orchestrator.values import MergedResult, finite

logger = logging.getLogger(__name__)

Fetch = Callable[..., Any]


class InvalidConfig(SettingsError, ValueError):  # noqa: N818 - a ValueError for those who come from the seed's package
    """A value that the configuration can't have."""


class MigrationAdapter:
    """Asks the old way, the new one, or both. `legacy_func` is the old way: `legacy_func(prompt, data_type, ...)`."""

    def __init__(
        self,
        config_path: str | Path = "config.json",
        legacy_func: Fetch | None = None,
        model_call_func: ModelCall | None = None,
    ) -> None:
        self.config_path = Path(config_path).expanduser()
        self.legacy_func = legacy_func
        self.model_call_func = model_call_func
        self.orchestrator: AIOrchestrator | None = None
        self._file = ConfigFile(self.config_path)
        self._applied: Loaded | None = None
        self._registered: frozenset[str] = frozenset()
        self._watched = Watched()

    @property
    def config(self) -> dict[str, Any]:
        """What is in force: the file over the defaults."""
        return self._file.current().tree

    @property
    def is_on(self) -> bool:
        """Whether the orchestrator is used."""
        return bool(self.config["system"]["use_orchestrator"])

    def initialize_orchestrator(self) -> AIOrchestrator | None:
        """The orchestrator with the models and settings of the file; None while it is switched off."""
        loaded = self._file.current()
        if not loaded.tree["system"]["use_orchestrator"]:
            return None
        if self.orchestrator is None:
            self.orchestrator = AIOrchestrator(loaded.config, self.model_call_func)
        self._apply(loaded)
        return self.orchestrator

    def toggle_orchestrator(self, enabled: bool | None = None) -> bool:
        """Use the orchestrator or not, from now on and for every program with this file; without a word, the other
        than now. Returns whether it is used. Raises ValueError."""
        self.update_config({"system": {"use_orchestrator": not self.is_on if enabled is None else bool(enabled)}})
        return self.is_on

    def update_config(self, updates: Mapping[str, Any] | None = None, **sections: Any) -> dict[str, Any]:
        """Merge these into the file, in force at once. Raises ValueError, and changes nothing, for a bad one."""
        if not isinstance(updates, Mapping | None):
            raise InvalidConfig("The changes of the configuration must be a mapping.")
        try:
            loaded = self._file.change({**(updates or {}), **sections})
        except SettingsError as error:
            raise InvalidConfig(error.user_text, remedy=error.remedy) from error
        if self.orchestrator is not None:
            self._apply(loaded)
        return loaded.tree

    def get_status(self) -> dict[str, Any]:
        """How things stand."""
        loaded = self._file.current()
        system = loaded.tree["system"]
        return {
            "use_orchestrator": system["use_orchestrator"],
            "migration_mode": system["migration_mode"],
            "rollback_enabled": system["rollback_enabled"],
            "parallel_run": system["parallel_run"],
            "orchestrator_initialized": self.orchestrator is not None,
            "legacy_enabled": loaded.tree["legacy_system"]["enabled"],
            "legacy_available": self._legacy() is not None,
            "feature_flags": dict(loaded.tree["feature_flags"]),
            "models": [model.name for model in loaded.models if model.enabled],
            "version": loaded.tree["version"],
            "config_path": str(self.config_path),
            "config_exists": self.config_path.exists(),
            "problems": list(loaded.problems),
        }

    async def fetch_data_with_collaboration(
        self,
        prompt: str,
        data_type: str = "",
        quality_threshold: float | None = None,
        cost_limit: float | None = None,
        model_call_func: ModelCall | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        """The old form of an answer: `success`, `data`, `metadata`, `error`. Never raises for what a model does."""
        system = self.config["system"]
        orchestrator = self.initialize_orchestrator()  # once: the file may change at any moment
        wishes = {"quality_threshold": quality_threshold, "cost_limit": cost_limit, **more}

        async def new() -> MergedResult:
            assert orchestrator is not None
            return await self._new(orchestrator, prompt, data_type, quality_threshold, cost_limit, model_call_func)

        async def old() -> dict[str, Any]:
            return await self._old(prompt, data_type, wishes)

        if orchestrator is None:
            return await self._answered_by_old(old)
        if system["parallel_run"] and self._legacy() is not None:
            side = await self._watched.both(old, new, lambda one, other: self._compare(data_type, one, other))
            return side.result if side.result is not None else _failed(_said(side.error), "legacy")
        try:
            result = _as_dict(await new())
        except (ValueError, RuntimeError) as error:
            result = _failed(_said(error), "orchestrator")
        if not result["success"] and system["migration_mode"] == "gradual" and self._legacy() is not None:
            why = result["error"]
            result = await self._answered_by_old(old)
            result["metadata"] = {**result["metadata"], "orchestrator_error": why}
        return result

    async def close(self) -> None:
        """Wait for what is only watched, and let go of the history."""
        await self._watched.close()
        if self.orchestrator is not None:
            self.orchestrator.close()

    async def _answered_by_old(self, old: Callable[[], Any]) -> dict[str, Any]:
        try:
            result: dict[str, Any] = await old()
        except Exception as error:  # noqa: BLE001 - somebody else's function
            return _failed(_said(error), "legacy")
        return result

    async def _new(
        self,
        orchestrator: AIOrchestrator,
        prompt: str,
        data_type: str,
        quality_threshold: float | None,
        cost_limit: float | None,
        model_call_func: ModelCall | None,
    ) -> MergedResult:
        return await orchestrator.process_request(
            prompt,
            {"data_type": data_type} if data_type else None,
            quality_threshold,
            cost_limit,
            model_call_func or self.model_call_func or _provider_call(self._file.current()),
        )

    async def _old(self, prompt: str, data_type: str, wishes: Mapping[str, Any]) -> dict[str, Any]:
        legacy = self._legacy()
        if legacy is None:
            return _failed("The orchestrator is off, and there is no legacy function to ask.", "legacy")
        result = await call_plainly(legacy, _takes(legacy, prompt, data_type, wishes))
        if isinstance(result, Mapping) and "success" in result:
            metadata = result.get("metadata")
            metadata = metadata if isinstance(metadata, Mapping) else {"legacy_metadata": metadata} if metadata else {}
            return {"data": None, "error": None, **result, "metadata": metadata}
        return {"success": result is not None, "data": result, "metadata": {"system": "legacy"}, "error": None}

    def _legacy(self) -> Fetch | None:
        """The old way: given, or named in the file as `module:function`; None where it is off or not to be had."""
        section = self.config["legacy_system"]
        if not section["enabled"]:
            return None
        if self.legacy_func is None and section["function"]:
            module, _, name = section["function"].replace(":", ".").rpartition(".")
            try:
                self.legacy_func = getattr(importlib.import_module(module), name)
            except Exception:  # noqa: BLE001 - importing runs somebody else's code
                logger.warning("the legacy function can't be imported")
        return self.legacy_func

    def _apply(self, loaded: Loaded) -> None:
        """Bring the orchestrator to what the file says. Models that a program registered itself stay."""
        if self.orchestrator is None or loaded is self._applied:
            return
        self._applied = loaded
        kept = {"history_path": self.orchestrator.config.history_path, "seed": self.orchestrator.config.seed}
        self.orchestrator.config = loaded.config.changed(kept)
        names = frozenset(model.name for model in loaded.models)
        for name in self._registered - names:
            self.orchestrator.unregister_model(name)
        for model in loaded.models:
            self.orchestrator.register_model(model)
        self._registered = names

    def _compare(self, data_type: str, old: Side[dict[str, Any]], new: Side[MergedResult]) -> None:
        """Note both sides in the history, for the report."""
        if self.orchestrator is None:
            return
        old_data = (old.result or {}).get("data") if (old.result or {}).get("success") else None
        new_data = new.result.data if new.result is not None else None
        metadata = new.result.metadata if new.result is not None else {}
        old_cost = max(0.0, finite((old.result or {"metadata": {}})["metadata"].get("total_cost")) or 0.0)
        agreement = agree(old_data, new_data) if old_data is not None and new_data is not None else 0.0
        self.orchestrator.history.compare(
            Comparison(
                str(metadata.get("request_id", "")),
                str(metadata.get("task_type", data_type)),
                old.seconds,
                new.seconds,
                old_cost,
                float(metadata.get("total_cost", 0.0)),
                old_data is not None,
                new_data is not None,
                agreement,
                float(metadata.get("confidence", 0.0)),
            )
        )
        self.orchestrator.history.save()


def _provider_call(loaded: Loaded) -> ModelCall | None:
    """How models are asked that say where they are; None when none does."""
    return ask_provider if any(is_reachable(model) for model in loaded.models if model.enabled) else None


def _takes(legacy: Fetch, prompt: str, data_type: str, wishes: Mapping[str, Any]) -> dict[str, Any]:
    """What of a request the old function takes, by its names."""
    offered = {"prompt": prompt, "data_type": data_type} | {k: v for k, v in wishes.items() if v is not None}
    try:
        parameters = inspect.signature(legacy).parameters.values()
    except (TypeError, ValueError):
        return offered
    if any(one.kind is one.VAR_KEYWORD for one in parameters):
        return offered
    return {one.name: offered[one.name] for one in parameters if one.name in offered}


def _as_dict(result: MergedResult) -> dict[str, Any]:
    metadata = {
        **result.metadata,
        "system": "orchestrator",
        "contributing_models": result.contributing_models,
        "confidence_scores": result.confidence_scores,
        "flagged_for_review": result.flagged_for_review,
    }
    error = None if result.success else str(result.metadata.get("error", "No model answered."))
    return {"success": result.success, "data": result.data, "metadata": metadata, "error": error}


def _failed(why: str, system: str) -> dict[str, Any]:
    return {"success": False, "data": None, "metadata": {"system": system}, "error": why}


def _said(error: BaseException | None) -> str:
    return str(error) or type(error).__name__ if error is not None else "It gave nothing."
