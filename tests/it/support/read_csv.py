"""Tells what a CSV file says: JSON with its heads, its rows and the sum of each column of
whole numbers. The first argument is the encoding, the second the file."""

import csv
import json
import sys

with open(sys.argv[2], encoding=sys.argv[1], newline="") as file:
    heads, *rows = csv.reader(file, strict=True)
sums = {}
for at, head in enumerate(heads):
    cells = [row[at] for row in rows if row[at] != ""]
    if cells and all(cell.lstrip("-").isdigit() for cell in cells):
        sums[head] = sum(int(cell) for cell in cells)
print(json.dumps({"heads": heads, "rows": rows, "sums": sums}))
