"""The order of versions is Python's, and what is no version of ours is none."""

from __future__ import annotations

import random
import re

import pytest
from packaging.version import Version as PythonVersion

from sovereign_desktop import __version__
from sovereign_desktop.app.update.version import Version

IN_ORDER = ["4.0.0.dev1", "4.0.0.dev12", "4.0.0a1", "4.0.0b2", "4.0.0rc1", "4.0.0", "4.0.1", "4.10.0", "10.0.0"]


def test_versions_stand_in_the_order_that_python_gives_them() -> None:
    shuffled = random.Random(1).sample(IN_ORDER, len(IN_ORDER))
    assert sorted(shuffled, key=Version.parse) == IN_ORDER == sorted(shuffled, key=PythonVersion)
    assert [text for text in IN_ORDER if Version.parse(text).is_preview] == IN_ORDER[:5]
    assert str(Version.parse("4.0.0rc1")) == "4.0.0rc1"


def test_the_running_version_is_one() -> None:
    assert str(Version.parse(__version__)) == __version__


@pytest.mark.parametrize("text", ["", "4", "4.0", "v4.0.0", "4.0.0-1", "4.0.0\n", "4.0.0dev1", "4.0.0.rc1", "9" * 99])
def test_what_is_no_version_of_ours_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(text) + "$"):
        Version.parse(text)
