"""The operating system: child processes, the single instance, secrets, hotkeys, starting with the session, lock, sleep.

May import metrics, config and core. Per-OS code lives in files that begin with `_linux`, `_macos` or `_windows`. Open
the file named after what you look for: `processes.py` and `supervisor.py`, `single_instance.py` and
`second_start.py`, `secrets.py`, `hotkey/base.py`, `autostart/base.py`, `away/base.py`.
"""
