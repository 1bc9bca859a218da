//! Who acts in the sample, where, and from which addresses.
//!
//! Account numbers, addresses and domain names are those reserved for
//! documentation (RFC 5737, RFC 2606, AWS's own examples). The people are the
//! placeholder names of AWS's documentation.

use serde_json::{Value, json};

use super::{clock::Second, seed::Seed};

/// The organization's management account. Its bucket holds the trail.
pub(super) const MANAGEMENT: &str = "111122223333";
/// The member account with the production workloads.
pub(super) const PRODUCTION: &str = "444455556666";
/// A partner's account, outside the organization.
pub(super) const PARTNER: &str = "123456789012";
/// The organization.
pub(super) const ORGANIZATION: &str = "o-exampleorgid";
/// The bucket of the trail, in the management account.
pub(super) const LOG_BUCKET: &str = "example-org-cloudtrail-logs";
/// The bucket that the intruder reads.
pub(super) const CUSTOMER_BUCKET: &str = "example-customer-exports";
/// The trail's name.
pub(super) const TRAIL: &str = "org-trail";
/// The trail's home Region, and the Region of global services.
pub(super) const HOME: &str = "us-east-1";
/// Ireland.
pub(super) const IRELAND: &str = "eu-west-1";
/// Sydney.
pub(super) const SYDNEY: &str = "ap-southeast-2";

/// The address of the continuous-integration runners.
pub(super) const CI_ADDRESS: &str = "192.0.2.10";
/// The address of the hosted runners that use OpenID Connect.
pub(super) const RUNNER_ADDRESS: &str = "192.0.2.130";
/// The address of the backup server.
pub(super) const BACKUP_ADDRESS: &str = "192.0.2.40";
/// The office.
pub(super) const OFFICE: &str = "198.51.100.14";
/// The VPN.
pub(super) const VPN: &str = "198.51.100.61";
/// The partner's gateway.
pub(super) const PARTNER_ADDRESS: &str = "192.0.2.201";
/// Where the intruder works from.
pub(super) const INTRUDER: &str = "203.0.113.77";
/// Where the intruder copies data to.
pub(super) const INTRUDER_COPY: &str = "203.0.113.142";

/// The long-term key of `ci-deploy`: the one that leaks.
pub(super) const CI_KEY: &str = "AKIACIDEPLOY2EXAMPLE";

/// User agents.
pub(super) mod agent {
    pub(crate) const CLI_MAC: &str = "aws-cli/2.31.2 md/awscrt#0.28.2 ua/2.1 os/macos#25.2.0 md/arch#arm64 lang/python#3.13.7 md/pyimpl#CPython cfg/retry-mode#standard md/installer#source md/prompt#off";
    pub(crate) const INTRUDER: &str = "aws-cli/2.27.41 md/awscrt#0.26.1 ua/2.1 os/linux#6.8.0-kali md/arch#x86_64 lang/python#3.13.3 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off";
    pub(crate) const RCLONE: &str = "rclone/v1.71.2";
    pub(crate) const BOTO: &str = "Boto3/1.40.61 md/Botocore#1.40.61 ua/2.1 os/linux#6.1.155 md/arch#x86_64 lang/python#3.12.11 md/pyimpl#CPython cfg/retry-mode#legacy";
    pub(crate) const TERRAFORM: &str = "APN/1.0 HashiCorp/1.0 Terraform/1.14.3 (+https://www.terraform.io) terraform-provider-aws/6.27.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.40.0 ua/2.1 os/linux lang/go#1.25.5 md/GOARCH#amd64 md/GOOS#linux";
    pub(crate) const JAVA: &str = "aws-sdk-java/2.38.1 md/io#sync md/http#Apache ua/2.1 os/Linux#6.1.155 lang/java#21.0.9 md/vendor#Amazon.com_Inc. m/D,N";
    pub(crate) const GO: &str = "aws-sdk-go-v2/1.40.0 ua/2.1 os/linux lang/go#1.25.5 md/GOOS#linux md/GOARCH#arm64 api/ec2#1.276.0 amazon-vpc-cni-k8s";
    pub(crate) const BROWSER: &str =
        "Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0";
    pub(crate) const CONSOLE: &str = "AWS Internal";
    pub(crate) const ACTIONS: &str =
        "aws-sdk-nodejs/3.940.0 configure-aws-credentials-for-github-actions";
}

/// An account and a Region: where a record is delivered.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Place {
    pub(super) account: &'static str,
    pub(super) region: &'static str,
}

impl Place {
    /// A place in the management account.
    pub(super) const fn management(region: &'static str) -> Self {
        Self {
            account: MANAGEMENT,
            region,
        }
    }

    /// A place in the production account.
    pub(super) const fn production(region: &'static str) -> Self {
        Self {
            account: PRODUCTION,
            region,
        }
    }

    /// `account/region`, for labels and text.
    pub(super) fn label(self) -> String {
        format!("{}/{}", self.account, self.region)
    }
}

/// How a request reaches AWS.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Way {
    /// Over TLS, from an address.
    Direct,
    /// From the web console.
    Console,
    /// By an AWS service: no TLS details.
    Service,
}

/// An identity with the address and the program it uses.
#[derive(Clone, Debug)]
pub(super) struct Actor {
    pub(super) identity: Value,
    pub(super) address: String,
    pub(super) agent: String,
    pub(super) way: Way,
}

impl Actor {
    /// A caller over TLS.
    pub(super) fn direct(identity: Value, address: &str, agent: &str) -> Self {
        Self {
            identity,
            address: address.to_owned(),
            agent: agent.to_owned(),
            way: Way::Direct,
        }
    }

