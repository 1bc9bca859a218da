//! The folder of a bundle: files are written one by one, and hashed as they lie
//! there. Where a ZIP is asked for, it is packed when it is whole.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use trailseal_forensics::report::bundle::statement::{
    Predicate, Statement, Subject, SubjectDigest,
};
use trailseal_forensics::report::bundle::{
    BAG_INFO, BAGIT, EVIDENCE, MANIFEST, Naming, OBJECTS, PAYLOAD, PUBLIC_KEY, STATEMENT,
    TAG_MANIFEST, UNSIGNED_STATEMENT, VERIFY_HTML, VERIFY_HTML_NAME, VERIFY_MD_NAME, VERIFY_SH,
    VERIFY_SH_NAME, bag, is_object, verify_md,
};
use trailseal_forensics::report::{Attachment, Evidence};
use trailseal_forensics::visible::write_line;
use trailseal_keys::Sha256;
use trailseal_keys::dsse::{Envelope, PAYLOAD_TYPE_IN_TOTO};

use super::listed::Listed;
use super::pack::pack;
use super::signing::Signature;
use super::tree;
use crate::new_folder::{NewFolder, make_executable};

/// A bundle that is being written.
pub(super) struct Bundle {
    folder: NewFolder,
    form: Form,
    /// The files that are there: their hashes and sizes.
    files: BTreeMap<String, (Sha256, u64)>,
    /// Objects, if they are too many for the statement.
    listed: Option<Listed>,
}

/// What a bundle becomes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Form {
    Folder,
    Zip,
}

impl Form {
    /// A ZIP, if its name ends like that of one.
    fn of(place: &Path) -> Self {
        let end = place.extension().and_then(OsStr::to_str);
        match end {
            Some(end) if end.eq_ignore_ascii_case("zip") => Self::Zip,
            _ => Self::Folder,
        }
    }
}

impl Bundle {
    /// Begins it.
    ///
    /// # Errors
    /// If it cannot be made there.
    pub(super) fn open(place: &Path) -> Result<Self> {
        let folder = NewFolder::open(place)?;
        fs::create_dir(folder.path().join("data"))?;
        Ok(Self {
            folder,
            form: Form::of(place),
            files: BTreeMap::new(),
            listed: None,
        })
    }

