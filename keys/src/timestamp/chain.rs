//! From the signer's certificate to a trusted one.

use jiff::Timestamp;

use super::bounds::Limits;
use super::certificate::Certificate;
use super::error::{CertificateProblem, TimeStampError};

/// The search for a chain.
pub(super) struct Search<'s, 'd> {
    /// Certificates that are trusted.
    pub(super) trusted: &'s [Certificate<'d>],
    /// Certificates that may lie between.
    pub(super) offered: &'s [Certificate<'d>],
    /// The time at which all had to be valid.
    pub(super) at: Timestamp,
    /// Signatures that may still be checked.
    pub(super) budget: usize,
}

impl<'d> Search<'_, 'd> {
    /// Looks for trusted issuers of a certificate, directly or by way of others.
    /// `below` is how many certificates lie below this one.
    ///
    /// # Errors
    /// What is wrong with the last of those that came into question.
    pub(super) fn reaches_trust(
        &mut self,
        certificate: &Certificate<'d>,
        below: usize,
    ) -> Result<(), TimeStampError> {
        let mut problem = certificate.problem(CertificateProblem::Issuer {
            issuer: certificate.issuer(),
        });
        if below + 2 > Limits::CHAIN {
            return Err(certificate.problem(CertificateProblem::TooFar));
        }
        let (trusted, offered) = (self.trusted, self.offered);
        let named = |issuer: &&Certificate<'_>| issuer.tbs().subject == certificate.tbs().issuer;
        for issuer in trusted.iter().filter(named) {
            match self.issued(certificate, issuer, below) {
                Ok(()) => return Ok(()),
                Err(error) => problem = error,
            }
        }
        for issuer in offered.iter().filter(named) {
            // A certificate that is its own issuer leads nowhere.
            if issuer.der == certificate.der {
                continue;
            }
            let reached = self
                .issued(certificate, issuer, below)
                .and_then(|()| self.reaches_trust(issuer, below + 1));
            match reached {
                Ok(()) => return Ok(()),
                Err(error) => problem = error,
            }
        }
        Err(problem)
    }

    /// That one certificate issued the other, and was allowed to.
    fn issued(
        &mut self,
        certificate: &Certificate<'_>,
        issuer: &Certificate<'_>,
        below: usize,
    ) -> Result<(), TimeStampError> {
        self.budget = self
            .budget
            .checked_sub(1)
            .ok_or_else(|| certificate.problem(CertificateProblem::TooFar))?;
        certificate
            .is_signed_by(issuer)
            .map_err(|problem| certificate.problem(problem))?;
        issuer
            .was_valid(self.at)
            .and_then(|()| issuer.is_for_issuing(below))
            .map_err(|problem| issuer.problem(problem))
    }
}
