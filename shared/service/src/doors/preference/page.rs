//! The preference page: media and purposes as choices, in both languages, without script.

use super::super::page::{fill, frame, language};
use super::{LEAVE_ALL, MARKED, OFFERED, SHOWN};
use crate::{Request, Response};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tributary_core::doors::preference::Choice;

pub struct Page<'a> {
    /// Whom the message went to.
    pub address: &'a str,
    pub offered: &'a [Choice],
    /// The fields that have a mark.
    pub marked: &'a BTreeSet<String>,
    /// What had a mark before it was saved: a button goes back to it.
    pub undo: Option<&'a BTreeSet<String>>,
}

/// Key, Chinese, English.
const TEXTS: &[(&str, &str, &str)] = &[
    ("title", "您想收到什么", "What you receive"),
    (
        "intro",
        "以下内容会发送给您。取消勾选后保存，即不再发送。订单、账户等必要通知不受影响。",
        "This is what is sent to you. Take a mark away and save, and it is sent no more. Necessary notices, such as those about orders, are not affected.",
    ),
    ("save", "保存", "Save"),
    ("leave_all", "全部退订", "Unsubscribe from all"),
    ("saved", "已保存。", "Saved."),
    ("undo", "撤销", "Undo"),
    ("to", "收件人", "Recipient"),
    ("email", "邮件", "E-mail"),
    ("sms", "短信", "Text messages"),
    ("push", "应用推送", "App notifications"),
    ("wechat", "微信", "WeChat"),
    ("marketing", "优惠与活动", "Offers and news"),
    ("newsletter", "资讯订阅", "Newsletter"),
    ("surveys", "问卷调查", "Surveys"),
];

const BODY: &str = "{% if notice %}<p role=\"status\"><strong>{{ notice }}</strong></p>\
{% if undo %}<form method=\"post\">{% for one in undo %}\
<input type=\"hidden\" name=\"{{ one.name }}\" value=\"{{ one.value }}\">{% endfor %}\
<button>{{ undo_label }}</button></form>{% endif %}{% endif %}\
<p>{{ intro }}</p><p>{{ to }}: {{ address }}</p>\
<form method=\"post\">{% for one in hidden %}\
<input type=\"hidden\" name=\"{{ one.name }}\" value=\"{{ one.value }}\">{% endfor %}\
{% for group in groups %}<fieldset><legend>{{ group.label }}</legend>{% for one in group.choices %}\
<label><input type=\"checkbox\" name=\"{{ marked }}\" value=\"{{ one.field }}\"{% if one.is_marked %} checked{% endif %}> \
{{ one.label }}</label>{% endfor %}</fieldset>{% endfor %}\
<button>{{ save }}</button> <button name=\"{{ leave_all }}\" value=\"1\">{{ leave_all_label }}</button></form>";

fn text(language: &str, key: &str) -> Option<&'static str> {
    let found = TEXTS.iter().find(|(known, _, _)| *known == key);
    found.map(|(_, zh, en)| if language == "en" { *en } else { *zh })
}

impl Page<'_> {
    pub fn render(&self, request: &Request, status: u16, notice: Option<&str>) -> Response {
        let language = language(request);
        let own = |key: &str| text(language, key).unwrap_or_default();
        // A purpose of the company's own is shown as it is called.
        let named = |key: &str| text(language, key).map_or_else(|| key.to_owned(), str::to_owned);
        let mut groups: Vec<(String, Vec<Value>)> = Vec::new();
        for choice in self.offered {
            let one = json!({
                "field": choice.field(),
                "label": named(&choice.medium),
                "is_marked": self.marked.contains(&choice.field()),
            });
            match groups.last_mut().filter(|(purpose, _)| *purpose == choice.purpose) {
                Some((_, choices)) => choices.push(one),
                None => groups.push((choice.purpose.clone(), vec![one])),
            }
        }
        let groups: Vec<Value> = groups
            .into_iter()
            .map(|(purpose, choices)| json!({"label": named(&purpose), "choices": choices}))
            .collect();
        let body = fill(
            BODY,
            &json!({
                "notice": notice.map(own),
                "undo": self.undo.map(|before| self.fields(self.marked, Some(before))),
                "undo_label": own("undo"),
                "intro": own("intro"),
                "to": own("to"),
                "address": masked(self.address),
                "hidden": self.fields(self.marked, None),
                "groups": groups,
                "marked": MARKED,
                "save": own("save"),
                "leave_all": LEAVE_ALL,
                "leave_all_label": own("leave_all"),
            }),
        );
        // The address is what opens the page: no other site learns it, none shows it as its own.
        frame(language, status, own("title"), &body)
            .with_header("referrer-policy", "no-referrer")
            .with_header("x-frame-options", "DENY")
    }

    /// What this page shows, and what a button of its own would choose.
    fn fields(&self, shown: &BTreeSet<String>, chosen: Option<&BTreeSet<String>>) -> Vec<Value> {
        let field = |name: &str, value: String| json!({"name": name, "value": value});
        let offered = self.offered.iter().map(|choice| field(OFFERED, choice.field()));
        let is_offered = |it: &&String| self.offered.iter().any(|choice| choice.field() == **it);
        let shown = shown.iter().filter(is_offered).map(|it| field(SHOWN, it.clone()));
        let chosen = chosen.into_iter().flatten();
        let chosen = chosen.filter(is_offered).map(|it| field(MARKED, it.clone()));
        offered.chain(shown).chain(chosen).collect()
    }
}

/// Enough for the owner to know it by; a forwarded link tells it to nobody else.
fn masked(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, host)) => {
            format!("{}***@{host}", local.chars().next().unwrap_or_default())
        }
        None => {
            let end: String = address.chars().rev().take(4).collect();
            format!("****{}", end.chars().rev().collect::<String>())
        }
    }
}
