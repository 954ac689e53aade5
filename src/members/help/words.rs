//! What systems and files are called.

use super::rules::{Holding, System};

impl System {
    /// 「Windows（Edge・Chrome）」.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Windows => "Windows（Edge・Chrome）",
            Self::Firefox => "Firefox",
            Self::MacOs => "Mac（Safari・Chrome）",
            Self::Ios => "iPhone・iPad（Safari）",
        }
    }

    /// Who should take these steps.
    pub const fn for_whom(self) -> &'static str {
        match self {
            Self::Windows => {
                "Windows 10・Windows 11 のPCで、Microsoft Edge または Google Chrome をお使いの方"
            }
            Self::Firefox => "WindowsやMacのPCで、Firefox をお使いの方",
            Self::MacOs => "MacのPCで、Safari または Google Chrome をお使いの方",
            Self::Ios => "iPhone または iPad をお使いの方",
        }
    }

    /// The drawing on its card.
    pub const fn picture(self) -> &'static str {
        match self {
            Self::Windows => "system-windows.svg",
            Self::Firefox => "system-firefox.svg",
            Self::MacOs => "system-macos.svg",
            Self::Ios => "system-ios.svg",
        }
    }
}

impl Holding {
    /// The file, in words that stand before 「を選び」.
    pub const fn file(self) -> &'static str {
        match self {
            Self::Own => "ユーザーID＋日付時間.p12",
            Self::Company => "MNS_…cert.p12",
        }
    }

    /// Its password (R003-27, R004-74, R004-75).
    pub const fn password(self) -> &'static str {
        match self {
            Self::Own => "ログインパスワード（一般ユーザーの方の初回は、仮のログインパスワード）",
            Self::Company => "「アクセス情報シート」に印刷されたインポートパスワード",
        }
    }

    /// What its certificate is called where one is chosen (R003-33).
    pub const fn certificate(self) -> &'static str {
        match self {
            Self::Own => "お客様のユーザーID",
            Self::Company => "「MNS」で始まる名前",
        }
    }

    /// `own` or `company` of a pair of drawings.
    pub const fn picture(self, own: &'static str, company: &'static str) -> &'static str {
        match self {
            Self::Own => own,
            Self::Company => company,
        }
    }
}
