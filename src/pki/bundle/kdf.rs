//! The key derivation of PKCS#12 (RFC 7292 appendix B.2), for the compat form
//! and for the MAC of both.
//!
//! On the digests of aws-lc: 700,000 hashes a file take too long in a generic
//! implementation that a debug build does not optimise.

use aws_lc_rs::digest::{Algorithm, digest};
use zeroize::Zeroizing;

/// What the derived bytes are for: the diversifier ID of appendix B.3.
#[derive(Clone, Copy)]
pub(super) enum Use {
    Key = 1,
    Iv = 2,
    Mac = 3,
}

/// `length` bytes from `password` (UTF-16, big endian, with its final NUL) and `salt`.
pub(super) fn derive(
    hash: &'static Algorithm,
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    (purpose, length): (Use, usize),
) -> Zeroizing<Vec<u8>> {
    let v = hash.block_len();
    let diversifier = vec![purpose as u8; v];
    let mut i = filled(salt, v);
    i.extend_from_slice(&filled(password, v));
    let mut out = Zeroizing::new(Vec::with_capacity(length + hash.output_len()));
    loop {
        let mut a = digest(hash, &[&diversifier[..], &i].concat());
        for _ in 1..iterations {
            a = digest(hash, a.as_ref());
        }
        out.extend_from_slice(a.as_ref());
        if out.len() >= length {
            out.truncate(length);
            return out;
        }
        let b: Vec<u8> = a.as_ref().iter().copied().cycle().take(v).collect();
        i.chunks_mut(v).for_each(|block| add_one_more(block, &b));
    }
}

/// Copies of `text` up to a whole number of blocks; nothing stays nothing.
fn filled(text: &[u8], block: usize) -> Zeroizing<Vec<u8>> {
    let length = text.len().div_ceil(block) * block;
    Zeroizing::new(text.iter().copied().cycle().take(length).collect())
}

/// `block = block + b + 1` modulo its size, big endian.
fn add_one_more(block: &mut [u8], b: &[u8]) {
    let mut carry = 1_u16;
    for (x, y) in block.iter_mut().zip(b).rev() {
        let [high, low] = (u16::from(*x) + u16::from(*y) + carry).to_be_bytes();
        *x = low;
        carry = u16::from(high);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY;
    use data_encoding::HEXLOWER;

    // Values made with OpenSSL 3.0: openssl kdf -kdfopt pass:… PKCS12KDF
    #[test]
    fn keys_are_those_of_openssl() {
        let password = b"\0s\0m\0e\0g\0\0";
        let salt = [0x0a, 0x58, 0xcf, 0x64, 0x53, 0x0d, 0x82, 0x3f];
        let derive = |purpose, length| {
            let of = (purpose, length);
            HEXLOWER.encode(&derive(&SHA1_FOR_LEGACY_USE_ONLY, password, &salt, 1, of))
        };
        assert_eq!(derive(Use::Key, 24), "8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3");
        assert_eq!(derive(Use::Iv, 8), "79993dfe048d3b76");
        assert_eq!(derive(Use::Mac, 20), "9ba6ef317b8cb9f4760ab2fa2e51c066f0dce645");
    }
}
