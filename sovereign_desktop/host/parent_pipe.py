"""A child's end of the pipes, under the name by which children in the rooms above `host` know it.

It lives in `core/parent_pipe.py`, because the voice service runs without `host`.
"""

from sovereign_desktop.core.parent_pipe import ParentPipe, die_with_parent

__all__ = ["ParentPipe", "die_with_parent"]
