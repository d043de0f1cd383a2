//! How a mail looks: as text, and as HTML that mail programs of all ages show alike (tables, styles inline, nothing loaded),
//! light and dark.

use super::compose::Sheet;
use std::fmt::Write as _;

/// For programs that know it; the inline styles are the light ones.
const DARK: &str = "@media (prefers-color-scheme: dark) {\
 .bg { background: #14161a !important } .card { background: #1d2026 !important; border-color: #343943 !important }\
 .ink { color: #e8eaee !important } .dim { color: #a7adb8 !important } .line { border-color: #343943 !important }\
 .go { background: #6fd6cb !important; color: #06302e !important } }\
 @media (max-width: 480px) { .pad { padding: 20px !important } .outer { padding: 12px !important } }";

const FONT: &str = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

pub(super) fn text(sheet: &Sheet) -> String {
    let mut out = format!("{}\n\n", sheet.subject);
    for paragraph in &sheet.paragraphs {
        out.push_str(paragraph);
        out.push_str("\n\n");
    }
    for (label, value) in &sheet.facts {
        line(&mut out, format_args!("{label}: {value}\n"));
    }
    if let Some((label, href)) = &sheet.action {
        line(&mut out, format_args!("\n{label}:\n{href}\n"));
    }
    line(&mut out, format_args!("\n-- \n{}\n{}\n", sheet.realm, sheet.why));
    out
}

pub(super) fn html(sheet: &Sheet) -> String {
    let (subject, realm, why) = (escape(&sheet.subject), escape(&sheet.realm), escape(&sheet.why));
    let mut body = String::new();
    for paragraph in &sheet.paragraphs {
        line(
            &mut body,
            format_args!(
                "<p class=\"ink\" style=\"margin:0 0 16px;color:#1b1f24;font-size:16px;line-height:1.5\">{}</p>",
                escape(paragraph)
            ),
        );
    }
    facts(&mut body, sheet);
    if let Some((label, href)) = &sheet.action {
        line(
            &mut body,
            format_args!(
                "<p style=\"margin:24px 0 0\"><a class=\"go\" href=\"{}\" style=\"display:inline-block;padding:12px 20px;\
                 border-radius:8px;background:#0b6463;color:#ffffff;font-size:16px;font-weight:600;text-decoration:none\">\
                 {}</a></p>",
                escape(href),
                escape(label)
            ),
        );
    }
    format!(
        "<!DOCTYPE html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{subject}</title><style>{DARK}</style></head>\
         <body class=\"bg\" style=\"margin:0;background:#f4f5f7;{FONT}\">\
         <table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\"><tr>\
         <td class=\"outer\" align=\"center\" style=\"padding:32px 16px\">\
         <table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" style=\"max-width:560px\">\
         <tr><td class=\"dim\" style=\"padding:0 4px 12px;color:#59616e;font-size:14px;font-weight:600\">{realm}</td></tr>\
         <tr><td class=\"card pad\" style=\"padding:32px;background:#ffffff;border:1px solid #dfe2e7;border-radius:12px\">\
         <h1 class=\"ink\" style=\"margin:0 0 20px;color:#1b1f24;font-size:22px;line-height:1.3\">{subject}</h1>\
         {body}</td></tr>\
         <tr><td class=\"dim\" style=\"padding:16px 4px 0;color:#59616e;font-size:13px;line-height:1.5\">{why}</td></tr>\
         </table></td></tr></table></body></html>",
        lang = sheet.lang.tag(),
    )
}

fn facts(body: &mut String, sheet: &Sheet) {
    if sheet.facts.is_empty() {
        return;
    }
    body.push_str(
        "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" style=\"margin:8px 0 0\">",
    );
    for (label, value) in &sheet.facts {
        line(
            body,
            format_args!(
                "<tr><td class=\"dim line\" style=\"padding:8px 16px 8px 0;border-top:1px solid #e7e9ed;color:#59616e;\
                 font-size:14px;white-space:nowrap;vertical-align:top\">{}</td><td class=\"ink line\" \
                 style=\"padding:8px 0;border-top:1px solid #e7e9ed;color:#1b1f24;font-size:14px;width:100%;\
                 overflow-wrap:anywhere;word-break:break-word\">{}</td></tr>",
                escape(label),
                escape(value)
            ),
        );
    }
    body.push_str("</table>");
}

/// Writing to a string cannot fail.
fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
