use super::*;
use crate::touchpoint::RawIdentifier;

const CN: PhoneTables<'_> = PhoneTables("CN");

fn check(kind: Kind, scope: &str, value: &str) -> Option<String> {
    let raw = RawIdentifier::new(kind, scope, value);
    normalize(&raw, &CN).ok().map(|identity| identity.key().to_owned())
}

/// What a field of telephone numbers leads to: identities and, marked, what identifies nobody.
fn phones(country: &str, value: &str) -> String {
    let raw = RawIdentifier::new(Kind::Phone, "", value).in_country(country);
    let Normal { identities, rejected } = normalize_all(&[raw], &CN);
    let mut found: Vec<String> = identities.iter().map(|one| one.value().to_owned()).collect();
    found.extend(rejected.into_iter().map(|one| {
        let extension = one.extension.map(|it| format!(" ext {it}")).unwrap_or_default();
        format!("{} {}{extension}", one.reason.code(), one.value)
    }));
    found.join(", ")
}

#[test]
fn one_phone_however_it_is_written() {
    for written in [
        "13800138000",
        "+86 138-0013-8000",
        "8613800138000",
        "８６１３８００１３８０００",
        "0086 138 0013 8000",
        "+86 0138 0013 8000",
        "013800138000",
        "(+86) 138 0013 8000",
        "＋８６（０）１３８－００１３－８０００",
        "86-138-0013-8000",
        "+0086 13800138000",
        "+86 86 13800138000",
        "\u{202d}13800138000\u{202c}",
        "138\u{a0}0013\u{a0}8000",
        "138\u{200b}0013\u{feff}8000",
        "138–0013—8000",
        "١٣٨٠٠١٣٨٠٠٠",
        // From spreadsheets.
        "13800138000.0",
        "8613800138000.00",
        "1.3800138E10",
        "1.3800138000e+10",
        "'13800138000",
        "=\"13800138000\"",
        // With remarks and labels.
        "138 0013 8000（微信同号）",
        "13800138000(微信)",
        "13800138000 微信同号",
        "13800138000微信",
        "手机:13800138000",
        "手机：138 0013 8000",
        "tel. 138-0013-8000",
        "Tel/WeChat: +86 138 0013 8000",
        "tel:+86-138-0013-8000",
        "李先生13800138000",
        "13800138000（9点后打）",
        "13800138000 9点后",
        "3楼 13800138000",
        "13800138000 (after 6pm",
        "☎13800138000",
        "<13800138000>;",
        "13800138000,",
    ] {
        assert_eq!(phones("", written), "+8613800138000", "{written}");
    }
    for wrong in [
        "123",
        "not a phone",
        "+86 000 0000 0000",
        "1380013800",
        "138 0013 800",
        "138 0013 80001",
        "13800138000 1",
        "1.38E+10",
        "1.38001E+10",
        "QQ 12345678",
        "+0",
        "()",
        "138/0013",
    ] {
        assert_eq!(phones("", wrong), format!("not_a_phone {wrong}"), "{wrong}");
    }
    assert_eq!(phones("", "11111111111"), "placeholder 11111111111");
}

#[test]
fn neighbours_are_written_with_their_prefix() {
    for (written, expect) in [
        ("85291234567", "+85291234567"),
        ("852-91234567", "+85291234567"),
        ("852 9123 4567", "+85291234567"),
        ("(852) 9123 4567", "+85291234567"),
        ("（852）91234567", "+85291234567"),
        ("00852-9123-4567", "+85291234567"),
        ("+852-9123-4567", "+85291234567"),
        ("8529123 4567", "+85291234567"),
        ("853-66123456", "+85366123456"),
        ("(853)6612-3456", "+85366123456"),
        ("00853 6612 3456", "+85366123456"),
        ("886-0912-345678", "+886912345678"),
        ("886-912-345-678", "+886912345678"),
        ("(886)0912345678", "+886912345678"),
        ("+886 (0)912 345 678", "+886912345678"),
        ("香港 852-91234567", "+85291234567"),
        ("1-415-867-5309", "+14158675309"),
        ("+44 (0)20 7946 0000", "+442079460000"),
        ("44-20-7946-0000", "+442079460000"),
        ("+39 06 6982 1234", "+390669821234"),
    ] {
        assert_eq!(phones("", written), expect, "{written}");
    }
}

