//! Providers' words for what became of a message, and what they say about the address.

use super::suppression::{Reason, Told};
use serde_json::Value;

/// Mailboxes that are not there, in the words of vendors (`bounce`, letters only, lower case).
const HARD: &[&str] = &[
    "bademailaddress",
    "bounce",
    "bounced",
    "hard",
    "hardbounce",
    "manuallydeactivated",
    "permanent",
    "suppressed",
];
const BLOCKED: &[&str] = &["block", "blocked", "espblock"];
const SOFT: &[&str] = &[
    "dnserror",
    "mailboxfull",
    "old",
    "soft",
    "softbounce",
    "temporary",
    "transient",
    "undetermined",
    "unknown",
];
/// The message is at fault, or the address answered: nothing is said against it.
const NOT_THE_ADDRESS: &[&str] = &[
    "addresschange",
    "attachmentrejected",
    "autoresponder",
    "challengeverification",
    "contentrejected",
    "dmarcpolicy",
    "inbounderror",
    "messagetoolarge",
    "openrelaytest",
    "smtpapierror",
    "spamnotification",
    "subscribe",
    "suppressunsubscribe",
    "templaterenderingfailed",
    "unsubscribe",
    "unsubscribed",
    "unsubscribedrecipient",
    "virusnotification",
];
const COMPLAINT: &[&str] = &["onaccountcomplaintlist", "spamcomplaint", "suppresscomplaint"];

/// Receipts of text messages: Twilio's error codes and the operators' of mainland China.
const DEAD_NUMBERS: &[&str] = &[
    "21211",
    "21217",
    "21614",
    "30005",
    "30006",
    "isv.mobile_number_illegal",
    "mk:0000",
    "mk:0001",
    "mn:0001",
    "mobile_not_exist",
    "mobile_not_on_service",
];
const SOFT_NUMBERS: &[&str] = &["30003", "mi:0013", "mk:0004", "mk:0005", "mn:0013"];
/// The same in words.
const DEAD_WORDS: &[&str] = &[
    "空号",
    "号码不存在",
    "用户不存在",
    "无效号码",
    "invalid number",
    "landline",
    "number does not exist",
    "not a valid phone number",
    "unallocated number",
    "unknown destination",
    "unknown subscriber",
];
const SOFT_WORDS: &[&str] = &[
    "停机",
    "关机",
    "不在服务区",
    "absent subscriber",
    "handset unreachable",
    "unreachable destination",
];

/// `message.bounced`: by the vendor's own class, else by the reply's code, else what the name says.
pub(super) fn bounced(said: &Value) -> Option<Told> {
    let class =
        plain(&first(said, &["/bounce/type", "/bounce", "/bounce_type", "/bounceType", "/type"]));
    let finer = plain(&first(said, &["/bounce/subType", "/bounce_subtype", "/bounceSubType"]));
    let severity = plain(&first(said, &["/severity"]));
    let reason = plain(&first(said, &["/reason"]));
    let words = [&finer, &class, &reason, &severity];
    let any = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    match () {
        () if any(COMPLAINT) => Some(Told::Dead(Reason::Complaint)),
        () if any(NOT_THE_ADDRESS) => None,
        () if any(BLOCKED) => Some(Told::Dead(Reason::Blocked)),
        () if any(SOFT) => Some(Told::Soft),
        () if any(HARD) => Some(Told::Dead(Reason::HardBounce)),
        () => Some(match first(said, &["/code", "/status"]).chars().next() {
            Some('4') => Told::Soft,
            _ => Told::Dead(Reason::HardBounce),
        }),
    }
}

/// `message.failed`: most failures are the message's; some say that there is nobody at the address.
pub(super) fn failed(said: &Value) -> Option<Told> {
    let code = first(said, &["/code", "/error_code"]).to_lowercase();
    let words = [first(said, &["/reason"]), first(said, &["/description"]), code.clone()];
    let words = words.join("\n").to_lowercase();
    let any = |list: &[&str]| list.iter().any(|word| words.contains(word));
    match plain(&first(said, &["/reason"])).as_str() {
        "bouncedaddress" | "invalid" | "invalidrecipient" | "suppressed" => {
            return Some(Told::Dead(Reason::HardBounce));
        }
        "spamreportingaddress" => return Some(Told::Dead(Reason::Complaint)),
        _ => {}
    }
    match () {
        () if DEAD_NUMBERS.contains(&code.as_str()) || any(DEAD_WORDS) => {
            Some(Told::Dead(Reason::DeadNumber))
        }
        () if SOFT_NUMBERS.contains(&code.as_str()) || any(SOFT_WORDS) => Some(Told::Soft),
        () => None,
    }
}

/// What the provider said, for people to read.
pub(super) fn detail(said: &Value) -> String {
    let code = first(said, &["/code", "/error_code"]);
    let class = first(said, &["/bounce/type", "/bounce", "/severity"]);
    let reason = first(said, &["/reason", "/bounce/message", "/description"]);
    let parts = [code, class, reason];
    parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" · ")
}

/// The first of these that is a text or a number.
fn first(said: &Value, pointers: &[&str]) -> String {
    let text = |pointer: &&str| match said.pointer(pointer)? {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    pointers.iter().find_map(text).unwrap_or_default()
}

fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}
