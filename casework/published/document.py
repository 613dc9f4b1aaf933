"""A published report as a frozen value: what Word and PDF both print, and what the tests read.

A sentence is made of cells of the tables that it stands beside, so neither can contradict the other: a
:class:`Document` whose sentences hold a cell of no table cannot be made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from casework.i18n import language

#: What is printed where a figure is not known, cannot be compared or has no denominator.
NOT_KNOWN = "—"


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure or word: ``text`` as the table prints it, ``said`` as a sentence does.

    ``value`` is a count, a share or change in hundredths of a per cent, or cents; None is "not known" or a word.
    ``kind`` is words, count, share, change, money or limit (of a control chart, ``value`` in tenths).
    """

    text: str
    said: str
    value: int | None = None
    kind: str = "words"

    @property
    def known(self) -> bool:
        """Whether a sentence can say it."""
        return self.kind == "words" or self.value is not None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A finished sentence and the cells that it was made of."""

    text: str
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered heading; ``level`` 1 or 2."""

    level: int
    number: str
    text: str

    @property
    def label(self) -> str:
        """Number and text as they are printed."""
        wide = self.number.endswith(("、", "）"))
        return f"{self.number}{self.text}" if wide else f"{self.number} {self.text}"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences in a row."""

    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """The paragraph as it is printed."""
        return ("" if language() == "zh" else " ").join(one.text for one in self.sentences)


@dataclass(frozen=True, slots=True)
class Table:
    """A table with one header row. ``notes`` stand below it; ``total`` is whether its last row is a total."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    total: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of a table: ``bars`` (a bar for each row, this period's beside last year's) or ``months``."""

    kind: str
    title: str
    table: Table


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What a supervisor wrote, or the room for it: ``prompt`` is printed in brackets where there is no text yet."""

    section: str
    text: str
    prompt: str = ""


Block = Heading | Paragraph | Table | Chart | OwnWords


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report. ``lang`` is its language; ``subtitle`` says who publishes it and as of when.

    Raises :class:`ValueError` where a sentence says what no table shows.
    """

    lang: str
    title: str
    subtitle: str
    blocks: tuple[Block, ...]

    def __post_init__(self) -> None:
        shown = {cell for table in self.tables() for row in table.rows for cell in row}
        stray = [cell for line in self.sentences() for cell in line.cells if cell not in shown]
        if stray:
            raise ValueError(f"said, but in no table: {stray}")

    def tables(self) -> Iterator[Table]:
        """Its tables in order."""
        return (block for block in self.blocks if isinstance(block, Table))

    def sentences(self) -> Iterator[Sentence]:
        """Its sentences in order, without what people wrote themselves."""
        return (line for block in self.blocks if isinstance(block, Paragraph) for line in block.sentences)


def sentence(template: str, **cells: Cell) -> Sentence:
    """Fill ``{names}`` of a translated template with cells. Raises :class:`ValueError` on a figure not known."""
    missing = [name for name, cell in cells.items() if not cell.known]
    if missing:
        raise ValueError(f"a sentence cannot say what is not known: {missing}")
    return Sentence(template.format(**{name: cell.said for name, cell in cells.items()}), (*cells.values(),))


def joined(sentences: Iterable[Sentence], between: str, end: str) -> Sentence:
    """Clauses as one sentence."""
    parts = tuple(sentences)
    return Sentence(
        between.join(one.text for one in parts) + end, tuple(cell for one in parts for cell in one.cells)
    )
