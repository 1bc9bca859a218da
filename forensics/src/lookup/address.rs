//! Addresses and networks of `sourceIPAddress`.

use std::net::IpAddr;
use std::str::FromStr;

/// A network, or one address.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Network {
    first: IpAddr,
    prefix: u8,
}

/// Text that is no network.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{found:?} is no network: {expected}")]
pub struct NetworkError {
    found: String,
    expected: &'static str,
}

impl Network {
    /// Whether an address is in it. IPv4 addresses written as IPv6 are IPv4.
    pub fn contains(self, address: IpAddr) -> bool {
        match (self.first, address.to_canonical()) {
            (IpAddr::V4(first), IpAddr::V4(address)) => {
                let differ = first.to_bits() ^ address.to_bits();
                differ.leading_zeros() >= self.prefix.into()
            }
            (IpAddr::V6(first), IpAddr::V6(address)) => {
                let differ = first.to_bits() ^ address.to_bits();
                differ.leading_zeros() >= self.prefix.into()
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let error = |expected| NetworkError {
            found: text[..text.floor_char_boundary(60)].to_owned(),
            expected,
        };
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let first: IpAddr = address
            .parse()
            .map_err(|_| error("expected an address such as 198.51.100.7 or 2001:db8::/32"))?;
        let longest = if first.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => longest,
            Some(digits) => digits
                .parse()
                .ok()
                .filter(|prefix| *prefix <= longest && !digits.starts_with('+'))
                .ok_or_else(|| error("expected at most /32 for IPv4, /128 for IPv6"))?,
        };
        // ::ffff:0:0/96 holds the IPv4 addresses.
        Ok(match (first, first.to_canonical()) {
            (IpAddr::V6(_), v4 @ IpAddr::V4(_)) if prefix >= 96 => Self {
                first: v4,
                prefix: prefix - 96,
            },
            _ => Self { first, prefix },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn membership() {
        for (network, address, expected) in [
            ("198.51.100.7", "198.51.100.7", true),
            ("198.51.100.7", "198.51.100.8", false),
            ("198.51.100.0/24", "198.51.100.255", true),
            ("198.51.100.9/24", "198.51.101.0", false),
            ("0.0.0.0/0", "203.0.113.1", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("::/0", "2001:db8::1", true),
            ("198.51.100.0/24", "::ffff:198.51.100.1", true),
            ("::ffff:198.51.100.0/120", "198.51.100.1", true),
        ] {
            let network: Network = network.parse().unwrap();
            assert_eq!(
                network.contains(address.parse().unwrap()),
                expected,
                "{network:?} {address}"
            );
        }
    }

    #[test]
    fn what_is_no_network() {
        for text in [
            "",
            "/",
            "1.2.3.4/33",
            "::/129",
            "1.2.3.4/",
            "1.2.3.4/+8",
            "1.2.3.4/-1",
            "1.2.3.4/8/8",
            "x/8",
        ] {
            text.parse::<Network>().unwrap_err();
        }
    }
}
