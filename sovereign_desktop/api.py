"""What a plugin may import. Nothing else of the program is promised to stay as it is.

from sovereign_desktop.api import ConfigManager, ContextProvider
"""

from sovereign_desktop.app.plugins import ConfigManager, ContextProvider

__all__ = ["ConfigManager", "ContextProvider"]
