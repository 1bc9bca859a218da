//! SQL over a case.

use super::CaseError;

/// A statement that reads a case.
#[derive(Debug)]
pub struct Statement<'c>(std::marker::PhantomData<&'c ()>);

/// The rows of an answer, one at a time.
#[derive(Debug)]
pub struct Rows<'s>(std::marker::PhantomData<&'s ()>);

/// One value of a row. Text is untrusted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'r> {
    /// NULL.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number.
    Real(f64),
    /// Text; what of it is no UTF-8 is replaced.
    Text(&'r str),
    /// Bytes.
    Blob(&'r [u8]),
}

impl Statement<'_> {
    /// The names of the columns.
    pub fn columns(&self) -> Vec<&str> {
        Vec::new()
    }

    /// Runs it.
    ///
    /// # Errors
    /// It fails.
    pub fn rows(&mut self) -> Result<Rows<'_>, CaseError> {
        Ok(Rows(std::marker::PhantomData))
    }
}

impl Rows<'_> {
    /// The next row, if there is one.
    ///
    /// # Errors
    /// It fails, or was stopped.
    pub fn next(&mut self) -> Result<Option<Vec<Value<'_>>>, CaseError> {
        Ok(None)
    }
}
