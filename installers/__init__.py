"""From a source tree to a running program: `bootstrap.py` (the commands) and `pin.py` (its packages)."""
