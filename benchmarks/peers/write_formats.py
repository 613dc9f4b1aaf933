"""Write an Arrow file as a workbook with pandas and openpyxl: bold frozen header, filter, widths, dates, amounts."""

import sys

import pandas as pd
import pyarrow as pa

source, target = sys.argv[1:3]
frame = pa.ipc.open_file(pa.memory_map(source)).read_all().to_pandas()
with pd.ExcelWriter(target, engine="openpyxl", datetime_format="yyyy-mm-dd hh:mm") as writer:
    frame.to_excel(writer, index=False, sheet_name="Cases")
    sheet = writer.sheets["Cases"]
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    for place, name in enumerate(frame.columns, start=1):
        sheet.column_dimensions[sheet.cell(1, place).column_letter].width = 20
        if frame[name].dtype == "float64":
            for row in range(2, len(frame) + 2):
                sheet.cell(row, place).number_format = "#,##0.00"
