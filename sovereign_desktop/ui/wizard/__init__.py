"""The guided way from an old version to this one: find, plan, apply, check, tune, report; and the way back.

Open `window.py` first (the steps and their order), then `journey.py` (what is known so far, and what can be asked
for). The work itself is done by `app/migration_desk.py`, in threads of `work.py`.
"""
