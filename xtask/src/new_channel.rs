//! `cargo xtask new channel <name>`: a channel that compiles and holds the conformance laws, to
//! be changed into the vendor's. It writes the file, its line in the list and the recorded
//! requests that every channel has; it never overwrites.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Signed with the key `secret` (HMAC-SHA256, hex).
const BODY: &str = concat!(
    r#"{"id":"evt_1","type":"contact.created","created_at":"2026-01-01T00:00:00Z","#,
    r#""data":{"email":"someone@example.com","phone":"+8613800138000"}}"#,
);
const UNKNOWN: &str = concat!(
    r#"{"id":"evt_2","type":"contact.sneezed","created_at":"2026-01-01T00:00:00Z","#,
    r#""data":{"email":"someone@example.com"}}"#,
);
const UNKNOWN_SIGNATURE: &str = "adee1ef0d9764388d53f542ac89fab34b2d99f4f69a4c4a2c2668a2a668620ac";
const SIGNATURE: &str = "8edfa31b188fb8762f8add2daa3a84e2a72dbb0b89f76f8d54774b35ef708e0f";

/// Writes the channel of that name (kebab case, `line` or `tencent-sms`) into this workspace.
///
/// # Errors
/// A sentence that says what is wrong with the name, or what could not be written.
pub fn run(name: &str) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let files = write(&root, name)?;
    format(&files);
    for path in files {
        println!("wrote {}", path.strip_prefix(&root).unwrap_or(&path).display());
    }
    println!(
        "Now put the vendor's rules into it and real (scrubbed) requests in their places, then\n\
         UPDATE_EXPECT=1 cargo test -p it  and read what it wrote."
    );
    Ok(())
}

/// Where lines break depends on the name's length. Without rustfmt the channel works as well, so
/// its failure is not ours.
fn format(files: &[PathBuf]) {
    let sources = files.iter().filter(|path| path.extension().is_some_and(|it| it == "rs"));
    let _ = Command::new("rustfmt").args(["--edition", "2024"]).args(sources.take(1)).status();
}

/// The paths of what was written, the channel's own file first.
pub fn write(root: &Path, name: &str) -> Result<Vec<PathBuf>, String> {
    check_name(name)?;
    let module = name.replace('-', "_");
    let source = root.join("shared/channels/src");
    let list = source.join("lib.rs");
    let file = source.join(format!("{module}.rs"));
    let fixtures = root.join("tests/fixtures/channels").join(name);
    if file.exists() || fixtures.exists() {
        return Err(format!("there is a {module}.rs or a folder of fixtures for {name} already"));
    }
    let listed = with_line(&read(&list)?, &module)?;
    let source = SOURCE.replace("{{id}}", name).replace("{{title}}", &title(name));
    let request = |file: &str, head: &str, body: &str, signature: &str| {
        let text = REQUEST
            .replace("{{id}}", name)
            .replace("{{head}}", head)
            .replace("{{body}}", body)
            .replace("{{signature}}", signature);
        (fixtures.join(file), text)
    };
    fs::create_dir_all(&fixtures).map_err(|error| failed(&fixtures, &error))?;
    // Tampered with: another event under the first one's signature.
    let files = [
        (file, source),
        (list, listed),
        request("accepted.http", "@expect accepted", BODY, SIGNATURE),
        request("duplicate_retry.http", "@expect duplicate\n@of accepted.http", BODY, AGAIN),
        request("reject_tampered.http", "@expect reject", UNKNOWN, SIGNATURE),
        request("unknown_event.http", "@expect unknown", UNKNOWN, UNKNOWN_SIGNATURE),
    ];
    for (path, text) in &files {
        fs::write(path, text).map_err(|error| failed(path, &error))?;
    }
    Ok(files.map(|(path, _)| path).into())
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| failed(path, &error))
}

fn failed(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}

fn check_name(name: &str) -> Result<(), String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let kebab = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(fits)
        && !name.ends_with('-')
        && !name.contains("--");
    match kebab {
        true => Ok(()),
        false => Err(format!("`{name}` is not a name like `line` or `tencent-sms`")),
    }
}

/// `tencent-sms` as `Tencent sms`.
fn title(name: &str) -> String {
    let words = name.replace('-', " ");
    let (first, rest) = words.split_at(1);
    format!("{}{rest}", first.to_ascii_uppercase())
}

/// The list with one more line, in its place.
fn with_line(text: &str, module: &str) -> Result<String, String> {
    const OPEN: &str = "\nchannels! {\n";
    let no_list = || "lib.rs has no `channels! { … }` list".to_owned();
    let (before, rest) = text.split_once(OPEN).ok_or_else(no_list)?;
    let (inside, after) = rest.split_once('}').ok_or_else(no_list)?;
    let mut names: Vec<&str> = inside.split_whitespace().collect();
    if names.contains(&module) || before.contains(&format!("mod {module};")) {
        return Err(format!("lib.rs has a module `{module}` already"));
    }
    names.push(module);
    // By id, which is how the list is checked: a hyphen sorts before letters and digits.
    names.sort_by_key(|name| name.replace('_', "-"));
    let lines: String = names.iter().map(|name| format!("    {name}\n")).collect();
    Ok(format!("{before}{OPEN}{lines}}}{after}"))
}

