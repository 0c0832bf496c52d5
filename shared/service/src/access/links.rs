//! One-time links: sent by mail, or printed where the suite is developed.

use super::secret::{self, is_own_path};
use crate::answer::{Answered, failed};
use crate::{Handled, Host, Request, Response, problem, sealed};
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;
use tributary_core::access::Role;
use tributary_core::ids::MessageId;
use tributary_core::message::{Content, Data, Template, Text, is_mail_address};
use tributary_core::time::Timestamp;
use tributary_store::access::sessions::{self, Allowance};
use tributary_store::access::users::{self, User};
use tributary_store::messages::{self, NewMessage};
use tributary_store::{Db, rows};

const LINK_MS: i64 = 15 * 60_000;
/// Mails with a link that one person gets within the time a link lasts, whoever asks for them.
const MOST_LINKS: i64 = 5;

#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SignInPost))]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    email: String,
    /// `zh` or `en`: the mail's language.
    #[serde(default)]
    language: String,
    /// The page to open after signing in, a path of ours.
    #[serde(default)]
    return_to: String,
}

/// The answer is the same whether or not anybody has this address.
pub(super) async fn send<H: Host>(host: &H, request: &Request) -> Handled {
    match run(host, request).await {
        Ok(()) => Handled { worked: true, ..Response::json(202, &json!({})).into() },
        Err(answer) => answer.into(),
    }
}

async fn run<H: Host>(host: &H, request: &Request) -> Answered<()> {
    let body: Body = serde_json::from_slice(&request.body)
        .map_err(|_| problem(400, "malformed_body", "Expected {\"email\": …}."))?;
    let origin = origin(host, request).ok_or_else(|| {
        problem(503, "public_url_missing", "Set the variable PUBLIC_URL: links lead there.")
    })?;
    let email = body.email.trim_matches(' ').to_lowercase();
    if !is_mail_address(&email) {
        return Err(problem(422, "invalid_address", "email: not one plain address."));
    }
    let found: Vec<User> = rows(host.db(), users::by_email(&email)).await.map_err(failed)?;
    // Nobody learns who has an account: for an address that nobody has, the same is made and the
    // same statements run, for a user there is not.
    let user = found.into_iter().next().unwrap_or_else(|| nobody(&email, host.now()));
    let (token, now) = (secret::fresh(host), host.now());
    let link = format!("{origin}{}", path(&token, &body.return_to));
    let hash = secret::hash(&token);
    let id = MessageId::derive(&["access", "sign_in_link", &hash]);
    let sealed = sealed::seal(host, id.as_str(), &link)
        .ok_or_else(|| problem(503, "function_misconfigured", "INTERNAL_KEY is not set."))?;
    let mail = mail(id, &user, &sealed, body.language != "en", now);
    let allowance = Allowance { most: MOST_LINKS, since: now.plus_ms(-LINK_MS) };
    let statements =
        sessions::mail_link(&hash, &user.id, &mail, allowance, now, now.plus_ms(LINK_MS));
    host.db().run(statements).await.map_err(failed)?;
    Ok(())
}

/// No id of a user has a blank.
fn nobody(email: &str, now: Timestamp) -> User {
    User {
        id: "no user".to_owned(),
        name: email.to_owned(),
        email: email.to_owned(),
        role: Role::ReadOnly.id().to_owned(),
        team: None,
        rep: None,
        language: None,
        state: "disabled".to_owned(),
        created_at: now,
        updated_at: now,
        last_seen_at: None,
    }
}

/// `/internal/sign-in-link`: for the one who runs the suite on the own machine.
pub(super) async fn print<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    let body: Body = serde_json::from_slice(&request.body)
        .map_err(|_| problem(400, "malformed_body", "Expected {\"email\": …}."))?;
    let user = find(host, &body.email).await?;
    let user = user.ok_or_else(|| problem(404, "user_not_found", "Nobody has this address."))?;
    let (token, now) = (secret::fresh(host), host.now());
    let until = now.plus_ms(LINK_MS);
    let statements = sessions::put_link(&secret::hash(&token), &user.id, now, until);
    host.db().run(statements).await.map_err(failed)?;
    Ok(Response::json(200, &json!({ "path": path(&token, &body.return_to) })))
}

async fn find<H: Host>(host: &H, email: &str) -> Answered<Option<User>> {
    let email = email.trim().to_lowercase();
    let found: Vec<User> = rows(host.db(), users::by_email(&email)).await.map_err(failed)?;
    Ok(found.into_iter().find(|user| user.state == "active"))
}

/// The page that a token signs in at. The token travels behind the `#`: neither servers nor programs
/// that look into mails see it, so neither logs it nor uses it up.
fn path(token: &str, return_to: &str) -> String {
    let mut path = format!("/sign-in#token={token}");
    if is_own_path(return_to) {
        let page: String = form_urlencoded::byte_serialize(return_to.as_bytes()).collect();
        path = format!("{path}&return_to={page}");
    }
    path
}

/// Where this installation is reached: the variable `PUBLIC_URL`. What a sender wrote into a request
/// counts in development alone, or a link in a mail could lead to the sender's own site.
pub(super) fn origin<H: Host>(host: &H, request: &Request) -> Option<String> {
    let set = host.var("PUBLIC_URL").map(|url| url.trim().trim_end_matches('/').to_owned());
    if host.is_development() {
        let here = || Some(format!("http://{}", request.header("host").unwrap_or("localhost")));
        return set.or_else(here);
    }
    set.filter(|url| url.starts_with("https://"))
}

fn mail(id: MessageId, user: &User, link: &str, chinese: bool, now: Timestamp) -> NewMessage {
    let text = |zh: &str, en: &str| {
        let chosen = if chinese { zh } else { en };
        Text::new(chosen, chosen)
    };
    let template = Template {
        subject: text("登录 Tributary", "Sign in to Tributary"),
        text: text(
            "{{ fixed.name }}，您好：\n\n请在 15 分钟内打开下面的链接登录，链接只能使用一次：\n\
             {{ fixed.link }}\n\n如果不是您本人的操作，请忽略这封邮件。",
            "Hello {{ fixed.name }},\n\nOpen this link within 15 minutes to sign in. It works \
             once:\n{{ fixed.link }}\n\nIf you did not ask for it, ignore this mail.",
        ),
        ..Template::default()
    };
    let fixed = json!({"name": user.name, "link": link});
    let content = Content {
        templates: [("email".to_owned(), template)].into(),
        data: Data { fixed, ..Data::default() },
    };
    let recipient: BTreeMap<&str, &str> = [("email", user.email.as_str())].into();
    NewMessage {
        id,
        journey: messages::SIGN_IN.to_owned(),
        run: None,
        step: "sign_in_link".to_owned(),
        entry_key: String::new(),
        identity: None,
        recipient: Some(json!(recipient).to_string()),
        media: json!(["email"]).to_string(),
        purpose: "staff".to_owned(),
        content: json!(content).to_string(),
        gate: "{}".to_owned(),
        cause: None,
        depth: 0,
        due_at: now,
        created_at: now,
    }
}
