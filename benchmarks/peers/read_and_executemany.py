"""Read the first sheet of a workbook with bare fastexcel and put its rows into one SQLite table with executemany."""

import sqlite3
import sys

import fastexcel

table = fastexcel.read_excel(sys.argv[1]).load_sheet(0).to_arrow()
columns = [
    [None if cell is None else str(cell) for cell in column.to_pylist()]
    if str(column.type).startswith(("timestamp", "date"))
    else column.to_pylist()
    for column in table.columns
]
names = ", ".join(f"c{place}" for place in range(len(columns)))
database = sqlite3.connect(sys.argv[2])
database.execute(f"CREATE TABLE rows ({names})")
database.executemany(
    f"INSERT INTO rows VALUES ({', '.join('?' * len(columns))})",  # noqa: S608  (question marks only)
    zip(*columns, strict=True),
)
database.commit()
print(table.num_rows)
