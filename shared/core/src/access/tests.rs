use super::*;
use serde_json::{Value, json};

/// Columns as in [`Role::ALL`]: `-` nothing, `v` view, `e` edit, `o` own and the team's.
#[test]
fn the_rights_of_every_role_are_these() {
    let expected = [
        ("profiles", "evveev"),
        ("messages", "vvvvvv"),
        ("leads", "evo-ev"),
        ("tasks", "e-oeev"),
        ("journeys", "eevvvv"),
        ("channels", "ev--vv"),
        ("doors", "eevvvv"),
        ("touchpoints", "vvvvvv"),
        ("dead_letters", "e---v-"),
        ("system", "ev--vv"),
        ("reps", "e-vvev"),
        ("users", "e---v-"),
        ("api_keys", "e-----"),
        ("audit", "v---v-"),
        ("setup", "evvvev"),
    ];
    let found: Vec<(&str, String)> = Object::all()
        .map(|object| {
            let cells = Role::ALL.map(|role| match role.right(object) {
                Right::None => '-',
                Right::View => 'v',
                Right::Edit => 'e',
                Right::Own => 'o',
            });
            (object.id(), cells.iter().collect())
        })
        .collect();
    assert_eq!(found, expected.map(|(object, cells)| (object, cells.to_owned())));
    let clear: Vec<&str> =
        Role::ALL.into_iter().filter(|role| role.sees_personal_data()).map(Role::id).collect();
    assert_eq!(clear, ["admin", "sales", "service", "manager"]);
    assert!(Role::ALL.into_iter().all(|role| Role::parse(role.id()) == Some(role)));
}

#[test]
fn a_key_may_what_its_scopes_say_and_no_more() {
    let scopes = ["profiles:view", "leads:edit"].map(str::to_owned).to_vec();
    let grants = Grants::Scopes(scopes);
    assert!(grants.allows(Object::Profiles, Action::View));
    assert!(!grants.allows(Object::Profiles, Action::Edit));
    assert!(grants.allows(Object::Leads, Action::View), "who edits also sees");
    assert!(!grants.allows(Object::Users, Action::View));
    assert!(!grants.sees_personal_data());
    assert!(Grants::Scopes(vec![PERSONAL_DATA.to_owned()]).sees_personal_data());
    for scope in ["profiles:view", "api_keys:edit", PERSONAL_DATA] {
        assert!(is_scope(scope), "{scope}");
    }
    for scope in ["profiles", "profiles:delete", "nothing:view", "", "*"] {
        assert!(!is_scope(scope), "{scope}");
    }
}

fn masked(mut value: Value) -> Value {
    mask(&mut value, MaskKey(b"secret"));
    value
}

#[test]
fn masked_documents_hold_no_personal_data() {
    let document = json!({
        "id": "prf_ap5fmq01xnt3e66npqhdn5qnzr",
        "identities": [
            {"identity": "phone:+8613800138000", "kind": "phone", "value": "+8613800138000"},
            {"identity": "wechat_openid@wx1:oABCDEFGHIJK", "kind": "wechat_openid",
             "scope": "wx1", "value": "oABCDEFGHIJK"},
            {"identity": "anonymous_id@site:6f1d2c", "kind": "anonymous_id", "value": "6f1d2c"},
        ],
        "traits": {"name": "李娜", "email": "li.na@example.com", "city": "上海", "mobile": 13800138000u64},
        "by_identity": {"email:li.na@example.com": 3},
        "note": "请回电 13800138000 或写信 li.na@example.com，谢谢。tel:+8613800138000",
        "context": {"ip": "203.0.113.9", "page": {"path": "/a"}, "count": 12, "at": 1767225600000u64},
        "nested": [[{"FromUserName": "oABCDEFGHIJK", "billing_address": {"address1": "南京路 1 号"}}]],
    });
    let masked = masked(document);
    let text = masked.to_string();
    for personal in
        ["13800138000", "0138000", "li.na", "oABCDEFGHIJK", "6f1d2c", "203.0.113.9", "南京路"]
    {
        assert!(!text.contains(personal), "{personal} in {text}");
    }
    // What is no personal data stays as it is.
    for rest in ["prf_ap5fmq01xnt3e66npqhdn5qnzr", "李娜", "上海", "\"/a\"", "12", "1767225600000"]
    {
        assert!(text.contains(rest), "{rest} in {text}");
    }
    assert_eq!(text.matches("phone:+86138****8000#").count(), 1);
}

#[test]
fn masked_values_stay_apart_and_the_same_everywhere() {
    let one = masked(json!(["phone:+8613800138000", "phone:+8613811118000"]));
    assert_ne!(one[0], one[1]);
    assert_eq!(one[0], masked(json!({"a": "phone:+8613800138000"}))["a"]);
    let mut other = json!("phone:+8613800138000");
    mask(&mut other, MaskKey(b"another"));
    assert_ne!(one[0], other, "the mark depends on the key");
}

#[test]
fn a_changed_moved_or_missing_entry_breaks_the_chain() {
    let entry = Entry {
        seq: 1,
        at: 5,
        actor: "usr_1",
        actor_kind: "user",
        action: "changed",
        object: "endpoints/web/site",
        detail: "{}",
    };
    let hash = entry_hash(GENESIS, &entry);
    assert_eq!(hash.len(), 64);
    for other in [
        Entry { seq: 2, ..entry },
        Entry { at: 6, ..entry },
        Entry { actor: "usr_2", ..entry },
        Entry { actor_kind: "token", ..entry },
        Entry { action: "viewed", ..entry },
        Entry { object: "endpoints/web/sit", detail: "e{}", ..entry },
    ] {
        assert_ne!(hash, entry_hash(GENESIS, &other));
    }
    assert_ne!(hash, entry_hash(&hash, &entry));
}
