//! Who did what, in words: where a line gets its actor and its sentence.

use crate::actor::{Actor, ActorKind};
use crate::record::Record;
use crate::telling::tell;

/// What people call an actor: of a role's session `role/session`.
pub(super) fn name(actor: &Actor) -> String {
    match (&actor.name, &actor.session) {
        (Some(name), Some(session)) => format!("{name}/{session}"),
        (Some(name), None) | (None, Some(name)) => name.to_string(),
        (None, None) if actor.kind == ActorKind::Root => "root".to_owned(),
        (None, None) => actor.id.to_string(),
    }
}

/// What happened, in a sentence; values as they are.
pub(super) fn sentence(record: &Record<'_>, actor: &str) -> String {
    format!("{actor} {}", tell(record).sentence())
}
