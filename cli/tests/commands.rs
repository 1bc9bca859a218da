//! What each command prints, word for word: `cmd/*.trycmd`. After a change of
//! the words, run with `TRYCMD=overwrite` and look at the difference.

#[test]
fn what_is_printed() {
    trycmd::TestCases::new()
        .env("COLUMNS", "100")
        .case("tests/cmd/*.trycmd");
}
