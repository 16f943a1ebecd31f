"""Starting with the session, hidden: one file an operating system. Open `base.py` first, then `choose.py`."""
