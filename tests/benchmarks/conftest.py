"""How often to measure, and a place for the figures."""

from __future__ import annotations

from collections.abc import Callable

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--whole", action="store_true", help="measure as often as the promise says, not a sample")


@pytest.fixture
def times(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """`times(sample, whole)`: how often to do something in this run."""
    whole_wanted = request.config.getoption("--whole", default=False)
    return lambda sample, whole: whole if whole_wanted else sample


@pytest.fixture
def figure(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Callable[..., None]:
    """Print figures past pytest's capture, so that a passing run shows what it measured."""

    def show(**figures: float | str) -> None:
        with capsys.disabled():
            shown = "  ".join(
                f"{name}={value:.3f}" if isinstance(value, float) else f"{name}={value}"
                for name, value in figures.items()
            )
            print(f"\n    {request.node.name}: {shown}")

    return show
