"""XML of untrusted files through expat, as a stream of events: no document type, no entities, no network, no tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO
from xml.parsers import expat

_CHUNK = 1 << 20  # large: expat before 2.6 looks at an unfinished token again with every piece it is given
_SMALL = 1 << 16

Start = Callable[[str, dict[str, str]], None]


class Doctype(ValueError):
    """XML that declares a document type."""


class Enough(Exception):
    """Raised by a handler that has seen what it wanted."""


class Malformed(ValueError):
    """XML that is not well formed."""


def parse_xml(
    chunks: Iterator[bytes],
    start: Start,
    end: Callable[[str], None],
    text: Callable[[str], None],
    encoding: str | None = None,
) -> bool:
    """Feed ``chunks`` to the handlers. True where the document was read whole, False where a handler had enough.

    Names come with their prefix, as written: see :class:`Local`. ``encoding`` overrides what the document declares.
    Raises :class:`Doctype` and :class:`Malformed`.
    """
    parser = expat.ParserCreate(encoding)
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except Enough:
        return False
    except Doctype:
        raise
    except (
        expat.ExpatError,
        LookupError,
        ValueError,
    ) as error:  # also an encoding that the parser does not know
        raise Malformed(str(error)) from error
    return True


def _refuse(*_declared: object) -> None:
    raise Doctype


def pieces(stream: IO[bytes], *, small: bool = False, most: int | None = None) -> Iterator[bytes]:
    """A stream in pieces, at most ``most`` bytes of it; :class:`Enough` ends the reading where there is more."""
    size, left = _SMALL if small else _CHUNK, most
    while chunk := stream.read(size if left is None else min(size, left + 1)):
        if left is not None:
            if len(chunk) > left:
                raise Enough
            left -= len(chunk)
        yield chunk


class Local(dict[str, str]):
    """Element names without their prefix, remembered: ``Local()["x:row"]`` is ``"row"``."""

    def __missing__(self, name: str) -> str:
        """Cut the prefix off and remember."""
        found = self[name] = name.rpartition(":")[2]
        return found


def attribute(attributes: dict[str, str], name: str) -> str:
    """The attribute of this local name, whatever its prefix; ``""`` where there is none."""
    if name in attributes:
        return attributes[name]
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), "")
