//! Filling templates. Nothing that is missing keeps a message back: it is left out.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use tributary_core::message::{self, Content, Language, Template};
use tributary_core::profile::{Facts, TAG_PREFIX};
use tributary_core::time::Timestamp;
use tributary_store::journeys::ProductReview;
use tributary_store::messages::Message;
use upon::{Engine, ValueAccess, ValueMember, fmt};

/// What was sent, as it is stored with the message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rendered {
    #[serde(default)]
    pub subject: String,
    #[serde(default)]
    pub text: String,
    #[serde(default)]
    pub html: String,
    #[serde(default)]
    pub template_code: String,
    #[serde(default)]
    pub data: Value,
}

/// Longer texts are a mistake in a loop.
const MAX_RENDERED_BYTES: usize = 256 * 1024;

/// What templates see.
pub fn context(
    row: &Message,
    content: &Content,
    entry: &Value,
    facts: &Facts,
    reviews: &[ProductReview],
    now: Timestamp,
    utc_offset_minutes: i64,
) -> Value {
    let traits: Map<String, Value> = facts
        .traits
        .iter()
        .filter(|(field, _)| !field.starts_with(TAG_PREFIX))
        .map(|(field, value)| (field.clone(), value.value.clone()))
        .collect();
    let data = &content.data;
    let coupon = data.coupon.as_ref();
    let coupon =
        coupon.map(|spec| message::coupon(spec, &row.id, row.created_at, utc_offset_minutes));
    let viewed = data.viewed_products.as_ref();
    let viewed = viewed.map(|spec| message::viewed_products(spec, facts, now)).unwrap_or_default();
    json!({
        "traits": traits,
        "entry": entry,
        "cart_items": message::cart_items(entry),
        "viewed_products": viewed,
        "coupon": coupon,
        "reviews": reviews_for(content, entry, reviews),
        "fixed": data.fixed,
        "message": { "id": row.id, "journey": row.journey },
    })
}

/// Those chosen by hand first, then those from the log.
fn reviews_for(content: &Content, entry: &Value, found: &[ProductReview]) -> Vec<Value> {
    let Some(spec) = &content.data.reviews else { return Vec::new() };
    let products = message::cart_products(entry);
    let chosen = spec
        .chosen
        .iter()
        .filter(|review| review.product_id.is_empty() || products.contains(&review.product_id))
        .map(
            |review| json!({"author": review.author, "rating": review.rating, "text": review.text}),
        );
    let from_log = found
        .iter()
        .filter(|review| products.contains(&review.product) && review.rating >= spec.min_rating)
        .map(
            |review| json!({"author": review.author, "rating": review.rating, "text": review.text}),
        );
    chosen.chain(from_log).take(spec.limit).collect()
}

pub fn render(
    template: &Template,
    language: Language,
    context: &Value,
) -> Result<Rendered, String> {
    let plain = Engine::new();
    let mut html = Engine::new();
    html.set_default_formatter(&escape_html);
    let context = upon::to_value(context).map_err(|error| error.to_string())?;
    let fill = |engine: &Engine, text: &str| fill(engine, text, &context);
    let subject = fill(&plain, template.subject.pick(language))?;
    Ok(Rendered {
        // A subject is one line: what follows a line break could become a header.
        subject: subject.split(|c: char| c.is_control()).collect::<Vec<_>>().join(" "),
        text: fill(&plain, template.text.pick(language))?,
        html: fill(&html, template.html.pick(language))?,
        template_code: template.template_code.clone(),
        data: fill_values(&plain, &template.data, &context)?,
    })
}

fn fill_values(engine: &Engine, value: &Value, context: &upon::Value) -> Result<Value, String> {
    Ok(match value {
        Value::String(text) => Value::String(fill(engine, text, context)?),
        Value::Array(items) => Value::Array(
            items
                .iter()
                .map(|item| fill_values(engine, item, context))
                .collect::<Result<_, _>>()?,
        ),
        Value::Object(map) => Value::Object(
            map.iter()
                .map(|(key, item)| Ok((key.clone(), fill_values(engine, item, context)?)))
                .collect::<Result<_, String>>()?,
        ),
        other => other.clone(),
    })
}

