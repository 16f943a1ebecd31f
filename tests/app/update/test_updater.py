"""News of versions from a real server on loopback: believed when signed and not older, otherwise told in a sentence."""

from __future__ import annotations

import asyncio
import hashlib
import json
import ssl
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from sovereign_desktop.app.update import fetching
from sovereign_desktop.app.update.installation import Installation, Way
from sovereign_desktop.app.update.release import LARGEST_FILE_BYTES
from sovereign_desktop.app.update.updater import Updater
from sovereign_desktop.core.errors import UpdateError
from tests.app.update.stage import BOOKWORM, CONTENT, DEB, Makers, Server, release, respond
from tests.fakes.certificates import Authority


def updater(server: Server, makers: Makers, folder: Path, **options: Any) -> Updater:
    chosen: dict[str, Any] = {"running": "4.0.0", "installation": lambda: BOOKWORM, **options}
    return Updater(folder / "kept", source=server.source(makers), **chosen)


async def refused(updater: Updater) -> str:
    """The one sentence (and what to do) for an answer that can't be used; nothing is kept of it."""
    with pytest.raises(UpdateError) as caught:
        await updater.check()
    assert "\n" not in caught.value.sentence
    return caught.value.sentence


async def test_a_newer_version_is_offered_with_what_is_new_and_what_to_do(
    server: Server, makers: Makers, tmp_path: Path
) -> None:
    standing = await updater(server, makers, tmp_path).check()
    assert standing.is_newer
    assert standing.text == "Sovereign Desktop 4.1.0 of 2026-12-01 is there; this is 4.0.0."
    assert standing.notes_if_newer == "It sings.\nAnd more."
    assert "update get" in standing.advice
    assert standing.as_json()["file"] == DEB
    assert server.asked == ["/release.json"], "nothing is fetched unasked"


@pytest.mark.parametrize(
    ("running", "announced", "offered"),
    [
        ("4.1.0", "4.1.0", False),
        ("4.2.0", "4.1.0", False),
        ("4.0.0", "4.1.0rc1", False),
        ("4.1.0.dev1", "4.1.0rc1", True),
        ("4.1.0rc2", "4.1.0", True),
        ("4.9.0", "4.10.0", True),
    ],
)
async def test_only_what_is_newer_is_offered_and_previews_to_those_who_run_one(
    server: Server, makers: Makers, tmp_path: Path, running: str, announced: str, offered: bool
) -> None:
    server.bodies["release.json"] = makers.announce(release(announced))
    standing = await updater(server, makers, tmp_path, running=running).check()
    assert standing.is_newer is offered
    assert bool(standing.advice) is offered


async def test_what_somebody_else_signed_or_changed_afterwards_is_not_looked_into(
    server: Server, makers: Makers, tmp_path: Path
) -> None:
    program = updater(server, makers, tmp_path)
    for spoiled in (
        Makers().announce(),
        makers.announce(release=release("9.0.0")),
        makers.announce(signatures=["not base64!"]),
        makers.announce(signatures=["AAAA"]),
        makers.announce(release="\ud800"),
    ):
        server.bodies["release.json"] = spoiled
        assert "not signed by this program's makers" in await refused(program)


async def test_the_second_of_two_keys_counts_too(server: Server, makers: Makers, tmp_path: Path) -> None:
    program = Updater(tmp_path, running="4.0.0", source=server.source(Makers(), makers), installation=lambda: BOOKWORM)
    assert (await program.check()).is_newer


@pytest.mark.parametrize(
    "spoiled",
    [
        b"",
        b"<html>Welcome to the hotel!</html>",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b"null",
        b'{"format": "sovereign-desktop-release/1"}',
        b'{"format": 1, "release": {}, "signatures": []}',
    ],
    ids=["nothing", "a portal", "no text", "brackets", "null", "half", "other kinds"],
)
async def test_what_is_no_announcement_is_told(server: Server, makers: Makers, tmp_path: Path, spoiled: bytes) -> None:
    server.bodies["release.json"] = spoiled
    assert await refused(updater(server, makers, tmp_path)) == (
        "What the update server says of new versions makes no sense, so nothing is offered."
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"version": "4.1"},
        {"version": "4.1.0; rm"},
        {"version": "٤.1.0"},
        {"date": "soon"},
        {"files": [{"name": "../evil.deb", "size": 1, "sha256": "0" * 64}]},
        {"files": [{"name": "a.deb", "size": LARGEST_FILE_BYTES + 1, "sha256": "0" * 64}]},
        {"files": [{"name": "a.deb", "size": 1, "sha256": "0"}]},
        {"notes": "x" * 20_001},
    ],
    ids=str,
)
async def test_makers_who_sign_nonsense_are_not_believed_either(
    server: Server, makers: Makers, tmp_path: Path, changes: dict[str, Any]
) -> None:
    said = json.loads(release()) | changes
    server.bodies["release.json"] = makers.announce(json.dumps(said))
    assert "makes no sense" in await refused(updater(server, makers, tmp_path))


