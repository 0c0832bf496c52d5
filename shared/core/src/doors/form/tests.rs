use super::*;
use crate::identity::PhoneTables;

const CN: PhoneTables<'_> = PhoneTables("CN");

fn words(text: &str) -> Value {
    json!({"zh": text, "en": text})
}

fn document() -> Value {
    json!({
        "title": words("Demo"),
        "fields": [
            {"name": "name", "kind": "text", "label": words("Name"), "required": true},
            {"name": "tel", "kind": "phone", "label": words("Phone"), "required": true},
            {"name": "mail", "kind": "email", "label": words("Mail")},
            {"name": "size", "kind": "choice", "label": words("Size"),
             "choices": [{"value": "s", "label": words("Small")}]}
        ],
        "consent": {"text": {"zh": "同意", "en": "I agree"}, "media": ["email", "sms"]}
    })
}

fn form(change: impl Fn(&mut Value)) -> Form {
    let mut document = document();
    change(&mut document);
    serde_json::from_value(document).expect("a form")
}

fn answers(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn answers_are_checked_by_kind() {
    let form = form(|_| ());
    let check = |pairs: &[(&str, &str)], expect: &[(&str, Fault)]| {
        let found = form.faults(&answers(pairs), &CN);
        let expect: BTreeMap<String, Fault> =
            expect.iter().map(|(name, fault)| ((*name).to_owned(), *fault)).collect();
        assert_eq!(found, expect, "{pairs:?}");
    };
    check(&[("name", "李娜"), ("tel", "138 0013 8000")], &[]);
    check(&[("name", " "), ("tel", "+44 (20) 7946-0000")], &[("name", Fault::Missing)]);
    let good = ("name", "a");
    check(&[good, ("tel", "call me")], &[("tel", Fault::NotANumber)]);
    for wrong in ["1234", "1380013800", "138001380000", "11111111111", "无", "0755-888866"] {
        check(&[good, ("tel", wrong)], &[("tel", Fault::NotANumber)]);
    }
    for right in [
        "１３８００１３８０００",
        "138 0013 8000（微信同号）",
        "852-91234567",
        "0755-8888 6666转801",
        "400-800-8820",
        "+1 (415) 867-5309",
        "\u{202a}13800138000\u{202c}",
    ] {
        check(&[good, ("tel", right)], &[]);
    }
    let tel = ("tel", "13800138000");
    for wrong in ["a@b", "a b@c.cn", "noreply@c.cn", "@c.cn", "a@c..cn", "a＠"] {
        check(&[good, tel, ("mail", wrong)], &[("mail", Fault::NotAnAddress)]);
    }
    for right in ["a＠c.cn", "a@c.cn;", "李娜 <a@c.cn>", "mailto:a@c.cn", "\u{200b}a@c.cn"] {
        check(&[good, tel, ("mail", right)], &[]);
    }
    check(&[good, ("tel", "13800138000"), ("mail", "a@b")], &[("mail", Fault::NotAnAddress)]);
    check(&[good, ("tel", "13800138000"), ("mail", "a b@c.cn")], &[("mail", Fault::NotAnAddress)]);
    check(
        &[good, ("tel", "13800138000"), ("mail", "a@b.cn"), ("size", "xl")],
        &[("size", Fault::NotAChoice)],
    );
    let long = "x".repeat(2_001);
    check(&[("name", &long), ("tel", "13800138000")], &[("name", Fault::TooLong)]);
}

#[test]
fn agreement_is_demanded_only_where_it_must_be() {
    let answered = answers(&[("name", "a"), ("tel", "13800138000")]);
    assert!(form(|_| ()).faults(&answered, &CN).is_empty());
    let demanded = form(|document| document["consent"]["required"] = json!(true));
    assert_eq!(demanded.faults(&answered, &CN).get(CONSENT), Some(&Fault::Missing));
}

#[test]
fn what_was_sent_and_what_was_agreed_to() {
    let sent = Sent {
        form: "demo",
        version: "v1",
        token: "t1",
        visitor: "b1",
        language: "en",
        context: json!({"ip": "::1"}),
    };
    let answered =
        answers(&[("name", " 李娜 "), ("tel", "13800138000"), ("extra", "x"), (CONSENT, "on")]);
    let drafts = form(|_| ()).submitted(&answered, &sent);
    let names: Vec<&str> = drafts.iter().map(|draft| draft.name.as_str()).collect();
    assert_eq!(names, ["form.submitted", "consent.updated", "consent.updated"]);
    let expect = json!({"name": "李娜", "tel": "13800138000", "form": "demo", "version": "v1"});
    assert_eq!(drafts[0].properties, expect, "what the form does not ask is not taken");
    assert_eq!(
        drafts[0].context,
        json!({"ip": "::1", "traits": {"name": "李娜", "tel": "13800138000"}})
    );
    assert_eq!(drafts[1].properties["text"], "I agree");
    assert_eq!(
        (&drafts[1].properties["medium"], &drafts[2].properties["medium"]),
        (&json!("email"), &json!("sms"))
    );
    let ids: BTreeSet<&str> = drafts.iter().map(|draft| draft.delivery_id.as_str()).collect();
    assert_eq!(ids.len(), 3);
    let kinds: Vec<&str> = drafts[0].identifiers.iter().map(|one| one.kind.id()).collect();
    assert_eq!(kinds, ["anonymous_id", "phone"]);
    let silent = form(|_| ()).submitted(&answers(&[("name", "a"), ("tel", "13800138000")]), &sent);
    assert_eq!(silent.len(), 1, "who agrees to nothing has agreed to nothing");
}

#[test]
fn a_wrong_definition_is_refused() {
    let check = |change: &dyn Fn(&mut Value), expect: &str| {
        let found = form(change).check().expect_err("wrong");
        assert!(found.contains(expect), "{found}");
    };
    assert_eq!(form(|_| ()).check(), Ok(()));
    check(&|document| document["fields"] = json!([]), "fields");
    check(&|document| document["fields"][1]["name"] = json!("name"), "fields.name");
    check(&|document| document["fields"][0]["name"] = json!("_token"), "fields._token");
    check(&|document| document["fields"][3]["choices"] = json!([]), "choices");
    check(&|document| document["consent"]["media"] = json!([]), "media");
    check(&|document| document["consent"]["media"] = json!(["pigeon"]), "media");
    check(&|document| document["title"]["en"] = json!(""), "empty");
}

#[test]
fn neither_at_once_nor_tomorrow() {
    let at = |ms: i64| is_in_time(Timestamp(0), Timestamp(ms));
    assert_eq!(
        [0, 1_999, 2_000, SLOWEST_MS, SLOWEST_MS + 1, -1].map(at),
        [false, false, true, true, false, false]
    );
}
