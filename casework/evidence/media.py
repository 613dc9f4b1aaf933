"""What a file is, from its first bytes; the name decides only between kinds that look alike."""

from __future__ import annotations

from pathlib import PurePath

#: (offset, bytes, media type), the first that fits counts.
_SIGNATURES = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (8, b"WAVE", "audio/wav"),
    (8, b"AVI ", "video/x-msvideo"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf1", "audio/aac"),
    (0, b"fLaC", "audio/flac"),
    (0, b"OggS", "audio/ogg"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"#!SILK", "audio/silk"),
    (0, b"\x02#!SILK", "audio/silk"),  # as WeChat writes it
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyphei", "image/heic"),
    (4, b"ftypmif", "image/heic"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftyp3gp", "video/3gpp"),
    (4, b"ftyp", "video/mp4"),
    (0, b"FLV", "video/x-flv"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!", "application/vnd.rar"),
)

_OFFICE = "application/vnd.openxmlformats-officedocument."
_IN_ZIP = {
    ".docx": _OFFICE + "wordprocessingml.document",
    ".xlsx": _OFFICE + "spreadsheetml.sheet",
    ".pptx": _OFFICE + "presentationml.presentation",
    ".ofd": "application/ofd",
}
_IN_OLE = {
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
    ".msg": "application/vnd.ms-outlook",
}
_IN_TEXT = {
    ".html": "text/html",
    ".htm": "text/html",
    ".csv": "text/csv",
    ".json": "application/json",
    ".xml": "application/xml",
    ".eml": "message/rfc822",
    ".mht": "multipart/related",
    ".mhtml": "multipart/related",
}
UNKNOWN = "application/octet-stream"


def media_type(head: bytes, name: str) -> str:
    """Return the media type of a file from its first bytes (4 KB are enough) and its name."""
    ending = PurePath(name).suffix.lower()
    for offset, signature, found in _SIGNATURES:
        if head.startswith(signature, offset):
            return found
    if head.startswith(b"PK\x03\x04"):
        return _IN_ZIP.get(ending, "application/zip")
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _IN_OLE.get(ending, "application/x-ole-storage")
    if _is_text(head):
        return _IN_TEXT.get(ending, _text_type(head))
    return UNKNOWN


def exhibit_kind(media: str) -> str:
    """Return the kind of exhibit that such a file usually is: a person may know better."""
    if media.startswith(("audio/", "video/")):
        return "audio_visual"
    if media in {
        "application/pdf",
        "application/msword",
        "application/rtf",
        "application/ofd",
        _IN_ZIP[".docx"],
    }:
        return "documentary"
    return "electronic_data"


def _text_type(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "text/html" if start.startswith((b"<!doctype html", b"<html")) else "text/plain"


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True  # UTF-16 with its mark
    return bool(head) and not any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head)
