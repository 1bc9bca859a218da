//! A time stamp authority that is asked over the network: RFC 3161, section 3.4.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use trailseal_keys::timestamp::{Limits, Request, TimeStamp, TrustAnchors};

use super::stamp::{Answered, Stampable};
use super::verify::anchors;
use crate::exit::Failure;
use crate::http::{self, Endpoint, Post};

/// Who is asked for a time stamp as soon as the bundle is signed.
#[derive(Debug, Default, clap::Args)]
pub(super) struct AuthorityArgs {
    /// Have this authority stamp the signed statement (RFC 3161). It learns a hash and a
    /// random number.
    #[arg(
        long,
        value_name = "URL",
        requires = "tsa_ca",
        conflicts_with = "unsigned",
        help_heading = "Signature"
    )]
    timestamp_url: Option<Endpoint>,

    /// Certificates (PEM) of the CAs whose time stamps are believed.
    #[arg(
        long,
        value_name = "FILE",
        requires = "timestamp_url",
        help_heading = "Signature"
    )]
    tsa_ca: Option<PathBuf>,
}

impl AuthorityArgs {
    /// Looks at the certificates: before the work, because they may be none.
    ///
    /// # Errors
    /// [`Failure::Usage`] if they cannot be read.
    pub(super) fn open(self) -> Result<Option<Authority>, Failure> {
        match (self.timestamp_url, self.tsa_ca) {
            (Some(endpoint), Some(ca)) => Authority::new(endpoint, &ca).map(Some),
            _ => Ok(None),
        }
    }
}

/// An authority, and who has to vouch for it.
pub(super) struct Authority {
    endpoint: Endpoint,
    trusted: TrustAnchors,
}

impl Authority {
    pub(super) fn new(endpoint: Endpoint, ca: &Path) -> Result<Self, Failure> {
        Ok(Self {
            endpoint,
            trusted: anchors(ca)?,
        })
    }

    /// Writes a request, asks, and attaches the answer if it is one. Without one the
    /// request stays, so that it can be asked again by hand.
    ///
    /// # Errors
    /// If there is no time stamp. The bundle is as whole as before.
    pub(super) fn stamp(&self, bundle: &Stampable) -> Result<TimeStamp> {
        let request = bundle.request()?;
        self.ask(request)
            .and_then(|answered| answered.attach(bundle))
            .with_context(|| {
                let place = bundle.request_place();
                let name = place.file_name().unwrap_or(place.as_os_str()).display();
                format!("the request is in {name}: ask again with `report timestamp`")
            })
    }

    fn ask(&self, request: Request) -> Result<Answered> {
        let body = request.to_der()?;
        let endpoint = &self.endpoint;
        let answer = http::post(
            endpoint,
            &Post {
                media_type: Request::MEDIA_TYPE,
                headers: &[],
                body: &body,
                room: u64::try_from(Limits::BYTES)?,
            },
        )?;
        if answer.status != 200 {
            return Err(anyhow!(
                "{endpoint}: expected the status 200, found {}",
                answer.status
            ));
        }
        Answered::of(answer.body, request.into(), &self.trusted)
            .with_context(|| endpoint.to_string())
    }
}
