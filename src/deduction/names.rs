//! Names of people who are made up, by joining family and given names: the same each time.

/// 漢字氏名 and カナ氏名 of the `n`th, each parted by a full-width space.
#[must_use]
pub fn sample_name(n: usize) -> (String, String) {
    // Steps that share no divisor with the lists' lengths, so that names are mixed.
    let (family, family_kana) = FAMILIES[n * 7 % FAMILIES.len()];
    let (given, given_kana) = GIVENS[(n * 5 + n / FAMILIES.len()) % GIVENS.len()];
    (format!("{family}　{given}"), format!("{family_kana}　{given_kana}"))
}

const FAMILIES: [(&str, &str); 30] = [
    ("佐藤", "サトウ"),
    ("鈴木", "スズキ"),
    ("髙橋", "タカハシ"),
    ("田中", "タナカ"),
    ("伊藤", "イトウ"),
    ("渡邊", "ワタナベ"),
    ("山本", "ヤマモト"),
    ("中村", "ナカムラ"),
    ("小林", "コバヤシ"),
    ("加藤", "カトウ"),
    ("吉田", "ヨシダ"),
    ("山田", "ヤマダ"),
    ("佐々木", "ササキ"),
    ("山口", "ヤマグチ"),
    ("松本", "マツモト"),
    ("井上", "イノウエ"),
    ("木村", "キムラ"),
    ("林", "ハヤシ"),
    ("斎藤", "サイトウ"),
    ("清水", "シミズ"),
    ("阿部", "アベ"),
    ("森", "モリ"),
    ("池田", "イケダ"),
    ("橋本", "ハシモト"),
    ("石川", "イシカワ"),
    ("小笠原", "オガサワラ"),
    ("前田", "マエダ"),
    ("藤田", "フジタ"),
    ("後藤", "ゴトウ"),
    ("遠藤", "エンドウ"),
];

const GIVENS: [(&str, &str); 28] = [
    ("太郎", "タロウ"),
    ("由美子", "ユミコ"),
    ("健", "ケン"),
    ("さくら", "サクラ"),
    ("龍之介", "リュウノスケ"),
    ("恵", "メグミ"),
    ("大輔", "ダイスケ"),
    ("美咲", "ミサキ"),
    ("翔太", "ショウタ"),
    ("陽子", "ヨウコ"),
    ("直樹", "ナオキ"),
    ("真由美", "マユミ"),
    ("拓也", "タクヤ"),
    ("愛", "アイ"),
    ("和也", "カズヤ"),
    ("香織", "カオリ"),
    ("誠", "マコト"),
    ("智子", "トモコ"),
    ("隆", "タカシ"),
    ("裕子", "ユウコ"),
    ("亮", "リョウ"),
    ("千尋", "チヒロ"),
    ("康平", "コウヘイ"),
    ("菜々子", "ナナコ"),
    ("修", "オサム"),
    ("久美子", "クミコ"),
    ("剛", "ツヨシ"),
    ("優", "ユウ"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sample_members_have_names_of_their_own_for_a_long_while() {
        let names: std::collections::HashSet<_> = (0..800).map(sample_name).collect();
        assert!(names.len() > 700, "{}", names.len());
    }
}
