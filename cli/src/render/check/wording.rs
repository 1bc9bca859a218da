//! What every format says of a finding: its title, its subject, how bad it is.
//!
//! All of it may quote the evidence, so all of it goes through [`plain`] before a
//! person reads it; what a format escapes besides is that format's own matter.

use trailseal_verifier::verdict::{Answer, Code};

use crate::check::PolicyCode;
use crate::check::report::{ControlState, Level, Life, LivingFinding};
use crate::escape::Printable;

/// Text for people: whatever does not show as itself is written out.
pub(super) fn plain(text: &str) -> String {
    Printable(text).to_string()
}

/// At most this many bytes of a text, which are at most as many characters however
/// the receiver counts them. What was cut ends with an ellipsis.
pub(super) fn cut(text: &str, bytes: usize) -> String {
    const SIGN: char = '…';
    if text.len() <= bytes {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(bytes.saturating_sub(SIGN.len_utf8()));
    format!("{}{SIGN}", &text[..end])
}

/// The finding in a few words: its code, and the last part of what it is about.
pub(super) fn title(finding: &LivingFinding) -> String {
    let subject = match &finding.object {
        Some(object) => object.rsplit('/').next().unwrap_or(object).to_owned(),
        None => subject(finding),
    };
    plain(&format!("{}: {subject}", finding.code))
}

/// What it is about: the object, the account and Region, the chain, or the source.
pub(super) fn subject(finding: &LivingFinding) -> String {
    let LivingFinding {
        object,
        account,
        region,
        chain,
        source,
        ..
    } = finding;
    match (object, account, region, chain) {
        (Some(object), ..) => object.clone(),
        (None, Some(account), Some(region), _) => format!("{account}/{region}"),
        (None, .., Some(chain)) => chain.clone(),
        (None, Some(account), None, None) => account.clone(),
        (None, None, Some(region), None) => region.clone(),
        (None, None, None, None) => source.clone(),
    }
}

/// The account and Region that it is about.
pub(super) fn place(finding: &LivingFinding) -> String {
    let part = |part: &Option<String>| part.clone().unwrap_or_else(|| "*".to_owned());
    match (&finding.account, &finding.region) {
        (None, None) => "any account and Region".to_owned(),
        (account, region) => format!("{}/{}", part(account), part(region)),
    }
}

/// The finding in a paragraph: what was found, where and when.
pub(super) fn description(finding: &LivingFinding) -> String {
    let mut text = plain(&finding.detail);
    if text.trim().is_empty() {
        meaning(&finding.code).clone_into(&mut text);
    }
    text.push_str(&format!(
        " ({} of source {}",
        plain(&subject(finding)),
        plain(&finding.source)
    ));
    if let Some(window) = finding.window {
        text.push_str(&format!(", {} to {}", window.start, window.end));
    }
    text.push(')');
    text
}

/// What a code means, in one sentence.
pub(super) fn meaning(code: &str) -> &'static str {
    if let Ok(code) = code.parse::<Code>() {
        return code.description();
    }
    PolicyCode::named(code).map_or(
        "The policy of the check is not met.",
        PolicyCode::description,
    )
}

/// Why a finding is accepted, if it is.
pub(super) fn acceptance(finding: &LivingFinding) -> Option<String> {
    match (&finding.acknowledged, finding.level) {
        (Some(word), _) => {
            let until = word.until.map(|until| format!(", until {until}"));
            Some(format!(
                "{} (acknowledged by {} at {}{})",
                plain(&word.why),
                plain(&word.by),
                word.at,
                until.unwrap_or_default()
            ))
        }
        (None, Level::Accepted) => Some("The policy accepts it.".to_owned()),
        (None, Level::Fail | Level::Warn) => None,
    }
}

/// The controls that a finding speaks against.
pub(super) fn controls<'a>(
    all: &'a [ControlState],
    finding: &'a LivingFinding,
) -> impl Iterator<Item = &'a ControlState> {
    all.iter()
        .filter(|control| control.findings.contains(&finding.id))
}

