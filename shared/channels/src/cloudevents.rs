//! CloudEvents over HTTP: one event in headers, one as JSON, or a batch.

use crate::channel::{
    Channel, DEFAULT_COUNTRY, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest,
    Parsed, Reject, Reply, TESTED, UTC_OFFSET, Verified,
};
use crate::identifiers::Scopes;
use crate::{crypto, json, people, signed, values};
use serde_json::{Map, Value, json};
use tributary_core::ids::digest;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::Draft;

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "cloudevents",
        label: Label { zh: "CloudEvents 事件", en: "CloudEvents" },
        summary: Label {
            zh: "接收任何系统以 CloudEvents 标准发送的事件（物联网、ERP、内部系统）。",
            en: "Receives what any system sends as CloudEvents (devices, ERP, your own).",
        },
        secrets: &[Field::required("access_token", "访问令牌", "Access token")],
        settings: &[DEFAULT_COUNTRY, UTC_OFFSET],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: true,
        signature: "bearer token",
        format: "json",
        steps: &[
            Label {
                zh: "让发送方以 CloudEvents 1.0 的 HTTP 绑定推送到 {url}。",
                en: "Have the sender post to {url} by the HTTP binding of CloudEvents 1.0.",
            },
            Label {
                zh: "请求头带 Authorization: Bearer 加访问令牌。",
                en: "It sends Authorization: Bearer with the access token.",
            },
        ],
        unverified: "",
        source: "CloudEvents 1.0: HTTP Protocol Binding; HTTP 1.1 Web Hooks for Event Delivery",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: Some(sample) }),
    outbound: None,
    enrich: None,
};

const MAX_BODY_BYTES: usize = 1024 * 1024;
const MAX_EVENTS: usize = 500;
const UNSUPPORTED: Reject = Reject::new(415, "unsupported_media_type");

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    _now: Timestamp,
) -> Result<Verified, Reject> {
    if request.method == "OPTIONS" {
        return allowed(request);
    }
    signed::posted(request, MAX_BODY_BYTES)?;
    let tokens = signed::secrets(config, "access_token")?;
    let bearer = request.header("authorization").and_then(|it| {
        let (scheme, token) = it.trim().split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
    });
    // One or the other; both at once is refused by the standard of such tokens.
    let given = match (bearer, request.query_param("access_token")) {
        (Some(token), None) | (None, Some(token)) => token,
        _ => return Err(Reject::UNAUTHENTICATED),
    };
    signed::genuine(tokens.iter().any(|it| crypto::same(given.as_bytes(), it.as_bytes())))
}

/// A sender asks whether it may send here. It may: the token is what counts.
fn allowed(request: &InboundRequest) -> Result<Verified, Reject> {
    let origin = request.header("webhook-request-origin").ok_or(Reject::METHOD)?;
    let mut reply = Reply::empty(200);
    reply.headers.push(("allow", "POST".to_owned()));
    reply.headers.push(("webhook-allowed-origin", origin.to_owned()));
    if let Some(rate) = request.header("webhook-request-rate") {
        reply.headers.push(("webhook-allowed-rate", rate.to_owned()));
    }
    Ok(Verified { handshake: Some(reply), ..Verified::default() })
}

fn parse(
    config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let media = request.header("content-type").unwrap_or_default().to_ascii_lowercase();
    let events = if media.starts_with("application/cloudevents-batch") {
        match json::parse(&request.body, MAX_BODY_BYTES)? {
            Value::Array(items) if items.len() <= MAX_EVENTS => items,
            Value::Array(_) => return Err(Reject::TOO_LARGE),
            _ => return Err(Reject::MALFORMED),
        }
    } else if media.starts_with("application/cloudevents") {
        vec![Value::Object(json::parse_object(&request.body, MAX_BODY_BYTES)?)]
    } else {
        vec![in_headers(request)?]
    };
    // Each event is answered for itself; where none is taken the sender learns why as of one.
    let mut parsed = Parsed { reply: Reply::empty(204), ..Parsed::default() };
    let mut refusal = None;
    for (index, event) in events.into_iter().enumerate() {
        match draft(config, event) {
            Ok(draft) => parsed.drafts.push(draft),
            Err(reject) => {
                parsed.dropped.push((index, reject.code));
                refusal.get_or_insert(reject);
            }
        }
    }
    match refusal {
        Some(reject) if parsed.drafts.is_empty() => return Err(reject),
        Some(_) => parsed.reply = Reply::json(200, &parsed.told()),
        None => {}
    }
    Ok(parsed)
}

