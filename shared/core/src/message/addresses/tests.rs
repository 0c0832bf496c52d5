use super::*;
use crate::identity::PhoneTables;
use crate::ids::TouchpointId;
use crate::message::{Reached, reach};
use crate::profile::TraitValue;
use crate::time::Timestamp;
use serde_json::json;

fn identity(kind: Kind, value: &str) -> Identity {
    normalize(&RawIdentifier::new(kind, "site", value), &PhoneTables("CN")).unwrap()
}

/// Somebody with these addresses, oldest first, who said these things, the last first.
fn person(addresses: &[(Kind, &str)], said: &[(&str, Value)]) -> Facts {
    let given = said.iter().map(|(field, value)| {
        let value = TraitValue {
            value: value.clone(),
            occurred_at: Timestamp(1),
            touchpoint: TouchpointId("tpt_1".into()),
            channel: "web".into(),
            rank: crate::profile::Rank::Form,
            identity: identity(Kind::UserId, "u1"),
        };
        ((*field).to_owned(), value)
    });
    Facts {
        identities: addresses.iter().map(|(kind, value)| identity(*kind, value)).collect(),
        given: given.collect(),
        ..Facts::default()
    }
}

fn dead(medium: &str, address: &str, reason: Reason) -> Suppression {
    Suppression {
        medium: medium.to_owned(),
        address: address.to_owned(),
        reason,
        detail: String::new(),
        at: Timestamp(1),
        touchpoint: TouchpointId("tpt_9".into()),
    }
}

#[test]
fn a_message_goes_to_what_was_given_however_it_was_typed() {
    for (own, typed) in [
        ("+8613755550001", json!("137 5555 0001")),
        ("+8613755550001", json!("137-5555-0001")),
        ("+8613755550001", json!("１３７５５５５０００１")),
        ("+8613755550001", json!("+86 137 5555 0001")),
        ("+8613755550001", json!("0086 13755550001")),
        ("+8613755550001", json!(13_755_550_001_u64)),
        ("+8613755550001", json!("13755550001.0")),
        ("+8613755550001", json!("13755550001（微信同号）")),
        ("+8613755550001", json!("微信：13755550001 / 办公室 010-12345678")),
        ("+862112345678", json!("(021) 1234 5678")),
        ("+14155550100", json!("(415) 555-0100")),
        ("+525512345678", json!("+52 1 55 1234 5678")),
        ("+541112345678", json!("011 15 1234 5678")),
        ("+5511987654321", json!("11 8765-4321")),
    ] {
        let mut facts = person(&[], &[("phone", typed.clone())]);
        facts.identities = vec![
            Identity::parse(&format!("phone:{own}")).unwrap(),
            // Seen later, on an order.
            identity(Kind::Phone, "+8613764829130"),
        ];
        let book = AddressBook::default();
        assert_eq!(book.of_kind(&facts, Kind::Phone)[0], own, "{typed}");
    }
    for typed in ["Own@Example.com", " own@example.com ", "OWN@EXAMPLE.COM"] {
        let seen = [(Kind::Email, "own@example.com"), (Kind::Email, "colleague@example.com")];
        let facts = person(&seen, &[("email", json!(typed))]);
        assert_eq!(AddressBook::default().of_kind(&facts, Kind::Email)[0], "own@example.com");
    }
}

#[test]
fn every_field_in_which_people_give_a_number_counts() {
    for field in ["phone", "mobile", "phoneNumber", "phone_number", "mobile_phone", "Tel"] {
        let numbers = [(Kind::Phone, "+8613755550001"), (Kind::Phone, "+8613764829130")];
        let facts = person(&numbers, &[(field, json!("137 5555 0001"))]);
        assert_eq!(
            AddressBook::default().of_kind(&facts, Kind::Phone)[0],
            "+8613755550001",
            "{field}"
        );
    }
    // A number in a field of another kind says nothing.
    let numbers = [(Kind::Phone, "+8613755550001"), (Kind::Phone, "+8613764829130")];
    let facts = person(&numbers, &[("order_phone_note", json!("137 5555 0001"))]);
    assert_eq!(AddressBook::default().of_kind(&facts, Kind::Phone)[0], "+8613764829130");
}

