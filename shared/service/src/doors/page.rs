//! The pages people see: a form, thanks, and why there is nothing. No script, nothing from elsewhere.

use super::visit::{TOKEN, TRAP};
use crate::message_send::render::escape_html;
use crate::{Request, Response};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tributary_core::doors::form::{CONSENT, Fault, FieldKind, Form, Words};
use upon::{Engine, fmt};

pub struct Page<'a> {
    pub form: &'a Form,
    pub version: &'a str,
    pub token: &'a str,
    pub answers: &'a BTreeMap<String, String>,
    pub faults: &'a BTreeMap<String, Fault>,
    /// A key of the texts.
    pub notice: Option<&'static str>,
}

/// Key, Chinese, English.
const TEXTS: &[(&str, &str, &str)] = &[
    (
        "again",
        "页面已过期或提交过快，请再提交一次。",
        "The page is too old, or too new. Please send it once more.",
    ),
    ("check", "请检查标红的项目。", "Please check what is marked."),
    ("gone", "这里没有内容，或已停用。", "There is nothing here any more."),
    ("left", "已退订，不会再发送。", "You are unsubscribed."),
    (
        "later",
        "暂时无法处理，请稍后再试。",
        "This does not work at the moment. Please try again later.",
    ),
    ("missing", "请填写。", "Please fill this in."),
    ("not_a_choice", "请选择其中一项。", "Please choose one of these."),
    ("not_a_number", "请填写电话号码。", "Please give a telephone number."),
    ("not_an_address", "请填写邮箱地址。", "Please give an e-mail address."),
    ("send", "提交", "Send"),
    ("thanks", "谢谢，我们已收到。", "Thank you, we have received it."),
    ("too_large", "内容过长。", "That is too much."),
    ("too_long", "内容过长。", "This is too long."),
    (
        "unreadable",
        "提交的内容无法读取（不是 UTF-8 编码）。",
        "What was sent cannot be read: it is not UTF-8.",
    ),
];

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;margin:0;background:#f5f6f8;color:#1b1f24}\
main{max-width:34rem;margin:2rem auto;padding:1.5rem;background:#fff;border-radius:8px}\
label{display:block;margin:1rem 0 .25rem}input,select,textarea{width:100%;box-sizing:border-box;\
padding:.6rem;font:inherit;border:1px solid #8a919c;border-radius:6px}input[type=checkbox]{width:auto}\
button{margin-top:1.5rem;padding:.7rem 1.5rem;font:inherit;border:0;border-radius:6px;\
background:#0b57d0;color:#fff}.fault{color:#b3261e}.trap{position:absolute;left:-999rem}";

const FRAME: &str = "<!doctype html><html lang=\"{{ language }}\"><head><meta charset=\"utf-8\">\
<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
<meta name=\"robots\" content=\"noindex\"><title>{{ title }}</title><style>{{ style | raw }}</style></head>\
<body><main><h1>{{ title }}</h1>{{ body | raw }}</main></body></html>";

const FORM: &str = "{% if notice %}<p class=\"fault\" role=\"alert\">{{ notice }}</p>{% endif %}\
<form method=\"post\">\
<input type=\"hidden\" name=\"{{ token_name }}\" value=\"{{ token }}\">\
<div class=\"trap\" aria-hidden=\"true\"><label>Website<input name=\"{{ trap }}\" tabindex=\"-1\" \
autocomplete=\"off\"></label></div>\
{% for field in fields %}<label for=\"{{ field.name }}\">{{ field.label }}{% if field.required %} *{% endif %}</label>\
{% if field.choices %}<select id=\"{{ field.name }}\" name=\"{{ field.name }}\"{% if field.required %} required{% endif %}>\
<option value=\"\"></option>{% for choice in field.choices %}<option value=\"{{ choice.value }}\"\
{% if choice.chosen %} selected{% endif %}>{{ choice.label }}</option>{% endfor %}</select>\
{% else if field.long %}<textarea id=\"{{ field.name }}\" name=\"{{ field.name }}\" rows=\"4\"\
{% if field.required %} required{% endif %}>{{ field.answer }}</textarea>\
{% else %}<input id=\"{{ field.name }}\" name=\"{{ field.name }}\" type=\"{{ field.type }}\" \
value=\"{{ field.answer }}\"{% if field.required %} required{% endif %}>{% endif %}\
{% if field.fault %}<span class=\"fault\">{{ field.fault }}</span>{% endif %}{% endfor %}\
{% if consent %}<label><input type=\"checkbox\" name=\"{{ consent_name }}\"{% if consent.agreed %} checked{% endif %}\
{% if consent.required %} required{% endif %}> {{ consent.text }}</label>\
{% if consent.fault %}<span class=\"fault\">{{ consent.fault }}</span>{% endif %}{% endif %}\
<button>{{ send }}</button></form>";

/// `lang` in the query, else what the browser prefers of the two.
pub fn language(request: &Request) -> &'static str {
    let asked = request.query_param("lang").or_else(|| {
        let accepted = request.header("accept-language").unwrap_or_default().to_ascii_lowercase();
        let (zh, en) = (accepted.find("zh"), accepted.find("en"));
        Some(if en.is_some() && (zh.is_none() || en < zh) { "en" } else { "zh" }.to_owned())
    });
    if asked.as_deref() == Some("en") { "en" } else { "zh" }
}

fn text(language: &str, key: &str) -> &'static str {
    let found = TEXTS.iter().find(|(known, _, _)| *known == key);
    found.map_or("", |(_, zh, en)| if language == "en" { en } else { zh })
}

fn words<'a>(language: &str, words: &'a Words) -> &'a str {
    if language == "en" { &words.en } else { &words.zh }
}

