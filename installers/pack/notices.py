"""Whose work is inside: the file of third-party licences, and the bill of materials (CycloneDX) of a release."""

from __future__ import annotations

import email
import json
import uuid
import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path
from typing import Any

from installers.pack.source import NAME, Source

_RULE = "=" * 100
_LICENCE_NAMES = ("LICEN", "COPYING", "NOTICE", "AUTHORS", "THIRD")
_UNSAID = "not said in its metadata"


@dataclass(frozen=True, slots=True)
class Component:
    """A package that is brought along."""

    name: str
    version: str
    licence: str
    homepage: str
    texts: tuple[str, ...]


def components(wheels: Path, *, left_out: Collection[str] = ()) -> list[Component]:
    """What a folder of wheels brings, by name; `left_out` are packages that no installer takes along."""
    found = [_component(wheel) for wheel in wheels.glob("*.whl")]
    return sorted((one for one in found if one.name not in left_out), key=lambda one: one.name.lower())


def licences(found: Sequence[Component]) -> str:
    """The file of licences, to be read by people."""
    head = f"{NAME} brings {len(found)} packages that others wrote, under these licences."
    overview = "\n".join(f"{one.name} {one.version}: {one.licence}" for one in found)
    return "\n\n".join([head, overview, *(_chapter(one) for one in found)]) + "\n"


def bill_of_materials(found: Sequence[Component], source: Source) -> str:
    """The same for programs that look for known faults."""
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{NAME} {source.version} {source.epoch}')}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(source.epoch, UTC).isoformat(),
            "component": {"type": "application", "name": NAME, "version": source.version, "bom-ref": NAME},
        },
        "components": [_entry(one) for one in found],
        "dependencies": [{"ref": NAME, "dependsOn": [_purl(one) for one in found]}],
    }
    return json.dumps(bill, indent=1) + "\n"


def _component(wheel: Path) -> Component:
    with zipfile.ZipFile(wheel) as archive:
        info = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA")).rpartition("/")[0]
        metadata = email.message_from_string(archive.read(f"{info}/METADATA").decode("utf-8"))
        texts = tuple(_texts(archive, f"{info}/"))
    return Component(metadata["Name"], metadata["Version"], _licence(metadata), _homepage(metadata), texts)


def _texts(archive: zipfile.ZipFile, info: str) -> Iterator[str]:
    for name in sorted(archive.namelist()):
        if name.startswith(info) and name.rpartition("/")[2].upper().startswith(_LICENCE_NAMES):
            yield archive.read(name).decode("utf-8", errors="replace").strip()


def _licence(metadata: Message) -> str:
    """The licence in a few words. Some packages put its whole text into the field that is meant for its name."""
    if expression := metadata["License-Expression"]:
        return str(expression)
    words = [line.strip() for line in str(metadata["License"] or "").splitlines() if line.strip()]
    if len(words) == 1 and words[0] != "UNKNOWN":
        return words[0]
    kinds = [c.rpartition(" :: ")[2] for c in metadata.get_all("Classifier", ()) if c.startswith("License ::")]
    return ", ".join(kinds) or (words[0] if words else _UNSAID)


def _homepage(metadata: Message) -> str:
    urls = [url.partition(",")[2].strip() for url in metadata.get_all("Project-URL", ())]
    return str(metadata["Home-page"] or "") or next(iter(urls), "")


def _chapter(one: Component) -> str:
    about = f"{one.name} {one.version}, {one.licence}" + (f", {one.homepage}" if one.homepage else "")
    return "\n\n".join([f"{_RULE}\n{about}\n{_RULE}", *(one.texts or ("(It brings no text of its licence.)",))])


def _entry(one: Component) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": _purl(one),
        "name": one.name,
        "version": one.version,
        "purl": _purl(one),
        "licenses": [{"license": {"name": one.licence}}],
    }


def _purl(one: Component) -> str:
    return f"pkg:pypi/{one.name.lower().replace('_', '-')}@{one.version}"