#[test]
fn the_address_beside_a_number_says_its_country() {
    for (country, written, expect) in [
        ("US", "(415) 858-2912", "+14158582912"),
        ("us", "415.858.2912", "+14158582912"),
        ("GB", "020 7946 0000", "+442079460000"),
        ("UK", "07911 123456", "+447911123456"),
        ("DE", "030/901820", "+4930901820"),
        ("FR", "06 12 34 56 78", "+33612345678"),
        ("HK", "9123 4567", "+85291234567"),
        ("TW", "0912-345-678", "+886912345678"),
        ("JP", "090-1234-5678", "+819012345678"),
        // A number that names its own country is of that one.
        ("US", "+86 138 0013 8000", "+8613800138000"),
        ("US", "0086 138 0013 8000", "+8613800138000"),
        // A mobile number of home, on an order to another country.
        ("US", "13800138000", "+8613800138000"),
        ("HK", "138 0013 8000", "+8613800138000"),
        // What does not exist there is no landline of ours.
        ("US", "(555) 123-4567", "not_a_phone (555) 123-4567"),
        ("US", "415-858-291", "not_a_phone 415-858-291"),
        // Not a country: as if none was given.
        ("Unknown", "13800138000", "+8613800138000"),
    ] {
        assert_eq!(phones(country, written), expect, "{country} {written}");
    }
}

#[test]
fn an_older_spelling_is_the_same_number() {
    for (country, written, expect) in [
        ("", "+5215512345678", "+525512345678"),
        ("", "5215512345678", "+525512345678"),
        ("", "+52 1 55 1234 5678", "+525512345678"),
        ("MX", "044 55 1234 5678", "+525512345678"),
        ("MX", "01 55 1234 5678", "+525512345678"),
        ("MX", "55 1234 5678", "+525512345678"),
        ("", "+553188887777", "+5531988887777"),
        ("", "553188887777", "+5531988887777"),
        ("BR", "(31) 8888-7777", "+5531988887777"),
        ("BR", "031 98888-7777", "+5531988887777"),
        ("", "+551178887777", "+5511978887777"),
        ("BR", "(11) 3333-4444", "+551133334444"),
        ("", "+5491123456789", "+5491123456789"),
        ("", "+54 11 2345-6789", "+5491123456789"),
        ("", "+54 11 15 2345-6789", "+5491123456789"),
        ("AR", "011 15-2345-6789", "+5491123456789"),
        ("AR", "11 2345 6789", "+5491123456789"),
        ("", "+22997123456", "+2290197123456"),
        ("", "+22507123456", "+2250707123456"),
        ("", "+22505123456", "+2250505123456"),
    ] {
        assert_eq!(phones(country, written), expect, "{country} {written}");
    }
}

#[test]
fn two_numbers_in_one_field_are_both_the_persons() {
    let both = "+8613812345678, +8613912345678";
    for written in [
        "13812345678/13912345678",
        "13812345678 / 139 1234 5678",
        "13812345678、13912345678",
        "13812345678,13912345678",
        "13812345678；13912345678",
        "13812345678 13912345678",
        "13812345678或13912345678",
        "13812345678 or 13912345678",
        "13812345678\n13912345678",
        "手机13812345678 家13912345678",
        "13912345678/13812345678/13912345678",
    ] {
        assert_eq!(phones("", written), both, "{written}");
    }
    assert_eq!(
        phones("", "0755-8888 6666转801 13812345678"),
        "+8613812345678, shared +8675588886666 ext 801"
    );
}