fn fault_text(language: &str, fault: Fault) -> &'static str {
    let key = serde_json::to_value(fault).unwrap_or_default();
    text(language, key.as_str().unwrap_or_default())
}

pub fn message(request: &Request, status: u16, key: &str) -> Response {
    let language = language(request);
    frame(language, status, text(language, key), "")
}

pub fn thanks(request: &Request, form: &Form) -> Response {
    let language = language(request);
    let said = form.thanks.as_ref().map(|thanks| words(language, thanks));
    frame(language, 200, said.unwrap_or_else(|| text(language, "thanks")), "")
}

impl Page<'_> {
    pub fn render(&self, request: &Request, status: u16) -> Response {
        let language = language(request);
        let fault = |name: &str| self.faults.get(name).map(|fault| fault_text(language, *fault));
        let answer = |name: &str| self.answers.get(name).map_or("", String::as_str);
        let fields: Vec<Value> = self
            .form
            .fields
            .iter()
            .map(|field| {
                let given = answer(&field.name);
                let choices = field.choices.iter().map(|choice| {
                    json!({
                        "value": choice.value,
                        "label": words(language, &choice.label),
                        "chosen": choice.value == given,
                    })
                });
                json!({
                    "name": field.name,
                    "label": words(language, &field.label),
                    "required": field.required,
                    "long": field.kind == FieldKind::LongText,
                    "type": match field.kind {
                        FieldKind::Email => "email",
                        FieldKind::Phone => "tel",
                        _ => "text",
                    },
                    "choices": choices.collect::<Vec<_>>(),
                    "answer": given,
                    "fault": fault(&field.name),
                })
            })
            .collect();
        let consent = self.form.consent.as_ref().map(|consent| {
            json!({
                "text": words(language, &consent.text),
                "required": consent.required,
                "agreed": self.answers.contains_key(CONSENT),
                "fault": fault(CONSENT),
            })
        });
        let body = fill(
            FORM,
            &json!({
                "notice": self.notice.map(|key| text(language, key)),
                "token_name": TOKEN,
                "token": self.token,
                "trap": TRAP,
                "fields": fields,
                "consent": consent,
                "consent_name": CONSENT,
                "send": text(language, "send"),
                "version": self.version,
            }),
        );
        frame(language, status, words(language, &self.form.title), &body)
    }
}

pub(super) fn frame(language: &str, status: u16, title: &str, body: &str) -> Response {
    let page =
        fill(FRAME, &json!({"language": language, "title": title, "body": body, "style": STYLE}));
    Response { status, headers: Vec::new(), body: page.into_bytes() }
        .with_header("content-type", "text/html; charset=utf-8")
        .with_header("cache-control", "no-store")
        .with_header("x-content-type-options", "nosniff")
        .with_header(
            "content-security-policy",
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
        )
}

/// Everything is escaped but what says `raw`, which is ours.
pub(super) fn fill(template: &str, values: &Value) -> String {
    let mut engine = Engine::new();
    engine.set_default_formatter(&escape_html);
    engine.add_formatter("raw", fmt::default);
    // Invariant: the templates are constants, and tests fill each.
    engine
        .compile(template)
        .ok()
        .and_then(|it| it.render(&engine, values).to_string().ok())
        .unwrap_or_default()
}
