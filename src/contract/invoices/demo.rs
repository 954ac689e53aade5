//! Sample invoices: twelve months for each of two 請求IDs, every one with a real
//! PDF and one or two other files. Made from an index, the same each time.

use std::fmt::Write as _;

use super::store::{self, NewFile};
use super::{Amounts, Invoice, Status};
use crate::base::date::month_ja;
use crate::base::money::group;
use crate::base::secret::sha256_hex;
use crate::base::{Day, Moment};
use crate::db::{Error, Tx};

const MONTHS: i32 = 12;
/// The 請求IDs: what the contract number is followed by, and their names.
const BILLED: [(&str, &str); 2] = [("01", "本部　経理課"), ("02", "東支部　総務課")];
const REGISTRATION_NO: &str = "T1234567890123";
const PDF: &str = "application/pdf";

/// Adds the sample invoices of the twelve months before `now`. Only once a contract.
pub async fn demo(tx: &mut Tx, contract_no: &str, now: Moment) -> Result<(), Error> {
    for (at, (end, name)) in (0_i64..).zip(BILLED) {
        let billing_id = format!("{contract_no}{end}");
        store::insert_billing_id(tx, contract_no, &billing_id, name).await?;
        for back in 1..=MONTHS {
            let invoice = invoice(&billing_id, name, month(now, back), at * 12 + i64::from(back));
            store::insert(tx, contract_no, &invoice).await?;
            for (position, file) in (1_i64..).zip(files(&invoice, back % 2 == 0)) {
                store::insert_file(tx, contract_no, &invoice.id, position, file).await?;
            }
        }
    }
    Ok(())
}

/// A month: its year and number.
#[derive(Clone, Copy)]
struct Month(i32, u8);

/// The month `back` months before the one of `now`.
fn month(now: Moment, back: i32) -> Month {
    let (year, month, _) = Day::of(now).parts();
    let months = year * 12 + i32::from(month) - 1 - back;
    Month(months / 12, u8::try_from(months % 12 + 1).unwrap_or(1))
}

impl Month {
    fn next(self) -> Self {
        if self.1 == 12 { Self(self.0 + 1, 1) } else { Self(self.0, self.1 + 1) }
    }

    fn first_day(self) -> Day {
        Day::new(self.0, self.1, 1).unwrap_or(Day::of(Moment::from_ms(0)))
    }
}

fn invoice(billing_id: &str, name: &str, month: Month, n: i64) -> Invoice {
    let issued_on = month.next().first_day();
    let year_month = format!("{:04}-{:02}", month.0, month.1);
    let net_8 = if n % 3 == 0 { 4_320 + n * 108 } else { 0 };
    let net_0 = if n % 4 == 0 { 1_500 } else { 0 };
    Invoice {
        id: id(billing_id, &year_month, ""),
        billing_id: billing_id.to_owned(),
        billing_name: name.to_owned(),
        invoice_no: format!("{}{:02}-{}", month.0, month.1, &billing_id[4..]),
        year_month,
        issued_on,
        due_on: month.next().next().first_day().plus_days(-1),
        amounts: Amounts::of(128_000 + n * 3_475, net_8, net_0),
        registration_no: REGISTRATION_NO.to_owned(),
        status: if n % 12 < 3 && n % 12 > 0 { Status::Billed } else { Status::Paid },
        uploaded_at: issued_on.starts_at().plus_minutes(9 * 60 + 30),
    }
}

/// An id that sorts by month and cannot be guessed from another.
fn id(billing_id: &str, year_month: &str, part: &str) -> String {
    let hash = sha256_hex(format!("invoice {billing_id} {year_month} {part}").as_bytes());
    format!("{year_month}-{}", &hash[..20])
}

fn files(invoice: &Invoice, with_guide: bool) -> Vec<NewFile> {
    let month = month_ja(&invoice.year_month);
    let file = |part: &str, file_name: String, media_type, bytes| NewFile {
        id: id(&invoice.billing_id, &invoice.year_month, part),
        is_invoice: part == "invoice",
        file_name,
        media_type,
        bytes,
    };
    let mut files = vec![
        file("invoice", format!("請求書_{month}_{}.pdf", invoice.billing_id), PDF, paper(invoice)),
        file("lines", format!("請求明細_{month}.csv"), "text/csv", lines(invoice)),
    ];
    if with_guide {
        let words = ["HOW TO PAY", "Please transfer the total by the due date."];
        files.push(file("guide", format!("お支払いのご案内_{month}.pdf"), PDF, pdf(&words)));
    }
    files
}

/// The invoice as CSV: UTF-8 with a byte order mark, lines ended by CR LF.
fn lines(invoice: &Invoice) -> Vec<u8> {
    let amounts = invoice.amounts;
    let mut text = String::from("\u{feff}取引年月日,内容,税率,金額（税抜）,消費税額\r\n");
    let rows = [
        ("システム利用料", "10%", amounts.net_10, amounts.tax_10),
        ("定期刊行物※", "8%", amounts.net_8, amounts.tax_8),
        ("証明書手数料（非課税）", "0%", amounts.net_0, 0),
    ];
    for (item, rate, net, tax) in rows.into_iter().filter(|(_, _, net, _)| *net != 0) {
        let _ = write!(text, "{},{item},{rate},{net},{tax}\r\n", invoice.issued_on);
    }
    text.into_bytes()
}

