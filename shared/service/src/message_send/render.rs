//! Filling templates. Nothing that is missing keeps a message back: it is left out.

use super::budget::{Budget, TURN, counted};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use tributary_core::Gather;
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
    /// Where the person leaves; empty: what is owed to them cannot be left.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unsubscribe_url: String,
}

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
        .gather();
    let data = &content.data;
    let coupon = data.coupon.as_ref();
    let coupon =
        coupon.map(|spec| message::coupon(spec, &row.id, row.created_at, utc_offset_minutes));
    let viewed = data.viewed_products.as_ref();
    let viewed = viewed.map(|spec| message::viewed_products(spec, facts, now)).unwrap_or_default();
    json!({
        "traits": traits,
        "entry": entry,
        "awaits_payment": entry.get("payment").and_then(Value::as_str) == Some("awaited"),
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
    let budget = Budget::default();
    let fill = |engine: &Engine, text: &str| fill(engine, text, &context, &budget);
    let subject = fill(&plain, template.subject.pick(language))?;
    Ok(Rendered {
        // A subject is one line: what follows a line break could become a header.
        subject: subject.split(|c: char| c.is_control()).collect::<Vec<_>>().join(" "),
        text: fill(&plain, template.text.pick(language))?,
        html: fill(&html, template.html.pick(language))?,
        template_code: template.template_code.clone(),
        data: fill_values(&plain, &template.data, &context, &budget)?,
        unsubscribe_url: String::new(),
    })
}

fn fill_values(
    engine: &Engine,
    value: &Value,
    context: &upon::Value,
    budget: &Budget,
) -> Result<Value, String> {
    Ok(match value {
        Value::String(text) => Value::String(fill(engine, text, context, budget)?),
        Value::Array(items) => Value::Array(
            items
                .iter()
                .map(|item| fill_values(engine, item, context, budget))
                .collect::<Result<_, _>>()?,
        ),
        Value::Object(map) => Value::Object(
            map.iter()
                .map(|(key, item)| Ok((key.clone(), fill_values(engine, item, context, budget)?)))
                .collect::<Result<_, String>>()?,
        ),
        other => other.clone(),
    })
}

fn fill(
    engine: &Engine,
    text: &str,
    context: &upon::Value,
    budget: &Budget,
) -> Result<String, String> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let template = engine.compile(counted(text)).map_err(|error| error.to_string())?;
    let mut filled = budget.text();
    template
        .render_from_fn(engine, |path| look_up(context, path, budget))
        .to_writer(&mut filled)
        .map_err(|error| budget.over().map_or_else(|| error.to_string(), str::to_owned))?;
    Ok(filled.into_string())
}

/// Total: what is not there is nothing.
///
/// # Errors
/// The budget is used up.
fn look_up(
    context: &upon::Value,
    path: &[ValueMember<'_>],
    budget: &Budget,
) -> Result<upon::Value, String> {
    if matches!(path, [ValueMember { access: ValueAccess::Key(TURN), .. }]) {
        budget.turn()?;
        return Ok(upon::Value::None);
    }
    let mut at = context;
    for member in path {
        let next = match (at, &member.access) {
            (upon::Value::Map(map), ValueAccess::Key(key)) => map.get(*key),
            (upon::Value::List(list), ValueAccess::Index(index)) => list.get(*index),
            _ => None,
        };
        let Some(next) = next else { return Ok(upon::Value::None) };
        at = next;
    }
    budget.read(at)?;
    Ok(at.clone())
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

    /// Each would go round, or grow, far beyond what anybody reads.
    #[test]
    fn a_message_that_costs_too_much_ends_while_it_is_made() {
        let items: Vec<Value> = (0..300).map(|n| json!({"name": format!("n{n}")})).collect();
        let deep = json!([{"subs": items}]);
        let context = json!({"items": items, "deep": deep, "long": "x".repeat(100_000)});
        let refused = |text: &str, why: &str| {
            let template = Template { text: Text::new(text, ""), ..Template::default() };
            let error = render(&template, Language::Zh, &context).expect_err(text);
            assert!(error.contains(why), "{text}: {error}");
        };
        let each =
            |over: &str, inner: &str| format!("{{% for a in {over} %}}{inner}{{% endfor %}}");
        refused(&each("items", &each("items", "")), "turns");
        refused(&each("items", &each("items", &each("items", "x"))), "turns");
        let local = "{% for b in a.subs %}{% for c in a.subs %}{% for d in a.subs %}{% endfor %}\
                     {% endfor %}{% endfor %}";
        refused(&each("deep", local), "turns");
        refused(&each("items", "{{ long }}"), "256 KiB");
        refused(&"{{ long }}".repeat(5), "256 KiB");
        refused(&each("items", "{% for b in long %}{% endfor %}"), "");
        refused(&each("items", &"{% if items %}{% endif %}".repeat(20)), "looked up");
        // All texts together, and what stands in a vendor's fields.
        let part = "{{ long }}";
        let data = json!({"a": part, "b": [part, part]});
        let template = Template { data, text: Text::new(part, ""), ..Template::default() };
        assert!(render(&template, Language::Zh, &context).is_err());
    }

    #[test]
    fn a_catalogue_is_far_from_the_budget() {
        let items: Vec<Value> =
            (0..100).map(|n| json!({"name": format!("水壶 {n}"), "tags": ["a", "b"]})).collect();
        let text = "{% for one in items %}{{ one.name }}: {% for tag in one.tags %}{{ tag }} \
                    {% endfor %}\n{% endfor %}";
        let template = Template { html: Text::new(text, ""), ..Template::default() };
        let rendered = render(&template, Language::Zh, &json!({"items": items})).unwrap();
        assert!(rendered.html.ends_with("水壶 99: a b \n"), "{}", rendered.html);
    }
}
