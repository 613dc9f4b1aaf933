"""Random corruptions end in a refusal or a right reading; see :mod:`tests.fuzz_exports` for the long run."""

from __future__ import annotations

import sys

import pytest

from tests import fuzz_exports


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks and limits as Linux has them")
@pytest.mark.parametrize(
    ("count", "seed"), [(75, 20_252), pytest.param(300, 20_251, marks=pytest.mark.slow)], ids=str
)
def test_a_corrupted_export_is_refused_or_read_and_no_row_is_invented(tmp_path, count, seed):
    counts = fuzz_exports.run(count, seed=seed, folder=tmp_path)
    for failure in (fuzz_exports.LATE, fuzz_exports.ESCAPED, fuzz_exports.INVENTED):
        assert counts[fuzz_exports.NAMES[failure]] == 0, counts
    assert counts["refused"] > count // 15
    assert counts["read"] > count // 15


def test_the_originals_read_whole(tmp_path):
    for name, content in fuzz_exports.originals(tmp_path).items():
        path = tmp_path / f"whole-{name}"
        path.write_bytes(content)
        assert fuzz_exports.parse(path, fuzz_exports.HEIGHT) == fuzz_exports.READ, name
        assert fuzz_exports.parse(path, fuzz_exports.HEIGHT - 1) == fuzz_exports.INVENTED, name
