"""New versions of the program."""

from __future__ import annotations

from sovereign_desktop.config.sections.section import Section


class Updates(Section):
    """Whether the program looks for new versions. It only tells of them: none is ever fetched by itself."""

    check: bool = True
    """Ask once a day whether there is a new version. Nothing is asked where neither this build nor `url` says where."""
    url: str = ""
    """Where to ask instead of where this build says; https. Only what the program's makers have signed is offered."""