async def test_a_truncated_announcement_is_told(server: Server, makers: Makers, tmp_path: Path) -> None:
    whole = makers.announce()

    async def cut(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await respond(writer, whole[:-40], len(whole))

    server.answer = cut
    assert "makes no sense" in await refused(updater(server, makers, tmp_path))


async def test_a_future_kind_of_announcement_says_to_update_by_hand(
    server: Server, makers: Makers, tmp_path: Path
) -> None:
    server.bodies["release.json"] = makers.announce(format="sovereign-desktop-release/2")
    assert "by hand" in await refused(updater(server, makers, tmp_path))


async def test_a_flood_is_cut_off(server: Server, makers: Makers, tmp_path: Path) -> None:
    sent = 0

    async def flood(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while sent < 50 * 2**20:
            writer.write(bytes(64 * 1024))
            sent += 64 * 1024
            await writer.drain()

    server.answer = flood
    assert "far more than an announcement" in await refused(updater(server, makers, tmp_path))
    assert sent < 20 * 2**20


async def test_a_server_that_drips_is_left(
    server: Server, makers: Makers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = asyncio.Event()

    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        with suppress(ConnectionError):
            while not writer.transport.is_closing():
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.01)
        gone.set()

    server.answer = drip
    with pytest.raises(UpdateError, match="took longer than 0 s"):
        await fetching.fetch_announcement(server.url, within_s=0.3)
    async with asyncio.timeout(5):
        await gone.wait()


async def test_a_silent_server_is_left(server: Server) -> None:
    waiting = asyncio.Event()

    async def silent(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        await waiting.wait()

    server.answer = silent
    with pytest.raises(UpdateError, match=r"took longer|stopped sending"):
        await fetching.fetch_announcement(server.url, within_s=0.3)
    waiting.set()


async def test_no_server_no_news_and_an_error_page_are_told_apart(
    server: Server, makers: Makers, tmp_path: Path
) -> None:
    program = updater(server, makers, tmp_path)
    server.bodies.clear()
    assert "has no news of this program" in await refused(program)

    async def ill(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 503 Ill\r\nContent-Length: 0\r\n\r\n")

    async def elsewhere(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n")

    async def noise(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x00\x16 is no HTTP" * 50)

    for answer in (ill, elsewhere, noise):
        server.answer = answer
        assert "broke off or is none" in await refused(program)
    server.url = "http://127.0.0.1:1/release.json"
    assert "can't be reached" in await refused(program)


async def test_a_replayed_older_announcement_is_refused_though_it_is_signed(
    server: Server, makers: Makers, tmp_path: Path
) -> None:
    old = {"release.json": makers.announce(release("4.0.5", "2026-10-01"))}
    assert (await updater(server, makers, tmp_path).check()).is_newer
    server.bodies.update(old)
    told = await refused(updater(server, makers, tmp_path))  # another run of the program
    assert "4.0.5 of 2026-10-01, which is older than the 4.1.0 of 2026-12-01" in told
    server.bodies["release.json"] = makers.announce(release("4.1.0", "2026-11-30"))
    assert "older" in await refused(updater(server, makers, tmp_path))
    remembered = updater(server, makers, tmp_path).remembered()
    assert remembered is not None
    assert str(remembered.release.version) == "4.1.0"


async def test_what_was_announced_last_is_believed_only_while_it_bears_a_signature_that_counts(
    server: Server, makers: Makers, tmp_path: Path
) -> None:
    program = updater(server, makers, tmp_path)
    assert program.remembered() is None
    await program.check()
    assert program.remembered() is not None
    kept = next((tmp_path / "kept").iterdir())
    kept.write_bytes(kept.read_bytes().replace(b"4.1.0", b"6.6.6"))
    assert program.remembered() is None


async def test_what_cannot_be_remembered_is_not_offered(server: Server, makers: Makers, tmp_path: Path) -> None:
    (tmp_path / "kept").touch()
    assert "can't be kept" in await refused(updater(server, makers, tmp_path))


async def test_over_https_only_a_server_that_somebody_vouches_for_is_asked(
    makers: Makers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    async with Server({"release.json": makers.announce()}, tls=authority.certificate().context()) as server:
        program = updater(server, makers, tmp_path)
        assert "can't prove to be it" in await refused(program)
        assert server.asked == []
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
        assert (await program.check()).is_newer
        assert server.url.startswith("https://")


# Fetching


async def test_the_file_that_was_signed_arrives_whole(server: Server, makers: Makers, tmp_path: Path) -> None:
    program = updater(server, makers, tmp_path)
    file = await program.fetch(await program.check(), tmp_path / "downloads")
    assert file == tmp_path / "downloads" / DEB
    assert file.read_bytes() == CONTENT
    assert server.asked[1:] == [f"/{DEB}"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (CONTENT[:-1], "broke off"),
        (CONTENT + b"!", "not the file that the makers signed"),
        (CONTENT[:-1] + b"!", "not the file that the makers signed"),
        (None, "has no news"),
    ],
    ids=["truncated", "longer", "changed", "missing"],
)
async def test_another_file_is_deleted(
    server: Server, makers: Makers, tmp_path: Path, content: bytes | None, told: str
) -> None:
    program = updater(server, makers, tmp_path)
    standing = await program.check()
    server.bodies.pop(DEB)
    if content is not None:
        server.bodies[DEB] = content
    with pytest.raises(UpdateError, match=told):
        await program.fetch(standing, tmp_path / "downloads")
    assert list((tmp_path / "downloads").iterdir()) == []


async def test_a_folder_that_cannot_be_written_is_told(server: Server, makers: Makers, tmp_path: Path) -> None:
    program = updater(server, makers, tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(UpdateError, match="can't be saved"):
        await program.fetch(await program.check(), tmp_path / "file")


async def test_a_download_that_is_given_up_leaves_nothing(server: Server, makers: Makers, tmp_path: Path) -> None:
    program = updater(server, makers, tmp_path)
    standing = await program.check()
    begun, waiting = asyncio.Event(), asyncio.Event()

    async def slow(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await respond(writer, CONTENT[:1000], len(CONTENT))
        begun.set()
        await waiting.wait()

    server.answer = slow
    fetch = asyncio.create_task(program.fetch(standing, tmp_path / "downloads"))
    await begun.wait()
    fetch.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fetch
    waiting.set()
    assert list((tmp_path / "downloads").iterdir()) == []


async def test_an_older_version_is_never_fetched(server: Server, makers: Makers, tmp_path: Path) -> None:
    program = updater(server, makers, tmp_path, running="4.2.0")
    with pytest.raises(UpdateError, match="nothing newer"):
        await program.fetch(await program.check(), tmp_path)


async def test_a_system_that_the_release_has_nothing_for_is_told(
    server: Server, makers: Makers, tmp_path: Path
) -> None:
    program = updater(server, makers, tmp_path, installation=lambda: Installation(Way.DEB, "-trixie-arm64.deb"))
    standing = await program.check()
    assert standing.advice == "It has no file for this system yet."
    with pytest.raises(UpdateError, match="no file to fetch for this system"):
        await program.fetch(standing, tmp_path)


async def test_pip_is_told_the_sum_of_the_wheel(server: Server, makers: Makers, tmp_path: Path) -> None:
    wheel = "sovereign_desktop-4.1.0-py3-none-any.whl"
    digest = hashlib.sha256(b"x").hexdigest()
    server.bodies["release.json"] = makers.announce(release(files=[{"name": wheel, "size": 1, "sha256": digest}]))
    program = updater(server, makers, tmp_path, installation=lambda: Installation(Way.WHEEL, "-py3-none-any.whl"))
    beside = server.url.replace("release.json", wheel)
    assert (await program.check()).advice == f"Run: pipx install --force '{beside}#sha256={digest}'"


def test_the_trust_in_certificates_is_that_of_the_system() -> None:
    """What the HTTPS test sets in the environment is what Python's own default looks at."""
    assert ssl.get_default_verify_paths().openssl_cafile_env == "SSL_CERT_FILE"
