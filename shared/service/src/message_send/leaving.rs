//! A marketing message gets its way out, or does not leave.

use super::providers::Carrier;
use super::render::Rendered;
use crate::way_out::Links;
use tributary_core::message::{Language, Template, way_out};
use tributary_store::messages::Message;

/// No way out can be given: why.
pub struct NoWayOut(pub &'static str);

/// The link of this message; `None`: it needs none, or none can be made.
pub fn link(links: Option<&Links>, row: &Message) -> Option<String> {
    if !way_out::is_marketing(&row.purpose) || row.identity.is_none() {
        return None;
    }
    links?.of(&row.id)
}

/// Adds to a marketing message what its template did not place.
pub fn complete(
    mut rendered: Rendered,
    row: &Message,
    medium: &str,
    address: &str,
    link: Option<String>,
    language: Language,
) -> Result<Rendered, NoWayOut> {
    if !way_out::is_marketing(&row.purpose) {
        return Ok(rendered);
    }
    match medium {
        "email" => {
            let url = link.ok_or(NoWayOut("PUBLIC_URL is not configured"))?;
            if !rendered.text.is_empty() {
                rendered.text = way_out::text_with_link(&rendered.text, &url, language);
            }
            if !rendered.html.is_empty() {
                rendered.html = way_out::html_with_link(&rendered.html, &url, language);
            }
            rendered.unsubscribe_url = url;
        }
        "sms" if !rendered.text.is_empty() => {
            rendered.text = way_out::sms_with_words(&rendered.text, address);
        }
        _ => {}
    }
    Ok(rendered)
}

/// Where the vendor keeps the text, nothing can be added to it: it must have been declared that it
/// says how to stop.
pub fn check(
    template: &Template,
    row: &Message,
    medium: &str,
    carrier: &Carrier,
) -> Result<(), NoWayOut> {
    if medium != "sms" || !way_out::is_marketing(&row.purpose) {
        return Ok(());
    }
    let by_account = match carrier {
        Carrier::Account { outbound, config } if outbound.vendor_text => {
            Some(config.setting(tributary_channels::TEMPLATE_WAY_OUT) == Some("yes"))
        }
        _ => None,
    };
    let declared = match (template.template_code.is_empty(), by_account) {
        (true, Some(by_account)) => template.way_out || by_account,
        (false, _) if by_account.is_some() || template.text.is_empty() => template.way_out,
        _ => true,
    };
    declared
        .then_some(())
        .ok_or(NoWayOut("nobody declared that the vendor's template says how to stop"))
}
