"""Prints the holidays of Japan from one year to another as JSON: {"YYYY-MM-DD": name}.

Arguments: FIRST LAST.
"""

import json
import sys

import holidays


def main(first, last):
    years = range(int(first), int(last) + 1)
    found = holidays.country_holidays("JP", years=years, language="ja")
    print(json.dumps({str(day): name for day, name in found.items()}, ensure_ascii=False))


main(*sys.argv[1:])
