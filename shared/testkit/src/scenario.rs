//! Scenario text files: what happens at which moment, and what must then be so. The same file
//! runs in the simulated world and against the real runtime.
//!
//! ```text
//! endpoint web site {"secrets": {"write_key": "wk"}}
//! rep      wang {"name": "Wang", "regions": ["Shanghai"], "capacity": 5, "on_shift": true}
//! at 0s    identify u1 {"email": "li@example.com"}
//! at 0s    track u1 "Signed Up" {}
//! at 3d    tick
//! messages user_id:u1 = welcome/hello:sent welcome/coupon:sent
//! expect   /api/v1/leads items.0.state = "assigned"
//! expect   /api/v1/leads items.length = 1
//! ```
//!
//! Times count from the scenario's beginning. `{profile:KEY}` in a path is the id of the profile
//! that has the identity KEY.

use crate::Suite;
use crate::sign;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;
use tributary_service::Request;

pub fn run(name: &str, text: &str, suite: &dyn Suite) {
    let scenario = Scenario {
        suite,
        start_ms: suite.now_ms(),
        endpoints: RefCell::default(),
        remembered: RefCell::default(),
    };
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let place = format!("{name}:{}: {line}", index + 1);
        scenario.line(line, index + 1).unwrap_or_else(|error| panic!("{place}\n  {error}"));
    }
}

struct Scenario<'a> {
    suite: &'a dyn Suite,
    start_ms: i64,
    /// Channel → endpoint id and the body it was configured with.
    endpoints: RefCell<BTreeMap<String, (String, Value)>>,
    remembered: RefCell<BTreeMap<String, Value>>,
}

type Outcome = Result<(), String>;