/// The invoice as PDF.
fn paper(invoice: &Invoice) -> Vec<u8> {
    let amounts = invoice.amounts;
    let yen = |label: &str, n: i64| format!("{label:<24} JPY {:>12}", group(n));
    let lines = [
        format!("INVOICE {}", invoice.invoice_no),
        format!("Billing ID      {}", invoice.billing_id),
        format!("Month           {}", invoice.year_month),
        format!("Issued on       {}", invoice.issued_on),
        format!("Due on          {}", invoice.due_on),
        format!("Registration no {}", invoice.registration_no),
        String::new(),
        yen("Taxed at 10%", amounts.net_10),
        yen("Consumption tax 10%", amounts.tax_10),
        yen("Taxed at 8% (reduced)", amounts.net_8),
        yen("Consumption tax 8%", amounts.tax_8),
        yen("Not taxed", amounts.net_0),
        yen("TOTAL", amounts.total()),
    ];
    pdf(&lines.each_ref().map(String::as_str))
}

/// One A4 page of text in a fixed-width font (ISO 32000-1 §7.5): the first line is
/// the title. Only ASCII can be shown.
fn pdf(lines: &[&str]) -> Vec<u8> {
    let text = content(lines);
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R \
         /Resources << /Font << /F1 4 0 R >> >> >>"
            .to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{text}endstream", text.len()),
    ];
    let mut file = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        places.push(file.len());
        let _ = write!(file, "{number} 0 obj\n{object}\nendobj\n");
    }
    let table = file.len();
    let _ = write!(file, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for place in places {
        let _ = writeln!(file, "{place:010} 00000 n ");
    }
    let count = objects.len() + 1;
    let _ = write!(file, "trailer\n<< /Size {count} /Root 1 0 R >>\n");
    let _ = write!(file, "startxref\n{table}\n%%EOF\n");
    file.into_bytes()
}

fn content(lines: &[&str]) -> String {
    let mut text = String::from("BT\n72 760 Td\n20 TL\n");
    for (at, line) in lines.iter().enumerate() {
        let size = if at == 0 { 20 } else { 11 };
        let escaped: String = line
            .chars()
            .filter(|c| c.is_ascii() && !c.is_control())
            .flat_map(|c| matches!(c, '(' | ')' | '\\').then_some('\\').into_iter().chain([c]))
            .collect();
        let _ = write!(text, "/F1 {size} Tf\n({escaped}) Tj T*\n");
    }
    text.push_str("ET\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(n: i64) -> Invoice {
        invoice("3000000101", "本部", Month(2026, 12), n)
    }

    #[test]
    fn a_sample_is_due_on_the_last_day_of_the_month_of_issue() {
        let invoice = sample(1);
        assert_eq!(invoice.issued_on.to_string(), "2027-01-01");
        assert_eq!(invoice.due_on.to_string(), "2027-01-31");
    }

    #[test]
    fn months_are_counted_back_over_the_new_year() {
        let now = Moment::parse("2026-02-01T00:00:00+09:00").expect("valid");
        let months: Vec<_> = (1..=3).map(|back| month(now, back)).map(|m| (m.0, m.1)).collect();
        assert_eq!(months, [(2026, 1), (2025, 12), (2025, 11)]);
    }

    #[test]
    fn the_sample_pdf_finds_its_objects_where_its_table_says() {
        let bytes = paper(&sample(3));
        let text = String::from_utf8(bytes).expect("ASCII");
        let (_, rest) = text.rsplit_once("startxref\n").expect("an end");
        let table: usize = rest.lines().next().expect("a place").parse().expect("a number");
        let rows: Vec<&str> = text[table..].lines().skip(3).take(5).collect();
        for (number, row) in (1..).zip(rows) {
            let place: usize = row[..10].parse().expect("a number");
            assert!(text[place..].starts_with(&format!("{number} 0 obj\n")), "{row}");
        }
        let start = text.find("stream\n").expect("a stream") + "stream\n".len();
        let length = text[start..].find("endstream").expect("its end");
        assert!(text.contains(&format!("/Length {length} ")));
        assert!(text.contains("(Taxed at 8% \\(reduced\\)"));
    }

    #[test]
    fn the_sample_csv_opens_in_a_spreadsheet_of_the_office() {
        let bytes = lines(&sample(12));
        assert!(bytes.starts_with(b"\xef\xbb\xbf"));
        let text = String::from_utf8(bytes).expect("UTF-8");
        assert_eq!(text.matches("\r\n").count(), 4);
        assert!(text.contains("2027-01-01,システム利用料,10%,169700,16970"), "{text}");
    }
}
