"""The operating system: secrets, hotkeys, child processes, the single instance.

May import metrics, config and core. Per-OS code lives in files ending in `_linux`, `_macos`, `_windows`. Open the
file named after what you look for.
"""
