//! What can be typed after `ca`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

/// `ca …`
#[derive(Debug, Subcommand)]
pub enum CaVerb {
    /// Show every CA and server certificate with the days left
    Show,
    /// Make the next issuing CA; the older ones stay good for what they signed
    Rotate(CaRotate),
    /// Take a CA from elsewhere as the next issuing CA
    Import(CaImport),
    /// Write a CA certificate as PEM
    Export {
        /// Which one
        #[arg(value_enum, default_value = "root")]
        which: CaName,
        /// Which issuing CA, from 1 [default: the newest]
        #[arg(long, value_name = "N")]
        generation: Option<i64>,
        /// File to write [default: standard output]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Sign a CRL now
    Crl {
        /// File to write (DER) [default: PEM on standard output]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Number of the issuing CA [default: the current one]
        #[arg(long, value_name = "N")]
        generation: Option<i64>,
    },
}

/// `ca rotate`
#[derive(Debug, ClapArgs)]
pub struct CaRotate {
    /// The root's key, where it is kept offline (PEM, PKCS#8)
    #[arg(long, value_name = "FILE")]
    pub root_key: Option<PathBuf>,
    /// File with the passphrase of that key [default: the one of the CA keys]
    #[arg(long, value_name = "FILE", requires = "root_key")]
    pub passphrase_file: Option<PathBuf>,
}

/// `ca import`
#[derive(Debug, ClapArgs)]
pub struct CaImport {
    /// The CA's certificate and those above it, up to the root (PEM)
    #[arg(long, value_name = "FILE")]
    pub certificate: PathBuf,
    /// The CA's key (PEM, PKCS#8)
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// File with the passphrase of that key
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

/// Our CAs.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum CaName {
    /// The root
    Root,
    /// Signs users' certificates
    Issuing,
    /// Signs server certificates
    ServerCa,
}
