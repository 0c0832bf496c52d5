//! The way out of a marketing message: the headers of RFC 8058 and a link in a mail, the country's
//! words in a text message. A template may place them itself; what it does not place is added.

use super::content::Language;

/// What is owed to the person: no way out is offered of it, and none may be.
const SERVICE_PURPOSES: &[&str] = &["service", "staff", "transaction", "transactional"];

/// Whether messages of this purpose must be possible to stop: everything that is not known to be
/// owed.
pub fn is_marketing(purpose: &str) -> bool {
    !SERVICE_PURPOSES.contains(&purpose.trim().to_lowercase().as_str())
}

/// `List-Unsubscribe` and `List-Unsubscribe-Post`: what mail programs show beside the sender.
pub fn headers(url: &str) -> Vec<(String, String)> {
    let header = |name: &str, value: String| (name.to_owned(), value);
    vec![
        header("List-Unsubscribe", format!("<{url}>")),
        header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()),
    ]
}

fn label(language: Language) -> &'static str {
    match language {
        Language::Zh => "退订或选择接收内容",
        Language::En => "Unsubscribe or choose what you receive",
    }
}

/// The plain text with the link, unless it is there.
pub fn text_with_link(text: &str, url: &str, language: Language) -> String {
    if text.contains(url) {
        return text.to_owned();
    }
    let colon = if language == Language::Zh { "：" } else { ": " };
    format!("{}\n\n-- \n{}{colon}{url}\n", text.trim_end(), label(language))
}

/// The HTML with the link, unless something in it leads there: the address in a comment or as an
/// image is no link.
pub fn html_with_link(html: &str, url: &str, language: Language) -> String {
    if leads_to(html, url) {
        return html.to_owned();
    }
    // In a comment that nobody closed it would not be seen.
    let comment = html.rfind("<!--").is_some_and(|at| html.rfind("-->").is_none_or(|end| end < at));
    let open = if comment { "-->" } else { "" };
    let link = format!(
        "{open}<p style=\"margin:2em 0 0;font-size:12px\"><a href=\"{url}\">{}</a></p>",
        label(language)
    );
    // ASCII letters alone change, so that places stay where they are.
    let lower = html.to_ascii_lowercase();
    let end = lower.rfind("</body").or_else(|| lower.rfind("</html")).unwrap_or(html.len());
    let (before, after) = html.split_at_checked(end).unwrap_or((html, ""));
    format!("{before}{link}{after}")
}

fn leads_to(html: &str, url: &str) -> bool {
    let mut visible = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, comment)) = rest.split_once("<!--") {
        visible.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    visible.push_str(rest);
    visible.match_indices(url).any(|(at, _)| {
        let before = visible.get(..at).unwrap_or_default().trim_end_matches(['"', '\'']).trim_end();
        let link = before.strip_suffix('=').map(|it| it.trim_end().to_ascii_lowercase());
        link.is_some_and(|it| it.ends_with("href"))
    })
}

/// By the beginning of the number: what people in that country are used to read.
const WORDS: &[(&str, &str)] = &[
    ("+1", "Reply STOP to opt out."),
    ("+33", "Répondez STOP pour ne plus recevoir de SMS."),
    ("+352", "Répondez STOP pour ne plus recevoir de SMS."),
    ("+41", "Abmelden: STOP antworten."),
    ("+43", "Abmelden: STOP antworten."),
    ("+49", "Abmelden: STOP antworten."),
    ("+852", "退訂請回覆 STOP / Reply STOP to opt out"),
    ("+853", "退訂請回覆 STOP / Reply STOP to opt out"),
    ("+86", "拒收请回复R"),
    ("+886", "退訂請回覆 STOP"),
];
const OTHER_WORDS: &str = "Reply STOP to opt out.";

/// How a text message to this number says how to stop.
pub fn sms_words(number: &str) -> &'static str {
    let known = WORDS.iter().filter(|(prefix, _)| number.starts_with(prefix));
    let longest = known.max_by_key(|(prefix, _)| prefix.len());
    longest.map_or(OTHER_WORDS, |(_, words)| words)
}

/// The text with the country's words, unless it says how to stop.
pub fn sms_with_words(text: &str, number: &str) -> String {
    if says_how_to_stop(text) {
        return text.to_owned();
    }
    let words = sms_words(number);
    let text = text.trim_end();
    let joint = if text.is_empty() || text.ends_with(|c: char| !c.is_ascii()) { "" } else { " " };
    format!("{text}{joint}{words}")
}

const CHINESE: &[&str] =
    &["退订", "退訂", "拒收", "取消订阅", "取消訂閱", "回复T", "回T", "回復T", "回覆T"];
/// Words to reply with, and words that ask for a reply.
const REPLIES: &[&str] = &[
    "ARRET",
    "ARRÊT",
    "CANCEL",
    "END",
    "OPTOUT",
    "QUIT",
    "STOP",
    "STOPALL",
    "TD",
    "UNSUB",
    "UNSUBSCRIBE",
];
const ASKING: &[&str] = &[
    "ANTWORTEN",
    "ENVOYER",
    "ENVOYEZ",
    "MSG",
    "REPLY",
    "REPLYING",
    "RÉPONDEZ",
    "REPONDEZ",
    "RÉPONDRE",
    "RESPOND",
    "RESPONDA",
    "SEND",
    "SENDEN",
    "TEXT",
    "TXT",
];
/// What follows the word where nobody is asked: "STOP au 36180", "STOP to end", "STOP=out".
const FOLLOWING: &[&str] = &["AU", "ANTWORTEN", "AN", "POUR", "SENDEN", "TO"];

