"""The screen: pictures of it, its windows, and whether it is locked. Open `base.py`, then `choose.py`.

Runs in the child process that looks at the screen; nothing here is for the tray's loop.
"""
