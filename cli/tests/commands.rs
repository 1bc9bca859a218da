//! What each command prints, word for word: `cmd/*.trycmd`. After a change of
//! the words, run with `TRYCMD=overwrite` and look at the difference.

#[test]
fn what_is_printed() {
    let cases = trycmd::TestCases::new();
    cases.env("COLUMNS", "100").case("tests/cmd/*.trycmd");
    // A build that cannot ask AWS has fewer commands, and its help lists less.
    if cfg!(not(feature = "aws")) {
        cases.skip("tests/cmd/help.trycmd");
        cases.skip("tests/cmd/mirror.trycmd");
    }
}