/// Whether a text tells how to stop. "Non-stop sale" and "Stop by our shop" do not.
pub fn says_how_to_stop(text: &str) -> bool {
    let folded: String = text.chars().map(narrow).collect::<String>().to_uppercase();
    let close: String = folded.chars().filter(|c| !c.is_whitespace()).collect();
    if CHINESE.iter().any(|words| close.contains(words))
        || folded.contains("OPT OUT")
        || folded.contains("OPT-OUT")
    {
        return true;
    }
    let words: Vec<&str> = folded
        .split(|c: char| !(c.is_alphanumeric() || c == '-'))
        .filter(|word| !word.is_empty())
        .collect();
    words.iter().enumerate().any(|(at, word)| {
        if *word == "STOP2END" || *word == "STOP2STOP" {
            return true;
        }
        if !REPLIES.contains(word) {
            return false;
        }
        let before = words.get(at.saturating_sub(3)..at).unwrap_or_default();
        let next = words.get(at + 1).copied().unwrap_or_default();
        let is_number = next.len() >= 4 && next.bytes().all(|byte| byte.is_ascii_digit());
        before.iter().any(|word| ASKING.contains(word)) || FOLLOWING.contains(&next) || is_number
    })
}

/// Full-width letters, digits and signs as the usual ones.
fn narrow(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://crm.example/u/abc-def";

    #[test]
    fn what_is_owed_has_no_way_out_and_everything_else_has() {
        for purpose in ["transactional", "service", "staff", "Transactional ", "transaction"] {
            assert!(!is_marketing(purpose), "{purpose}");
        }
        for purpose in ["marketing", "Marketing", "newsletter", "surveys", "*", ""] {
            assert!(is_marketing(purpose), "{purpose}");
        }
    }

    #[test]
    fn a_link_is_added_once() {
        let text = text_with_link("Hello", URL, Language::En);
        assert_eq!(text, format!("Hello\n\n-- \nUnsubscribe or choose what you receive: {URL}\n"));
        assert_eq!(text_with_link(&text, URL, Language::En), text);
        assert!(
            text_with_link("您好", URL, Language::Zh)
                .contains(&format!("退订或选择接收内容：{URL}"))
        );
        for html in [
            "<p>Hello</p>".to_owned(),
            "<html><body><p>Hello</p></BODY></html>".to_owned(),
            format!("<p>Hello</p><!-- <a href=\"{URL}\">x</a> -->"),
            format!("<img src=\"{URL}\">"),
            format!("<p>{URL}</p>"),
            format!("<!-- <a href='{URL}'>"),
        ] {
            let once = html_with_link(&html, URL, Language::En);
            assert_ne!(once, html);
            assert_eq!(html_with_link(&once, URL, Language::En), once, "{html}");
            assert!(leads_to(&once, URL), "{once}");
        }
        let body = html_with_link("<body>a</body></html>", URL, Language::En);
        assert!(body.ends_with("</a></p></body></html>"), "{body}");
        for own in [
            format!("<a href=\"{URL}\">bye</a>"),
            format!("<A HREF = '{URL}'>bye</A>"),
            format!("<a class=x href={URL}>bye</a>"),
        ] {
            assert_eq!(html_with_link(&own, URL, Language::En), own);
        }
    }

    #[test]
    fn the_words_are_the_countrys() {
        for (number, words) in [
            ("+8613800138000", "拒收请回复R"),
            ("+14155550100", "Reply STOP to opt out."),
            ("+16045550100", "Reply STOP to opt out."),
            ("+33612345678", "Répondez STOP pour ne plus recevoir de SMS."),
            ("+4915112345678", "Abmelden: STOP antworten."),
            ("+85291234567", "退訂請回覆 STOP / Reply STOP to opt out"),
            ("+886912345678", "退訂請回覆 STOP"),
            ("+447700900123", "Reply STOP to opt out."),
        ] {
            assert_eq!(sms_words(number), words);
            let text = sms_with_words("Sale today", number);
            assert!(says_how_to_stop(&text), "{text}");
            assert_eq!(sms_with_words(&text, number), text, "never twice");
        }
        assert_eq!(sms_with_words("新品上市。", "+8613800138000"), "新品上市。拒收请回复R");
    }

    #[test]
    fn a_template_that_says_it_is_left_alone() {
        for text in [
            "春茶上市，回T退订",
            "春茶上市，拒收请回复R",
            "春茶上市 回复 TD 退订",
            "春茶上市，回Ｔ",
            "特價，退訂請回覆 STOP",
            "Sale! Reply STOP to opt out",
            "Sale! Text STOP to 55555",
            "Sale! STOP to end",
            "Sale! Stop=opt-out",
            "Soldes ! STOP au 36180",
            "Soldes ! STOP 36180",
            "Sale! STOP2END",
            "Sale! txt stop to quit",
            "Reply UNSUBSCRIBE",
            "Soldes. Répondez ARRET",
            "Ｓａｌｅ！Ｒｅｐｌｙ　ＳＴＯＰ",
        ] {
            assert!(says_how_to_stop(text), "{text}");
        }
        for text in [
            "Non-stop sale",
            "Stop by our shop",
            "The END of summer sale",
            "您的购物车还有商品",
            "Don't stop",
            "",
        ] {
            assert!(!says_how_to_stop(text), "{text}");
        }
    }

    #[test]
    fn the_headers_are_those_of_one_click() {
        let headers = headers(URL);
        assert_eq!(headers[0], ("List-Unsubscribe".to_owned(), format!("<{URL}>")));
        assert_eq!(headers[1].1, "List-Unsubscribe=One-Click");
    }
}
