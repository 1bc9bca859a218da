//! What `trailseal check --init` writes.

/// A configuration to begin with. Lines that begin with `#` and no space are
/// keys at their defaults or examples of what can be added.
pub(crate) const EXAMPLE: &str = r#"# What `trailseal check` looks at, and what it asks of it. Paths are relative to
# the folder of this file. `trailseal check --dry-run` says what a check would do.

# What is known from one check to the next. Keep it where nobody who can write to
# the logs can write: `trailseal ledger verify` notices edits, not older copies.
ledger = "trailseal-ledger.sqlite"

# Signs each check, so that nobody without the key can make up a ledger:
# `trailseal keys generate` makes one; env:VAR and awskms:KEY do as well. The
# passphrase is taken from --passphrase-file or --passphrase-env.
#signing_key = "check.pem"
# The public halves of keys that signed before that one.
#former_keys = []

# Everything that was verified is verified once more in every period of so many
# days, a share of it in each check.
recheck_days = 30

# Any number of these. The location is s3://bucket or s3://bucket/prefix, the ARN
# of a trail (its status then tells whether newest digests were removed), or the
# folder of a copy that grows.
[[source]]
name = "org"
location = "s3://example-org-cloudtrail-logs"
# Nothing before this day is looked at.
#from = "2026-01-01"
# A lifecycle rule of the bucket removes what is older.
#keep_days = 400

#[[source]]
#name = "archive"
#location = "./copy"
# A copy has no keys of its own: never take some that came with it.
#keys = "keys.json"

[policy]
# Accounts and Regions that must have digests: each of these accounts in each of
# these Regions. Others that are found warn (policy-account-unexpected,
# policy-region-unexpected): a trail of all Regions delivers from each Region that is
# enabled, used or not, so list all of those, or accept the code.
# accounts = "organization" takes all that AWS Organizations lists when a check begins
# (organizations:ListAccounts, as the management account or a delegated administrator):
# those that are suspended or closed need not deliver, and if it cannot be asked, the
# check does not pass.
#accounts = ["111122223333", "444455556666"]
#regions = ["us-east-1", "eu-west-1"]

# How far behind the newest verified digest of an account and Region may be. They
# come once an hour, and up to two hours late.
max_tail_lag = "3h"

# A log that no digest names is planted, or CloudTrail names it in a backfill
# digest later: so long it may wait for one.
backfill_grace = "6h"

# What failed the verification fails the check. What is unchecked only warns:
# nothing contradicts it, and much of it mends itself. policy-tail-lag fails it.
# These codes do otherwise; `trailseal explain --all` lists all of them.
#fail = ["chain-restart", "log-unreferenced"]
#warn = ["log-trailing-data"]

# Groups findings under the controls of cis, iso27001, nist, pci and soc2.
#controls = ["pci", "nist"]

# What is known and accepted; `trailseal ledger acknowledge` is for single findings.
# Everything but code and reason can be left out.
#[[policy.accept]]
#code = ["policy-tail-lag", "chain-restart"]
#account = "111122223333"
#region = "eu-west-1"
#trail = "org-trail"
#from = "2026-03-01"
#to = "2026-03-02"
#reason = "the trail was moved, change 4711"
#until = "2026-12-31"

# A bundle of evidence of each period, signed with the key above and never written
# over: evidence/org-2026-03 holds what `trailseal report` makes of the month, and the
# ledger. It is made by the first check after the period and the wait.
#[evidence]
#folder = "evidence"
#every = "month"
#wait = "3d"
#include_objects = "none"
#organization = "Example Corp."
#purpose = "PCI DSS 10.3.4"

# What is told besides, to whom and when (always, change or failure): kinds text,
# json, junit, sarif, ocsf, asff, emf and openmetrics write a file, command runs a
# program with the report on its standard input, and webhook sends it: url_env
# names the variable that holds the address, secret_env or secret_file what signs.
#[[output]]
#kind = "junit"
#path = "trailseal.xml"

#[[output]]
#kind = "openmetrics"
#path = "trailseal.prom"

#[[output]]
#kind = "command"
#program = "/usr/local/bin/page"
#arguments = ["--team", "security"]
#when = "failure"
"#;
