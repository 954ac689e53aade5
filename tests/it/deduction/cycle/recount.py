"""Counts the files of a cycle of 賃金控除 once more, knowing nothing but the files.

Usage: recount.py FOLDER [--look NAME[:files],…] [--check NAME,…] [--month HEAD] [--before FOLDER]

A list NAME lies in the folder as NAME.csv (UTF-8 with BOM), NAME.cp932.csv and NAME.pdf. To
look at it: both CSV files say the same, and the paper has every row, in the same order and
nothing besides, and the same totals (with :files there is no paper). A check compares lists with each other, for each 種目
and for all of them; MONTH is the amount that is requested (月例, 年末一時金). Prints as JSON
what the lists come to; whatever does not agree ends it with an error.
"""

import argparse
import collections
import csv
import json
import pathlib
import re
import unicodedata

from pypdf import PdfReader

COUNTED = ["明細数", "うち解除"]
SUMMED = [*COUNTED, "依頼額", "控除額", "控除金額", "月例", "夏季一時金", "年末一時金"]
SUMMED += [f"控除金額（{kind}）" for kind in ("月例", "夏季一時金", "年末一時金")]
SUMMED += [f"{kind}（{when}）" for kind in ("月例", "夏季", "年末") for when in ("前", "後")]
NUMBERS = {*SUMMED, "No", "明細番号", "前回依頼額"}
MONTHS = {"控除年月", "適用年月", "開始年月", "終了年月"}

asked = argparse.ArgumentParser()
asked.add_argument("folder", type=pathlib.Path)
asked.add_argument("--look", default="")
asked.add_argument("--check", default="")
asked.add_argument("--month", default="月例")
asked.add_argument("--before", type=pathlib.Path)
asked = asked.parse_args()


def fail(*words):
    raise SystemExit(" ".join(str(word) for word in words))


def equal(what, *values):
    for value in values[1:]:
        if value != values[0]:
            fail(f"{what}:", "\n  ", values[0], "\n  ", value)


def table(path, encoding):
    with open(path, encoding=encoding, newline="") as file:
        heads, *rows = csv.reader(file, strict=True)
    for row in rows:
        equal(f"{path}: cells", len(heads), len(row))
    return heads, [dict(zip(heads, row)) for row in rows]


def rows(name, folder=None):
    path = (folder or asked.folder) / f"{name}.csv"
    raw = path.read_bytes()
    if not raw.startswith(b"\xef\xbb\xbf"):
        fail(path, "has no BOM")
    return table(path, "utf-8-sig")[1]


def yen(row, head):
    return int(row[head] or 0)


def total(of, head, label="種目"):
    """Number and yen for each 種目, and of all."""
    sums = collections.defaultdict(lambda: [0, 0])
    for row in of:
        for key in (row[label], ""):
            sums[key][0] += 1
            sums[key][1] += yen(row, head)
    return dict(sums)


def amounts(sums):
    return {key: value[1] for key, value in sums.items() if value[1]}


def plus(one, two, sign=1):
    """Yen of two totals for each 種目."""
    keys = {*one, *two}
    both = {key: one.get(key, 0) + sign * two.get(key, 0) for key in keys}
    return {key: value for key, value in both.items() if value}


# A list in its three forms.


def squash(text):
    return re.sub(r"\s", "", text)


def printed(head, cell):
    if head in MONTHS and re.fullmatch(r"\d{4}/\d\d", cell):
        return f"{cell[:4]}年{int(cell[5:])}月"
    if head in NUMBERS and cell:
        return f"{int(cell):,}"
    return squash(cell[1:] if re.match(r"'[=+\-@＝＋－＠]", cell) else cell)


def paper(name, heads, of):
    """Reads the paper against the rows; its totals as they are printed."""
    reader = PdfReader(asked.folder / f"{name}.pdf")
    pages = [squash(page.extract_text()) for page in reader.pages]
    page, at = -1, 0
    for row in of:
        wanted = "".join(printed(head, row[head]) for head in heads)
        if page >= 0 and pages[page].startswith(wanted, at):
            at += len(wanted)
            continue
        if page >= 0 and at != len(pages[page]):
            fail(f"{name}.pdf: page {page + 1}:", pages[page][at : at + 99], "\n  wanted", wanted)
        page += 1
        at = pages[page].find(wanted)
        if at < 0:
            fail(f"{name}.pdf: page {page + 1}:", pages[page][:400], "\n  wanted", wanted)
        if "単位：円" in pages[page] and pages[page].find("単位：円") > at:
            fail(f"{name}.pdf: rows above the heads")
        equal(f"{name}.pdf: number of the page", True, f"{page + 1}/{len(pages)}ページ" in pages[page])
        at += len(wanted)
    if not of:
        equal(f"{name}.pdf: pages", 1, len(pages))
        return None
    if page == len(pages) - 2 and at == len(pages[page]):
        # The rows fill their pages: the totals stand on one of their own.
        return "合計" + pages[-1].partition("合計")[2]
    equal(f"{name}.pdf: last page", page, len(pages) - 1)
    return pages[page][at:]