#[test]
fn a_number_that_many_share_identifies_nobody_and_keeps_its_extension() {
    for (written, expect) in [
        ("0755-8888 6666转801", "shared +8675588886666 ext 801"),
        ("0755-88886666 转 801", "shared +8675588886666 ext 801"),
        ("0755-88886666分机801", "shared +8675588886666 ext 801"),
        ("0755-88886666 分机号：801", "shared +8675588886666 ext 801"),
        ("0755-88886666（转801）", "shared +8675588886666 ext 801"),
        ("0755-88886666轉801", "shared +8675588886666 ext 801"),
        ("075588886666x801", "shared +8675588886666 ext 801"),
        ("0755-88886666 ext. 801", "shared +8675588886666 ext 801"),
        ("0755-88886666 Extension 801", "shared +8675588886666 ext 801"),
        ("0755-88886666-801", "shared +8675588886666 ext 801"),
        ("0755-88886666#801", "shared +8675588886666 ext 801"),
        ("0755-88886666,801", "shared +8675588886666 ext 801"),
        ("tel:+86-755-88886666;ext=801", "shared +8675588886666 ext 801"),
        ("０７５５－８８８８６６６６转８０１", "shared +8675588886666 ext 801"),
        ("电话 0755-88886666 请转 801", "shared +8675588886666 ext 801"),
        ("+1 (415) 867-5309 x12", "shared +14158675309 ext 12"),
        ("+49 30 901820 Durchwahl", "+4930901820"),
        // A number that a marketplace lends.
        ("18412345678-1234", "shared +8618412345678 ext 1234"),
        ("18412345678转1234", "shared +8618412345678 ext 1234"),
        // Hotlines.
        ("400-800-8820", "shared +864008008820"),
        ("4008008820", "shared +864008008820"),
        ("400 800 8820 转 1", "shared +864008008820 ext 1"),
        ("800-810-1234", "shared +868008101234"),
        ("+1 800 555 1234", "shared +18005551234"),
        ("1-888-867-5309", "shared +18888675309"),
        ("+44 300 123 4567", "shared +443001234567"),
        ("+49 180 51234567", "shared +4918051234567"),
        ("+81 120 123 456", "shared +81120123456"),
        ("95588", "not_a_phone 95588"),
    ] {
        assert_eq!(phones("", written), expect, "{written}");
    }
}

#[test]
fn one_mail_however_it_is_written_and_no_junk() {
    for written in [
        " Li.Na@Example.COM ",
        "li.na@example.com;",
        "li.na@example.com,",
        "li.na@example.com>",
        "<li.na@example.com>",
        "Li Na <li.na@example.com>",
        "\"Li, Na\" <li.na@example.com>",
        "李娜 <li.na@example.com>;",
        "mailto:li.na@example.com",
        "MAILTO:li.na@example.com?subject=Hi",
        "邮箱：li.na@example.com",
        "li.na@example.com（工作）",
        "li.na@example.com (work)",
        "li.na@example.com 工作邮箱",
        "li.na@example.com微信同号",
        "li.na＠example.com",
        "ｌｉ．ｎａ＠ｅｘａｍｐｌｅ．ｃｏｍ",
        "li.na@example。com",
        "\u{200b}li.na@example.com",
        "li.na@exa\u{ad}mple.com\u{feff}",
        "\u{202a}li.na@example.com\u{202c}",
        "\u{a0}li.na@example.com\u{3000}",
        "li.na@example.com.",
        "'li.na@example.com'",
    ] {
        let found = check(Kind::Email, "", written);
        assert_eq!(found.as_deref(), Some("email:li.na@example.com"), "{written}");
    }
    for wrong in [
        "li.na",
        "@example.com",
        "a@b",
        "a b@example.com",
        "li.na@gmail .com",
        "li.na@example.com x",
        "a@-x.com",
        "a@@example.com",
        "a@x..com",
    ] {
        assert_eq!(check(Kind::Email, "", wrong), None, "{wrong}");
    }
    for junk in [
        "null",
        "undefined",
        "NaN",
        "",
        "  ",
        "\u{200b}",
        "0",
        "anonymous",
        "xxxxxx",
        "00000000-0000-0000-0000-000000000000",
    ] {
        assert_eq!(check(Kind::UserId, "", junk), None, "{junk}");
    }
}

#[test]
fn what_cannot_be_seen_makes_no_second_person() {
    for kind in [Kind::UserId, Kind::MemberId, Kind::WechatUnionid, Kind::DeviceId] {
        assert_eq!(check(kind, "", "u\0-1"), None);
        for written in ["\u{feff}u-1", "u\u{200b}-1", "u-1\u{200e}", "\u{a0}u-1\n", "\u{2066}u-1"] {
            assert_eq!(check(kind, "", written), check(kind, "", "u-1"), "{kind:?} {written:?}");
        }
    }
    assert_eq!(check(Kind::MemberId, "", "Ｍ１２３").as_deref(), Some("member_id:M123"));
}