    /// Where a file of this name is written.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The place of the inventory.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn inventory(&self) -> Result<File> {
        Ok(File::create_new(self.path(OBJECTS))?)
    }

    /// Writes a file.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn put(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let written = File::create_new(self.path(name)).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        written.with_context(|| format!("{name}: cannot be written"))?;
        let size = u64::try_from(bytes.len())?;
        self.files
            .insert(name.to_owned(), (Sha256::of(bytes), size));
        Ok(())
    }

    /// Takes a file that somebody else wrote.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(super) fn take(&mut self, name: &str) -> Result<()> {
        let hashed = hashed(&self.path(name)).with_context(|| name.to_owned())?;
        self.files.insert(name.to_owned(), hashed);
        Ok(())
    }

    /// Takes all files of the included objects.
    ///
    /// # Errors
    /// If one cannot be read.
    pub(super) fn take_evidence(&mut self) -> Result<()> {
        let (mut listed, mut few) = (Listed::new()?, BTreeMap::new());
        tree::each(&self.path(EVIDENCE), &mut |name, path| {
            let name = format!("{EVIDENCE}/{name}");
            let hashed = hashed(path).with_context(|| name.clone())?;
            if !is_object(&name) {
                self.files.insert(name, hashed);
                return Ok(());
            }
            listed.add(&name, hashed)?;
            if listed.payload().files <= Naming::MOST {
                few.insert(name, hashed);
            } else {
                few.clear();
            }
            Ok(())
        })?;
        if listed.payload().files <= Naming::MOST {
            self.files.extend(few);
        } else {
            self.listed = Some(listed);
        }
        Ok(())
    }

    /// The hash of a file that is there.
    pub(super) fn sha256(&self, name: &str) -> Option<Sha256> {
        self.files.get(name).map(|(hash, _)| *hash)
    }

    /// Where the included objects are named.
    fn naming(&self) -> Naming {
        match self.listed {
            None => Naming::Statement,
            Some(_) => Naming::Manifest,
        }
    }

    /// The files beside the report; of the included objects only the lists, since
    /// the inventory has the others.
    pub(super) fn attachments(&self) -> Vec<Attachment> {
        let evidence = format!("{EVIDENCE}/");
        let is_listed = |name: &str| match name.strip_prefix(&evidence) {
            Some(inside) => !inside.contains('/'),
            None => true,
        };
        let files = self.files.iter().filter(|(name, _)| is_listed(name));
        let attachment = |(name, (sha256, size)): (&String, &(Sha256, u64))| Attachment {
            name: name.clone(),
            sha256: *sha256,
            size: *size,
        };
        files.map(attachment).collect()
    }

    /// Frames what is there as a bag, states and signs it.
    ///
    /// # Errors
    /// If it cannot be written or signed.
    pub(super) fn frame(mut self, evidence: &Evidence, signature: &Signature) -> Result<Framed> {
        self.put(VERIFY_SH_NAME, VERIFY_SH.as_bytes())?;
        make_executable(&self.path(VERIFY_SH_NAME))?;
        self.put(VERIFY_HTML_NAME, VERIFY_HTML.as_bytes())?;
        let instructions = verify_md(evidence, self.naming());
        self.put(VERIFY_MD_NAME, instructions.as_bytes())?;
        if let Signature::By(signer) = signature {
            self.put(PUBLIC_KEY, signer.public().to_pem()?.as_bytes())?;
        }
        self.put(BAGIT, bag::DECLARATION.as_bytes())?;
        let payload = self.payload();
        let info = bag::info(&evidence.case, evidence.made, payload);
        self.put(BAG_INFO, info.as_bytes())?;
        self.list()?;
        self.state(evidence, signature)?;
        let tags = bag::manifest(self.hashes(|name| !name.starts_with(PAYLOAD)));
        self.put(TAG_MANIFEST, tags.as_bytes())?;
        Ok(Framed {
            folder: self.folder,
            form: self.form,
        })
    }

    /// Writes the manifest of all that the bag carries.
    fn list(&mut self) -> Result<()> {
        let is_inside = |(name, _): &(&String, &(Sha256, u64))| name.starts_with(PAYLOAD);
        let inside = self.files.iter().filter(is_inside);
        let inside = inside.map(|(name, (hash, _))| (name.as_str(), *hash));
        let mut inside = inside.peekable();
        let mut file = BufWriter::new(File::create_new(self.path(MANIFEST)).context(MANIFEST)?);
        if let Some(listed) = &mut self.listed {
            listed.each(|name, line| {
                while let Some((before, hash)) = inside.next_if(|(before, _)| *before < name) {
                    file.write_all(bag::line(before, hash).as_bytes())?;
                }
                file.write_all(line.as_bytes())
            })?;
        }
        for (name, hash) in inside {
            file.write_all(bag::line(name, hash).as_bytes())?;
        }
        file.into_inner()
            .map_err(std::io::IntoInnerError::into_error)
            .and_then(|file| file.sync_all())
            .with_context(|| format!("{MANIFEST}: cannot be written"))?;
        self.take(MANIFEST)
    }

    fn hashes(&self, wanted: impl Fn(&str) -> bool) -> impl Iterator<Item = (&str, Sha256)> {
        let files = self
            .files
            .iter()
            .map(|(name, (hash, _))| (name.as_str(), *hash));
        files.filter(move |(name, _)| wanted(name))
    }

    fn payload(&self) -> bag::Payload {
        let listed = self.listed.as_ref().map(Listed::payload);
        let mut payload = listed.unwrap_or_default();
        for (name, (_, size)) in &self.files {
            if name.starts_with(PAYLOAD) {
                payload.files += 1;
                payload.bytes += size;
            }
        }
        payload
    }

    /// Writes the statement over all files so far, signed if somebody signs.
    fn state(&mut self, evidence: &Evidence, signature: &Signature) -> Result<()> {
        let subject = |(name, sha256): (&str, Sha256)| Subject {
            name: name.to_owned(),
            digest: SubjectDigest { sha256 },
        };
        let statement = Statement::new(
            self.hashes(|_| true).map(subject).collect(),
            Predicate {
                tool: evidence.tool,
                made: evidence.made,
                outcome: evidence.outcome(),
                state: evidence.state,
                scope: evidence.report.scope.clone(),
                objects: evidence.objects.clone(),
                named_in: self.naming().named_in(),
                case: evidence.case.clone(),
            },
        );
        let mut payload = Vec::new();
        write_line(&mut payload, &statement)?;
        match signature {
            Signature::By(signer) => {
                let envelope = Envelope::sign(PAYLOAD_TYPE_IN_TOTO, payload, &[signer.as_ref()])
                    .context("the statement cannot be signed")?;
                self.put(STATEMENT, envelope.to_json()?.as_bytes())
            }
            Signature::Nobody => {
                payload.push(b'\n');
                self.put(UNSIGNED_STATEMENT, &payload)
            }
        }
    }
}

/// A whole bundle that is not in its place yet.
pub(super) struct Framed {
    folder: NewFolder,
    form: Form,
}

impl Framed {
    /// Where it lies until then.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Puts it in its place.
    ///
    /// # Errors
    /// If it cannot be packed, or something took the place.
    pub(super) fn finish(self) -> Result<()> {
        match self.form {
            Form::Folder => self.folder.finish(),
            Form::Zip => self.folder.finish_packed(pack),
        }
    }
}

/// The hash and size of a file.
pub(super) fn hashed(path: &Path) -> Result<(Sha256, u64)> {
    let mut reader = BufReader::with_capacity(256 << 10, File::open(path)?);
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    let (mut size, mut buffer) = (0, vec![0; 256 << 10]);
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok((Sha256::finish(context), size)),
            read => {
                context.update(&buffer[..read]);
                size += u64::try_from(read)?;
            }
        }
    }
}