/// How bad it is, in the five steps that security tools have.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Severity {
    /// It is over.
    Informational,
    /// Accepted.
    Low,
    /// Told, and the check passes.
    Medium,
    /// The check fails: nothing vouches for something.
    High,
    /// The check fails: a signature contradicts what was found.
    Critical,
}

impl Severity {
    pub(super) fn of(finding: &LivingFinding) -> Self {
        match (finding.life, finding.level, finding.answer) {
            (Life::Resolved, ..) => Self::Informational,
            (_, Level::Accepted, _) => Self::Low,
            (_, Level::Warn, _) => Self::Medium,
            (_, Level::Fail, Answer::Failed) => Self::Critical,
            (_, Level::Fail, Answer::Unchecked | Answer::Verified) => Self::High,
        }
    }

    /// From 1 to 5, as OCSF counts.
    pub(super) fn number(self) -> u8 {
        match self {
            Self::Informational => 1,
            Self::Low => 2,
            Self::Medium => 3,
            Self::High => 4,
            Self::Critical => 5,
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Informational => "Informational",
            Self::Low => "Low",
            Self::Medium => "Medium",
            Self::High => "High",
            Self::Critical => "Critical",
        }
    }
}

/// Whether what a finding is about meets the requirement, as compliance tools ask.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Compliance {
    Pass,
    Warning,
    Fail,
}

impl Compliance {
    /// That somebody accepts a finding makes it no better.
    pub(super) fn of(finding: &LivingFinding) -> Self {
        match (finding.life, finding.level, finding.answer) {
            (Life::Resolved, ..) => Self::Pass,
            (_, Level::Fail, _) | (_, Level::Accepted, Answer::Failed) => Self::Fail,
            (_, Level::Warn | Level::Accepted, _) => Self::Warning,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::report;
    use super::*;

    #[test]
    fn a_cut_text_fits_and_ends_between_characters() {
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("longer", 5), "lo…");
        for bytes in 3..20 {
            let text = cut("日本語のログ", bytes);
            assert!(text.len() <= bytes, "{bytes}: {text}");
        }
    }

    #[test]
    fn a_place_says_how_far_it_goes() {
        let mut finding = report().findings.remove(0);
        let mut of = |account: Option<&str>, region: Option<&str>| {
            finding.account = account.map(str::to_owned);
            finding.region = region.map(str::to_owned);
            place(&finding)
        };
        assert_eq!(
            of(Some("111122223333"), Some("us-east-1")),
            "111122223333/us-east-1"
        );
        assert_eq!(of(Some("111122223333"), None), "111122223333/*");
        assert_eq!(of(None, None), "any account and Region");
    }

    #[test]
    fn what_people_read_hides_nothing() {
        for finding in &report().findings {
            let texts = [title(finding), description(finding)];
            for text in texts.into_iter().chain(acceptance(finding)) {
                assert!(text.chars().all(crate::escape::is_visible), "{text}");
            }
        }
    }

    #[test]
    fn the_subject_is_the_narrowest_there_is() {
        let mut finding = report().findings.remove(0);
        assert!(subject(&finding).starts_with("s3://"));
        finding.object = None;
        assert_eq!(subject(&finding), "111122223333/us-east-1");
        finding.region = None;
        assert!(subject(&finding).ends_with("/hourly"));
        finding.chain = None;
        assert_eq!(subject(&finding), "111122223333");
        finding.account = None;
        assert_eq!(subject(&finding), "org");
    }

    #[test]
    fn accepting_lowers_the_severity_and_not_the_compliance() {
        let mut finding = report().findings.remove(0);
        assert_eq!(Severity::of(&finding), Severity::Critical);
        finding.level = Level::Accepted;
        assert_eq!(Severity::of(&finding), Severity::Low);
        assert_eq!(Compliance::of(&finding), Compliance::Fail);
        finding.life = Life::Resolved;
        assert_eq!(Severity::of(&finding), Severity::Informational);
        assert_eq!(Compliance::of(&finding), Compliance::Pass);
    }
}
