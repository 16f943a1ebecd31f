"""The actions and options of `migrate`; what carries them out is in `migrate.py`, which takes longer to load."""

from __future__ import annotations

import argparse

FOLDER_ACTIONS = {
    "assess": "look at an old version and at this machine; changes nothing",
    "plan": "what becomes of every old setting; changes nothing",
    "apply": "back up, then bring settings, keys and memories over",
}
ID_ACTIONS = {
    "validate": "check what a migration did, for real",
    "rollback": "put everything back as it was",
}


def add_migrate_options(migrate: argparse.ArgumentParser) -> None:
    """The actions and options of the verb."""
    actions = migrate.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, meaning in FOLDER_ACTIONS.items():
        action = actions.add_parser(name, help=meaning)
        action.add_argument(
            "folder",
            metavar="FOLDER",
            nargs="?",
            default="",
            help="where the old version is, or one settings file of it; else it is looked for in the usual places",
        )
        action.add_argument("--json", action="store_true", help="one JSON object")
        if name == "assess":
            action.add_argument("--offline", action="store_true", help="do not try sound devices and the old keys")
        else:
            action.add_argument(
                "--preset", default="balanced", help="balanced, low_latency, slow_network, low_resources"
            )
            action.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a setting by hand")
            action.add_argument("--skip", action="append", default=[], metavar="OLD.NAME", help="leave one out")
        if name == "apply":
            action.add_argument("--no-memories", action="store_true", help="leave the memories where they are")
            action.add_argument(
                "--clear-env", action="store_true", help="take the keys out of .env once they are in the keyring"
            )
    for name, meaning in ID_ACTIONS.items():
        action = actions.add_parser(name, help=meaning)
        action.add_argument("id", metavar="ID", nargs="?", default="", help="as `migrate list` shows it; else the last")
        action.add_argument("--json", action="store_true", help="one JSON object")
        if name == "rollback":
            way = action.add_mutually_exclusive_group()
            way.add_argument("--gradual", action="store_true", help="switch one new feature off, the mode first")
            way.add_argument("--forward", action="store_true", help="take the last step back, or apply again")
        else:
            action.add_argument("--quick", action="store_true", help="without sound devices, a spoken turn or network")
    actions.add_parser("list", help="all migrations and how they stand").add_argument("--json", action="store_true")
