"""The only room with Qt. Widgets show state and send intents; they decide nothing.

Open `run.py` first (what happens before and after the icon stands there), then `bridge.py` (events to signals,
clicks to intents) and `shell.py` (which windows there are). `loop.py` is where Qt meets asyncio. What windows do beside
the program (tries of devices, downloads) runs in `errands.py`.

Everything that is imported before the icon shows costs the user time: `run.py`, `tray.py` and what they need
stay small, windows are imported when they are first opened.
"""
