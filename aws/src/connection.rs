//! A connection to AWS: who asks, where, how patiently, and on which threads.

use std::fmt;
use std::future::Future;
use std::io;

use aws_config::default_provider::region::DefaultRegionChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::{AppName, BehaviorVersion, SdkConfig};
use aws_credential_types::Credentials as SdkCredentials;
use tokio::runtime::{Builder, Handle, Runtime};
use trailseal_keys::Region;

use crate::patience::Patience;

/// What to connect with. The default is what every AWS tool does without
/// arguments.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Whose credentials.
    pub credentials: Credentials,
    /// Another endpoint for every service, such as `http://127.0.0.1:5000`. If
    /// `None`, `AWS_ENDPOINT_URL` and the profile's `endpoint_url` count.
    pub endpoint_url: Option<String>,
    /// Retries and time-outs.
    pub patience: Patience,
    /// A profile of `~/.aws/config`, whose credentials then go before those of
    /// the environment. If `None`, `AWS_PROFILE` or the default.
    pub profile: Option<String>,
    /// The Region for calls that name none. If `None`, `AWS_REGION` or the
    /// profile's.
    pub region: Option<Region>,
}

/// Where credentials come from.
#[derive(Clone, Default)]
pub enum Credentials {
    /// The [default chain]: environment, profile (keys, roles, SSO,
    /// `credential_process`), web identity, container, instance.
    ///
    /// [default chain]: https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
    #[default]
    Chain,
    /// These, for servers that do not look at them.
    Fixed {
        /// The access key's id.
        access_key_id: String,
        /// Its secret.
        secret_access_key: String,
    },
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Chain => "Chain",
            Self::Fixed { .. } => "Fixed(hidden)",
        })
    }
}

/// Why there is no connection. Nothing has been asked yet: credentials are
/// looked for at the first call.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The endpoint is no URL.
    #[error(
        "expected an endpoint such as https://example.com or http://127.0.0.1:5000, found {found:?}"
    )]
    Endpoint {
        /// What was given.
        found: String,
    },
    /// The threads for calls could not be started.
    #[error("the threads that talk to AWS cannot be started: {0}")]
    Threads(#[source] io::Error),
}

/// Two threads wait for AWS; what was read is worked on elsewhere.
const THREADS: usize = 2;

/// Configuration and threads for calls to AWS. Its methods block, and must not
/// be called from its own threads.
pub struct Connection {
    config: SdkConfig,
    /// Absent only while it is dropped.
    runtime: Option<Runtime>,
    handle: Handle,
}

impl Connection {
    /// Finds the configuration. Where no Region is set anywhere and the machine
    /// is none of EC2's, this takes a second or two.
    ///
    /// # Errors
    /// [`OpenError`]; missing credentials are the error of the first call.
    pub fn open(settings: Settings) -> Result<Self, OpenError> {
        if let Some(url) = &settings.endpoint_url
            && !is_endpoint(url)
        {
            return Err(OpenError::Endpoint {
                found: url.chars().take(200).collect(),
            });
        }
        let runtime = Builder::new_multi_thread()
            .worker_threads(THREADS)
            .thread_name("aws")
            .enable_all()
            .build()
            .map_err(OpenError::Threads)?;
        let config = runtime.block_on(load(settings));
        Ok(Self {
            config,
            handle: runtime.handle().clone(),
            runtime: Some(runtime),
        })
    }

    /// The threads that calls run on.
    pub fn runtime(&self) -> &Handle {
        &self.handle
    }

    /// Waits for a call.
    pub fn block_on<F: Future>(&self, call: F) -> F::Output {
        self.handle.block_on(call)
    }

    /// The configuration for a client of any service, in [`Self::region`].
    pub fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// The same in another Region. Clients made from either share what
    /// credentials were found.
    pub fn config_in(&self, region: &Region) -> SdkConfig {
        self.config
            .to_builder()
            .region(aws_config::Region::new(region.as_str().to_owned()))
            .build()
    }

    /// The Region for calls that name none, if one is configured and well formed.
    pub fn region(&self) -> Option<Region> {
        self.config.region()?.as_ref().parse().ok()
    }

