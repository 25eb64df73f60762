"""Getting a feed's members out of a zip or a folder, refusing what is broken or meant to harm."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from gtfs.errors import FeedError, Problem, Severity

MEMBER_BYTES_MAX = 4 * 1024**3
FEED_BYTES_MAX = 8 * 1024**3
RATIO_MAX = 400  # real stop_times compress up to some 40:1; a bomb is beyond 1000:1
RATIO_BYTES_MIN = 10 * 1024**2  # small files may compress as they like
MEMBERS_MAX = 1_000
_HIDDEN = ("__MACOSX", ".")


def members(path: Path) -> tuple[list[tuple[str, bytes]], list[Problem]]:
    """(name, bytes) of each file of the feed, and what was odd about the container.

    A feed in one folder inside the zip is read and reported. Raises FeedError if `path` is no readable feed.
    """
    if path.is_dir():
        files = sorted(p for p in path.iterdir() if p.is_file() and not p.name.startswith("."))
        return [(p.name, p.read_bytes()) for p in files], []
    if not path.exists():
        raise _refusal(path, "there is no such file or folder", "Check the path")
    try:
        with zipfile.ZipFile(path) as archive:
            return _unpack(path, archive)
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError, RuntimeError, OSError) as error:
        raise _refusal(
            path, f"this is not a whole zip file: {error}", "Download it again, or give the unpacked folder"
        ) from error


def _unpack(path: Path, archive: zipfile.ZipFile) -> tuple[list[tuple[str, bytes]], list[Problem]]:
    problems: list[Problem] = []
    infos = list(_safe_members(path, archive))
    folders = {str(PurePosixPath(i.filename).parent) for i in infos}
    nested = len(folders) == 1 and folders != {"."}
    if nested:
        problems.append(
            Problem(
                path.name, 0, "", next(iter(folders)),
                "the files lie in a folder inside the zip",
                "Zip the files themselves, not their folder",
                Severity.WARNING,
            )
        )  # fmt: skip
    found: list[tuple[str, bytes]] = []
    seen: set[str] = set()
    for info in infos:
        name = PurePosixPath(info.filename).name if nested else info.filename
        if name in seen:
            problems.append(
                Problem(
                    name, 0, "", "", "the zip holds this file twice; the first is read", "Keep one of them"
                )
            )
            continue
        seen.add(name)
        found.append((name, archive.read(info)))
    return found, problems


def _safe_members(path: Path, archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    infos = archive.infolist()
    if len(infos) > MEMBERS_MAX:
        raise _refusal(path, f"the zip holds {len(infos)} members", f"A feed has at most {MEMBERS_MAX} files")
    total = 0
    for info in infos:
        pure = PurePosixPath(info.filename.replace("\\", "/"))
        if pure.is_absolute() or ".." in pure.parts or (pure.parts and ":" in pure.parts[0]):
            raise _refusal(path, f"the member {info.filename!r} points outside the zip", "Zip the feed anew")
        if info.is_dir() or pure.name.startswith(_HIDDEN) or pure.parts[0].startswith(_HIDDEN):
            continue
        total += info.file_size
        ratio = info.file_size / max(info.compress_size, 1)
        if (
            info.file_size > MEMBER_BYTES_MAX
            or total > FEED_BYTES_MAX
            or (ratio > RATIO_MAX and info.file_size > RATIO_BYTES_MIN)
        ):
            raise _refusal(
                path,
                f"{info.filename!r} unpacks to {info.file_size:,} bytes, {ratio:.0f} times its packed size",
                "This looks like a zip bomb; give the unpacked folder if it is a real feed",
            )
        yield info


def _refusal(path: Path, message: str, fix: str) -> FeedError:
    return FeedError(str(path), [Problem(path.name, 0, "", "", message, fix)])
