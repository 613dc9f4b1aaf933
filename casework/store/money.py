"""Amounts of money as whole minor units: 12.30 yuan is 1230 fen."""

from __future__ import annotations

from decimal import Decimal

#: Decimal places of the currencies that do not have two (ISO 4217).
_PLACES = {
    **dict.fromkeys(("JPY", "KRW", "VND", "CLP", "ISK", "PYG", "UGX", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
_SCALE = (1, 10, 100, 1000)
_LARGEST = 2**63 - 1


def places(currency: str) -> int:
    """Return how many decimal places ``currency`` (an ISO 4217 code) has."""
    return _PLACES.get(currency, 2)


def to_minor(amount: Decimal, currency: str) -> int:
    """Return ``amount`` in minor units. ValueError if it is not a whole number of them, or too large."""
    if not amount.is_finite() or amount.adjusted() > 18:
        raise ValueError(f"{amount} is not an amount")
    numerator, denominator = amount.as_integer_ratio()
    minor, rest = divmod(numerator * _SCALE[places(currency)], denominator)
    if rest or abs(minor) > _LARGEST:
        raise ValueError(f"{amount} is not a whole number of minor units")
    return minor


def from_minor(minor: int, currency: str) -> Decimal:
    """Return the decimal amount of ``minor`` units."""
    return Decimal(minor).scaleb(-places(currency))