/// Binary mode: attributes are headers `ce-…`, the body is the data.
fn in_headers(request: &InboundRequest) -> Result<Value, Reject> {
    let mut event = Map::new();
    for (name, value) in &request.headers {
        if let Some(attribute) = name.strip_prefix("ce-") {
            event.insert(attribute.to_owned(), percent_decoded(value).into());
        }
    }
    if event.is_empty() {
        return Err(UNSUPPORTED);
    }
    // An event may have no data. Then it says no type of it either.
    if request.header("content-type").is_some() || !request.body.is_empty() {
        event.insert("data".to_owned(), json::parse(&request.body, MAX_BODY_BYTES)?);
    }
    Ok(Value::Object(event))
}

fn sample(config: &EndpointConfig, now: Timestamp) -> Option<InboundRequest> {
    let token = signed::secrets(config, "access_token").ok()?.first().copied()?;
    let headers = [
        ("authorization", format!("Bearer {token}")),
        ("ce-id", format!("test-{}", now.0)),
        ("ce-source", "/console".to_owned()),
        ("ce-specversion", "1.0".to_owned()),
        ("ce-time", now.to_rfc3339()),
        ("ce-type", TESTED.to_owned()),
    ];
    Some(InboundRequest::sample("", &headers, &json!({})))
}

fn percent_decoded(text: &str) -> String {
    let pair = format!("x={}", text.replace('+', "%2B").replace('&', "%26"));
    let decoded = form_urlencoded::parse(pair.as_bytes()).next();
    decoded.map(|(_, value)| value.replace('\0', "")).unwrap_or_default()
}

fn draft(config: &EndpointConfig, event: Value) -> Result<Draft, Reject> {
    let field = |name: &str| values::text(event.get(name));
    let (id, source) =
        (field("id").ok_or(Reject::MALFORMED)?, field("source").ok_or(Reject::MALFORMED)?);
    let kind = field("type").ok_or(Reject::MALFORMED)?;
    if field("specversion").as_deref() != Some("1.0") {
        return Err(Reject::MALFORMED);
    }
    let data = match event.get("data") {
        Some(Value::Object(data)) => data.clone(),
        Some(Value::Null) | None => match field("data_base64") {
            Some(text) => Map::from_iter([("data_base64".to_owned(), text.into())]),
            None => Map::new(),
        },
        Some(other) => Map::from_iter([("data".to_owned(), other.clone())]),
    };
    let scope =
        |names: &[&str]| values::first_text(&data, names).unwrap_or_else(|| config.id.clone());
    let (app, corp) = (scope(&["app_id", "appid"]), scope(&["corp_id", "corpid"]));
    let scopes = Scopes { app: &app, corp: &corp, endpoint: &config.id };
    let mut identifiers = scopes.within(&data);
    let mut traits = people::traits_of_event(&data);
    for name in ["customer", "member", "user"] {
        if let Some(Value::Object(person)) = data.get(name) {
            identifiers.extend(scopes.within(person));
            traits.extend(people::traits_of_person(person));
        }
    }
    let subject = field("subject");
    // Of a device's own event the subject is the device.
    if kind.starts_with("device.")
        && let Some(device) = &subject
    {
        identifiers.extend(scopes.named("device_sn", device));
    }
    let mut context = json!({ "source": source, "subject": subject });
    people::state(&mut context, traits);
    Ok(Draft {
        delivery_id: digest(&[source.as_bytes(), id.as_bytes()]),
        name: values::event_name(&kind).ok_or(Reject::MALFORMED)?,
        occurred_at: values::time(event.get("time")),
        identifiers,
        properties: Value::Object(data),
        context,
    })
}
