"""Read an export and write its cases to a workbook with pandas; the third argument names the reader."""

import sys

import fastexcel
import pandas as pd

source, target, reader = sys.argv[1:4]
if reader == "fastexcel":  # the fastest road to a frame, so that writing is what is compared
    frame = fastexcel.read_excel(source).load_sheet(0).to_pandas()
else:
    frame = pd.read_excel(source, engine=reader)
frame.to_excel(target, index=False)
