//! Records of comma-separated values (RFC 4180) that a spreadsheet takes for text: what it would read as a formula is told apart
//! by an apostrophe in front, as OWASP advises against CSV injection.

/// What opens a formula, or a field that some program trims until one is left.
const OPENERS: [char; 8] = ['=', '+', '-', '@', '\t', '\r', '\n', '\0'];
/// The same in full width, which some spreadsheets fold.
const WIDE_OPENERS: [char; 4] = ['\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}'];

/// Appends one record with its line end.
pub fn write_record<S: AsRef<str>>(out: &mut String, fields: impl IntoIterator<Item = S>) {
    for (at, field) in fields.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write_field(out, field.as_ref());
    }
    out.push_str("\r\n");
}

fn write_field(out: &mut String, field: &str) {
    let is_formula = field
        .trim_start_matches([' ', '"'])
        .starts_with(|first| OPENERS.contains(&first) || WIDE_OPENERS.contains(&first));
    if !is_formula && !field.contains(['"', ',', '\r', '\n', ' ', ';', '\t']) {
        return out.push_str(field);
    }
    out.push('"');
    if is_formula {
        out.push('\'');
    }
    out.push_str(&field.replace('"', "\"\""));
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(fields: &[&str]) -> String {
        let mut out = String::new();
        write_record(&mut out, fields);
        out
    }

    #[test]
    fn a_field_is_quoted_where_it_must_be() {
        assert_eq!(record(&["a", "", "b c", "d,e", "f\"g", "h\r\ni"]), "a,,\"b c\",\"d,e\",\"f\"\"g\",\"h\r\ni\"\r\n");
    }

    #[test]
    fn nothing_reads_as_a_formula() {
        for hostile in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\"=1", "\u{FF1D}1"] {
            let written = record(&[hostile]);
            assert!(written.starts_with("\"'"), "{written:?}");
        }
        assert_eq!(record(&["=HYPERLINK(\"http://x\",\"y\")"]), "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"\r\n");
        assert_eq!(record(&["a=b", "2026-01-01T00:00:00Z"]), "a=b,2026-01-01T00:00:00Z\r\n");
    }
}
