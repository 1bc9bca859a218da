//! The chain of a finding, from the text that findings carry.

use super::super::target::{Target, TargetKind};

/// The parts of a chain's text, `[o-ID/]account/Region/trail@home/kind`.
pub(super) struct Chain<'f> {
    pub(super) text: &'f str,
    pub(super) in_organization: bool,
    pub(super) account: &'f str,
    pub(super) region: &'f str,
    trail: &'f str,
    home: &'f str,
}

impl<'f> Chain<'f> {
    pub(super) fn parse(text: &'f str) -> Option<Self> {
        let parts: Vec<&str> = text.split('/').collect();
        let (in_organization, [account, region, trail, _kind]) = match parts.as_slice() {
            [_, rest @ ..] if rest.len() == 4 => (true, <[&str; 4]>::try_from(rest).ok()?),
            all => (false, <[&str; 4]>::try_from(all).ok()?),
        };
        let (trail, home) = trail.split_once('@')?;
        Some(Self {
            text,
            in_organization,
            account,
            region,
            trail,
            home,
        })
    }

    /// Whether a target is the trail of the chain. The trail of an
    /// organization belongs to another account than most of its chains.
    pub(super) fn is_of(&self, target: &Target) -> bool {
        target.kind == TargetKind::Trail
            && target.name == self.trail
            && target.region == self.home
            && (self.in_organization || target.account == self.account)
    }
}
