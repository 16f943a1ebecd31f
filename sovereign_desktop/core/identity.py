"""Who the program says it is, to desktops that recognise programs by a name."""

APP_ID = "io.github.sovereign_desktop"
"""The name of our `.desktop` file. Portals grant rights to it (from 1.21 on to nobody without one), and window systems
find a window's icon by it."""
