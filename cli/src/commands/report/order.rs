//! A bundle that another command orders.

use std::path::Path;

use jiff::Timestamp;
use trailseal_forensics::report::bundle::Include;
use trailseal_forensics::report::case::CaseText;
use trailseal_forensics::report::control::Framework;
use trailseal_verifier::verdict::Answer;

use super::super::evidence::{Between, EvidenceArgs};
use super::super::keys::{KeyPlace, PassphraseArgs};
use super::super::reading::ReadingArgs;
use super::args::{CaseArgs, IncludeArg, MakeArgs};
use super::make::Manner;
use super::signing::SigningArgs;
use crate::exit::Failure;
use crate::time_arg::TimeArg;

/// What is to be in it, and who signs.
pub(in super::super) struct Order {
    pub(in super::super) evidence: EvidenceArgs,
    pub(in super::super) from: Timestamp,
    pub(in super::super) to: Timestamp,
    pub(in super::super) include: Include,
    pub(in super::super) controls: Vec<Framework>,
    pub(in super::super) organization: Option<CaseText>,
    pub(in super::super) purpose: Option<CaseText>,
    pub(in super::super) signing_key: KeyPlace,
    pub(in super::super) passphrase: PassphraseArgs,
    /// A file that is put beside the report: its name there, and what it holds.
    pub(in super::super) enclosed: (&'static str, Vec<u8>),
}

impl Order {
    /// Makes the bundle, and says what its report says.
    ///
    /// # Errors
    /// If there is none, because the user ended it too.
    pub(in super::super) fn make(self, out: &Path, made: Timestamp) -> Result<Answer, Failure> {
        let between = Between {
            from: Some(TimeArg::At(self.from)),
            to: Some(TimeArg::At(self.to)),
        };
        let args = MakeArgs {
            reading: ReadingArgs::of_all(self.evidence, between),
            out: None,
            include_objects: IncludeArg::from(self.include),
            events: Vec::new(),
            sections: Vec::new(),
            controls: self.controls,
            oscal: false,
            at: Some(made),
            case: CaseArgs {
                case_number: None,
                examiner: None,
                examiner_organization: self.organization,
                purpose: self.purpose,
            },
            signing: SigningArgs::with(self.signing_key, self.passphrase),
            #[cfg(feature = "aws")]
            authority: super::authority::AuthorityArgs::default(),
        };
        let written = args.make(out, Manner::Ordered(&self.enclosed))?;
        Ok(written.evidence.outcome())
    }
}
