//! The passphrase of a private key: from a file, the environment, or whoever sits
//! at the terminal.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use trailseal_keys::signing::Passphrase;
use zeroize::Zeroizing;

/// Where the passphrase comes from, if not from the terminal.
#[derive(Clone, Debug, Default, clap::Args)]
#[group(id = "passphrase", multiple = false)]
pub(in super::super) struct PassphraseArgs {
    /// The environment variable that holds the passphrase.
    #[arg(long, value_name = "VAR")]
    passphrase_env: Option<String>,
    /// The file whose first line is the passphrase.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

impl PassphraseArgs {
    /// The passphrase of a key that has one.
    ///
    /// # Errors
    /// If there is none where it should be, and nobody to ask.
    pub(super) fn known(&self, key: &str) -> Result<Passphrase> {
        match self.given()? {
            Some(passphrase) => Ok(passphrase),
            None => ask(&format!("Passphrase of {key}: "), ""),
        }
    }

    /// A passphrase for a new key: one that is typed is typed twice.
    ///
    /// # Errors
    /// If there is none where it should be, and nobody to ask.
    pub(super) fn chosen(&self, key: &str) -> Result<Passphrase> {
        if let Some(passphrase) = self.given()? {
            return Ok(passphrase);
        }
        let first = ask(
            &format!("Passphrase for {key}: "),
            ", or --no-passphrase for a key that anyone who reads the file can use",
        )?;
        if ask("The same again: ", "")? != first {
            return Err(anyhow!("the two passphrases differ; no key was made"));
        }
        Ok(first)
    }

    fn given(&self) -> Result<Option<Passphrase>> {
        if let Some(variable) = &self.passphrase_env {
            let value = std::env::var_os(variable).ok_or_else(|| {
                anyhow!("--passphrase-env: there is no environment variable {variable}")
            })?;
            return Passphrase::new(Zeroizing::new(value.into_encoded_bytes()))
                .with_context(|| format!("--passphrase-env: {variable}"))
                .map(Some);
        }
        self.passphrase_file
            .as_deref()
            .map(|path| {
                first_line(path).with_context(|| format!("--passphrase-file: {}", path.display()))
            })
            .transpose()
    }
}

/// The first line, as `openssl -passin file:` takes it.
fn first_line(path: &Path) -> Result<Passphrase> {
    // A passphrase, its line end, and one byte more to notice that it is too long.
    let room = Passphrase::MAX_BYTES + 3;
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    File::open(path)?
        .take(u64::try_from(room)?)
        .read_to_end(&mut bytes)?;
    let end = bytes.iter().position(|&byte| byte == b'\n');
    if let Some(end) = end {
        bytes.truncate(end);
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
    }
    Ok(Passphrase::new(bytes)?)
}

/// Asks on the terminal, without showing what is typed; `otherwise` is what can be
/// done besides giving the passphrase in another way.
fn ask(prompt: &str, otherwise: &str) -> Result<Passphrase> {
    if !io::stdin().is_terminal() {
        return Err(anyhow!(
            "a passphrase is needed, and there is no terminal to ask on; give --passphrase-env VAR or --passphrase-file FILE{otherwise}"
        ));
    }
    let typed = rpassword::prompt_password(prompt).context("the terminal cannot be read")?;
    Ok(Passphrase::new(Zeroizing::new(typed.into_bytes()))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_file(content: &[u8]) -> Result<Passphrase> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("passphrase");
        std::fs::write(&path, content).unwrap();
        first_line(&path)
    }

    #[test]
    fn the_first_line_counts_and_its_end_does_not() {
        let expected = Passphrase::new(Zeroizing::new(b" correct horse".to_vec())).unwrap();
        for content in [
            " correct horse",
            " correct horse\n",
            " correct horse\r\nmore",
        ] {
            assert_eq!(
                of_file(content.as_bytes()).unwrap(),
                expected,
                "{content:?}"
            );
        }
    }

    #[test]
    fn neither_an_empty_line_nor_a_book_is_a_passphrase() {
        assert!(of_file(b"").is_err() && of_file(b"\n").is_err());
        assert!(of_file(&[b'x'; 1024]).is_ok());
        assert!(of_file(&[[b'x'; 1024].as_slice(), b"\r\n"].concat()).is_ok());
        let error = of_file(&[b'x'; 1 << 20]).unwrap_err();
        assert!(error.to_string().contains("at most 1024 bytes"), "{error}");
    }
}
