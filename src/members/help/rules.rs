//! Which steps are for whom.

/// What a certificate is taken into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum System {
    /// Edge and Chrome, which use the store of Windows.
    Windows,
    /// Firefox with its own store, wherever it runs.
    Firefox,
    /// Safari and Chrome, which use the keychain.
    MacOs,
    /// Safari on iPhone and iPad.
    Ios,
}

impl System {
    /// All, most used first.
    pub const ALL: [Self; 4] = [Self::Windows, Self::Firefox, Self::MacOs, Self::Ios];

    /// The last part of its address.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Windows => "windows",
            Self::Firefox => "firefox",
            Self::MacOs => "macos",
            Self::Ios => "ios",
        }
    }

    /// The system whose address ends in `slug`.
    pub fn parse(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|system| system.slug() == slug)
    }

    /// What the `User-Agent` tells; `None` where there are no steps, or nothing is
    /// told. An iPad may call itself a Mac.
    pub fn of(agent: &str) -> Option<Self> {
        let says = |word| agent.contains(word);
        if says("iPhone") || says("iPad") || says("iPod") {
            Some(Self::Ios)
        } else if says("Android") {
            None
        } else if says("Firefox/") {
            Some(Self::Firefox)
        } else if says("Windows") {
            Some(Self::Windows)
        } else if says("Macintosh") {
            Some(Self::MacOs)
        } else {
            None
        }
    }
}

/// Which of the two kinds of file somebody holds: they differ in name and password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holding {
    /// Issued in the browser for one person (R004-71).
    Own,
    /// Handed to the company, `MNS_…cert.p12` (R003-25).
    Company,
}

impl Holding {
    /// What `?file=` names; the person's own unless it says otherwise.
    pub fn parse(word: &str) -> Self {
        if word == "company" { Self::Company } else { Self::Own }
    }

    /// Whether it is the company's.
    pub fn is_company(self) -> bool {
        self == Self::Company
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_led_to_its_own_steps() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like \
                    Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0";
        let fox =
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0";
        let safari = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 \
                      (KHTML, like Gecko) Version/18.0 Safari/605.1.15";
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 \
                     (KHTML, like Gecko) FxiOS/140.0 Mobile/15E148 Safari/605.1.15";
        let android = "Mozilla/5.0 (Android 15; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0";
        assert_eq!(System::of(edge), Some(System::Windows));
        assert_eq!(System::of(fox), Some(System::Firefox));
        assert_eq!(System::of(safari), Some(System::MacOs));
        assert_eq!(System::of(phone), Some(System::Ios));
        assert_eq!(System::of(android), None);
        assert_eq!(System::of("curl/8.5.0"), None);
    }

    #[test]
    fn an_address_names_one_system_or_none() {
        for system in System::ALL {
            assert_eq!(System::parse(system.slug()), Some(system));
        }
        assert_eq!(System::parse("Windows"), None);
        assert_eq!(Holding::parse("company"), Holding::Company);
        assert_eq!(Holding::parse("x"), Holding::Own);
    }
}
