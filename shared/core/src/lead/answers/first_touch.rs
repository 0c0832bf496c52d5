//! Where somebody came from the first time: channel, source, keyword, campaign.

use super::text;
use crate::ids::TouchpointId;
use crate::profile::Event;
use crate::time::{MINUTE_MS, Timestamp};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FirstTouch {
    pub channel: String,
    /// Who sent them: `baidu`, `newsletter`, a referring host.
    pub source: Option<String>,
    pub medium: Option<String>,
    /// What they searched for, or the keyword that was paid for.
    pub keyword: Option<String>,
    pub campaign: Option<String>,
    /// The page they landed on.
    pub page: Option<String>,
    pub touchpoint: TouchpointId,
    pub at: Timestamp,
}

/// An SDK may identify first and send the page with its campaign a moment later: what belongs to
/// the first visit may complete it, later visits may not.
pub const FIRST_TOUCH_WINDOW_MS: i64 = 30 * MINUTE_MS;

/// Hosts of search engines, their name, and the query parameters that hold the keyword.
const ENGINES: &[(&str, &str, &[&str])] = &[
    ("baidu.", "baidu", &["wd", "word", "kw"]),
    ("google.", "google", &["q"]),
    ("bing.", "bing", &["q"]),
    ("sogou.", "sogou", &["query", "keyword"]),
    ("so.com", "360", &["q"]),
    ("sm.cn", "shenma", &["q"]),
    ("toutiao.", "toutiao", &["keyword"]),
    ("yahoo.", "yahoo", &["p"]),
    ("yandex.", "yandex", &["text"]),
    ("duckduckgo.", "duckduckgo", &["q"]),
    ("naver.", "naver", &["query"]),
];

pub(super) fn first_touch(earliest: &[Event]) -> Option<FirstTouch> {
    let first = earliest.first()?;
    let mut touch = FirstTouch {
        channel: first.channel.clone(),
        source: None,
        medium: None,
        keyword: None,
        campaign: None,
        page: None,
        touchpoint: first.id.clone(),
        at: first.occurred_at,
    };
    for event in earliest {
        if event.occurred_at.since_ms(first.occurred_at) > FIRST_TOUCH_WINDOW_MS {
            break;
        }
        let origin = Origin::of(event);
        if touch.page.is_none() {
            touch.page = origin.page.clone();
        }
        // One touchpoint answers as a whole: a source of one and a keyword of another would
        // tell a story that never happened.
        if origin.says_something() {
            let Origin { source, medium, keyword, campaign, .. } = origin;
            return Some(FirstTouch { source, medium, keyword, campaign, ..touch });
        }
    }
    Some(touch)
}

#[derive(Default)]
struct Origin {
    source: Option<String>,
    medium: Option<String>,
    keyword: Option<String>,
    campaign: Option<String>,
    page: Option<String>,
}

impl Origin {
    fn says_something(&self) -> bool {
        self.source.is_some() || self.keyword.is_some() || self.campaign.is_some()
    }

    fn of(event: &Event) -> Origin {
        let (properties, context) = (&event.properties, &event.context);
        let page = text(context, &["page.url"]).or_else(|| text(properties, &["url"]));
        let search = text(context, &["page.search"]).or_else(|| text(properties, &["search"]));
        let referrer = text(context, &["page.referrer", "referrer.url", "referrer"])
            .or_else(|| text(properties, &["referrer", "referer", "$referrer"]));
        let query = |name: &str| {
            let of_search = search.as_deref().and_then(|search| parameter(search, name));
            of_search.or_else(|| page.as_deref().and_then(|page| parameter(page, name)))
        };
        let either = |of_context: &[&str], utm: &str, of_properties: &[&str]| {
            text(context, of_context)
                .or_else(|| query(utm))
                .or_else(|| text(properties, of_properties))
        };
        let searched = referrer.as_deref().and_then(engine);
        Origin {
            source: either(&["campaign.source"], "utm_source", &["utm_source", "source", "scene"])
                .or_else(|| searched.as_ref().map(|(engine, _)| (*engine).to_owned()))
                .or_else(|| foreign_host(referrer.as_deref()?, page.as_deref())),
            medium: either(&["campaign.medium"], "utm_medium", &["utm_medium", "medium"])
                .or_else(|| searched.as_ref().map(|_| "organic".to_owned())),
            keyword: either(
                &["campaign.term", "campaign.keyword"],
                "utm_term",
                &["utm_term", "keyword", "search_keyword"],
            )
            .or_else(|| searched.and_then(|(_, keyword)| keyword)),
            campaign: either(&["campaign.name"], "utm_campaign", &["utm_campaign", "campaign"]),
            page,
        }
    }
}

/// The search engine a referrer belongs to, and what was searched for where it still says so.
fn engine(referrer: &str) -> Option<(&'static str, Option<String>)> {
    let host = host(referrer)?;
    let belongs = |mark: &str| {
        let bare = mark.trim_end_matches('.');
        // `so.com` must not find `also.com`, `baidu.` must find `m.baidu.com`.
        host.split('.').any(|label| label == bare)
            || host == mark
            || host.ends_with(&format!(".{mark}"))
    };
    let (_, name, names) = ENGINES.iter().find(|(mark, _, _)| belongs(mark))?;
    Some((name, names.iter().find_map(|name| parameter(referrer, name))))
}

fn host(url: &str) -> Option<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?.to_lowercase();
    host.contains('.').then_some(host)
}

/// The referrer's host, unless it is our own site.
fn foreign_host(referrer: &str, page: Option<&str>) -> Option<String> {
    let from = host(referrer)?;
    (page.and_then(host).as_ref() != Some(&from)).then_some(from)
}

/// A query parameter of a URL, or of a query with or without its question mark; decoded.
fn parameter(url: &str, name: &str) -> Option<String> {
    let query = url.split_once('?').map_or(url, |(_, query)| query);
    let query = query.split('#').next().unwrap_or_default();
    let value = query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        (key == name).then(|| decode(value))
    })?;
    Some(value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// Form decoding; what is not UTF-8 (old GBK keywords) shows as replacement characters.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(if byte == b'+' { b' ' } else { byte });
            continue;
        }
        let mut ahead = rest.clone();
        let digit = |byte: Option<u8>| (byte? as char).to_digit(16);
        match (digit(ahead.next()), digit(ahead.next())) {
            (Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
                rest = ahead;
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
