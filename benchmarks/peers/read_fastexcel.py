"""Read the first sheet of a workbook into Arrow with bare fastexcel."""

import sys

import fastexcel

table = fastexcel.read_excel(sys.argv[1]).load_sheet(0).to_arrow()
print(table.num_rows)
