//! Which endpoint was asked, as seen on the way out: configuration has too many
//! sources (profile, environment, FIPS, dual stack) to be worked out again.

use std::sync::{Arc, OnceLock};

use aws_sdk_cloudtrail::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_cloudtrail::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_cloudtrail::error::BoxError;

/// Notes the endpoint of the first request.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked(Arc<OnceLock<String>>);

impl Asked {
    /// Scheme, host and port, such as `https://cloudtrail.eu-west-1.amazonaws.com`.
    pub(super) fn endpoint(&self) -> Option<String> {
        self.0.get().cloned()
    }
}

impl Intercept for Asked {
    fn name(&self) -> &'static str {
        "Asked"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.get_or_init(|| origin(context.request().uri()));
        Ok(())
    }
}

/// The URI without path, query and user.
fn origin(uri: &str) -> String {
    let (scheme, rest) = uri.split_once("://").unwrap_or(("https", uri));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_scheme_host_and_port_are_kept() {
        assert_eq!(
            origin("https://cloudtrail.eu-west-1.amazonaws.com/"),
            "https://cloudtrail.eu-west-1.amazonaws.com"
        );
        assert_eq!(
            origin("http://user:secret@127.0.0.1:5000/a?b"),
            "http://127.0.0.1:5000"
        );
    }
}
