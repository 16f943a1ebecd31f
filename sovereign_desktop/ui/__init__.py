"""The only room with Qt. Widgets show state and send intents; they decide nothing.

Open `run.py` first (QApplication and qasync), then `bridge.py` (events to signals, clicks to intents).
"""
