"""The folder that Briefcase works in: the program, its licence, and one `pyproject.toml` joined from two files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from installers.pack import icons, man_page
from installers.pack.source import NAME, PACKAGE, Source
from installers.pack.toml_text import to_toml
from installers.prepare import system
from installers.prepare.errors import SetupError

TEMPLATE = "SOVEREIGN_BRIEFCASE_TEMPLATE"
FROM_PROJECT = ("name", "description", "readme", "license", "requires-python")
"""What Briefcase takes from the project. Not its dependencies: these are in the pinned file."""

_NOT_STAGED = shutil.ignore_patterns("__pycache__", "*.py[cod]", "*.ts")
"""Of translations the program reads what was compiled."""


LICENCES = "third-party-licences.txt"


def stage(
    source: Source, folder: Path, *, licences: str, python: tuple[int, int], env: Mapping[str, str] = os.environ
) -> None:
    """Lay everything out in `folder`, which is made anew. What Briefcase keeps there is made anew with it."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    shutil.copytree(source.root / PACKAGE, folder / PACKAGE, ignore=_NOT_STAGED)
    shutil.copytree(source.root / "resources", folder / PACKAGE / "resources", ignore=_NOT_STAGED)
    (folder / PACKAGE / "resources" / LICENCES).write_text(licences, "utf-8")
    for name in ("LICENSE", "CHANGELOG.md", "README.md"):
        shutil.copy(source.root / name, folder / name)
    shutil.copy(source.pins, folder / "requirements.txt")
    icons.write(icons.load(source.root / "installers" / "icons"), folder / "icons" / NAME)
    folder.joinpath(f"{NAME}.1").write_text(man_page.write(source), "utf-8")
    settings = joined(source, template=env.get(TEMPLATE, ""), python=python)
    folder.joinpath("pyproject.toml").write_text(to_toml(settings), "utf-8")


def joined(source: Source, *, template: str, python: tuple[int, int]) -> dict[str, Any]:
    """The `pyproject.toml` that Briefcase reads."""
    project = source.project()
    briefcase = source.briefcase()
    app = briefcase["app"][NAME]
    app["linux"]["system"]["debian"]["system_runtime_requires"] = debian_packages(python)
    if template:
        if not Path(template).is_dir():
            raise SetupError(f"{TEMPLATE} names {template}, which is no folder: unpack Briefcase's template there")
        app["template"] = str(Path(template).resolve())
    metadata = {key: project[key] for key in FROM_PROJECT}
    metadata |= {"version": source.version, "license-files": ["LICENSE"]}
    return {"project": metadata, "tool": {"briefcase": briefcase}}


def debian_packages(python: tuple[int, int]) -> list[str]:
    """What a Debian system has to bring, by name. Modules of Python are no matter: the package brings all it uses."""
    needed = (package for package in system.load(python=python) if package.needed_by == "run")
    return sorted({package.names["apt"] for package in needed if "apt" in package.names and package.check != "module"})
