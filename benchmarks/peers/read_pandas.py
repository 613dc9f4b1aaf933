"""Read the first sheet of a workbook into pandas; the second argument may name an engine."""

import sys

import pandas as pd

frame = pd.read_excel(sys.argv[1], engine=sys.argv[2] if len(sys.argv) > 2 else None)
print(len(frame))
