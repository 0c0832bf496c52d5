//! Which fields hold personal data, by name, however the name is written.

use crate::identity::{KINDS, Kind};

/// What a field of this name holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Holds {
    /// Nothing personal by its name; what its text looks like decides.
    Anything,
    /// Who somebody is or where they live.
    Personal,
    /// A telephone number, however short.
    Phone,
}

const PHONES: &[&str] = &[
    "cell",
    "cellphone",
    "contactphone",
    "fax",
    "handphone",
    "mobile",
    "mobilephone",
    "msisdn",
    "phone",
    "tel",
    "telephone",
    "whatsapp",
];

const PERSONAL: &[&str] = &[
    "address",
    "addr",
    "bankaccount",
    "bankcard",
    "birthdate",
    "birthday",
    "cardnumber",
    "clientip",
    "dateofbirth",
    "dob",
    "email",
    "emailaddress",
    "externaluserid",
    "facebook",
    "familyname",
    "firstname",
    "fromusername",
    "givenname",
    "iban",
    "idcard",
    "identitycard",
    "idno",
    "idnumber",
    "instagram",
    "ip",
    "ipaddress",
    "lastname",
    "latitude",
    "longitude",
    "mail",
    "middlename",
    "nationalid",
    "openid",
    "passport",
    "passportno",
    "postalcode",
    "postcode",
    "qq",
    "remoteip",
    "socialsecuritynumber",
    "ssn",
    "street",
    "surname",
    "taxid",
    "tousername",
    "unionid",
    "wechat",
    "wechatid",
    "weixin",
    "zip",
    "zipcode",
];

/// Endings of Chinese names; those of telephones first.
const CHINESE_PHONES: &[&str] = &["手机", "手机号", "手机号码", "电话", "电话号码", "传真"];
const CHINESE: &[&str] = &[
    "地址",
    "生日",
    "出生日期",
    "出生年月",
    "身份证",
    "身份证号",
    "身份证号码",
    "证件号",
    "证件号码",
    "护照",
    "护照号",
    "邮箱",
    "邮编",
    "邮政编码",
    "微信",
    "微信号",
    "银行卡",
    "银行卡号",
    "住址",
    "街道",
];

/// Words behind a name that say nothing about what it is.
const QUALIFIERS: &[&str] =
    &["full", "line", "no", "num", "number", "primary", "raw", "text", "value"];

/// Names that say what the value beside them is: `{"name": "birthday", "value": …}`.
pub(super) const NAMING: &[&str] = &[
    "attribute",
    "code",
    "column",
    "field",
    "key",
    "label",
    "name",
    "path",
    "property",
    "question",
    "title",
    "trait",
];

/// Where the value stands in such a document.
pub(super) const VALUES: &[&str] = &[
    "after", "answer", "answers", "before", "content", "data", "is", "new", "old", "text", "value",
    "values", "was",
];

/// The name with nothing but its letters and digits, in lower case: `Birth Date` and `birth_date`
/// are `birthdate`.
pub fn plain_name(name: &str) -> String {
    words(name).concat()
}

/// Whether a field of this name is masked for everybody who does not see personal data.
pub fn is_personal(name: &str) -> bool {
    holds(name, &[]) != Holds::Anything
}

/// What a field of this name holds. `own`: plain names that an administrator has marked.
pub(super) fn holds(name: &str, own: &[String]) -> Holds {
    let name = name.trim_end_matches(|c: char| !c.is_alphanumeric());
    let name = name.rsplit('.').next().unwrap_or(name);
    let all = words(name);
    let bare = stripped(&all);
    if is_one(&all, PHONES) || is_one(bare, PHONES) || ends(name, CHINESE_PHONES) {
        return Holds::Phone;
    }
    let is_own = own.contains(&all.concat());
    if is_own
        || is_one(&all, PERSONAL)
        || is_one(bare, PERSONAL)
        || is_identity(&all)
        || ends(name, CHINESE)
    {
        return Holds::Personal;
    }
    Holds::Anything
}

/// `billing_address` is an address, `address_book` is not: the last words decide.
fn is_one(words: &[String], names: &[&str]) -> bool {
    (0..words.len()).any(|from| {
        let tail = words.get(from..).unwrap_or_default().concat();
        names.contains(&tail.as_str())
    })
}

fn ends(name: &str, endings: &[&str]) -> bool {
    let name = name.trim_end_matches(|c: char| !c.is_alphabetic());
    endings.iter().any(|ending| name.ends_with(ending))
}

fn stripped(words: &[String]) -> &[String] {
    let says = |word: &String| {
        !QUALIFIERS.contains(&word.as_str()) && !word.chars().all(|c| c.is_ascii_digit())
    };
    let end = words.iter().rposition(says).map_or(0, |last| last + 1);
    words.get(..end).unwrap_or_default()
}

/// A field that is called as a kind of identity holds one.
fn is_identity(words: &[String]) -> bool {
    let name = words.concat();
    let is = |id: &str| id.bytes().filter(|byte| *byte != b'_').eq(name.bytes());
    KINDS.iter().any(|rule| rule.kind != Kind::Cart && is(rule.id))
}

/// `billingAddress1` → `billing`, `address`, `1`.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before: Option<char> = None;
    for c in name.chars() {
        let joins = before.is_some_and(|before| {
            before.is_alphanumeric()
                && (before.is_uppercase() || !c.is_uppercase())
                && before.is_ascii_digit() == c.is_ascii_digit()
        });
        before = Some(c);
        if !c.is_alphanumeric() {
            continue;
        }
        let lower = c.to_lowercase();
        match words.last_mut().filter(|_| joins) {
            Some(word) => word.extend(lower),
            None => words.push(lower.collect()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_understood_however_they_are_written() {
        for name in [
            "birthday",
            "Birth Date",
            "birth_date",
            "BirthDate",
            "dateOfBirth",
            "traits.birthday",
            "id_card",
            "idCard",
            "ID number",
            "billing_address",
            "shippingAddress2",
            "address_line_1",
            "userEmail",
            "email",
            "e_mail.email",
            "customer_zip",
            "openid",
            "FromUserName",
            "client-ip",
            "wechat_openid",
            "externalUserId",
            "user_id",
            "anonymousId",
            "收货地址",
            "生日",
            "身份证号：",
        ] {
            assert_eq!(holds(name, &[]), Holds::Personal, "{name}");
        }
        for name in
            ["phone", "phoneNumber", "contact_mobile", "home phone 2", "Tel.", "手机号", "联系电话"]
        {
            assert_eq!(holds(name, &[]), Holds::Phone, "{name}");
        }
        for name in [
            "name",
            "city",
            "title",
            "tip",
            "shipping",
            "hotel",
            "telemetry",
            "email_template",
            "mailbox",
            "zipper",
            "cart",
            "cart_id",
            "id",
            "order_id",
            "occurred_at",
            "地址簿名称",
            "",
        ] {
            assert_eq!(holds(name, &[]), Holds::Anything, "{name}");
        }
    }

    #[test]
    fn an_administrator_adds_names() {
        let own = [plain_name("Blood Type"), plain_name("婚姻状况")];
        for name in ["blood_type", "bloodType", "traits.blood-type", "婚姻状况"] {
            assert_eq!(holds(name, &own), Holds::Personal, "{name}");
        }
        assert_eq!(holds("type", &own), Holds::Anything);
    }
}