def look(name, files_only):
    heads, of = table(asked.folder / f"{name}.csv", "utf-8-sig")
    rows(name)
    equal(f"{name} in both encodings", (heads, of), table(asked.folder / f"{name}.cp932.csv", "cp932"))
    summed = [head for head in heads if head in SUMMED and any(row[head] for row in of)]
    sums = [sum(yen(row, head) for row in of) for head in summed]
    rest = None if files_only else paper(name, heads, of)
    if rest is not None:
        wanted = f"合計{len(of):,}件" + "".join(f"{one:,}" for one in sums)
        equal(f"{name}.pdf: totals", wanted, rest)
    money = [one for head, one in zip(summed, sums) if head not in COUNTED]
    return {"count": len(of), "sums": money}


# What lists have to do with each other.


def entered():
    """What stood in the books when they closed is what is requested, or cannot be."""
    for book, name in [("rokin", "rokin-items"), ("ledger", "ledger-checks-breakdown")]:
        of = [row for row in rows(name) if book == "ledger" or row["状態"] != "解除"]
        head = next(head for head in of[0] if asked.month in head)
        stood = amounts(total(of, head))
        errors = "rokin-errors" if book == "rokin" else "ledger-request-errors"
        requested = amounts(total(rows(f"{book}-requests"), "依頼額"))
        equal(f"{book} entered", stood, plus(requested, amounts(total(rows(errors), "控除金額"))))


def key(row):
    return int(row.get("No") or row["明細番号"]), row["職員番号"], row["種目"]


def lines(name, head):
    return {key(row): yen(row, head) for row in rows(name)}


def requested():
    """The employer gets what both books request; so does the operator."""
    both = {**lines("rokin-requests", "依頼額"), **lines("ledger-requests", "依頼額")}
    equal("combined", both, lines("ledger-combined-requests", "依頼額"))
    equal("the employer's file", both, lines("rokin-employer", "依頼額"))
    equal("控除依頼データ", both, lines("sent-request", "控除金額"))
    rokin = lines("rokin-requests", "依頼額")
    equal("the employer's file of 労金控除", rokin, lines("rokin-employer-rokin", "依頼額"))


def addressed():
    """The letter to the employer says what each 種目 comes to."""
    letter = PdfReader(asked.folder / "rokin-employer.pdf").pages[0].extract_text()
    for label, (count, sum_) in total(rows("rokin-employer"), "依頼額").items():
        if label and f"{label}：{count:,}件 {sum_:,}円" not in letter:
            fail("企業宛控除依頼書 does not say", label, count, sum_)


def same_name(one, two):
    plain = lambda name: re.sub(r"\s", "", unicodedata.normalize("NFKC", name))
    return plain(one) == plain(two)


def answered():
    """What the employer answered is what the lists tell: requested = deducted + unable."""
    _, answer = table(asked.folder / "answer.csv", "cp932")
    ours = {key(row): row for row in rows("rokin-employer")}
    equal("lines that were answered", set(ours), {key(row) for row in answer})
    for book, ja in (("rokin", "労金控除"), ("ledger", "賃控元帳")):
        theirs = [row for row in answer if row["種別"] == ja]
        results, unable = rows(f"{book}-results"), rows(f"{book}-unable")
        asked_for = total(results, "依頼額")
        equal(f"{book} requested", asked_for, total(theirs, "依頼額"), total(rows(f"{book}-requests"), "依頼額"))
        deducted = amounts(total(results, "控除額"))
        equal(f"{book} deducted", deducted, amounts(total(theirs, "控除額")))
        equal(f"{book} unable", total(unable, "依頼額"), total([row for row in theirs if row["控除額"] == "0"], "依頼額"))
        equal(f"{book}: requested = deducted + unable", amounts(asked_for), plus(deducted, amounts(total(unable, "依頼額"))))
        why = {key(row): row["結果"] for row in theirs if row["控除額"] == "0"}
        equal(f"{book} reasons", why, {key(row): row["控除不能の理由"] for row in unable})
    differing = {
        key(row): (ours[key(row)]["カナ氏名"], row["カナ氏名"], yen(row, "依頼額"))
        for row in answer
        if row["種別"] == "労金控除" and not same_name(ours[key(row)]["カナ氏名"], row["カナ氏名"])
    }
    told = {
        key(row): (row["カナ氏名（登録）"], row["カナ氏名（企業の結果）"], yen(row, "依頼額"))
        for row in rows("rokin-differs")
    }
    equal("カナ氏名不一致", differing, told)


