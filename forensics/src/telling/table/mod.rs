//! The calls that have words of their own: event source and name to a verb and
//! a template, in one table a field.

mod compute;
mod data;
mod identity;
mod oversight;

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::record::Record;

use super::condition::Condition;
use super::{Verb, service, unversioned};

/// The words for one call.
pub(super) struct Row {
    /// The service, or several with `|` between them.
    source: &'static str,
    /// The event, without the version of an API.
    name: &'static str,
    /// What must hold besides. The first row that fits speaks.
    when: &'static [Condition],
    /// Base form and past, `create|created`.
    verb: &'static str,
    /// The template of the object.
    pub(super) object: &'static str,
}

const fn on(
    source: &'static str,
    name: &'static str,
    verb: &'static str,
    object: &'static str,
) -> Row {
    Row {
        source,
        name,
        when: &[],
        verb,
        object,
    }
}

impl Row {
    const fn when(mut self, when: &'static [Condition]) -> Self {
        self.when = when;
        self
    }

    /// The verb in both forms.
    pub(super) fn verb(&self) -> Verb {
        let (base, past) = self.verb.split_once('|').unwrap_or((self.verb, self.verb));
        Verb { base, past }
    }

    fn fits(&self, source: &str, record: &Record<'_>) -> bool {
        self.source.split('|').any(|one| one == source)
            && self.when.iter().all(|condition| condition.holds(record))
    }
}

static TABLES: [&[Row]; 4] = [identity::ROWS, data::ROWS, compute::ROWS, oversight::ROWS];

static BY_NAME: LazyLock<HashMap<&'static str, Vec<&'static Row>>> = LazyLock::new(|| {
    let mut rows: HashMap<_, Vec<_>> = HashMap::new();
    for row in TABLES.into_iter().flatten() {
        rows.entry(row.name).or_default().push(row);
    }
    rows
});

/// The words for a record, if there are any.
pub(super) fn row(record: &Record<'_>) -> Option<&'static Row> {
    let name = unversioned(record.event_name.as_deref()?);
    let source = service(record.event_source.as_deref()?);
    let rows = BY_NAME.get(name)?;
    rows.iter().copied().find(|row| row.fits(source, record))
}

#[cfg(test)]
mod tests {
    use super::super::template::fault;
    use super::*;

    fn all() -> impl Iterator<Item = &'static Row> {
        TABLES.into_iter().flatten()
    }

    #[test]
    fn every_row_is_well_formed() {
        assert!(all().count() >= 100);
        for row in all() {
            let Row {
                name, object, verb, ..
            } = row;
            assert_eq!(fault(object), None, "{name}: {object}");
            let (base, past) = verb.split_once('|').unwrap();
            assert!(
                !base.is_empty() && !past.is_empty() && !past.contains('|'),
                "{name}"
            );
            assert_eq!(unversioned(name), *name);
            assert!(
                row.source
                    .split('|')
                    .all(|one| !one.is_empty() && !one.contains('.'))
            );
            for path in row.when.iter().filter_map(|condition| condition.path()) {
                assert!(super::super::select::is_path(path), "{name}: {path}");
            }
        }
    }

    #[test]
    fn no_row_hides_another() {
        let mut seen = std::collections::HashSet::new();
        for row in all() {
            for source in row.source.split('|') {
                assert!(
                    !seen.contains(&(source, row.name)),
                    "{} is never reached",
                    row.name
                );
                if row.when.is_empty() {
                    seen.insert((source, row.name));
                }
            }
        }
    }

    #[test]
    fn every_row_speaks_of_its_call_even_without_parameters() {
        for row in all().filter(|row| row.when.is_empty()) {
            for source in row.source.split('|') {
                let json = format!(
                    r#"{{"eventSource":"{source}.amazonaws.com","eventName":"{}"}}"#,
                    row.name
                );
                let telling = super::super::tell(&Record::parse(&json).unwrap());
                assert_eq!(telling.verb, row.verb(), "{}", row.name);
            }
        }
    }
}
