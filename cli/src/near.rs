//! Words that are spelt nearly like another.

/// The words that are spelt nearly so, or hold it; nearest first.
pub(crate) fn near<'w>(word: &str, words: &[&'w str]) -> Vec<&'w str> {
    // Longer than any of ours: not worth a comparison.
    if word.len() > 64 {
        return Vec::new();
    }
    let mut near: Vec<(usize, &str)> = words
        .iter()
        .filter_map(|&other| {
            let distance = edits(word, other);
            // Of short words, half of the letters may differ: more is another word.
            if distance <= 3 && distance * 2 <= word.len().max(other.len()) {
                Some((distance, other))
            } else {
                (word.len() >= 4 && other.contains(word)).then_some((4, other))
            }
        })
        .collect();
    near.sort_unstable();
    near.into_iter().take(4).map(|(_, word)| word).collect()
}

/// How many letters to add, drop or change to make one word the other.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let change = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typos_find_their_word() {
        let words = ["log-absent", "log-hash-mismatch", "link-overlap"];
        assert_eq!(near("log-abesnt", &words), ["log-absent"]);
        assert_eq!(near("overlap", &words), ["link-overlap"]);
        assert!(near("zebra", &words).is_empty());
        assert_eq!(near("form", &["from", "name"]), ["from"]);
        assert!(near("path", &["name", "keys", "from"]).is_empty());
        assert!(near(&"x".repeat(1_000_000), &words).is_empty());
    }

    #[test]
    fn edits_are_counted() {
        assert_eq!(edits("", "abc"), 3);
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("same", "same"), 0);
    }
}
