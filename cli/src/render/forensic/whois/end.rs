//! Where a chain ends, and where to look from there.

use trailseal_forensics::session::{Deed, End, Step};

use super::super::name::name;
use super::super::who;

/// The end as the last part of a sentence; nothing if the last step says it.
pub(super) fn clause<R>(end: &End, last: Option<&Step<R>>) -> String {
    match end {
        End::LongTermKey { .. } => "; who made that key is not on record".to_owned(),
        End::SignIn => ", with a password".to_owned(),
        End::Person { person } => {
            format!("; behind it is Identity Center user {}", name(&person.user))
        }
        End::Subject { subject } => format!("; behind it is {}", who::subject(subject)),
        End::Instance {
            instance,
            stated: true,
        } => format!("; it is EC2 instance {}", name(instance)),
        End::Instance {
            instance,
            stated: false,
        } => format!(
            "; by its name it is EC2 instance {}, which no record states",
            name(instance)
        ),
        End::Resource { resource } => {
            format!("; its credentials were issued to {}", name(resource))
        }
        End::Forwarded { service } => format!(
            "; a session that {} made for itself to act for the principal",
            name(service)
        ),
        End::Service { .. } => String::new(),
        End::OtherAccount { account } => match account {
            Some(account) => format!("; the records of account {} are not at hand", name(account)),
            None => "; the records of that account are not at hand".to_owned(),
        },
        End::NotOnRecord => match last.map(|step| &step.deed) {
            Some(Deed::Issued { .. }) => "; the session that asked is not on record".to_owned(),
            Some(Deed::Used { .. }) | None => {
                "; what issued that session is not on record".to_owned()
            }
        },
        End::Circle => "; the records go round in a circle: some are forged".to_owned(),
        End::TooLong => "; the records name more steps than any true chain has".to_owned(),
    }
}

/// What to do where the records end.
pub(super) fn next(end: &End) -> &'static str {
    match end {
        End::LongTermKey { .. } => {
            "a long-term key. Ask its owner who held it; a CreateAccessKey event before this time, \
             or the account's credential report, tells when it was made."
        }
        End::SignIn => {
            "a sign-in with a password. The address and the second factor are in the ConsoleLogin \
             event."
        }
        End::Person { .. } => {
            "a person. The identity store tells the name of the user (identitystore \
             describe-user)."
        }
        End::Subject { .. } => {
            "someone outside AWS, or a workload. The provider's own logs tell who that was."
        }
        End::Instance { stated: true, .. } => {
            "an EC2 instance. Whoever could run code on it could use the session."
        }
        End::Instance { stated: false, .. } => {
            "a name like that of an EC2 instance, which whoever assumes a role may choose. Check \
             that the instance existed and had this role."
        }
        End::Resource { .. } => {
            "a resource such as a function. Whoever could run code in it could use the session."
        }
        End::Forwarded { .. } => "a service, which acted for the principal who called it.",
        End::Service { .. } => "a service, for itself.",
        End::OtherAccount { .. } => {
            "another account. Its own trail has the caller's copy of the event, with the whole \
             identity."
        }
        End::NotOnRecord => {
            "a session that no record at hand issued. The event may lie before this time, in \
             another account or Region, in a log that was left out, or in no log at all."
        }
        End::Circle | End::TooLong => {
            "records that no true chain has. Look at the marks: what is not verified may be forged."
        }
    }
}