impl Scenario<'_> {
    fn line(&self, line: &str, number: usize) -> Outcome {
        let (verb, rest) = word(line);
        match verb {
            "endpoint" => self.endpoint(rest),
            "rep" => {
                let (id, body) = word(rest);
                self.put(&format!("/api/v1/reps/{id}"), &parse(body)?)
            }
            "at" => self.at(rest, number),
            "messages" => self.messages(rest),
            "expect" => self.expect(rest),
            "remember" => self.remember(rest),
            "send" => self.send(rest),
            _ => Err(format!("no such line: {verb}")),
        }
    }

    fn endpoint(&self, rest: &str) -> Outcome {
        let (channel, rest) = word(rest);
        let (id, body) = word(rest);
        let body = parse(body)?;
        self.put(&format!("/api/v1/endpoints/{channel}/{id}"), &body)?;
        self.endpoints.borrow_mut().insert(channel.to_owned(), (id.to_owned(), body));
        Ok(())
    }

    fn put(&self, path: &str, body: &Value) -> Outcome {
        let (status, answer) = self.suite.api("PUT", path, body);
        if (200..300).contains(&status) { Ok(()) } else { Err(format!("{status}: {answer}")) }
    }

    /// `METHOD PATH BODY`, which must succeed.
    fn send(&self, rest: &str) -> Outcome {
        let (method, rest) = word(rest);
        let (path, body) = word(rest);
        let path = self.fill(path)?;
        let (status, answer) = self.suite.api(method, &path, &parse(&self.fill(body)?)?);
        self.suite.settle();
        if (200..300).contains(&status) { Ok(()) } else { Err(format!("{status}: {answer}")) }
    }

    fn at(&self, rest: &str, number: usize) -> Outcome {
        let (moment, action) = word(rest);
        let target = self.start_ms + duration_ms(moment)?;
        let ahead = target - self.suite.now_ms();
        if ahead < -60_000 {
            return Err("time goes forward only".to_owned());
        }
        if ahead > 0 {
            self.suite.advance(ahead.div_euclid(1_000));
        }
        // Five deliveries of the same request, as a channel that got no answer would.
        let (times, action) = match action.strip_prefix("5x ") {
            Some(action) => (5, action.trim()),
            None => (1, action),
        };
        if word(action).0 == "tick" {
            self.suite.settle();
            return Ok(());
        }
        let request = self.request(action, number)?;
        for _ in 0..times {
            let (status, body) = self.suite.call(request.clone());
            if !(200..300).contains(&status) {
                return Err(format!("{status}: {}", String::from_utf8_lossy(&body)));
            }
        }
        self.suite.settle();
        Ok(())
    }

    fn request(&self, action: &str, number: usize) -> Result<Request, String> {
        let (verb, rest) = word(action);
        let now_ms = self.suite.now_ms();
        match verb {
            "identify" => {
                let (user, traits) = word(rest);
                let event = json!({"type": "identify", "traits": parse(traits)?});
                self.collect(user, event, number)
            }
            "track" => {
                let (user, rest) = word(rest);
                let (event, properties) = quoted(rest)?;
                let event =
                    json!({"type": "track", "event": event, "properties": parse(properties)?});
                self.collect(user, event, number)
            }
            "page" => {
                let (user, rest) = word(rest);
                let (name, properties) = quoted(rest)?;
                let mut event =
                    json!({"type": "page", "name": name, "properties": parse(properties)?});
                // Context of the page travels beside the properties.
                if let Some(context) =
                    event["properties"].as_object_mut().and_then(|it| it.remove("$context"))
                {
                    event["context"] = context;
                }
                self.collect(user, event, number)
            }
            "webhook" => {
                let (kind, data) = word(rest);
                let (id, secret) = self.configured("standard-webhooks", "signing_secret")?;
                let body = json!({"type": kind, "data": parse(data)?}).to_string();
                Ok(sign::standard_webhook(&id, &secret, &format!("msg_{number}"), now_ms, &body))
            }
            "shopify" => {
                let (topic, body) = word(rest);
                let (id, secret) = self.configured("shopify", "webhook_secret")?;
                let body = parse(body)?.to_string();
                Ok(sign::shopify(&id, &secret, topic, &format!("wh-{number}"), &body))
            }
            "wechat" => {
                let (openid, rest) = word(rest);
                let (text, _) = quoted(rest)?;
                let (id, token) = self.configured("wechat-official", "token")?;
                Ok(sign::wechat_text(&id, &token, openid, number as u64, now_ms, &text))
            }
            _ => Err(format!("no such action: {verb}")),
        }
    }

    /// `u1` is a user id; `anon:b1` an anonymous one; `u1+b1` both.
    fn collect(&self, who: &str, mut event: Value, number: usize) -> Result<Request, String> {
        match (who.strip_prefix("anon:"), who.split_once('+')) {
            (Some(anonymous), _) => event["anonymousId"] = json!(anonymous),
            (None, Some((user, anonymous))) => {
                event["userId"] = json!(user);
                event["anonymousId"] = json!(anonymous);
            }
            (None, None) => event["userId"] = json!(who),
        }
        event["messageId"] = json!(format!("line-{number}"));
        let (_, key) = self.configured("web", "write_key")?;
        event["writeKey"] = json!(key);
        let kind = event["type"].as_str().unwrap_or_default().to_owned();
        Ok(Request {
            method: "POST".to_owned(),
            path: format!("/v1/{kind}"),
            query: String::new(),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: event.to_string().into_bytes(),
        })
    }

    fn configured(&self, channel: &str, secret: &str) -> Result<(String, String), String> {
        let endpoints = self.endpoints.borrow();
        let (id, body) =
            endpoints.get(channel).ok_or_else(|| format!("no endpoint of {channel} yet"))?;
        let secret = body["secrets"][secret].as_str().ok_or("no such secret")?;
        Ok((id.clone(), secret.to_owned()))
    }

    /// `KEY = journey/step:status …`, oldest first.
    fn messages(&self, rest: &str) -> Outcome {
        let (key, expected) = rest.split_once('=').ok_or("write KEY = MESSAGES")?;
        let profile = self.profile(key.trim())?;
        let answer = self.read(&format!("/api/v1/messages?profile={profile}&limit=100"))?;
        let mut items = answer["items"].as_array().cloned().unwrap_or_default();
        items.reverse();
        let got: Vec<String> = items
            .iter()
            .map(|item| {
                let part = |name: &str| item[name].as_str().unwrap_or("?").to_owned();
                format!("{}/{}:{}", part("journey"), part("step"), part("status"))
            })
            .collect();
        let expected: Vec<&str> = expected.split_whitespace().collect();
        if got == expected {
            return Ok(());
        }
        let reasons: Vec<&Value> = items.iter().map(|item| &item["reason"]).collect();
        Err(format!("got {} {reasons:?}", got.join(" ")))
    }

    fn expect(&self, rest: &str) -> Outcome {
        let (path, rest) = word(rest);
        let (place, rest) = word(rest);
        let (operator, value) = word(rest);
        let answer = self.read(&self.fill(path)?)?;
        let got = find(&answer, place);
        let value = self.fill(value)?;
        let holds = match operator {
            "=" => got == parse(&value)?,
            "!=" => got != parse(&value)?,
            "contains" => got.to_string().contains(value.trim()),
            "lacks" => !got.to_string().contains(value.trim()),
            _ => return Err(format!("no such operator: {operator}")),
        };
        if holds { Ok(()) } else { Err(format!("got {got} in {answer}")) }
    }

    /// `NAME PATH PLACE`: keeps a value for `{NAME}`.
    fn remember(&self, rest: &str) -> Outcome {
        let (name, rest) = word(rest);
        let (path, place) = word(rest);
        let value = find(&self.read(&self.fill(path)?)?, place.trim());
        self.remembered.borrow_mut().insert(name.to_owned(), value);
        Ok(())
    }

    fn read(&self, path: &str) -> Result<Value, String> {
        let (status, answer) = self.suite.api("GET", path, &Value::Null);
        if status == 200 { Ok(answer) } else { Err(format!("{path}: {status}: {answer}")) }
    }

    fn profile(&self, key: &str) -> Result<String, String> {
        let key = key.replace('+', "%2B");
        let answer = self.read(&format!("/api/v1/profiles?identity={key}"))?;
        let id = answer["items"][0]["id"].as_str();
        id.map(str::to_owned).ok_or_else(|| format!("nobody has {key}"))
    }

    /// Replaces `{profile:KEY}` and remembered `{NAME}`s.
    fn fill(&self, text: &str) -> Result<String, String> {
        let mut out = text.to_owned();
        while let Some(start) = out.find("{profile:") {
            let end = out[start..].find('}').ok_or("an open brace")? + start;
            let id = self.profile(&out[start + "{profile:".len()..end])?;
            out.replace_range(start..=end, &id);
        }
        for (name, value) in self.remembered.borrow().iter() {
            let plain = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            out = out.replace(&format!("{{{name}}}"), &plain);
        }
        Ok(out)
    }
}

