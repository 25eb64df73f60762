"""Getting a feed's members out of a zip or a folder, refusing what is broken or meant to harm."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from zlib_ng import zlib_ng

from gtfs.errors import FeedError, Problem, Severity

MEMBER_BYTES_MAX = 4 * 1024**3
FEED_BYTES_MAX = 8 * 1024**3
RATIO_MAX = 200  # real stop_times compress up to some 40:1; a bomb goes to 1000:1
RATIO_BYTES_MIN = 10 * 1024**2  # small files may compress as they like
MEMBERS_MAX = 1_000
_ENCRYPTED = 0x1
_LOCAL_HEADER, _LENGTHS_AT = 30, 26  # bytes before a member's name; where the lengths of name and extra stand
_SIGNATURE = b"PK\x03\x04"
_RAW_DEFLATE = -15
_HIDDEN = ("__MACOSX", ".")
_BROKEN: tuple[type[Exception], ...] = (
    zipfile.BadZipFile, zlib.error, zlib_ng.error, lzma.LZMAError, struct.error,  # type: ignore[assignment]  # its stub calls the class an instance
    EOFError, NotImplementedError, RuntimeError, OSError, ValueError,
)  # fmt: skip


def members(path: Path, problems: list[Problem]) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of each file of the feed, one at a time, so that only one is held unparsed.

    What was odd about the container is appended to `problems`: a feed in one folder inside the zip is read,
    hidden files are left out. Raises FeedError if `path` is no readable feed or looks like an attack.
    """
    for name, data, _ in packed_members(path, problems):
        yield name, data


def packed_members(path: Path, problems: list[Problem]) -> Iterator[tuple[str, bytes, bytes | None]]:
    """As `members`, and with each file its raw DEFLATE stream where the container holds one.

    Who stores the file packed need not pack it again: for a large feed that is most of the work.
    """
    if path.is_dir():
        for name, data in _from_folder(path, problems):
            yield name, data, None
        return
    if not path.exists():
        raise _refusal(path, "there is no such file or folder", "Check the path")
    try:
        with zipfile.ZipFile(path) as archive:
            yield from _from_zip(path, archive, problems)
    except _BROKEN as error:
        raise _refusal(
            path, f"this is not a whole zip file: {error}", "Download it again, or give the unpacked folder"
        ) from error


def _from_folder(path: Path, problems: list[Problem]) -> Iterator[tuple[str, bytes]]:
    try:
        inside = sorted(p for p in path.iterdir() if not p.name.startswith("."))
        if len(inside) == 1 and inside[0].is_dir():
            problems.append(_nested(path, inside[0].name))
            inside = sorted(p for p in inside[0].iterdir() if not p.name.startswith("."))
        files = [p for p in inside if p.is_file()]
        sizes = [p.stat().st_size for p in files]
    except OSError as error:
        raise _refusal(
            path, f"the folder cannot be read: {error.strerror}", "Check its permissions"
        ) from error
    if len(files) > MEMBERS_MAX or sum(sizes) > FEED_BYTES_MAX:
        raise _refusal(
            path,
            f"the folder holds {len(files)} files of {sum(sizes):,} bytes",
            "Give the folder of one feed",
        )
    for folder in (p for p in inside if p.is_dir()):
        message, fix = "a folder inside the feed is not read", "Put its files beside the others"
        code = "invalid_input_files_in_subfolder"
        problems.append(Problem(folder.name, 0, "", "", message, fix, Severity.WARNING, code))
    for file in files:
        try:
            data = file.read_bytes()
        except OSError as error:
            raise _refusal(
                file, f"the file cannot be read: {error.strerror}", "Check its permissions"
            ) from error
        yield file.name, data


