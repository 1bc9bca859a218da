//! `--format json`: one document with everything in it.
//!
//! Findings wait in a temporary file without a name until the end, because
//! what stands before them in the document is known last.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Seek as _, Write as _};

use anyhow::{Context as _, Result};
use serde::ser::{Error as _, SerializeSeq as _};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use trailseal_verifier::verdict::Finding;
use trailseal_verifier::walk::Sink;

use super::document::{Document, Head, REPORT_SCHEMA};
use super::forensic::explained;
use super::visible_json::{write_indented, write_line};
use super::{Conclusion, Renderer};
use crate::output::{Output, tolerate_broken_pipe};

/// Spools the findings, and writes the document at the end.
pub(crate) struct Json {
    output: Output,
    spool: BufWriter<File>,
    /// The first error; after it nothing is written.
    broken: Option<io::Error>,
}

impl Json {
    /// # Errors
    /// If there is no room for a temporary file.
    pub(crate) fn new(output: Output) -> Result<Self> {
        let spool = tempfile::tempfile().with_context(|| {
            format!(
                "cannot write to {}; set TMPDIR to another folder",
                std::env::temp_dir().display()
            )
        })?;
        Ok(Self {
            output,
            spool: BufWriter::new(spool),
            broken: None,
        })
    }
}

impl Sink<()> for Json {
    fn finding(&mut self, finding: Finding) {
        if self.broken.is_none() {
            let written =
                write_line(&mut self.spool, &finding).and_then(|()| self.spool.write_all(b"\n"));
            self.broken = written.err();
        }
    }
}

impl Renderer for Json {
    fn finish(self: Box<Self>, conclusion: Conclusion<'_>) -> Result<()> {
        let Self {
            mut output,
            spool,
            broken,
        } = *self;
        let spool = broken
            .map_or(Ok(spool), Err)
            .context("findings cannot be put aside")?;
        let mut spool = spool
            .into_inner()
            .map_err(io::IntoInnerError::into_error)
            .context("findings cannot be put aside")?;
        spool.rewind()?;
        let document = Document {
            head: Head::of(conclusion, REPORT_SCHEMA),
            report: conclusion.report,
            findings: Spooled(spool),
            explanations: explained(conclusion.explanations),
        };
        let written = write_indented(&mut output, &document).and_then(|()| output.write_all(b"\n"));
        tolerate_broken_pipe(written)?;
        output.finish()
    }
}

/// Lines of JSON, written as the elements of an array.
struct Spooled(File);

impl Serialize for Spooled {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut elements = serializer.serialize_seq(None)?;
        for line in BufReader::new(&self.0).lines() {
            let line = line.map_err(S::Error::custom)?;
            elements.serialize_element(&RawValue::from_string(line).map_err(S::Error::custom)?)?;
        }
        elements.end()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Headline, fixture};
    use super::*;
    use trailseal_verifier::verdict::Code;

    #[test]
    fn the_document_carries_every_finding() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        let mut json = Box::new(Json::new(Output::open(Some(&path)).unwrap()).unwrap());
        let mut headline = Headline::default();
        for number in 0..100 {
            let finding = fixture::numbered(Code::LogAbsent, number);
            headline.note(&finding);
            json.finding(finding);
        }
        let (report, context) = (fixture::report(), fixture::context());
        let finished = fixture::at("2026-04-01T10:00:02Z");
        json.finish(Conclusion {
            report: &report,
            headline: &headline,
            context: &context,
            explanations: &[],
            finished,
        })
        .unwrap();

        let text = std::fs::read_to_string(&path).unwrap();
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document["schema"], REPORT_SCHEMA);
        assert_eq!(document["outcome"], "verified");
        assert_eq!(document["codes"]["log-absent"], 100);
        let findings = document["findings"].as_array().unwrap();
        assert_eq!(findings.len(), 100);
        assert_eq!(findings[7]["code"], "log-absent");
        assert!(text.ends_with("}\n"));
    }
}
