//! An event as rules see it, borrowed: the one list of what a filter may ask for, whoever asks.

use crate::profile::Event;
use crate::touchpoint::Touchpoint;
use serde_json::Value;
use std::borrow::Cow;

/// What a path may begin with.
pub const ROOTS: &[&str] = &["name", "channel", "properties", "context"];

#[derive(Clone, Copy, Debug)]
pub struct EventView<'a> {
    pub name: &'a str,
    pub channel: &'a str,
    pub properties: &'a Value,
    pub context: &'a Value,
}

impl<'a> From<&'a Event> for EventView<'a> {
    fn from(event: &'a Event) -> EventView<'a> {
        let Event { name, channel, properties, context, .. } = event;
        EventView { name, channel, properties, context }
    }
}

impl<'a> From<&'a Touchpoint> for EventView<'a> {
    fn from(touchpoint: &'a Touchpoint) -> EventView<'a> {
        let Touchpoint { name, channel, properties, context, .. } = touchpoint;
        EventView { name, channel, properties, context }
    }
}

impl<'a> EventView<'a> {
    /// The value at a dotted path: `properties.total`.
    pub fn at(&self, path: &str) -> Option<Cow<'a, Value>> {
        let (root, rest) = match path.split_once('.') {
            Some((root, rest)) => (root, Some(rest)),
            None => (path, None),
        };
        let text = |text: &str| Some(Cow::Owned(Value::from(text))).filter(|_| rest.is_none());
        let within = |value: &'a Value| match rest {
            Some(rest) => crate::filter::at(value, rest).map(Cow::Borrowed),
            None => Some(Cow::Borrowed(value)),
        };
        match root {
            "name" => text(self.name),
            "channel" => text(self.channel),
            "properties" => within(self.properties),
            "context" => within(self.context),
            _ => None,
        }
    }

    /// As [`EventView::at`], as text: see [`crate::filter::text_of`].
    pub fn text_at(&self, path: &str) -> Option<String> {
        crate::filter::text_of(self.at(path)?.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::{Filter, Op};
    use serde_json::json;

    #[test]
    fn every_root_can_be_asked_for() {
        let (properties, context) =
            (json!({"cart": {"total": 5}}), json!({"page": {"path": "/a"}}));
        let view = EventView {
            name: "cart.updated",
            channel: "shopify",
            properties: &properties,
            context: &context,
        };
        let passes = |path: &str, value: Value| {
            Filter { path: path.to_owned(), op: Op::Eq, value }.passes(&view)
        };
        assert!(passes("name", json!("cart.updated")));
        assert!(passes("channel", json!("shopify")));
        assert!(passes("properties.cart.total", json!(5)));
        assert!(passes("properties.cart", json!({"total": 5})));
        assert!(passes("context.page.path", json!("/a")));
        for path in ["", "channel.x", "name.0", "propertys.cart", "cart.total", "properties."] {
            let absent = Filter { path: path.to_owned(), op: Op::Absent, value: Value::Null };
            assert!(absent.passes(&view), "{path}");
        }
        assert_eq!(view.text_at("properties.cart.total").as_deref(), Some("5"));
        assert_eq!(view.text_at("channel").as_deref(), Some("shopify"));
        assert_eq!(view.text_at("context.page"), None);
        for root in ROOTS {
            assert!(view.at(root).is_some(), "{root}");
        }
    }
}