def _from_zip(
    path: Path, archive: zipfile.ZipFile, problems: list[Problem]
) -> Iterator[tuple[str, bytes, bytes | None]]:
    infos = list(_safe_members(path, archive, problems))
    folders = {str(PurePosixPath(i.filename).parent) for i in infos}
    nested = len(folders) == 1 and folders != {"."}
    if nested:
        problems.append(_nested(path, next(iter(folders))))
    seen: set[str] = set()
    for info in infos:
        name = PurePosixPath(info.filename).name if nested else info.filename
        if name in seen:
            message = "the zip holds this file twice; the first is read"
            problems.append(Problem(name, 0, "", "", message, "Keep one of them", code="duplicate_file"))
            continue
        seen.add(name)
        packed = _stream(path, info)
        yield name, archive.read(info) if packed is None else _unpacked(info, packed), packed


def _stream(path: Path, info: zipfile.ZipInfo) -> bytes | None:
    """The member as it is packed, None if not by DEFLATE or if its own header is not where it should be."""
    if info.compress_type != zipfile.ZIP_DEFLATED or info.flag_bits & _ENCRYPTED:
        return None
    with path.open("rb") as file:
        file.seek(info.header_offset)
        header = file.read(_LOCAL_HEADER)
        if len(header) < _LOCAL_HEADER or not header.startswith(_SIGNATURE):
            return None
        file.seek(sum(struct.unpack("<HH", header[_LENGTHS_AT:])), 1)
        packed = file.read(info.compress_size)
    return packed if len(packed) == info.compress_size else None


def _unpacked(info: zipfile.ZipInfo, packed: bytes) -> bytes:
    """The member's bytes, in half the time that `zipfile` takes; never more than the directory says."""
    data = zlib_ng.decompressobj(_RAW_DEFLATE).decompress(packed, info.file_size + 1)
    if len(data) != info.file_size or zlib_ng.crc32(data) != info.CRC:
        raise zipfile.BadZipFile(f"Bad CRC-32 or length of {info.filename!r}")
    return bytes(data)


def _safe_members(path: Path, archive: zipfile.ZipFile, problems: list[Problem]) -> Iterator[zipfile.ZipInfo]:
    infos = archive.infolist()
    if len(infos) > MEMBERS_MAX:
        raise _refusal(path, f"the zip holds {len(infos)} members", f"A feed has at most {MEMBERS_MAX} files")
    total = packed = 0
    for info in infos:
        pure = PurePosixPath(info.filename.replace("\\", "/"))
        if not pure.parts or pure.is_absolute() or ".." in pure.parts or ":" in pure.parts[0]:
            raise _refusal(path, f"the member {info.filename!r} points outside the zip", "Zip the feed anew")
        if info.is_dir():
            continue
        if pure.name.startswith(_HIDDEN) or pure.parts[0].startswith(_HIDDEN):
            message, fix = "a hidden file is left out", "Remove it from the zip"
            problems.append(Problem(info.filename, 0, "", "", message, fix, Severity.INFO, "unknown_file"))
            continue
        total += info.file_size
        packed += info.compress_size
        if (
            info.file_size > MEMBER_BYTES_MAX
            or total > FEED_BYTES_MAX
            or _bomb(info.file_size, info.compress_size)
            or _bomb(total, packed)
        ):
            ratio = info.file_size / max(info.compress_size, 1)
            raise _refusal(
                path,
                f"{info.filename!r} unpacks to {info.file_size:,} bytes, {ratio:.0f} times its packed size",
                "This looks like a zip bomb; give the unpacked folder if it is a real feed",
            )
        yield info


def _bomb(size: int, packed: int) -> bool:
    return size > RATIO_BYTES_MIN and size > RATIO_MAX * max(packed, 1)


def _nested(path: Path, folder: str) -> Problem:
    message, fix = "the files lie in a folder inside the feed", "Zip the files themselves, not their folder"
    code = "invalid_input_files_in_subfolder"
    return Problem(path.name, 0, "", folder, message, fix, Severity.WARNING, code)


def _refusal(path: Path, message: str, fix: str) -> FeedError:
    return FeedError(str(path), [Problem(path.name, 0, "", "", message, fix)])
