"""Write an Arrow file as a workbook with casework's columnar writer."""

import datetime as dt
import sys

import pyarrow as pa

from casework.workbooks.sheets import plain_sheet
from casework.workbooks.tables import write_table

source, target = sys.argv[1:3]
table = pa.ipc.open_file(pa.memory_map(source)).read_all()
write_table(target, [plain_sheet("Cases", table)], made_at=dt.datetime(2026, 11, 24))
