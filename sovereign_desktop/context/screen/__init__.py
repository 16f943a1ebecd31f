"""What can be read on the screen, without what is private. A child process looks, so that the tray stays small.

The child (`process.py`) takes the picture, cuts the excluded windows out of it (`exclusion.py`), reads what changed
(`reader.py`: without text cursors by `cursor.py`, in lines by `parts.py`), lays it out (`page.py`) and takes secrets
out of it; only what is left goes to the program, where `watch.py` has it. May import engines, host and what is below.
"""
