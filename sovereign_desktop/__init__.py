"""Sovereign Desktop: a voice assistant in the system tray.

Start with `app/assembly.py`, which turns settings into objects; `DESIGN` in CONTRIBUTING.md names the rooms.
"""

import os

__version__ = "4.0.0.dev1"

# onnxruntime (seen with 1.31) tells its makers of every use and leaves an id of this computer in the home and in the
# temporary folder, unless this is there before it is loaded. Each of our processes comes by here first.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
