//! The picture (QR code, ISO/IEC 18004) that an app reads. Pure.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

/// A picture of dark squares.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Squares on one side, with the empty border.
    pub side: usize,
    /// Every dark square, as the data of an SVG path.
    pub path: String,
}

/// The empty border that a reader needs, in squares.
const BORDER: usize = 4;

/// The picture of `text`; `None` when it is too long for one.
#[must_use]
pub fn of(text: &str) -> Option<Picture> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (at % width + BORDER, at / width + BORDER);
            _ = write!(path, "M{x} {y}h1v1h-1z");
        }
    }
    Some(Picture { side: width + 2 * BORDER, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_its_three_corners_and_an_empty_border() {
        let picture = of("otpauth://totp/a:b?secret=ABCDEFGH").expect("short enough");
        assert!(picture.side >= 21 + 8);
        for corner in ["M4 4h1", &format!("M{} 4h1", picture.side - 11), "M4 10h1"] {
            assert!(picture.path.contains(corner), "{corner}");
        }
        assert!(!picture.path.contains("M3 "), "the border stays empty");
        assert!(of(&"a".repeat(5_000)).is_none());
    }
}
