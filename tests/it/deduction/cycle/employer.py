"""The employer's payroll: fills 控除額 and 結果 into the file that the union exported.

Usage: employer.py REQUEST ANSWER. Both are CP932, as offices have it. Every tenth line cannot
be deducted; every seventh comes with another person's kana name, every fifth with the same
name written in half width. Prints as JSON what the answer comes to, line by line counted.
"""

import csv
import json
import sys
import unicodedata

HALF = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF66, 0xFF9E)}
REASONS = ["休職中", "欠勤のため", ""]


def half(name):
    return "".join(HALF.get(letter, letter) for letter in name.replace("\u3000", " "))


with open(sys.argv[1], encoding="cp932", newline="") as file:
    heads, *rows = csv.reader(file, strict=True)
at = {head: heads.index(head) for head in heads}
told = {"requested": [0, 0], "deducted": [0, 0], "unable": [0, 0], "differs": [0, 0]}


def count(name, yen):
    told[name][0] += 1
    told[name][1] += yen


for nth, row in enumerate(rows):
    asked = int(row[at["依頼額"]])
    assert row[at["控除額"]] == "" and row[at["結果"]] == "", "the employer fills these in"
    count("requested", asked)
    if nth % 10 == 3:
        row[at["控除額"]], row[at["結果"]] = "0", REASONS[nth // 10 % 3]
        count("unable", asked)
    else:
        row[at["控除額"]] = str(asked)
        count("deducted", asked)
    if nth % 7 == 2:
        row[at["カナ氏名"]] = "ベツノ　ナマエ"
        count("differs", asked)
    elif nth % 5 == 1:
        row[at["カナ氏名"]] = half(row[at["カナ氏名"]])
with open(sys.argv[2], "w", encoding="cp932", newline="") as file:
    csv.writer(file, lineterminator="\r\n").writerows([heads, *rows])
print(json.dumps(told))
