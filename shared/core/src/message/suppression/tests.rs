use super::*;
use crate::identity::PhoneTables;
use crate::touchpoint::{Draft, RawIdentifier};
use serde_json::json;

fn touchpoint(channel: &str, name: &str, said: Value, at: i64) -> Touchpoint {
    let draft = Draft {
        delivery_id: format!("{name}/{said}/{at}"),
        name: name.to_owned(),
        occurred_at: Some(Timestamp(at).into()),
        identifiers: vec![
            RawIdentifier::new(Kind::Email, "", "a@example.com"),
            RawIdentifier::new(Kind::Phone, "", "+8613800138000"),
            RawIdentifier::new(Kind::UserId, "", "u1"),
        ],
        properties: said,
        context: json!({}),
    };
    Touchpoint::accept(channel, "main", draft, &PhoneTables("CN"), Timestamp(at.max(0)))
}

fn told(name: &str, said: Value) -> Option<Told> {
    let reports = reports_of(&touchpoint("x", name, said, 1));
    assert!(reports.len() <= 1, "{reports:?}");
    reports.first().map(|report| report.told)
}

const HARD: Option<Told> = Some(Told::Dead(Reason::HardBounce));
const BLOCKED: Option<Told> = Some(Told::Dead(Reason::Blocked));
const COMPLAINT: Option<Told> = Some(Told::Dead(Reason::Complaint));
const NUMBER: Option<Told> = Some(Told::Dead(Reason::DeadNumber));
const SOFT: Option<Told> = Some(Told::Soft);

#[test]
fn every_vendors_words_for_a_bounce() {
    for (said, expect) in [
        // Mailgun
        (json!({"severity": "permanent", "reason": "bounce", "code": "550"}), HARD),
        (json!({"severity": "permanent", "reason": "suppress-bounce", "code": "605"}), HARD),
        (json!({"severity": "permanent", "reason": "old", "code": "602"}), SOFT),
        (json!({"severity": "permanent", "reason": "suppress-complaint"}), COMPLAINT),
        (json!({"severity": "permanent", "reason": "suppress-unsubscribe"}), None),
        (json!({"severity": "permanent", "reason": "espblock"}), BLOCKED),
        // SendGrid
        (json!({"bounce": "bounce", "code": "5.1.1", "reason": "550 no such user"}), HARD),
        (json!({"bounce": "blocked", "code": "5.7.1"}), BLOCKED),
        // Postmark
        (json!({"bounce": "HardBounce"}), HARD),
        (json!({"bounce": "BadEmailAddress"}), HARD),
        (json!({"bounce": "ManuallyDeactivated"}), HARD),
        (json!({"bounce": "SoftBounce"}), SOFT),
        (json!({"bounce": "Transient"}), SOFT),
        (json!({"bounce": "DnsError"}), SOFT),
        (json!({"bounce": "Blocked"}), BLOCKED),
        (json!({"bounce": "SpamComplaint"}), COMPLAINT),
        (json!({"bounce": "AutoResponder"}), None),
        (json!({"bounce": "Unsubscribe"}), None),
        (json!({"bounce": "DMARCPolicy"}), None),
        // Amazon SES, Resend
        (json!({"bounce": "Permanent"}), HARD),
        (json!({"bounce": "Transient"}), SOFT),
        (json!({"bounce": "Undetermined"}), SOFT),
        (json!({"bounce": {"type": "Permanent", "subType": "Suppressed"}}), HARD),
        (json!({"bounce": {"type": "Permanent", "subType": "UnsubscribedRecipient"}}), None),
        (json!({"bounce": {"type": "Transient", "subType": "MailboxFull"}}), SOFT),
        (json!({"bounce": {"type": "Transient", "subType": "MessageTooLarge"}}), None),
        (json!({"bounce": "Transient", "bounce_subtype": "ContentRejected"}), None),
        // A system of one's own
        (json!({}), HARD),
        (json!({"type": "soft"}), SOFT),
        (json!({"code": 421}), SOFT),
        (json!({"code": "554 rejected"}), HARD),
    ] {
        let mut said = said;
        said["medium"] = json!("email");
        assert_eq!(told("message.bounced", said.clone()), expect, "{said}");
    }
}

#[test]
fn a_failure_says_little_about_the_address_except_where_it_does() {
    for (said, expect) in [
        (json!({"medium": "sms", "code": "30005"}), NUMBER),
        (json!({"medium": "sms", "code": 30_006}), NUMBER),
        (json!({"medium": "SMS", "code": "21614"}), NUMBER),
        (json!({"medium": "sms", "code": "MK:0001"}), NUMBER),
        (json!({"medium": "sms", "code": "MN:0001", "reason": "空号"}), NUMBER),
        (json!({"medium": "sms", "code": "X", "reason": "该号码为空号"}), NUMBER),
        (json!({"medium": "sms", "code": "UNDELIV", "reason": "用户关机"}), SOFT),
        (json!({"medium": "sms", "code": "30003"}), SOFT),
        (json!({"medium": "sms", "code": "30007"}), None),
        (json!({"medium": "sms", "code": "isv.OUT_OF_SERVICE"}), None),
        (json!({"medium": "sms"}), None),
        (json!({"medium": "email", "reason": "Bounced Address"}), HARD),
        (json!({"medium": "email", "reason": "Spam Reporting Address"}), COMPLAINT),
        (json!({"medium": "email", "reason": "Unsubscribed Address"}), None),
        (json!({"medium": "email", "reason": "Spam Content"}), None),
        (json!({"medium": "whatsapp", "code": "30005"}), None),
    ] {
        assert_eq!(told("message.failed", said.clone()), expect, "{said}");
    }
    let medium = |medium: &str| json!({"medium": medium});
    assert_eq!(told("message.complained", medium("email")), COMPLAINT);
    assert_eq!(told("email.complained", medium("email")), COMPLAINT);
    assert_eq!(told("Email Bounced", medium("email")), HARD);
    assert_eq!(told("message.deferred", medium("email")), SOFT);
    assert_eq!(told("message.delivered", medium("sms")), Some(Told::Delivered));
    assert_eq!(told("message.opened", medium("email")), None);
    assert_eq!(told(ADDRESS_LIFTED, medium("email")), None, "the console alone lifts");
    // Which of two addresses is meant, nothing says.
    assert_eq!(told("message.bounced", json!({})), None);
}

