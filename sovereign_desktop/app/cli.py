"""The command line: everything that the window can do, without one.

Exit status 0 done; 1 failed, with one line on stderr that says why and what to do; 2 unknown verb or option.
"""

from __future__ import annotations

import argparse
import asyncio
import inspect
import json
import sys
from collections.abc import Callable, Coroutine, Sequence
from importlib import import_module
from typing import Any, Protocol
from unicodedata import category

from sovereign_desktop import __version__
from sovereign_desktop.app.memory_options import add_memory_options
from sovereign_desktop.app.migrate_options import add_migrate_options
from sovereign_desktop.app.options import add_tray_options
from sovereign_desktop.core.errors import SovereignError

BENCHES = {
    "turn": "sovereign_desktop.app.bench.turn:bench_turn",
    "realtime": "sovereign_desktop.app.bench.realtime:bench_realtime",
    "memory": "sovereign_desktop.app.bench.memory:bench_memory",
    "desktop": "sovereign_desktop.app.bench.desktop:bench_desktop",
    "screen": "sovereign_desktop.app.bench.screen:bench_screen",
    "context": "sovereign_desktop.app.bench.context:bench_context",
    "faults": "sovereign_desktop.app.bench.faults.bench:bench_faults",
    "migration": "sovereign_desktop.app.bench.migration:bench_migration",
    "orchestrator": "sovereign_desktop.app.bench.orchestrator:bench_orchestrator",
}
"""Where each measurement is: a coroutine function of `debug` that returns a `Report`. Imported when asked for.

It may take `times` and `only` as well; then the command line has them.
"""


class Report(Protocol):
    """What came of a measurement."""

    def as_json(self) -> dict[str, Any]: ...

    def as_text(self) -> str: ...


