//! XML from strangers, as WeChat pushes it: element text only. No attributes, no namespaces and
//! no DTD: a document type is refused outright, so that no entity is ever expanded.

use crate::channel::Reject;
use crate::json::without_nul;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};
use serde_json::{Map, Value};

pub const MAX_DEPTH: usize = 64;

/// The text of every leaf below the root, in document order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flat {
    /// The path below the root (`Encrypt`, `ScanCodeInfo.ScanType`) and the text.
    pub leaves: Vec<(String, String)>,
}

impl Flat {
    /// An object of strings; a path that occurs more than once is an array.
    pub fn into_value(self) -> Value {
        let mut object = Map::new();
        for (path, text) in self.leaves {
            let text = Value::String(text);
            match object.get_mut(&path) {
                None => {
                    object.insert(path, text);
                }
                Some(Value::Array(items)) => items.push(text),
                Some(first) => *first = Value::Array(vec![first.take(), text]),
            }
        }
        Value::Object(object)
    }
}

struct Open {
    path: String,
    text: String,
    has_children: bool,
}

/// Reads one document of at most `max_bytes`.
///
/// # Errors
/// [`Reject::TOO_LARGE`], [`Reject::TOO_DEEP`], [`Reject::DOCTYPE`], or [`Reject::MALFORMED`]
/// where the document does not end or does not consist of one root element.
pub fn parse(bytes: &[u8], max_bytes: usize) -> Result<Flat, Reject> {
    if bytes.len() > max_bytes {
        return Err(Reject::TOO_LARGE);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Reject::MALFORMED)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut flat = Flat::default();
    let mut open: Vec<Open> = Vec::new();
    let mut root_seen = false;
    loop {
        match reader.read_event().map_err(|_| Reject::MALFORMED)? {
            Event::Start(start) => {
                let name = start.name().into_inner();
                let path = match open.last_mut() {
                    None if root_seen => return Err(Reject::MALFORMED),
                    None => String::new(),
                    Some(parent) => {
                        parent.has_children = true;
                        join(&parent.path, name)
                    }
                };
                root_seen = true;
                if open.len() >= MAX_DEPTH {
                    return Err(Reject::TOO_DEEP);
                }
                open.push(Open { path, text: String::new(), has_children: false });
            }
            Event::End(_) => {
                let closed = open.pop().ok_or(Reject::MALFORMED)?;
                if !closed.has_children && !closed.path.is_empty() {
                    flat.leaves.push((closed.path, without_nul(closed.text.trim())));
                }
            }
            Event::Text(text) => add(&mut open, &text.xml10_content())?,
            Event::CData(text) => add(&mut open, &text.xml10_content())?,
            Event::GeneralRef(reference) => add(&mut open, &resolve(&reference)?)?,
            Event::DocType(_) => return Err(Reject::DOCTYPE),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    match root_seen && open.is_empty() {
        true => Ok(flat),
        false => Err(Reject::MALFORMED),
    }
}

/// Paths are bounded like everything else: a deep document with long names would grow as the
/// square of its depth.
fn join(parent: &str, name: &str) -> String {
    const MAX_PATH_BYTES: usize = 1_024;
    match parent.is_empty() {
        true => name.to_owned(),
        false if parent.len() > MAX_PATH_BYTES => parent.to_owned(),
        false => format!("{parent}.{name}"),
    }
}

fn add(open: &mut [Open], text: &str) -> Result<(), Reject> {
    match open.last_mut() {
        Some(element) => {
            element.text.push_str(text);
            Ok(())
        }
        None if text.trim().is_empty() => Ok(()),
        None => Err(Reject::MALFORMED),
    }
}

/// The five predefined entities and character references; any other entity needs a DTD.
fn resolve(reference: &BytesRef<'_>) -> Result<String, Reject> {
    match reference.resolve_char_ref() {
        Ok(Some(character)) => Ok(character.to_string()),
        Err(_) => Err(Reject::MALFORMED),
        Ok(None) => match &**reference {
            "lt" => Ok("<".to_owned()),
            "gt" => Ok(">".to_owned()),
            "amp" => Ok("&".to_owned()),
            "quot" => Ok("\"".to_owned()),
            "apos" => Ok("'".to_owned()),
            _ => Err(Reject::MALFORMED),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(text: &str) -> Result<Value, &'static str> {
        parse(text.as_bytes(), 10_000).map(Flat::into_value).map_err(|reject| reject.code)
    }

    #[test]
    fn reads_element_text() {
        let text = "\u{feff}<?xml version=\"1.0\"?>\n<xml>\n <A><![CDATA[<x> & 你好]]></A><B>1 &lt; \
                    &#50;</B><C/><D><E>1</E><E> 2 </E><F>3</F></D>\n</xml>\n";
        assert_eq!(
            check(text),
            Ok(json!({"A": "<x> & 你好", "B": "1 < 2", "C": "", "D.E": ["1", "2"], "D.F": "3"}))
        );
    }

    #[test]
    fn refuses_a_document_type() {
        let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><x><A>&b;</A></x>";
        assert_eq!(check(bomb), Err("xml_doctype_refused"));
        let file = "<?xml version=\"1.0\"?><!DOCTYPE x SYSTEM \"file:///etc/passwd\"><x/>";
        assert_eq!(check(file), Err("xml_doctype_refused"));
        assert_eq!(check("<x><A>&b;</A></x>"), Err("malformed_body"));
        assert_eq!(check("<x><A>&#0;</A></x>"), Err("malformed_body"));
    }

    #[test]
    fn refuses_what_is_not_whole() {
        let whole = "<xml><A><![CDATA[x]]></A><B>1</B></xml>";
        assert!(check(whole).is_ok());
        for end in 0..whole.len() {
            assert_eq!(check(&whole[..end]), Err("malformed_body"), "{}", &whole[..end]);
        }
        for text in ["<a></b>", "<a/><b/>", "<a/>x", "x<a/>", "</a>", "{}", "<a><b></a></b>"] {
            assert_eq!(check(text), Err("malformed_body"), "{text}");
        }
        assert_eq!(parse(b"<a>\xff</a>", 100), Err(Reject::MALFORMED));
        assert_eq!(parse(b"<a></a>", 6), Err(Reject::TOO_LARGE));
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(check(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(check(&nested(MAX_DEPTH + 1)), Err("nested_too_deep"));
        assert_eq!(check(&"<a>".repeat(3_000)), Err("nested_too_deep"));
    }
}