#[test]
fn a_report_is_about_the_address_and_nobody_else() {
    let reports =
        reports_of(&touchpoint("mailgun", "message.bounced", json!({"medium": "email"}), 5));
    let [report] = reports.as_slice() else { panic!("{reports:?}") };
    assert_eq!((report.medium, report.identity.key()), ("email", "email:a@example.com"));
    let row = report.row().unwrap();
    assert_eq!(
        (row.address.as_str(), row.reason, row.at),
        ("a@example.com", Reason::HardBounce, Timestamp(5))
    );
    let lifted = reports_of(&touchpoint("console", ADDRESS_LIFTED, json!({"medium": "sms"}), 5));
    assert_eq!(lifted[0].row().unwrap().reason, Reason::Lifted);
    assert_eq!(lifted[0].identity.key(), "phone:+8613800138000");
}

fn history(reports: &[(i64, Told)]) -> Vec<Report> {
    let one = |(day, told): &(i64, Told)| {
        let mut report = reports_of(&touchpoint(
            "x",
            "message.delivered",
            json!({"medium": "email"}),
            day * DAY_MS,
        ))
        .remove(0);
        report.told = *told;
        report.touchpoint = TouchpointId(format!("tpt_{day}_{told:?}"));
        report
    };
    reports.iter().map(one).collect()
}

#[test]
fn soft_bounces_suppress_after_three_days_in_fourteen() {
    use Told::{Delivered, Lifted, Soft};
    let standing = |reports: &[(i64, Told)]| {
        let found = soft_bounces(&history(reports)).map(|row| row.at.0 / DAY_MS);
        // Any order of arrival gives the same.
        let mut turned = history(reports);
        turned.reverse();
        assert_eq!(soft_bounces(&turned).map(|row| row.at.0 / DAY_MS), found);
        let half = reports.len() / 2;
        turned.rotate_left(half);
        turned.extend(history(reports));
        assert_eq!(soft_bounces(&turned).map(|row| row.at.0 / DAY_MS), found, "twice is once");
        found
    };
    assert_eq!(standing(&[(1, Soft), (2, Soft)]), None);
    assert_eq!(standing(&[(1, Soft), (1, Soft), (1, Soft)]), None);
    assert_eq!(standing(&[(1, Soft), (2, Soft), (3, Soft)]), Some(3));
    assert_eq!(standing(&[(1, Soft), (8, Soft), (15, Soft)]), Some(15));
    assert_eq!(standing(&[(1, Soft), (8, Soft), (16, Soft)]), None);
    assert_eq!(standing(&[(1, Soft), (2, Soft), (3, Delivered), (4, Soft)]), None);
    assert_eq!(standing(&[(1, Soft), (2, Soft), (3, Soft), (4, Delivered)]), None);
    assert_eq!(
        standing(&[(1, Soft), (2, Soft), (3, Soft), (4, Lifted), (5, Soft), (6, Soft)]),
        None
    );
    assert_eq!(standing(&[(1, Delivered), (2, Soft), (3, Soft), (9, Soft), (10, Soft)]), Some(10));
    assert_eq!(standing(&[]), None);
}

#[test]
fn a_lifted_address_stays_lifted_until_a_later_report() {
    let row = |reason: Reason, at: i64| Suppression {
        medium: "email".to_owned(),
        address: "a@example.com".to_owned(),
        reason,
        detail: String::new(),
        at: Timestamp(at),
        touchpoint: TouchpointId("tpt_1".into()),
    };
    let reasons = |rows: &[Suppression]| -> Vec<(Reason, i64)> {
        let forward = in_force(rows.to_vec());
        assert_eq!(forward, in_force(rows.iter().rev().cloned()), "in any order");
        forward.into_values().map(|row| (row.reason, row.at.0)).collect()
    };
    use Reason::{Complaint, HardBounce, Lifted, SoftBounces};
    assert_eq!(reasons(&[row(HardBounce, 5)]), [(HardBounce, 5)]);
    assert_eq!(reasons(&[row(HardBounce, 5), row(Lifted, 6)]), []);
    assert_eq!(reasons(&[row(HardBounce, 5), row(Lifted, 5)]), []);
    assert_eq!(reasons(&[row(HardBounce, 7), row(Lifted, 6)]), [(HardBounce, 7)]);
    assert_eq!(reasons(&[row(HardBounce, 5), row(Lifted, 6), row(Complaint, 8)]), [(Complaint, 8)]);
    assert_eq!(reasons(&[row(HardBounce, 5), row(Complaint, 8)]), [(Complaint, 8)]);
    assert_eq!(reasons(&[row(SoftBounces, 0)]), [], "taken back");
    assert_eq!(reasons(&[row(SoftBounces, 0), row(HardBounce, 3)]), [(HardBounce, 3)]);
    assert_eq!(reasons(&[row(Lifted, 6)]), []);
}
