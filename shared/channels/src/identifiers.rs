//! The names under which senders give identifiers, where they are free to choose.

use crate::values::text;
use serde_json::{Map, Value};
use tributary_core::identity::Kind;
use tributary_core::touchpoint::RawIdentifier;

/// Field names, as senders write them, and what they hold.
const NAMES: &[(&str, Kind)] = &[
    ("member_id", Kind::MemberId),
    ("member_no", Kind::MemberId),
    ("card_no", Kind::MemberId),
    ("user_id", Kind::UserId),
    ("unionid", Kind::WechatUnionid),
    ("phone", Kind::Phone),
    ("mobile", Kind::Phone),
    ("email", Kind::Email),
    ("openid", Kind::WechatOpenid),
    ("external_userid", Kind::WecomExternalUserid),
    ("device_sn", Kind::DeviceId),
    ("anonymous_id", Kind::AnonymousId),
];

/// What scoped identifiers are unique within.
#[derive(Clone, Copy)]
pub struct Scopes<'a> {
    /// The WeChat app an `openid` belongs to.
    pub app: &'a str,
    /// The WeCom company an `external_userid` belongs to.
    pub corp: &'a str,
    /// Everything else: the endpoint.
    pub endpoint: &'a str,
}

impl Scopes<'_> {
    fn of(&self, kind: Kind) -> &str {
        match kind {
            Kind::WechatOpenid => self.app,
            Kind::WecomExternalUserid => self.corp,
            _ => self.endpoint,
        }
    }

    /// The identifier that a value of that name is; `name` is one of the names above or the id
    /// of a kind. `None` when it is neither.
    pub fn named(&self, name: &str, value: &str) -> Option<RawIdentifier> {
        let kind = match NAMES.iter().find(|(known, _)| *known == name) {
            Some((_, kind)) => *kind,
            None => Kind::parse(name)?,
        };
        let scope = if kind.scoped() { self.of(kind) } else { "" };
        Some(RawIdentifier::new(kind, scope, value))
    }

    /// Every identifier among the object's own fields.
    pub fn within(&self, object: &Map<String, Value>) -> Vec<RawIdentifier> {
        let named = |(name, _): &(&str, Kind)| self.named(name, &text(object.get(*name))?);
        NAMES.iter().filter_map(named).collect()
    }
}
