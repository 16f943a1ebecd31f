"""From a source tree to a running program: `bootstrap.py` (the README's commands) and `pin.py` (its pinned packages)."""
