"""The chi-square distribution's upper tail and the test of independence of a table of counts."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt


def upper_tail(statistic: float, df: int) -> float:
    """The probability of a chi-square of ``df`` (a whole number of at least 1) above ``statistic`` (0 or more).

    The closed forms for whole df (Abramowitz and Stegun 26.4.4 and 26.4.5): every term is positive, so nothing
    cancels, and the smallest probabilities keep their digits.
    """
    half = statistic / 2
    if half <= 0:
        return 1.0
    if math.isinf(half):
        return 0.0
    powers = np.arange(df // 2) + (0.5 if df % 2 else 0.0)
    terms = [math.exp(power * math.log(half) - math.lgamma(power + 1) - half) for power in powers.tolist()]
    tail = math.fsum([math.erfc(math.sqrt(half)), *terms] if df % 2 else terms)
    return min(tail, 1.0)


def independence(counts: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Whether rows and columns of a table of counts belong together: p, and how strongly (0 none to 1 wholly).

    Pearson's test; the strength is Cramér's V, corrected for what small cells alone would make of it (W. Bergsma, A
    bias-correction for Cramér's V and Tschuprow's T, Journal of the Korean Statistical Society 42, 2013). Rows
    and columns without counts are left out; with fewer than two of either p is 1 and the strength 0.
    """
    table = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    rows, columns = table.shape
    if rows < 2 or columns < 2:
        return 1.0, 0.0
    n = table.sum()
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    statistic = float(((table - expected) ** 2 / expected).sum())
    df = (rows - 1) * (columns - 1)
    left = max(0.0, statistic / n - df / (n - 1))
    corrected = min(side - (side - 1) ** 2 / (n - 1) for side in (rows, columns))
    strength = math.sqrt(left / (corrected - 1)) if corrected > 1 else 0.0
    return upper_tail(statistic, df), min(strength, 1.0)