fn find(value: &Value, place: &str) -> Value {
    let mut at = value.clone();
    for part in place.split('.') {
        at = match (part, &at) {
            ("length", Value::Array(items)) => json!(items.len()),
            (_, Value::Array(items)) => part
                .parse::<usize>()
                .ok()
                .and_then(|index| items.get(index))
                .cloned()
                .unwrap_or(Value::Null),
            _ => at.get(part).cloned().unwrap_or(Value::Null),
        };
    }
    at
}

fn word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (word, rest.trim_start())
}

fn quoted(text: &str) -> Result<(String, &str), String> {
    let rest = text.strip_prefix('"').ok_or("a quoted name is missing")?;
    let (name, rest) = rest.split_once('"').ok_or("an open quote")?;
    Ok((name.to_owned(), rest.trim_start()))
}

fn parse(text: &str) -> Result<Value, String> {
    if text.trim().is_empty() {
        return Ok(json!({}));
    }
    serde_json::from_str(text).map_err(|error| format!("{error} in {text}"))
}

/// `2d23h59m`, `7199s`, `0s`.
fn duration_ms(text: &str) -> Result<i64, String> {
    let mut total = 0;
    let mut number = String::new();
    for c in text.chars() {
        if c.is_ascii_digit() {
            number.push(c);
            continue;
        }
        let unit = match c {
            'd' => 86_400_000,
            'h' => 3_600_000,
            'm' => 60_000,
            's' => 1_000,
            _ => return Err(format!("not a duration: {text}")),
        };
        total += number.parse::<i64>().map_err(|_| format!("not a duration: {text}"))? * unit;
        number.clear();
    }
    Ok(total)
}
