"""Several language models that answer as one: chosen, asked side by side, merged, and learned from.

May import engines and what is below. Two faces on one core: `AIOrchestrator` (open `orchestrator.py` first), with the
names of the package that people come from, and `OrchestratedModel`, itself a `LanguageModel` of the voice pipeline.
"""

from __future__ import annotations

from sovereign_desktop.orchestrator.adapter import InvalidConfig, MigrationAdapter
from sovereign_desktop.orchestrator.configuration import OrchestratorConfig
from sovereign_desktop.orchestrator.orchestrator import AIOrchestrator, NoModelCall, NoModels
from sovereign_desktop.orchestrator.validation import DataValidator
from sovereign_desktop.orchestrator.values import (
    AIModel,
    MergedResult,
    Request,
    Response,
    TaskType,
    ValidationResult,
)

__all__ = [
    "AIModel",
    "AIOrchestrator",
    "DataValidator",
    "InvalidConfig",
    "MergedResult",
    "MigrationAdapter",
    "NoModelCall",
    "NoModels",
    "OrchestratorConfig",
    "Request",
    "Response",
    "TaskType",
    "ValidationResult",
]