#[test]
fn an_older_word_is_still_given() {
    let emails = [
        (Kind::Email, "old@example.com"),
        (Kind::Email, "new@example.com"),
        (Kind::Email, "seen@example.com"),
    ];
    let said = [("email", json!("new@example.com")), ("email", json!("old@example.com"))];
    let facts = person(&emails, &said);
    let book = AddressBook::default();
    assert_eq!(
        book.of_kind(&facts, Kind::Email),
        ["new@example.com", "old@example.com", "seen@example.com"]
    );
}

#[test]
fn what_was_seen_in_a_purchase_comes_last() {
    let numbers = [(Kind::Phone, "+8613755550001"), (Kind::Phone, "+8613764829130")];
    let facts = person(&numbers, &[]);
    for name in
        ["order.created", "Order Placed", "checkout.started", "payment.failed", "invoice.issued"]
    {
        let origins = [
            (facts.identities[0].clone(), "message.received".to_owned()),
            (facts.identities[1].clone(), name.to_owned()),
        ];
        let book = AddressBook::new(origins, []);
        assert_eq!(book.of_kind(&facts, Kind::Phone), ["+8613755550001"], "{name}");
        // A trait makes it the person's own.
        let said = person(&numbers, &[("phone", json!("13764829130"))]);
        assert_eq!(book.of_kind(&said, Kind::Phone)[0], "+8613764829130", "{name}");
    }
    // Nothing else is known: a guest's order is how the shop knows them.
    let origins = facts.identities.iter().map(|it| (it.clone(), "order.paid".to_owned()));
    let book = AddressBook::new(origins, []);
    assert_eq!(book.of_kind(&facts, Kind::Phone), ["+8613764829130", "+8613755550001"]);
    assert_eq!(AddressBook::default().of_kind(&facts, Kind::Phone)[0], "+8613764829130");
}

#[test]
fn a_dead_address_gives_way_to_another_or_to_another_medium() {
    let addresses = [
        (Kind::Email, "old@example.com"),
        (Kind::Email, "new@example.com"),
        (Kind::Phone, "+8613755550001"),
    ];
    let said = [("email", json!("new@example.com")), ("email", json!("old@example.com"))];
    let facts = person(&addresses, &said);
    let media = ["email".to_owned(), "sms".to_owned()];
    let at = |medium: &str, address: &str| Reached::At {
        medium: medium.to_owned(),
        address: address.to_owned(),
        consent: None,
    };
    let ask = |dead: &[Suppression], purpose: &str, media: &[String]| {
        reach(media, purpose, None, &facts, &AddressBook::new([], dead))
    };
    let new = dead("email", "new@example.com", Reason::HardBounce);
    let old = dead("email", "old@example.com", Reason::Blocked);
    let number = dead("sms", "+8613755550001", Reason::DeadNumber);
    assert_eq!(ask(&[], "marketing", &media), at("email", "new@example.com"));
    assert_eq!(
        ask(std::slice::from_ref(&new), "marketing", &media),
        at("email", "old@example.com")
    );
    assert_eq!(ask(&[new.clone(), old.clone()], "marketing", &media), at("sms", "+8613755550001"));
    assert_eq!(
        ask(&[new.clone(), old.clone()], "transactional", &media),
        at("sms", "+8613755550001")
    );
    assert_eq!(ask(&[new.clone(), old.clone(), number], "marketing", &media), Reached::Suppressed);
    assert_eq!(ask(&[new, old], "marketing", &media[..1]), Reached::Suppressed);
    // The same text as an address of another medium is another address.
    assert_eq!(
        ask(&[dead("sms", "new@example.com", Reason::DeadNumber)], "marketing", &media),
        at("email", "new@example.com")
    );
}

#[test]
fn a_complaint_ends_marketing_and_not_the_work() {
    let recipient = BTreeMap::from([("email".to_owned(), "rep@example.com".to_owned())]);
    let media = ["email".to_owned()];
    let ask = |reason: Reason, purpose: &str| {
        let rows = [dead("email", "rep@example.com", reason)];
        let book = AddressBook::new([], &rows);
        reach(&media, purpose, Some(&recipient), &Facts::default(), &book)
    };
    assert!(matches!(ask(Reason::Complaint, "staff"), Reached::At { .. }));
    assert_eq!(ask(Reason::Complaint, "marketing"), Reached::Suppressed);
    assert_eq!(ask(Reason::HardBounce, "staff"), Reached::Suppressed);
}
