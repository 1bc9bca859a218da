//! `generate [DIR]`: writes every vector into `DIR/cases`, the table of cases
//! into `DIR/README.md`, and the sample trail into `DIR/sample`. `DIR` is this
//! crate's own folder unless given. The same source gives the same bytes.

use std::path::PathBuf;

use anyhow::Context as _;

fn main() -> anyhow::Result<()> {
    let root = std::env::args_os()
        .nth(1)
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    trailseal_test_vectors::write_everything(&root)
        .with_context(|| format!("could not write the vectors below {}", root.display()))
}