    /// A person in the web console.
    pub(super) fn console(identity: Value, address: &str) -> Self {
        Self {
            identity,
            address: address.to_owned(),
            agent: agent::CONSOLE.to_owned(),
            way: Way::Console,
        }
    }

    /// An AWS service in its own name.
    pub(super) fn service(name: &str) -> Self {
        Self::through(json!({"type": "AWSService", "invokedBy": name}), name)
    }

    /// An identity on whose behalf a service calls.
    pub(super) fn through(identity: Value, name: &str) -> Self {
        Self {
            identity,
            address: name.to_owned(),
            agent: name.to_owned(),
            way: Way::Service,
        }
    }

    /// The same identity with `invokedBy`.
    pub(super) fn invoked_by(&self, name: &str) -> Self {
        let mut identity = self.identity.clone();
        identity["invokedBy"] = json!(name);
        Self::through(identity, name)
    }
}

/// An IAM user.
#[derive(Clone, Copy, Debug)]
pub(super) struct User {
    pub(super) account: &'static str,
    pub(super) name: &'static str,
}

impl User {
    /// The stable identifier, `AIDA…`.
    pub(super) fn id(self) -> String {
        Seed::of(&format!("user/{}/{}", self.account, self.name)).principal("AIDA")
    }

    /// The ARN.
    pub(super) fn arn(self) -> String {
        format!("arn:aws:iam::{}:user/{}", self.account, self.name)
    }

    /// The user's own long-term key.
    pub(super) fn key(self) -> String {
        if self.name == CI_DEPLOY.name {
            return CI_KEY.to_owned();
        }
        Seed::of(&format!("key/{}/{}", self.account, self.name)).access_key("AKIA")
    }

    /// `userIdentity` with a key.
    pub(super) fn with_key(self, key: &str) -> Value {
        json!({
            "type": "IAMUser", "principalId": self.id(), "arn": self.arn(),
            "accountId": self.account, "accessKeyId": key, "userName": self.name,
        })
    }

    /// `userIdentity` of a session of the user (console or `GetSessionToken`).
    pub(super) fn in_session(self, key: &str, created: Second, mfa: &str) -> Value {
        let mut identity = self.with_key(key);
        identity["sessionContext"] = json!({
            "attributes": {"creationDate": created.rfc3339(), "mfaAuthenticated": mfa},
        });
        identity
    }
}

/// The continuous-integration user whose key leaks.
pub(super) const CI_DEPLOY: User = User {
    account: MANAGEMENT,
    name: "ci-deploy",
};
/// The backup user whose second key has no recorded origin.
pub(super) const BACKUP: User = User {
    account: MANAGEMENT,
    name: "backup-operator",
};
/// The administrator whom the planted log blames.
pub(super) const MARY: User = User {
    account: MANAGEMENT,
    name: "mary.major",
};
/// A developer with an IAM user.
pub(super) const DIEGO: User = User {
    account: MANAGEMENT,
    name: "diego.ramirez",
};
/// The broker that hands federation tokens to a partner.
pub(super) const BROKER: User = User {
    account: PRODUCTION,
    name: "partner-broker",
};
/// The intruder's backdoor user.
pub(super) const BACKDOOR: User = User {
    account: PRODUCTION,
    name: "svc-metrics-sync",
};

/// An IAM role.
#[derive(Clone, Copy, Debug)]
pub(super) struct Role {
    pub(super) account: &'static str,
    pub(super) path: &'static str,
    pub(super) name: &'static str,
}

impl Role {
    /// A role of an account.
    pub(super) const fn new(account: &'static str, path: &'static str, name: &'static str) -> Self {
        Self {
            account,
            path,
            name,
        }
    }

    /// The stable identifier, `AROA…`.
    pub(super) fn id(self) -> String {
        Seed::of(&format!("role/{}/{}", self.account, self.name)).principal("AROA")
    }

    /// The ARN, with the path.
    pub(super) fn arn(self) -> String {
        format!(
            "arn:aws:iam::{}:role{}{}",
            self.account, self.path, self.name
        )
    }

    /// The ARN of a session. The path is lost in it, as in real records.
    pub(super) fn session_arn(self, session: &str) -> String {
        format!(
            "arn:aws:sts::{}:assumed-role/{}/{session}",
            self.account, self.name
        )
    }

    /// `userIdentity` of a session of the role.
    pub(super) fn in_session(self, session: &str, key: &str, created: Second) -> Value {
        json!({
            "type": "AssumedRole",
            "principalId": format!("{}:{session}", self.id()),
            "arn": self.session_arn(session),
            "accountId": self.account,
            "accessKeyId": key,
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role", "principalId": self.id(), "arn": self.arn(),
                    "accountId": self.account, "userName": self.name,
                },
                "attributes": {"creationDate": created.rfc3339(), "mfaAuthenticated": "false"},
            },
        })
    }
}

/// The role of the pipelines, which the intruder chains into. Its path shows
/// only in `sessionIssuer`.
pub(super) const DEPLOY_ROLE: Role = Role::new(MANAGEMENT, "/ci/", "DeployRole");
/// The role through which the management account rules a member account.
pub(super) const ORG_ACCESS: Role = Role::new(PRODUCTION, "/", "OrganizationAccountAccessRole");
/// The pipelines' role in production.
pub(super) const TERRAFORM_ROLE: Role = Role::new(PRODUCTION, "/ci/", "TerraformDeploy");

/// The trail's ARN.
pub(super) fn trail_arn() -> String {
    format!("arn:aws:cloudtrail:{HOME}:{MANAGEMENT}:trail/{TRAIL}")
}
