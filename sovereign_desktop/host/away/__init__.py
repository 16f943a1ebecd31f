"""Whether somebody is there: the screen is locked, or the computer sleeps. Open `base.py` first."""
