//! What each command prints, word for word: `cmd/*.trycmd`. After a change of
//! the words, run with `TRYCMD=overwrite` and look at the difference.

#[test]
fn what_is_printed() {
    let cases = trycmd::TestCases::new();
    cases.env("COLUMNS", "100").case("tests/cmd/*.trycmd");
    // The help of a build that cannot ask AWS lists less.
    if cfg!(not(feature = "aws")) {
        cases.skip("tests/cmd/help.trycmd");
    }
}
