"""Global hotkeys: what the user wrote (`parse`), who hears the keys (`choose`), what presses mean (`gesture`).

May import what host may. One listener a file: X11 grabs, the Wayland portal, Windows, macOS. Open `base.py` first.
"""
