//! Trails for the eye.

use jiff::Timestamp;
use trailseal_aws::trails::TrailState;
use trailseal_keys::Region;

use super::TrailsAnswer;
use super::warning::Warning;
use crate::escape::Printable;
use crate::render::page::{Colour, Ink, Page};
use crate::render::text::{counted, plural};
use crate::render::unanswered::unanswered;

/// Wide enough for most names, so that the rest fits a hundred columns. Longer
/// names get a line of their own.
const NAME: usize = 18;
const LABEL: usize = 9;

/// One row a trail, with what does not fit a column below it.
pub(crate) fn trails_table(answer: &TrailsAnswer, colour: Colour) -> String {
    let mut page = Page::new(colour);
    let count = u64::try_from(answer.trails.len()).unwrap_or(u64::MAX);
    let answered = answer.regions.len() - answer.skipped.len() - answer.failed.len();
    let place = match answer.regions.as_slice() {
        [only] => only.to_string(),
        _ => counted(u64::try_from(answered).unwrap_or(u64::MAX), "Region"),
    };
    page.line(&format!(
        "{} {} in {place}",
        if count == 0 {
            "no".to_owned()
        } else {
            count.to_string()
        },
        plural(count, "trail")
    ));
    if count > 0 {
        page.line("");
        page.line(&row([
            "TRAIL",
            "HOME REGION",
            "REGIONS",
            "DIGESTS",
            "LOGGING",
            "LATEST LOG",
            "LATEST DIGEST",
        ]));
    }
    for (position, state) in answer.trails.iter().enumerate() {
        if position > 0 {
            page.line("");
        }
        trail(&mut page, state, answer.asked_at);
    }
    unanswered(&mut page, ("SKIPPED", Ink::Doubtful), &answer.skipped);
    unanswered(&mut page, ("FAILED", Ink::Bad), &answer.failed);
    if let [only] = answer.regions.as_slice() {
        page.line("");
        page.paragraph(0, &elsewhere(only));
    }
    page.into_text()
}

fn elsewhere(region: &Region) -> String {
    format!(
        "Only {region} was asked: single-Region trails of other Regions do not show (--all-regions)."
    )
}

fn trail(page: &mut Page, state: &TrailState, now: Timestamp) {
    let trail = &state.trail;
    let status = state.status.as_ref().ok();
    let name = trail.name.as_str();
    let short = if name.len() > NAME {
        page.line(name);
        ""
    } else {
        name
    };
    page.line(&row([
        short,
        trail.home_region.as_str(),
        if trail.multi_region { "all" } else { "one" },
        if trail.validation { "on" } else { "off" },
        status.map_or("?", |status| if status.logging { "yes" } else { "no" }),
        &minute(status.map(|status| status.latest_log)),
        &minute(status.map(|status| status.latest_digest)),
    ]));
    let mut field = |label, text: &str| {
        page.beside(2, (label, None), LABEL, &Printable(text).to_string());
    };
    field("arn", &trail.arn.to_string());
    let mut bucket = format!("s3://{}", trail.bucket);
    if let Some(prefix) = &trail.prefix {
        bucket.push('/');
        bucket.push_str(prefix);
    }
    field("bucket", &bucket);
    field(
        "kms key",
        trail
            .kms_key
            .as_deref()
            .unwrap_or("none: encrypted with S3's own"),
    );
    for warning in Warning::of(state, now) {
        let label = if warning.is_note() {
            ("NOTE", None)
        } else {
            ("WARNING", Some(Ink::Doubtful))
        };
        page.beside(2, label, LABEL, &Printable(warning).to_string());
    }
}

fn row(cells: [&str; 7]) -> String {
    let [name, home, regions, digests, logging, log, digest] = cells;
    format!("{name:NAME$}  {home:14}  {regions:7}  {digests:7}  {logging:7}  {log:17}  {digest:17}")
}

/// `?` if the status is not known, `-` if there was none.
fn minute(at: Option<Option<Timestamp>>) -> String {
    match at {
        None => "?".to_owned(),
        Some(None) => "-".to_owned(),
        Some(Some(at)) => at.strftime("%Y-%m-%dT%H:%MZ").to_string(),
    }
}
