//! Programs that open mails and follow links before people do, by what they call themselves.
//!
//! Those that pretend to be a browser cannot be told by their name; where a provider knows
//! better (SendGrid's `sg_machine_open`, Mailgun's `bot`) its word counts.

/// Part of the User-Agent, in lower case, and what it is.
const PROGRAMS: &[(&str, &str)] = &[
    // Mail services that load every image on arrival.
    ("googleimageproxy", "mail_proxy"),
    ("yahoomailproxy", "mail_proxy"),
    // Scanners of mail gateways.
    ("barracuda", "mail_scanner"),
    ("mimecast", "mail_scanner"),
    ("proofpoint", "mail_scanner"),
    ("symantec", "mail_scanner"),
    // Previews that chats make of a link.
    ("facebookexternalhit", "link_preview"),
    ("slackbot", "link_preview"),
    ("telegrambot", "link_preview"),
    ("twitterbot", "link_preview"),
    ("linkedinbot", "link_preview"),
    ("whatsapp/", "link_preview"),
    ("skypeuripreview", "link_preview"),
    ("discordbot", "link_preview"),
    ("bingpreview", "link_preview"),
    // Crawlers and programs.
    ("googlebot", "bot"),
    ("bingbot", "bot"),
    ("baiduspider", "bot"),
    ("bytespider", "bot"),
    ("360spider", "bot"),
    ("sogou web spider", "bot"),
    ("yandexbot", "bot"),
    ("headlesschrome", "bot"),
    ("python-requests", "bot"),
    ("go-http-client", "bot"),
    ("curl/", "bot"),
    ("wget/", "bot"),
];

/// Why this is no person; `None` where nothing speaks against one.
pub fn reason(user_agent: &str) -> Option<&'static str> {
    let agent = user_agent.to_ascii_lowercase();
    PROGRAMS.iter().find(|(part, _)| agent.contains(part)).map(|(_, reason)| *reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_say_who_they_are_and_people_are_people() {
        let proxy = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)";
        assert_eq!(reason(proxy), Some("mail_proxy"));
        assert_eq!(reason("facebookexternalhit/1.1"), Some("link_preview"));
        assert_eq!(reason("Slackbot-LinkExpanding 1.0"), Some("link_preview"));
        let person = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.50";
        assert_eq!(reason(person), None);
        assert_eq!(reason(""), None);
    }
}