const REQUEST: &str = r#"{{head}}
@now 2026-01-01T00:00:05Z
@endpoint {"id":"main","secrets":{"signing_secret":["secret"]}}
@auth header:x-signature
@uncovered headers path query

POST /in/{{id}}/main HTTP/1.1
content-type: application/json
x-signature: {{signature}}

{{body}}
"#;

/// The same once more, as a vendor's second try differs in a header.
const AGAIN: &str =
    "8edfa31b188fb8762f8add2daa3a84e2a72dbb0b89f76f8d54774b35ef708e0f\nx-attempt: 2";

const SOURCE: &str = r#"//! {{title}}: events as JSON, signed with HMAC-SHA256 over the raw body.

use crate::channel::{
    Channel, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest, Parsed, Reject,
    Reply, Verified,
};
use crate::fields::{self, Names};
use crate::identifiers::Scopes;
use crate::{crypto, json, signed, values};
use serde_json::{Value, json};
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::Draft;

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "{{id}}",
        label: Label { zh: "{{title}}", en: "{{title}}" },
        summary: Label { zh: "接收 {{title}} 推送的事件。", en: "Receives events of {{title}}." },
        secrets: &[Field::required("signing_secret", "签名密钥", "Signing secret")],
        settings: &[],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "HMAC-SHA256",
        format: "json",
        steps: &[
            Label {
                zh: "在 {{title}} 的后台新建 Webhook，地址填 {url}。",
                en: "Create a webhook at {{title}} with the address {url}.",
            },
        ],
        unverified: "all of it: nothing was run against {{title}}",
        source: "{{title}}: webhooks",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: None }),
    outbound: None,
    enrich: None,
};

const MAX_BODY_BYTES: usize = 256 * 1024;

/// The vendor's event, our name.
const EVENTS: Names<'_> = &[("contact.created", "{{id}}.contact_created")];

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    _now: Timestamp,
) -> Result<Verified, Reject> {
    signed::posted(request, MAX_BODY_BYTES)?;
    let secrets = signed::secrets(config, "signing_secret")?;
    let given = signed::header(request, "x-signature")?;
    let mac = |secret: &&str| crypto::hex(&crypto::hmac_sha256(secret.as_bytes(), &request.body));
    signed::genuine(secrets.iter().any(|secret| crypto::same_hex(given, &mac(secret))))
}

fn parse(
    config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let body = json::parse(&request.body, MAX_BODY_BYTES)?;
    let kind = values::text(body.get("type")).unwrap_or_default();
    let scopes = Scopes { app: &config.id, corp: &config.id, endpoint: &config.id };
    let data = body.get("data").and_then(Value::as_object).cloned().unwrap_or_default();
    let draft = Draft {
        // The vendor's own id of the event: equal on every retry.
        delivery_id: values::text(body.get("id")).ok_or(Reject::MALFORMED)?,
        name: fields::named(EVENTS, &kind).unwrap_or("{{id}}.unknown").to_owned(),
        occurred_at: values::time(body.get("created_at")),
        identifiers: scopes.within(&data),
        properties: Value::Object(data),
        context: json!({ "type": kind }),
    };
    Ok(Parsed { drafts: vec![draft], dropped: Vec::new(), reply: Reply::text(200, "ok") })
}
"#;

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "mod crypto;\n\nchannels! {\n    line\n    web\n}\n\npub fn find() {}\n";

    #[test]
    fn the_line_goes_where_it_belongs() {
        let list = with_line(LIST, "tencent_sms").unwrap();
        assert!(list.contains("channels! {\n    line\n    tencent_sms\n    web\n}\n\npub fn"));
        assert!(with_line(LIST, "web").is_err());
        assert!(with_line(LIST, "crypto").is_err());
        assert!(with_line("", "x").is_err());
    }

    #[test]
    fn names() {
        assert!(check_name("tencent-sms").is_ok() && check_name("x5").is_ok());
        for name in ["", "Line", "5x", "-a", "a-", "a--b", "a_b", "../a", "线"] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn writes_six_files_and_overwrites_none() {
        let root = std::env::temp_dir().join(format!("new-channel-{}", std::process::id()));
        fs::create_dir_all(root.join("shared/channels/src")).unwrap();
        fs::write(root.join("shared/channels/src/lib.rs"), LIST).unwrap();
        let files = write(&root, "tencent-sms").unwrap();
        assert_eq!(files.len(), 6);
        let source = fs::read_to_string(&files[0]).unwrap();
        assert!(source.contains("id: \"tencent-sms\"") && !source.contains("{{"));
        assert!(write(&root, "tencent-sms").is_err());
        fs::remove_dir_all(&root).unwrap();
    }
}
