//! What two programs said differently.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::Printed;

/// What is not equal, in short: an object is named by the last part of its key.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
pub struct Difference {
    /// What only the AWS CLI did.
    pub aws_cli: Side,
    /// What only trailseal did.
    pub trailseal: Side,
}

/// One side of a difference.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
pub struct Side {
    /// The exit code.
    pub exit: i32,
    /// Lines that the other side did not write, sorted.
    #[serde(default)]
    pub only: Vec<String>,
}

impl Difference {
    /// Compares two outputs byte for byte; `None` if they are equal.
    pub fn between(aws_cli: &Printed, trailseal: &Printed) -> Option<Self> {
        if aws_cli == trailseal {
            return None;
        }
        let (left, right) = (lines(aws_cli), lines(trailseal));
        Some(Self {
            aws_cli: Side {
                exit: aws_cli.exit,
                only: only(&left, &right),
            },
            trailseal: Side {
                exit: trailseal.exit,
                only: only(&right, &left),
            },
        })
    }

    /// The same for two outputs of trailseal: whether they say the same, but
    /// for the detail behind codes.
    pub fn is_only_of_detail(one: &Printed, other: &Printed) -> bool {
        one.exit == other.exit && lines(one) == lines(other)
    }

    /// As an entry of the list of divergences, but for its reason.
    pub fn to_toml(&self, vector: &str) -> String {
        let side = |name: &str, side: &Side| {
            let only: String = side
                .only
                .iter()
                .map(|line| format!("    {},\n", toml::Value::from(line.as_str())))
                .collect();
            let exit = side.exit;
            let only = if only.is_empty() {
                String::new()
            } else {
                format!("{name}.only = [\n{only}]\n")
            };
            format!("{name}.exit = {exit}\n{only}")
        };
        format!(
            "[[divergence]]\nvector = {vector:?}\nclasses = []\n{}{}",
            side("aws_cli", &self.aws_cli),
            side("trailseal", &self.trailseal)
        )
    }
}

/// How often each line was written, standard error and output told apart.
fn lines(printed: &Printed) -> BTreeMap<String, i64> {
    let mut lines = BTreeMap::new();
    for (mark, text) in [("", &printed.stdout), ("! ", &printed.stderr)] {
        for line in text.lines().filter(|line| !line.is_empty()) {
            *lines
                .entry(format!("{mark}{}", shortened(line)))
                .or_default() += 1;
        }
    }
    lines
}

fn only(these: &BTreeMap<String, i64>, those: &BTreeMap<String, i64>) -> Vec<String> {
    let more = |(line, count): (&String, &i64)| {
        let more = count - those.get(line).copied().unwrap_or_default();
        std::iter::repeat_n(line.clone(), usize::try_from(more).unwrap_or(0))
    };
    these.iter().flat_map(more).collect()
}

/// A line with `s3://bucket/some/key` cut down to `key`, tabs as bars, and
/// without the detail behind a code. Of an error nothing is left but that.
fn shortened(line: &str) -> String {
    if line.starts_with("error: ") {
        return "error".to_owned();
    }
    let words = line.split(' ').map(|word| {
        let fields = word.split('\t').map(|field| match field.find("s3://") {
            Some(at) => {
                let name = field.rsplit('/').next().unwrap_or_default();
                format!("{}{name}", &field[..at])
            }
            None => field.to_owned(),
        });
        fields.collect::<Vec<_>>().join(" | ")
    });
    let mut short = words.collect::<Vec<_>>().join(" ");
    for answer in ["INVALID: ", "UNCHECKED: "] {
        if let Some(reason) = short.find(answer).map(|at| at + answer.len())
            && let Some(length) = short[reason..].find(": ")
            && is_code(&short[reason..reason + length])
        {
            short.truncate(reason + length);
        }
    }
    short
}

fn is_code(word: &str) -> bool {
    word.contains('-') && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(exit: i32, stdout: &str, stderr: &str) -> Printed {
        Printed {
            exit,
            stdout: stdout.to_owned(),
            stderr: stderr.to_owned(),
        }
    }

    #[test]
    fn lines_of_one_side_are_named_in_short() {
        let theirs = printed(0, "same\nDigest file\ts3://b/a/1.gz\tvalid\n", "");
        let ours = printed(
            1,
            "same\n",
            "Digest file\ts3://b/a/1.gz\tINVALID: not-here: names s3://b/a/2.gz\n\n",
        );
        let difference = Difference::between(&theirs, &ours).unwrap();
        assert_eq!(difference.aws_cli.only, ["Digest file | 1.gz | valid"]);
        assert_eq!(
            difference.trailseal.only,
            ["! Digest file | 1.gz | INVALID: not-here"]
        );
        let text = format!("{}why = ''\n", difference.to_toml("v"));
        let parsed: toml::Table = text.parse().unwrap();
        let entry = parsed["divergence"][0].clone();
        assert_eq!(entry.try_into::<Difference>().unwrap(), difference);
    }

    #[test]
    fn another_order_or_another_blank_line_is_a_difference() {
        let theirs = printed(0, "a\nb\n", "");
        for ours in ["b\na\n", "a\n\nb\n"] {
            let difference = Difference::between(&theirs, &printed(0, ours, "")).unwrap();
            assert_eq!(difference.aws_cli, Side::default());
        }
        assert_eq!(Difference::between(&theirs, &theirs), None);
    }
}
