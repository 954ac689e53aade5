use super::*;

fn account(n: usize) -> Account {
    Account {
        bank_code: format!("29{:02}", n % 100),
        bank_kana: "ﾁﾕｳｵｳﾛｳﾄﾞｳ".to_owned(),
        branch_code: format!("{:03}", n % 1_000),
        branch_kana: if n.is_multiple_of(3) { String::new() } else { "ﾎﾝﾃﾝ-2".to_owned() },
        kind: AccountKind::ALL[n % AccountKind::ALL.len()],
        number: format!("{:07}", n * 613 % 10_000_000),
    }
}

fn header() -> Header {
    Header {
        consignor_code: "0016000004".to_owned(),
        consignor_kana: "ｻﾝﾌﾟﾙﾛｳﾄﾞｳｸﾐｱｲ".to_owned(),
        deduct_mmdd: "1025".to_owned(),
        account: Account { kind: AccountKind::Ordinary, ..account(63) },
    }
}

fn entry(n: usize, kind: Kind) -> Entry {
    let names = ["ﾔﾏﾀﾞ ﾀﾛｳ", "ｵ-ﾉ (ｶﾌﾞ)", "A.B 1", "ﾝﾞ"];
    let amounts = [0, 1, 12_400, 9_999_999_999];
    Entry {
        account: account(n),
        holder_kana: names[n % names.len()].to_owned(),
        amount: amounts[n * 7 % amounts.len()],
        new_code: NewCode::ALL[n % NewCode::ALL.len()],
        customer_no: ["00000000000000000012", "00012", "", "a-ｦ｢1｣"][n % 4].to_owned(),
        result: (kind == Kind::Result).then(|| Outcome::ALL[n % Outcome::ALL.len()]),
    }
}

fn entries(count: usize, kind: Kind) -> Vec<Entry> {
    (0..count).map(|n| entry(n, kind)).collect()
}

const ENDS: [LineEnd; 4] = [LineEnd::None, LineEnd::CrLf, LineEnd::Lf, LineEnd::Cr];

fn result_file() -> Vec<u8> {
    write(Kind::Result, &header(), &entries(3, Kind::Result), LineEnd::CrLf).expect("written")
}

/// The one flaw of a result file after `change`.
fn flaw(change: impl Fn(&mut Vec<u8>)) -> Flaw {
    let mut file = result_file();
    change(&mut file);
    let flaws = parse(&file, Kind::Result).expect_err("something is wrong");
    assert_eq!(flaws.len(), 1, "{flaws:?}");
    flaws[0]
}

/// The place of a byte: `record` from 1, `at` from 0.
const fn place(record: usize, at: usize) -> usize {
    (record - 1) * 122 + at
}

#[test]
fn what_is_written_is_read_back() {
    for kind in [Kind::Request, Kind::Result] {
        for count in [0, 1, 2, 28, 300] {
            for line_end in ENDS {
                let entries = entries(count, kind);
                let file = write(kind, &header(), &entries, line_end).expect("written");
                let trailer = Trailer::of(&entries);
                let read = parse(&file, kind);
                assert_eq!(read, Ok(File { header: header(), entries, trailer }), "{line_end:?}");
            }
        }
    }
}

#[test]
fn a_record_is_as_the_standard_has_it() {
    let one = Entry { amount: 12_400, ..entry(4, Kind::Result) };
    let file = write(Kind::Result, &header(), &[one], LineEnd::Lf).expect("written");
    let text: String = file
        .iter()
        .map(|byte| if *byte == b'\n' { '\n' } else { layout::to_char(*byte).expect("JIS") })
        .collect();
    let spaces = |n| " ".repeat(n);
    let wanted = [
        format!("19100016000004{:<40}1025", "ｻﾝﾌﾟﾙﾛｳﾄﾞｳｸﾐｱｲ")
            + &format!("2963{:<15}063{:<15}10038619{}", "ﾁﾕｳｵｳﾛｳﾄﾞｳ", "", spaces(17)),
        format!("22904{:<15}004{:<15}    10002452", "ﾁﾕｳｵｳﾛｳﾄﾞｳ", "ﾎﾝﾃﾝ-2")
            + &format!("{:<30}00000124001000000000000000000124{}", "ﾔﾏﾀﾞ ﾀﾛｳ", spaces(8)),
        format!("8000001000000012400000000000000000000000001000000012400{}", spaces(65)),
        format!("9{}", spaces(119)),
    ];
    assert_eq!(text.lines().collect::<Vec<_>>(), wanted);
}

