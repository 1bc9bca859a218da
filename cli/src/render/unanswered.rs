//! Regions that gave nothing, and why.

use trailseal_aws::CallError;
use trailseal_keys::Region;

use super::page::{Ink, Page};
use crate::escape::Printable;

const LABEL: usize = 9;

/// One paragraph a reason, with the Regions that it holds for.
pub(crate) fn unanswered(page: &mut Page, label: (&str, Ink), regions: &[(Region, String)]) {
    let (words, ink) = label;
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for (region, reason) in regions {
        match reasons.iter_mut().find(|(known, _)| known == reason) {
            Some((_, others)) => others.push(region.as_str()),
            None => reasons.push((reason, vec![region.as_str()])),
        }
    }
    for (reason, regions) in reasons {
        let text = format!("{}: {reason}", regions.join(", "));
        page.beside(0, (words, Some(ink)), LABEL, &Printable(text).to_string());
    }
}

/// Why a Region that is off was passed over.
pub(crate) fn disabled(error: &CallError) -> String {
    format!("not enabled for the account ({})", error.detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::page::Colour;

    #[test]
    fn regions_with_one_reason_share_a_line() {
        let said = |region: &str, reason: &str| (region.parse().unwrap(), reason.to_owned());
        let mut page = Page::new(Colour::Off);
        let regions = [
            said("af-south-1", "not enabled"),
            said("ap-east-1", "no\u{1b}key"),
            said("me-south-1", "not enabled"),
        ];
        unanswered(&mut page, ("SKIPPED", Ink::Doubtful), &regions);
        assert_eq!(
            page.into_text(),
            "SKIPPED  af-south-1, me-south-1: not enabled\nSKIPPED  ap-east-1: no\\u{1b}key\n"
        );
    }
}