def account():
    """まとめ入金 in five figures; paid = deducted − stopped, for each 種目."""
    results, stops = rows("rokin-results"), rows("rokin-stops")
    equal("stops list all", total(results, "依頼額"), total(stops, "控除金額"))
    of = lambda words, head="入金": total([row for row in stops if row[head] in words], "控除金額")
    paid, stopped, unable = of(["入金する"]), of(["入金中止"]), of(["控除不能"], "控除結果")
    deducted = amounts(total(results, "控除額"))
    equal("deducted", deducted, amounts(of(["控除済"], "控除結果")))
    equal("paid = deducted − stopped", amounts(paid), plus(deducted, amounts(stopped), -1))
    figures = {
        "控除依頼": total(results, "依頼額"),
        "控除不能": unable,
        "控除済": of(["控除済"], "控除結果"),
        "入金中止": stopped,
        "まとめ入金": paid,
    }
    return {name: figure.get("", [0, 0]) for name, figure in figures.items()}


def paid():
    """The letter, the lists beside it, and what goes out say the same."""
    stops, results = rows("rokin-stops"), account()
    out = rows("sent-deposit")
    paid = total([row for row in stops if row["入金"] == "入金する"], "控除金額")
    equal("まとめ入金データ", paid, total(out, "控除金額"))
    equal("まとめ入金明細", paid, total(rows("rokin-deposit-paid"), "控除金額"))
    left_out = rows("rokin-deposit-updates")
    for word in ("控除不能", "入金中止"):
        figure = total([row for row in left_out if row["更新内容"] == word], "控除金額").get("", [0, 0])
        equal(f"更新明細書: {word}", results[word], figure)
    equal("更新明細書", len(left_out), results["控除不能"][0] + results["入金中止"][0])
    equal("WEB更新依頼明細書", results["入金中止"], total(rows("rokin-updates"), "控除金額").get("", [0, 0]))
    letter = squash("".join(page.extract_text() for page in PdfReader(asked.folder / "letter.pdf").pages))
    for label, (count, sum_) in [*paid.items(), *results.items()]:
        wanted = f"{label or '合計'}{count:,}{sum_:,}"
        if wanted not in letter:
            fail("まとめ入金依頼書 does not say", wanted, "in", letter)
    if f"{paid[''][1]:,}円" not in letter:
        fail("まとめ入金依頼書 does not say", paid[""], "in", letter)


def followed():
    """What was requested before, with the movements, is what is requested now."""
    of = lambda name, folder=None: rows(name, folder)
    now, before = collections.Counter(), collections.Counter()
    for row in of("rokin-employer"):
        now[row["職員番号"], row["種目"]] += yen(row, "依頼額")
    for row in of("rokin-employer", asked.before):
        before[row["職員番号"], row["種目"]] += yen(row, "依頼額")
    for row in of("rokin-employer-moved"):
        equal("異動", row["異動"], movement(yen(row, "前回依頼額"), yen(row, "依頼額")))
        before[row["職員番号"], row["種目"]] += yen(row, "依頼額") - yen(row, "前回依頼額")
    equal("followed", +now, +before)


def movement(before, now):
    return "新規" if not before else "解除" if not now else "変更"


CHECKS = (entered, requested, addressed, answered, account, paid, followed)
CHECKS = {check.__name__: check for check in CHECKS}
told = {"lists": {}}
for name in filter(None, asked.look.split(",")):
    name, _, files = name.partition(":")
    told["lists"][name] = look(name, files == "files")
told["checked"] = [name for name in asked.check.split(",") if name]
for name in told["checked"]:
    told[name] = CHECKS[name]()
print(json.dumps(told))