fn fill(engine: &Engine, text: &str, context: &upon::Value) -> Result<String, String> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let template = engine.compile(text).map_err(|error| error.to_string())?;
    let filled = template
        .render_from_fn(engine, |path| Ok(look_up(context, path)))
        .to_string()
        .map_err(|error| error.to_string())?;
    if filled.len() > MAX_RENDERED_BYTES {
        return Err("longer than 256 KiB".to_owned());
    }
    Ok(filled)
}

/// Total: what is not there is nothing.
fn look_up(context: &upon::Value, path: &[ValueMember<'_>]) -> upon::Value {
    let mut at = context;
    for member in path {
        let next = match (at, &member.access) {
            (upon::Value::Map(map), ValueAccess::Key(key)) => map.get(*key),
            (upon::Value::List(list), ValueAccess::Index(index)) => list.get(*index),
            _ => None,
        };
        let Some(next) = next else { return upon::Value::None };
        at = next;
    }
    at.clone()
}

/// Everything a person typed is text, and a link that would run is nothing.
pub(crate) fn escape_html(f: &mut fmt::Formatter<'_>, value: &upon::Value) -> fmt::Result {
    let upon::Value::String(text) = value else { return fmt::default(f, value) };
    let lower = text.trim_start().to_lowercase();
    if ["javascript:", "data:", "vbscript:"].iter().any(|scheme| lower.starts_with(scheme)) {
        return Ok(());
    }
    for c in text.chars() {
        match c {
            '&' => f.write_str("&amp;")?,
            '<' => f.write_str("&lt;")?,
            '>' => f.write_str("&gt;")?,
            '"' => f.write_str("&quot;")?,
            '\'' => f.write_str("&#39;")?,
            other => f.write_char(other)?,
        }
    }
    Ok(())
}

/// Whether every template can be read; else the first that cannot, and why.
pub(crate) fn templates_compile(templates: &BTreeMap<String, Template>) -> Result<(), String> {
    let engine = Engine::new();
    for (medium, template) in templates {
        let texts = [&template.subject, &template.text, &template.html];
        for text in texts.into_iter().flat_map(|text| [&text.zh, &text.en]) {
            engine.compile(text.as_str()).map_err(|error| format!("{medium}: {error}"))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tributary_core::message::Text;

    #[track_caller]
    fn check(text: &str, context: Value, expect: &str) {
        let text = Text::new(text, "");
        let template = Template { text: text.clone(), html: text, ..Template::default() };
        let rendered = render(&template, Language::En, &context).unwrap();
        assert_eq!(rendered.text, expect);
    }

    #[test]
    fn what_is_missing_is_left_out() {
        check("a{{ traits.name }}b", json!({"traits": {}}), "ab");
        check("a{{ coupon.code }}b", json!({"coupon": null}), "ab");
        check("{% if entry.x %}x{% else %}-{% endif %}", json!({}), "-");
        let items = json!({"items": [{"name": "A"}, {"name": "B"}]});
        check("{% for one in items %}{{ one.name }},{% endfor %}", items, "A,B,");
    }

    #[test]
    fn html_is_escaped_and_text_is_not() {
        let text = Text::new("<b>{{ traits.name }}</b>", "");
        let template = Template {
            subject: Text::new("a{{ traits.name }}", ""),
            text: text.clone(),
            html: text,
            data: json!({"to": "{{ traits.name }}"}),
            ..Template::default()
        };
        let context = json!({"traits": {"name": "<i>\n&"}});
        let rendered = render(&template, Language::Zh, &context).unwrap();
        assert_eq!(rendered.text, "<b><i>\n&</b>");
        assert_eq!(rendered.html, "<b>&lt;i&gt;\n&amp;</b>");
        assert_eq!(rendered.subject, "a<i> &");
        assert_eq!(rendered.data, json!({"to": "<i>\n&"}));
    }

    #[test]
    fn a_link_that_runs_is_nothing() {
        let html = Text::new("<a href=\"{{ entry.url }}\">x</a>", "");
        let template = Template { html, ..Template::default() };
        let context = json!({"entry": {"url": " JavaScript:alert(1)"}});
        let rendered = render(&template, Language::Zh, &context).unwrap();
        assert_eq!(rendered.html, "<a href=\"\">x</a>");
    }
}
