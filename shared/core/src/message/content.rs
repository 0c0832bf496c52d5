//! What a message says: templates per medium, in two languages, and the data to fill them.

use crate::profile::Facts;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A text in both languages. Where one is missing the other is used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Text {
    #[serde(default)]
    pub zh: String,
    #[serde(default)]
    pub en: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Zh,
    En,
}

impl Text {
    pub fn new(zh: &str, en: &str) -> Text {
        Text { zh: zh.to_owned(), en: en.to_owned() }
    }

    pub fn is_empty(&self) -> bool {
        self.zh.is_empty() && self.en.is_empty()
    }

    pub fn pick(&self, language: Language) -> &str {
        let (first, second) = match language {
            Language::Zh => (&self.zh, &self.en),
            Language::En => (&self.en, &self.zh),
        };
        if first.is_empty() { second } else { first }
    }
}

/// The language of a person, from the trait `locale` or `language`. Chinese where nothing is
/// known.
pub fn language(facts: &Facts) -> Language {
    let said = facts.trait_text("locale").or_else(|| facts.trait_text("language"));
    match said {
        Some(locale) if !locale.to_lowercase().starts_with("zh") => Language::En,
        _ => Language::Zh,
    }
}

/// The texts of one medium. Each is a template over the [`Data`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Template {
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub subject: Text,
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub text: Text,
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub html: Text,
    /// The provider's own template, where it insists on one (Aliyun SMS).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub template_code: String,
    /// The provider's own template says how to stop (拒收请回复R): its text lies at the provider,
    /// so that whoever writes the journey has to declare it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub way_out: bool,
    /// Parameters for that template, or the body of a webhook: its texts are templates too.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub data: Value,
}

/// JSON in `messages.content`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// By medium.
    #[serde(default)]
    pub templates: BTreeMap<String, Template>,
    #[serde(default)]
    pub data: Data,
}

/// What the templates may use beyond the person's traits (`traits.…`) and the event that started
/// the journey (`entry.…`, `cart_items`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = MessageData))]
#[serde(deny_unknown_fields)]
pub struct Data {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<Coupon>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub viewed_products: Option<ViewedProducts>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviews: Option<Reviews>,
    /// Fixed values, under `fixed.…`.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub fixed: Value,
}

/// A code of the person's own, `coupon.code`, and when it lapses, `coupon.expires_at`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Coupon {
    pub prefix: String,
    pub valid_ms: i64,
}

/// What the person looked at, the latest first: `viewed_products`, each with `name`, `url` …
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ViewedProducts {
    pub events: Vec<String>,
    pub within_ms: i64,
    pub limit: usize,
    /// Without any, the message is skipped.
    #[serde(default)]
    pub required: bool,
}

/// What others said about the products at hand: `reviews`, each with `author`, `rating`, `text`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Reviews {
    /// How many at most.
    pub limit: usize,
    /// Reviews from the log with fewer stars are left out.
    #[serde(default)]
    pub min_rating: f64,
    /// Chosen by hand; used before those from the log.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chosen: Vec<Review>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Review {
    pub author: String,
    pub rating: f64,
    pub text: String,
    /// The product it is about; empty: any.
    #[serde(default)]
    pub product_id: String,
}