#[test]
fn a_result_counts_what_was_done_and_what_could_not_be() {
    let entries = [(100, '0'), (20, '1'), (3, '9'), (4_000, '0')].map(|(amount, code)| Entry {
        amount,
        result: Outcome::parse(code),
        ..entry(0, Kind::Result)
    });
    let sums = Trailer::of(&entries);
    assert_eq!(sums.values(), [4, 4_123, 2, 4_100, 2, 23]);
    assert_eq!(Outcome::parse('5'), None);
    assert_eq!(Outcome::parse('8').map(Outcome::label), Some("委託者の都合による振替停止"));
}

#[test]
fn a_wrong_record_is_named_with_its_field() {
    let at = |record, field, why| Flaw { record, field, why };
    let set = |record, from, with: &'static [u8]| {
        move |file: &mut Vec<u8>| {
            file[place(record, from)..place(record, from) + with.len()].copy_from_slice(with);
        }
    };
    let character = |at| Why::Character { at };
    assert_eq!(flaw(set(1, 1, b"21")), at(1, "種別コード", Why::Value));
    assert_eq!(flaw(set(1, 3, b"1")), at(1, "コード区分", Why::Ebcdic));
    assert_eq!(flaw(set(1, 54, b"0230")), at(1, "引落日", Why::Value));
    assert_eq!(flaw(set(1, 95, b"3")), at(1, "預金種目", Why::Value));
    assert_eq!(flaw(set(2, 42, b"7")), at(2, "預金種目", Why::Value));
    // Small kana, the long vowel mark, a letter that is not a capital, half a kanji.
    for byte in [b"\xAC", b"\xB0", b"a", b"\x8E"] {
        assert_eq!(flaw(set(3, 52, byte)), at(3, "預金者名", character(3)), "{byte:x?}");
    }
    assert_eq!(flaw(set(3, 30, b".")), at(3, "引落支店名", character(8)));
    assert_eq!(flaw(set(3, 50, &[b' '; 30])), at(3, "預金者名", Why::Value));
    assert_eq!(flaw(set(4, 80, b" ")), at(4, "引落金額", character(1)));
    assert_eq!(flaw(set(4, 111, b"7")), at(4, "振替結果コード", Why::Value));
    assert_eq!(flaw(set(5, 20, b"x")), at(5, "振替済件数", character(2)));
    let whole = |record, why| at(record, "レコード", why);
    let order = |found, wanted| Why::Order { found, wanted };
    assert_eq!(flaw(set(3, 0, b"3")), whole(3, order(Some('3'), "2 or 8")));
    assert_eq!(flaw(set(4, 0, b"8")), whole(5, order(Some('8'), "9")));
    assert_eq!(flaw(set(1, 0, b"2")), whole(1, order(Some('2'), "1")));
    assert_eq!(flaw(set(1, 0, b"\xF1")), whole(1, Why::Ebcdic));
}

