//! The kinds of identity: how strong each is, and what protects people from being merged by it.

use serde::{Deserialize, Serialize};

/// What seeing two identities together proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Belongs to one person: merges.
    Person,
    /// A device, browser or cart that people may share: gives an unknown visitor a name, but
    /// never merges two people who are both known.
    Shared,
    /// Never merges; kept for suggestions only.
    Weak,
}

#[derive(Clone, Copy, Debug)]
pub struct KindRule {
    pub kind: Kind,
    pub id: &'static str,
    pub class: Class,
    /// How many distinct values of this kind and scope one profile may hold.
    pub limit: u32,
    /// The value means something only together with a scope.
    pub scoped: bool,
    pub label_zh: &'static str,
    pub label_en: &'static str,
}

macro_rules! kinds {
    ($($kind:ident $id:literal $class:ident limit $limit:literal scoped $scoped:literal $zh:literal $en:literal;)*) => {
        /// Strongest first: a touchpoint is recorded under its strongest identity.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Kind { $(#[serde(rename = $id)] $kind,)* }

        pub const KINDS: &[KindRule] = &[$(KindRule {
            kind: Kind::$kind,
            id: $id,
            class: Class::$class,
            limit: $limit,
            scoped: $scoped,
            label_zh: $zh,
            label_en: $en,
        },)*];

        impl Kind {
            pub const fn id(self) -> &'static str {
                match self { $(Kind::$kind => $id,)* }
            }

            pub fn parse(id: &str) -> Option<Kind> {
                match id { $($id => Some(Kind::$kind),)* _ => None }
            }

            pub const fn class(self) -> Class {
                match self { $(Kind::$kind => Class::$class,)* }
            }

            pub const fn limit(self) -> u32 {
                match self { $(Kind::$kind => $limit,)* }
            }

            pub const fn scoped(self) -> bool {
                match self { $(Kind::$kind => $scoped,)* }
            }
        }
    };
}

kinds! {
    MemberId "member_id" Person limit 1 scoped false "会员号" "Member number";
    UserId "user_id" Person limit 1 scoped false "用户ID" "User id";
    WechatUnionid "wechat_unionid" Person limit 1 scoped false "微信UnionID" "WeChat UnionID";
    Phone "phone" Person limit 5 scoped false "手机号" "Phone";
    Email "email" Person limit 5 scoped false "邮箱" "E-mail";
    WechatOpenid "wechat_openid" Person limit 1 scoped true "微信OpenID" "WeChat OpenID";
    WecomExternalUserid "wecom_external_userid" Person limit 1 scoped true "企业微信客户" "WeCom customer";
    ShopifyCustomer "shopify_customer" Person limit 3 scoped true "Shopify 顾客" "Shopify customer";
    StripeCustomer "stripe_customer" Person limit 3 scoped true "Stripe 客户" "Stripe customer";
    WooCustomer "woo_customer" Person limit 3 scoped true "WooCommerce 顾客" "WooCommerce customer";
    MessengerUser "messenger_user" Person limit 1 scoped true "Messenger 用户" "Messenger user";
    InstagramUser "instagram_user" Person limit 1 scoped true "Instagram 用户" "Instagram user";
    LineUser "line_user" Person limit 1 scoped true "LINE 用户" "LINE user";
    TelegramUser "telegram_user" Person limit 1 scoped false "Telegram 用户" "Telegram user";
    SlackUser "slack_user" Person limit 1 scoped true "Slack 用户" "Slack user";
    FeishuUser "feishu_user" Person limit 1 scoped true "飞书用户" "Feishu user";
    DouyinUser "douyin_user" Person limit 1 scoped true "抖音用户" "Douyin user";
    TiktokUser "tiktok_user" Person limit 1 scoped true "TikTok 用户" "TikTok user";
    WeiboUser "weibo_user" Person limit 1 scoped false "微博用户" "Weibo user";
    YouzanUser "youzan_user" Person limit 3 scoped true "有赞用户" "Youzan user";
    DoudianUser "doudian_user" Person limit 3 scoped true "抖店用户" "Doudian user";
    ZendeskUser "zendesk_user" Person limit 3 scoped true "Zendesk 用户" "Zendesk user";
    IntercomContact "intercom_contact" Person limit 3 scoped true "Intercom 联系人" "Intercom contact";
    ExternalId "external_id" Person limit 3 scoped true "外部ID" "External id";
    DeviceId "device_id" Shared limit 50 scoped false "设备" "Device";
    AnonymousId "anonymous_id" Shared limit 200 scoped true "匿名访客" "Anonymous visitor";
    Cart "cart" Shared limit 1000 scoped true "购物车" "Cart";
    Ip "ip" Weak limit 1000 scoped false "IP 地址" "IP address";
}
