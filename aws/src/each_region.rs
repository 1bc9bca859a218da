//! One call in many Regions, several at a time.

use std::future::Future;
use std::sync::Arc;

use tokio::sync::Semaphore;
use trailseal_keys::Region;

use crate::call_error::{CallError, CallErrorKind};
use crate::connection::Connection;
use crate::operation::Operation;
use crate::regions::can_be_disabled;

/// CloudTrail's rates are per Region; this is about sockets.
const AT_A_TIME: usize = 8;

/// Makes the calls, each for a Region, and answers in their order.
pub(crate) fn in_each<T, E, F>(
    connection: &Connection,
    operation: &'static Operation,
    calls: impl IntoIterator<Item = (Region, F)>,
) -> Vec<(Region, Result<T, E>)>
where
    T: Send + 'static,
    E: From<CallError> + Send + 'static,
    F: Future<Output = Result<T, E>> + Send + 'static,
{
    let mut calls = calls.into_iter();
    let mut answers = Vec::new();
    // Alone: it finds the credentials, or says what is wrong with them, which
    // the SDK says once only.
    if let Some((region, call)) = calls.next() {
        answers.push((region, connection.block_on(call)));
    }
    let gate = Arc::new(Semaphore::new(AT_A_TIME));
    let running: Vec<_> = calls
        .map(|(region, call)| {
            let gate = Arc::clone(&gate);
            let answer = connection.runtime().spawn(async move {
                // Never closed, so never refused.
                let _turn = gate.acquire().await;
                call.await
            });
            (region, answer)
        })
        .collect();
    connection.block_on(async {
        for (region, answer) in running {
            let answer = answer.await.unwrap_or_else(|_| {
                Err(CallError::malformed(operation, "the call was cut short")
                    .at(&region)
                    .into())
            });
            answers.push((region, answer));
        }
    });
    answers
}

/// What a refusal of the credentials means where they are good elsewhere: a
/// Region that is not enabled answers so, whoever asks.
pub(crate) fn disabled_if_good_elsewhere(region: &Region, error: &mut CallError) {
    if error.kind == CallErrorKind::RefusedCredentials && can_be_disabled(region) {
        error.kind = CallErrorKind::RegionDisabled;
    }
}
