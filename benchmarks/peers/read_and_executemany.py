"""Read the first sheet of a workbook with bare fastexcel and put its rows into one SQLite table: FILE DATABASE."""

import sqlite3
import sys

import fastexcel

table = fastexcel.read_excel(sys.argv[1]).load_sheet(0, dtypes="string").to_arrow()
columns = [column.to_pylist() for column in table.columns]
names = ", ".join(f"c{number}" for number in range(len(columns)))
places = ", ".join("?" * len(columns))
with sqlite3.connect(sys.argv[2]) as database:
    database.execute("DROP TABLE IF EXISTS rows")
    database.execute(f"CREATE TABLE rows ({names})")
    database.executemany(f"INSERT INTO rows VALUES ({places})", zip(*columns, strict=True))
print(table.num_rows)
