"""Programs that others wrote, for the tests to talk to: wheels in an environment of their own, and packages of npm.

Only tests need them, so a package index that can't be reached costs those tests and nothing else; they are skipped
with the reason. Any other fault is one of the set-up.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from installers.prepare import npm
from installers.prepare.environment import Environment, Step
from installers.prepare.errors import Unreachable
from installers.prepare.npm import NpmPackage
from installers.prepare.progress import say

FOLDER = ".venv-others"
LITELLM_FOLDER = ".venv-litellm"


class Others:
    """What others wrote, in a source tree."""

    def __init__(self, root: Path) -> None:
        installers = root / "installers"
        self.environment = Environment(root, [installers / "requirements-others.txt"], FOLDER, "others.log")
        table = tomllib.loads(installers.joinpath("others.toml").read_text("utf-8"))
        self.environments = [self.environment]
        if "litellm" in table:
            pins = [installers / "requirements-litellm.txt"]
            self.environments.append(Environment(root, pins, LITELLM_FOLDER, "litellm.log"))
        self.npm = [NpmPackage(**entry) for entry in table.get("npm", ())]

    @property
    def complete(self) -> bool:
        """Whether everything is there."""
        folders = (package.folder_in(self.environment.folder) for package in self.npm)
        is_installed = all(one.step() is Step.NOTHING for one in self.environments)
        return is_installed and all(folder.exists() for folder in folders)

    def set_up(self, *, dry_run: bool) -> None:
        """Bring what is missing. An index that can't be reached is told and survived."""
        if self.complete:
            return
        folders = " and ".join(str(one.folder) for one in self.environments)
        say(f"To install into {folders}, for tests alone: programs that others wrote (about 700 MB)")
        if dry_run:
            return
        try:
            self._bring()
        except Unreachable as error:
            say(f"  {error}")
            say("  THE TESTS THAT TALK TO PROGRAMS OF OTHERS WILL BE SKIPPED: these programs could not be fetched.")

    def _bring(self) -> None:
        for environment in self.environments:
            environment.prepare()
        for package in self.npm:
            npm.install(package, self.environment.folder, self.environment.log)
        npm.remove_others(self.npm, self.environment.folder)
