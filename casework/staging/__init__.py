"""An import before it happens: what each row would do and why, what is asked, and how a change meets an edited case.

Pure functions over Arrow tables and frozen values: nothing here reads a file or writes a record. Functions that are
named as their module (``drift``, ``merge``, ``vocabulary``) are imported from it.
"""

from __future__ import annotations

from casework.staging.answers import answer, refreshed, remembered, with_column, with_day_first, with_word
from casework.staging.drift import best_mapping
from casework.staging.duplicates import Pair, likely_duplicates
from casework.staging.facts import COLUMNS, incoming
from casework.staging.merge import Merged, load_facts
from casework.staging.staged import Line, Staged, stage
from casework.staging.verdicts import judge
from casework.staging.vocabulary import Entry, Vocabulary, meanings, suggest, word_questions

__all__ = [
    "COLUMNS",
    "Entry",
    "Line",
    "Merged",
    "Pair",
    "Staged",
    "Vocabulary",
    "answer",
    "best_mapping",
    "incoming",
    "judge",
    "likely_duplicates",
    "load_facts",
    "meanings",
    "refreshed",
    "remembered",
    "stage",
    "suggest",
    "with_column",
    "with_day_first",
    "with_word",
    "word_questions",
]