#[test]
fn what_cannot_be_read_is_kept_with_the_reason() {
    let raw = |kind, value: &str| RawIdentifier::new(kind, "", value);
    let long = "x".repeat(300);
    let given = [
        raw(Kind::UserId, "u1"),
        raw(Kind::Phone, "1380013800"),
        raw(Kind::Email, "not an address"),
        raw(Kind::WechatOpenid, "o1"),
        raw(Kind::UserId, "null"),
        raw(Kind::Email, ""),
        raw(Kind::DeviceId, &long),
        raw(Kind::Phone, "too many of them"),
    ];
    let Normal { identities, rejected } = normalize_all(&given, &CN);
    assert_eq!(identities.len(), 1);
    let found: Vec<(Kind, &str, usize)> =
        rejected.iter().map(|one| (one.kind, one.reason.code(), one.value.len())).collect();
    assert_eq!(
        found,
        [
            (Kind::Phone, "not_a_phone", 10),
            (Kind::Email, "not_an_email", 14),
            (Kind::WechatOpenid, "no_scope", 2),
            (Kind::UserId, "placeholder", 4),
            (Kind::DeviceId, "too_long", 256),
        ],
        "the first few, and what is empty says nothing"
    );
    for several in ["a@x.com; B <b@x.com>", "a@x.com，b@x.com", "a@x.com\nb@x.com"] {
        let found = normalize_all(&[raw(Kind::Email, several)], &CN);
        assert_eq!(found.identities.len(), 1, "{several}");
        assert_eq!(found.rejected[0].value, "b@x.com");
    }
    let several = normalize_all(&[raw(Kind::Email, "a@x.com; B <b@x.com>")], &CN);
    assert_eq!(several.identities.first().map(Identity::value), Some("a@x.com"));
    assert_eq!(several.rejected[0].clone().document()["reason"], "another_address");
    for machine in ["noreply@x.com", "no-reply@x.com", "Do_Not.Reply+7@x.com", "bounces@x.com"] {
        let found = normalize_all(&[raw(Kind::Email, machine)], &CN);
        assert_eq!((found.identities.len(), found.rejected[0].reason.code()), (0, "unattended"));
    }
    let many: Vec<RawIdentifier> =
        (0..30).map(|n| raw(Kind::Email, &format!("a{n}@x.com"))).collect();
    let found = normalize_all(&many, &CN);
    assert_eq!((found.identities.len(), found.rejected.len()), (20, 5));
}

#[test]
fn an_address_of_a_role_joins_no_two_people() {
    for role in ["info@corp.com", "Sales@corp.com", "customer-service@corp.com", "info+eu@corp.com"]
    {
        let raw = RawIdentifier::new(Kind::Email, "", role);
        let identity = normalize(&raw, &CN).expect("an address");
        assert_eq!(identity.class(), Class::Shared, "{role}");
    }
    let given = [
        RawIdentifier::new(Kind::Email, "", "info@corp.com"),
        RawIdentifier::new(Kind::ShopifyCustomer, "shop", "7"),
    ];
    let found = normalize_all(&given, &CN).identities;
    assert_eq!(found[0].kind(), Kind::ShopifyCustomer, "what happened is the customer's");
    let person = normalize(&RawIdentifier::new(Kind::Email, "", "li.info@corp.com"), &CN);
    assert_eq!(person.expect("an address").class(), Class::Person);
}

#[test]
fn scoped_kinds_need_a_scope_and_keys_read_back() {
    assert_eq!(check(Kind::WechatOpenid, "", "o1"), None);
    let key = check(Kind::WechatOpenid, "wx:1", "o:1").expect("it is valid");
    assert_eq!(key, "wechat_openid@wx%3A1:o:1");
    let identity = Identity::parse(&key).expect("the key reads back");
    assert_eq!(
        (identity.kind(), identity.scope().as_str(), identity.value()),
        (Kind::WechatOpenid, "wx:1", "o:1")
    );
    assert_eq!(Identity::parse("nothing:1"), None);
    assert_eq!(Identity::parse("phone:"), None);
}