def run(arguments: Sequence[str]) -> int:
    """Carry out one verb; the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.carry_out(options))
    except SovereignError as error:
        if options.debug:
            raise
        print(_readable(error.sentence), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Cancelled.", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1
    except Exception as error:
        if options.debug:
            raise
        place = f"{type(error).__name__} in {options.verb}"
        print(
            f"Something went wrong inside the program ({place}). Run it again with --debug to see where.",
            file=sys.stderr,
        )
        return 1


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help="show tracebacks and the log")
    parser = argparse.ArgumentParser(
        prog="sovereign-desktop",
        description="A voice assistant in the system tray. Without a verb it starts there.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument("--debug", action="store_true", help="show tracebacks and the log")
    add_tray_options(parser)
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)

    ask = verbs.add_parser("ask", parents=[common], help="one whole turn: a recording or text in, the answer out")
    ask.add_argument("file", nargs="?", metavar="FILE.wav")
    ask.add_argument("--text", help="ask with words instead of a recording")
    ask.add_argument("--out", metavar="REPLY.wav", help="write the spoken answer here")
    ask.add_argument("--mode", choices=("hybrid", "realtime", "traditional"), default="")
    ask.add_argument("--json", action="store_true", help="one JSON object with everything about the turn")
    ask.set_defaults(carry_out=_ask)

    doctor = verbs.add_parser("doctor", parents=[common], help="what works, what is missing, and how to mend it")
    doctor.add_argument("--json", action="store_true")
    doctor.set_defaults(carry_out=_doctor)

    bench = verbs.add_parser("bench", parents=[common], help="the program's own measurements")
    bench.add_argument("name", choices=tuple(BENCHES))
    bench.add_argument("--times", type=_count, metavar="N", help="measure so often, where a measurement has a choice")
    bench.add_argument("--only", action="append", metavar="WORDS", help="only the rows with these words (faults)")
    bench.add_argument("--json", action="store_true")
    bench.set_defaults(carry_out=_bench)

    keys = verbs.add_parser("keys", parents=[common], help="keys in the system's keyring; never printed")
    actions = keys.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("set", help="store a key; it is asked for, or read from standard input").add_argument("name")
    actions.add_parser("list", help="the names of the keys that are there")
    actions.add_parser("delete", help="remove a key").add_argument("name")
    keys.set_defaults(carry_out=_keys)

    serve = verbs.add_parser("serve", parents=[common], help="a server in the foreground")
    serve.add_argument("server", choices=("voice", "realtime"))
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on; anything but loopback needs TLS")
    serve.add_argument("--port", type=int, default=0)
    token = serve.add_mutually_exclusive_group()
    token.add_argument("--token", default="")
    token.add_argument("--no-token", action="store_true")
    serve.add_argument("--certificate", default="", metavar="PEM")
    serve.add_argument("--certificate-key", default="", metavar="PEM")
    serve.set_defaults(carry_out=_serve)

    memory = verbs.add_parser("memory", parents=[common], help="what is remembered: search, list, export, edit, forget")
    add_memory_options(memory)
    memory.set_defaults(carry_out=_memory)

    models = verbs.add_parser("models", parents=[common], help="speech and embedding models: list, download, remove")
    kinds = models.add_subparsers(dest="action", metavar="ACTION", required=True)
    kinds.add_parser("list", help="which are here")
    kinds.add_parser("download", help="fetch one; can be interrupted and goes on where it stopped").add_argument("name")
    kinds.add_parser("remove", help="delete one").add_argument("name")
    models.set_defaults(carry_out=_models)

    migrate = verbs.add_parser("migrate", parents=[common], help="from an old version to this one, and back")
    add_migrate_options(migrate)
    migrate.set_defaults(carry_out=_migrate)

    update = verbs.add_parser("update", parents=[common], help="whether there is a new version, and fetch it")
    steps = update.add_subparsers(dest="action", metavar="ACTION", required=True)
    check = steps.add_parser("check", help="ask what is new; fetches nothing")
    check.add_argument("--json", action="store_true")
    get = steps.add_parser("get", help="fetch the new version's file and check it")
    get.add_argument("--to", metavar="FOLDER", help="where to, instead of the downloads")
    get.add_argument("--open", action="store_true", help="hand it to the system's way of installing")
    update.set_defaults(carry_out=_update)
    return parser


def _ask(options: argparse.Namespace) -> int:
    from sovereign_desktop.app.ask import Question, ask

    question = Question(options.file, options.text, options.out, options.mode)
    answer = asyncio.run(ask(question, debug=options.debug))
    if options.json:
        _print_json(answer.as_json())
    else:
        if question.file is not None:
            print(f"You:       {_readable(answer.transcript)}")
        print(f"Sovereign: {_readable(answer.reply)}")
        if answer.note:
            print(answer.note, file=sys.stderr)
    return 0


def _readable(said: str) -> str:
    """The words without what would command the terminal: who said them is not always a friend."""
    return "".join("\N{REPLACEMENT CHARACTER}" if category(c) == "Cc" and c not in "\n\t" else c for c in said)


def _doctor(options: argparse.Namespace) -> int:
    from sovereign_desktop.app.doctor import examine

    report = asyncio.run(examine(debug=options.debug))
    if options.json:
        _print_json(report.as_json())
    else:
        print(report.as_text())
    return 0 if report.works else 1


def _bench(options: argparse.Namespace) -> int:
    module, _, function = BENCHES[options.name].partition(":")
    measure: Callable[..., Coroutine[Any, Any, Report]] = getattr(import_module(module), function)
    wanted = {name: value for name in ("times", "only") if (value := getattr(options, name)) is not None}
    for name in wanted.keys() - inspect.signature(measure).parameters.keys():
        raise SovereignError(f"`bench {options.name}` has no --{name}.", remedy="Leave it out.")
    result = asyncio.run(measure(**wanted, debug=options.debug))
    if options.json:
        _print_json(result.as_json())
    else:
        print(result.as_text())
    return 0


def _count(text: str) -> int:
    """A whole number from 1 on."""
    if (number := int(text)) < 1:
        raise ValueError(text)
    return number


def _keys(options: argparse.Namespace) -> int:
    from sovereign_desktop.app.keys import carry_out

    return carry_out(options.action, getattr(options, "name", ""))


def _serve(options: argparse.Namespace) -> int:
    from sovereign_desktop.app.serve import serve

    return serve(options)


def _memory(options: argparse.Namespace) -> int:
    from sovereign_desktop.app.memory import carry_out

    return carry_out(options)


def _models(options: argparse.Namespace) -> int:
    from sovereign_desktop.app.models import carry_out

    return carry_out(options.action, getattr(options, "name", ""))


def _migrate(options: argparse.Namespace) -> int:
    from sovereign_desktop.app.migrate import carry_out

    return carry_out(options)


def _update(options: argparse.Namespace) -> int:
    from sovereign_desktop.app.update.command import carry_out

    return carry_out(options)


def _print_json(value: dict[str, Any]) -> None:
    print(json.dumps(value, ensure_ascii=False))
