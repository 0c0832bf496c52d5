//! Requests about a person's data that come from elsewhere: a shop whose customer wants to be
//! forgotten or to see what is kept.
//!
//! Until the suite can erase, a request stops marketing at once and is a task for an administrator.

use crate::identity::Identity;
use crate::message::Text;
use crate::time::DAY_MS;
use crate::touchpoint::Touchpoint;
use serde_json::Value;

pub const ACCESS_REQUESTED: &str = "privacy.access_requested";
pub const ERASURE_REQUESTED: &str = "privacy.erasure_requested";
/// A shop that uninstalled wants everything of its customers gone.
pub const SHOP_ERASURE_REQUESTED: &str = "privacy.shop_erasure_requested";
pub const NAMES: [&str; 3] = [ACCESS_REQUESTED, ERASURE_REQUESTED, SHOP_ERASURE_REQUESTED];

/// Where the touchpoint's context says whom it is about.
pub const ABOUT: &str = "about";
/// The kind of the task that a request becomes.
pub const TASK_KIND: &str = "privacy_request";
/// The law's month, and Shopify's.
pub const DUE_MS: i64 = 30 * DAY_MS;

pub fn is_request(name: &str) -> bool {
    NAMES.contains(&name)
}

/// The identities a request is about. They need not be known.
pub fn about(touchpoint: &Touchpoint) -> Vec<Identity> {
    let keys = touchpoint.context.get(ABOUT).and_then(Value::as_array);
    let keys = keys.into_iter().flatten().filter_map(Value::as_str);
    keys.filter(|_| is_request(&touchpoint.name)).filter_map(Identity::parse).collect()
}

/// Those that must not be written to from now on: whoever wants to be forgotten.
pub fn silenced(touchpoint: &Touchpoint) -> Vec<Identity> {
    match touchpoint.name == ERASURE_REQUESTED {
        true => about(touchpoint),
        false => Vec::new(),
    }
}

/// What an administrator has to do.
pub fn task_title(name: &str) -> Text {
    match name {
        ACCESS_REQUESTED => Text::new(
            "顾客要求查看其个人数据：整理后交给店铺",
            "A customer asks for their data: hand it over to the shop",
        ),
        SHOP_ERASURE_REQUESTED => Text::new(
            "店铺已卸载应用：删除该店铺顾客的个人数据",
            "A shop has left: erase the data of its customers",
        ),
        _ => Text::new(
            "顾客要求删除其个人数据：营销已停止，请完成删除",
            "A customer asks to be forgotten: marketing has stopped, erase the data",
        ),
    }
}