#[test]
fn the_files_own_errors_are_named() {
    let whole = |record, why| Flaw { record, field: "レコード", why };
    let short = |file: &mut Vec<u8>| {
        file.remove(place(3, 119));
    };
    assert_eq!(flaw(short), whole(3, Why::Length { found: 119 }));
    let long = |file: &mut Vec<u8>| file.insert(place(3, 119), b' ');
    assert_eq!(flaw(long), whole(3, Why::Length { found: 121 }));
    let blank = |file: &mut Vec<u8>| file.insert(place(3, 0), b'\n');
    assert_eq!(flaw(blank), whole(3, Why::Length { found: 0 }));
    assert_eq!(flaw(Vec::clear), whole(1, Why::Empty));
    let cut = |file: &mut Vec<u8>| file.truncate(place(6, 0));
    assert_eq!(flaw(cut), whole(6, Why::Order { found: None, wanted: "9" }));
    let more = |file: &mut Vec<u8>| file.extend_from_within(place(6, 0)..);
    assert_eq!(flaw(more), whole(7, Why::Order { found: Some('9'), wanted: "nothing" }));
    let old = |mut file: Vec<u8>| {
        file.push(0x1A);
        parse(&file, Kind::Result)
    };
    assert_eq!(old(result_file()).map(|file| file.entries.len()), Ok(3));
    // Without line ends a missing byte moves all that follows, bank codes to the kinds' place.
    let entries = entries(3, Kind::Result);
    let mut file = write(Kind::Result, &header(), &entries, LineEnd::None).expect("written");
    file.remove(250);
    let flaws = parse(&file, Kind::Result).expect_err("shifted");
    assert_eq!(flaws, [whole(5, Why::Order { found: Some('0'), wanted: "2 or 8" })]);
}

#[test]
fn the_trailers_figures_are_checked_against_the_entries() {
    let total = |field, says, counted| Flaw { record: 5, field, why: Why::Total { says, counted } };
    let count = |file: &mut Vec<u8>| file[place(5, 6)] = b'4';
    assert_eq!(flaw(count), total("合計件数", 4, 3));
    let yen = |file: &mut Vec<u8>| file[place(5, 36)] = b'9';
    assert_eq!(flaw(yen), total("振替済金額", 9, 0));
    // An amount that was changed on the way is missed in both sums.
    let mut file = result_file();
    file[place(3, 88)] = b'5';
    let flaws = parse(&file, Kind::Result).expect_err("wrong");
    let fields: Vec<_> = flaws.iter().map(|flaw| flaw.field).collect();
    assert_eq!(fields, ["合計金額", "振替不能金額"]);
}

#[test]
fn every_bad_record_is_told_at_once() {
    let mut file = result_file();
    for record in [2, 4] {
        file[place(record, 111)] = b'5';
    }
    let flaws = parse(&file, Kind::Result).expect_err("wrong");
    assert_eq!(flaws.iter().map(|flaw| flaw.record).collect::<Vec<_>>(), [2, 4]);
}

#[test]
fn a_request_has_no_results_and_a_result_has_all() {
    let requests = entries(2, Kind::Request);
    let wrong = |record| Flaw { record, field: "振替結果コード", why: Why::Value };
    let written = write(Kind::Result, &header(), &requests, LineEnd::None);
    assert_eq!(written, Err(wrong(2)));
    let flaws = parse(&result_file(), Kind::Request).expect_err("results in a request");
    assert_eq!(flaws, [wrong(3), wrong(4)]);
}

#[test]
fn what_does_not_fit_is_not_written() {
    let base = entry(0, Kind::Request);
    let long = "ｱ".repeat(31);
    let cases = [
        (Entry { amount: 10_000_000_000, ..base.clone() }, "引落金額", Why::TooLong),
        (Entry { amount: -1, ..base.clone() }, "引落金額", Why::Character { at: 1 }),
        (Entry { holder_kana: long, ..base.clone() }, "預金者名", Why::TooLong),
        (
            Entry { holder_kana: "ヤマダ".to_owned(), ..base.clone() },
            "預金者名",
            Why::Character { at: 1 },
        ),
        (Entry { holder_kana: " ".to_owned(), ..base.clone() }, "預金者名", Why::Value),
        (Entry { customer_no: "1".repeat(21), ..base.clone() }, "顧客番号", Why::TooLong),
        (
            Entry { account: Account { number: "123".to_owned(), ..account(1) }, ..base.clone() },
            "口座番号",
            Why::Value,
        ),
    ];
    for (entry, field, why) in cases {
        let written = write(Kind::Request, &header(), &[base.clone(), entry], LineEnd::None);
        assert_eq!(written, Err(Flaw { record: 3, field, why }));
    }
    let tax = Account { kind: AccountKind::Tax, ..account(1) };
    let written = write(Kind::Request, &Header { account: tax, ..header() }, &[], LineEnd::None);
    assert_eq!(written, Err(Flaw { record: 1, field: "預金種目", why: Why::Value }));
}
