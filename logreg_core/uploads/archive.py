"""Zip archives, opened so that nothing in them unpacks further than announced.

A .npz is one too.
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from logreg_core.errors import DataError
from logreg_core.uploads.limits import MAX_PICTURES, check_unpacked_size

if TYPE_CHECKING:
    from collections.abc import Iterator

# Each member's entry in the table of contents begins with this.
_ENTRY = b"PK\x01\x02"

# Pictures, and for each the folder entry and the side file that some programs add.
_MAX_MEMBERS = 3 * MAX_PICTURES

_ENCRYPTED = 0x1

# What zipfile raises on archives cut off or altered; reading a member can raise each.
ZIP_RAISES = (
    zipfile.BadZipFile,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
    lzma.LZMAError,
    struct.error,
    zlib.error,
)
DAMAGED = "The file is cut off or damaged; save or pack it once more."


def opened(data: bytes) -> zipfile.ZipFile:
    """Open an archive of which all that is announced is within the limits.

    Raises
    ------
    DataError
        If it is no zip archive, is damaged, holds too much, is encrypted or
        packed in a way whose unpacking cannot be bounded.
    """
    # Counted first: the table of contents of 64 MB would take gigabytes as objects.
    if data.count(_ENTRY) > _MAX_MEMBERS:
        raise DataError(f"The archive has too many files; accepted are {MAX_PICTURES} pictures.")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except ZIP_RAISES as error:
        raise DataError(DAMAGED) from error
    for member in archive.infolist():
        if member.flag_bits & _ENCRYPTED:
            raise DataError("The archive is encrypted; accepted is one without a password.")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise DataError("The archive is packed in an unusual way; accepted is ordinary zip.")
    check_unpacked_size(sum(member.file_size for member in archive.infolist()))
    return archive


def first_bytes(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> bytes:
    """Unpack a member, as far as `limit` bytes whatever its header says."""
    try:
        with archive.open(member) as stream:
            return stream.read(limit)
    except ZIP_RAISES as error:
        raise DataError(DAMAGED) from error


def files_in(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """Yield what a person put in: no folders, and no side files that macOS hides there."""
    for member in archive.infolist():
        folder, _, name = member.filename.replace("\\", "/").rpartition("/")
        if name and not name.startswith(".") and not folder.startswith("__MACOSX"):
            yield member
