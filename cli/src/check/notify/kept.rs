//! What is kept outside of the configuration: addresses and secrets.

use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use zeroize::Zeroizing;

use super::super::output::{Address, Kept};
use super::below;

/// The longest secret or address, in bytes.
const LONGEST: usize = 4_096;

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stated(endpoint) => endpoint.fmt(f),
            Self::Kept(kept) => kept.fmt(f),
        }
    }
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(variable) => write!(f, "of the variable {variable}"),
            Self::File(path) => write!(f, "of the file {}", path.display()),
        }
    }
}

impl Kept {
    /// What is kept there, without the space around it.
    ///
    /// # Errors
    /// If nothing is there, or what is there is no text of a sensible length.
    pub(super) fn fetch(&self, folder: &Path) -> Result<Zeroizing<String>> {
        let bytes = match self {
            Self::Environment(variable) => std::env::var_os(variable)
                .map(|value| Zeroizing::new(value.into_encoded_bytes()))
                .with_context(|| format!("there is no environment variable {variable}"))?,
            Self::File(path) => first_line(&below(folder, path))
                .with_context(|| format!("{}: cannot be read", path.display()))?,
        };
        let text = std::str::from_utf8(&bytes).map_err(|_| anyhow!("{self}: is no text"))?;
        let text = text.trim();
        if text.is_empty() || text.len() > LONGEST {
            bail!(
                "{self}: expected 1 to {LONGEST} bytes, found {}",
                text.len()
            );
        }
        Ok(Zeroizing::new(text.to_owned()))
    }
}

fn first_line(path: &Path) -> Result<Zeroizing<Vec<u8>>> {
    let room = LONGEST + 2;
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    let file = File::open(path)?;
    file.take(u64::try_from(room)?).read_to_end(&mut bytes)?;
    let end = bytes.iter().position(|byte| *byte == b'\n');
    bytes.truncate(end.unwrap_or(room));
    Ok(bytes)
}
