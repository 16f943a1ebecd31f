"""The windows. Each is imported when it is first needed; `caption.py` is the one that people see most."""
