"""`build.py`: what can be made here is made, in order; what can't is told, with what it needs."""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from installers.pack.briefcase import Workshop
from installers.pack.products import PRODUCTS, SYSTEM_PYTHON, Product, to_build_a_deb
from installers.pack.source import Source
from installers.prepare.errors import SetupError
from installers.prepare.progress import say

ROOT = Path(__file__).resolve().parent.parent.parent
SUMS = "SHA256SUMS"
INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says and return the exit status."""
    options = _parser().parse_args(arguments)
    if options.needs:
        print(" ".join(to_build_a_deb(sys.version_info[:2])))
        return 0
    if options.list:
        for product in PRODUCTS:
            say(f"{product.name:<6} {product.what}: {product.obstacle or 'can be made here'}")
        return 0
    try:
        return _build(_chosen(options.products), options.out.resolve(), list(arguments))
    except SetupError as error:
        say(str(error))
        return 1
    except OSError as error:
        say(f"The build can't go on: {error}. Check the disk and who owns {ROOT}")
        return 1
    except KeyboardInterrupt:
        say("\nInterrupted. The next run begins anew, with what was fetched before.")
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="build.py", description="Builds what people install, into dist/.")
    names = ", ".join(product.name for product in PRODUCTS)
    parser.add_argument(
        "products", nargs="*", metavar="PRODUCT", help=f"what to build: {names}; by default what this system can"
    )
    parser.add_argument("--list", action="store_true", help="say what can be built here, and what the rest needs")
    parser.add_argument("--needs", action="store_true", help="name the Debian packages that building a .deb needs")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", metavar="FOLDER", help="where it goes")
    return parser


def _chosen(names: Sequence[str]) -> list[Product]:
    """The products to build: those named, which then have to be possible, or all that are."""
    known = {product.name: product for product in PRODUCTS}
    if unknown := [name for name in names if name not in known]:
        raise SetupError(f"{unknown[0]} is nothing that can be built; there are {', '.join(known)}")
    wanted = [known[name] for name in names] or list(PRODUCTS)
    for product in wanted:
        if obstacle := product.obstacle:
            if names:
                raise SetupError(f"{product.name}, the {product.what}, {obstacle}")
            say(f"Not built here: {product.name}, the {product.what}, {obstacle}")
    return [product for product in wanted if not product.obstacle]


def _build(products: Sequence[Product], out: Path, arguments: list[str]) -> int:
    if any(product.name == "deb" for product in products):
        _become_system_python(arguments)
    source = Source.read(ROOT)
    say(f"Sovereign Desktop {source.version} of {source.date}: {', '.join(product.name for product in products)}")
    out.mkdir(parents=True, exist_ok=True)
    workshop = Workshop(source, ROOT / "build" / "installer")
    workshop.prepare()
    for product in products:
        product.build(workshop, out)
    write_sums(out)
    say(f"All is in {out}")
    return 0


def _become_system_python(arguments: list[str]) -> None:
    """Go on under the system's own Python: the package will run with it, and Briefcase insists."""
    if os.path.realpath(getattr(sys, "_base_executable", sys.executable)) == os.path.realpath(SYSTEM_PYTHON):
        return
    say(f"  (going on with {SYSTEM_PYTHON}, which the package will run with)")
    sys.stderr.flush()
    os.execv(SYSTEM_PYTHON, [str(SYSTEM_PYTHON), str(ROOT / "installers" / "build.py"), *arguments])  # noqa: S606


def write_sums(folder: Path) -> None:
    """The checksums of everything in a folder, for `sha256sum --check`."""
    files = sorted(file for file in folder.iterdir() if file.is_file() and file.name != SUMS)
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}" for file in files]
    folder.joinpath(SUMS).write_text("\n".join(lines) + "\n", "utf-8")