    /// The endpoint that all services are asked at instead of AWS's own. Such
    /// servers seldom have a name for each bucket, so S3 is asked by path.
    pub fn endpoint_override(&self) -> Option<&str> {
        self.config.endpoint_url()
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // A name that is still being looked up must not hold up the end.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("region", &self.config.region())
            .field("endpoint", &self.config.endpoint_url())
            .finish_non_exhaustive()
    }
}

async fn load(settings: Settings) -> SdkConfig {
    // Pinned: a newer SDK must not change retries or checksums by itself.
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .retry_config(settings.patience.retries())
        .timeout_config(settings.patience.timeouts());
    if let Ok(name) = AppName::new(concat!("trailseal-", env!("CARGO_PKG_VERSION"))) {
        loader = loader.app_name(name);
    }
    let mut region = settings
        .region
        .map(|region| aws_config::Region::new(region.as_str().to_owned()));
    if let Some(profile) = settings.profile {
        if region.is_none() {
            let configured = DefaultRegionChain::builder().profile_name(&profile).build();
            region = configured.region().await;
        }
        loader = loader
            .credentials_provider(of_profile(&profile, region.clone()))
            .profile_name(profile);
    }
    if let Some(region) = region {
        loader = loader.region(region);
    }
    if let Some(url) = settings.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    if let Credentials::Fixed {
        access_key_id,
        secret_access_key,
    } = settings.credentials
    {
        loader = loader.credentials_provider(SdkCredentials::new(
            access_key_id,
            secret_access_key,
            None,
            None,
            "fixed",
        ));
    }
    loader.load().await
}

/// The default chain looks at the environment first, and would pass over a
/// profile that was named, or misspelt.
fn of_profile(profile: &str, region: Option<aws_config::Region>) -> ProfileFileCredentialsProvider {
    let provider = ProviderConfig::without_region()
        .with_behavior_version(Some(BehaviorVersion::v2026_01_12()))
        .with_region(region);
    ProfileFileCredentialsProvider::builder()
        .configure(&provider)
        .profile_name(profile)
        .build()
}

/// Whether the text may be an endpoint: the SDK finds out the rest.
fn is_endpoint(url: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        url.strip_prefix(scheme).is_some_and(|rest| {
            !rest.is_empty() && !rest.contains(|c: char| c.is_whitespace() || c.is_control())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings {
            credentials: Credentials::Fixed {
                access_key_id: "AKIAIOSFODNN7EXAMPLE".into(),
                secret_access_key: "hidden-secret".into(),
            },
            endpoint_url: Some("http://127.0.0.1:9".into()),
            region: Some("eu-west-1".parse().unwrap()),
            ..Settings::default()
        }
    }

    #[test]
    fn settings_arrive() {
        let connection = Connection::open(settings()).unwrap();
        assert_eq!(connection.region().unwrap().as_str(), "eu-west-1");
        assert_eq!(connection.endpoint_override(), Some("http://127.0.0.1:9"));
        let elsewhere = connection.config_in(&"us-gov-west-1".parse().unwrap());
        assert_eq!(elsewhere.region().unwrap().as_ref(), "us-gov-west-1");
        assert_eq!(elsewhere.endpoint_url(), Some("http://127.0.0.1:9"));
        assert_eq!(elsewhere.retry_config().unwrap().max_attempts(), 8);
        assert_eq!(
            elsewhere.app_name().unwrap().as_ref(),
            concat!("trailseal-", env!("CARGO_PKG_VERSION"))
        );
        assert_eq!(connection.block_on(async { 7 }), 7);
    }

    #[test]
    fn secrets_are_not_in_debug_output() {
        let shown = format!("{:?} {:?}", settings(), Connection::open(settings()));
        assert!(
            !shown.contains("secret") && !shown.contains("AKIA"),
            "{shown}"
        );
    }

    #[test]
    fn what_is_no_endpoint_is_refused() {
        for url in [
            "",
            "localhost:5000",
            "ftp://x",
            "http://",
            "http://a b",
            "https://a\n",
        ] {
            let error = Connection::open(Settings {
                endpoint_url: Some(url.into()),
                ..settings()
            })
            .unwrap_err();
            assert!(
                error.to_string().contains("http://127.0.0.1:5000"),
                "{error}"
            );
        }
    }
}
