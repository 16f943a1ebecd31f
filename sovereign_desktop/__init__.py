"""Sovereign Desktop: a voice assistant in the system tray.

Start with `app/assembly.py`, which turns settings into objects; `DESIGN` in CONTRIBUTING.md names the rooms.
"""

__version__ = "4.0.0.dev1"
