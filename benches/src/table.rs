//! Markdown tables, to be pasted into `README.md`.

/// A table with these columns; each row has one cell for each of them.
#[must_use]
pub fn markdown(columns: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = line(columns);
    text.push_str(&line(&vec!["---"; columns.len()]));
    for row in rows {
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        text.push_str(&line(&cells));
    }
    text
}

fn line(cells: &[&str]) -> String {
    format!("| {} |\n", cells.join(" | "))
}
