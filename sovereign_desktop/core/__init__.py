"""Words that every room shares: audio frames, dialogue, events, errors, and small concurrency parts.

Imports the standard library only. Open `audio.py` and `dialogue.py` first: they are what moves between rooms.
"""
