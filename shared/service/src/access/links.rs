//! One-time links: sent by mail, or printed where the suite is developed.

use super::secret::{self, is_own_path};
use crate::answer::{Answered, failed};
use crate::{Handled, Host, Request, Response, problem};
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;
use tributary_core::ids::MessageId;
use tributary_core::message::{Content, Data, Template, Text};
use tributary_core::time::Timestamp;
use tributary_store::access::sessions;
use tributary_store::access::users::{self, User};
use tributary_store::messages::{self, NewMessage};
use tributary_store::{Db, rows};

const LINK_MS: i64 = 15 * 60_000;
/// Mails with a link that one person gets within an hour, whoever asks for them.
const LINKS_AN_HOUR: i64 = 5;

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
    let Some(user) = find(host, &body.email).await? else { return Ok(()) };
    #[derive(Deserialize)]
    struct Total {
        total: i64,
    }
    let since = host.now().plus_ms(-3_600_000);
    let sent: Vec<Total> =
        rows(host.db(), sessions::links_since(&user.id, since)).await.map_err(failed)?;
    if sent.first().is_some_and(|sent| sent.total >= LINKS_AN_HOUR) {
        return Ok(());
    }
    let chinese = body.language != "en";
    let (path, mut statements) = link(host, &user, &body.return_to);
    let link = format!("{}{path}", origin(host, request));
    statements.extend(messages::append(&[mail(&user, &link, chinese, host.now())]));
    host.db().run(statements).await.map_err(failed)?;
    Ok(())
}

/// `/internal/sign-in-link`: for the one who runs the suite on the own machine.
pub(super) async fn print<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    let body: Body = serde_json::from_slice(&request.body)
        .map_err(|_| problem(400, "malformed_body", "Expected {\"email\": …}."))?;
    let user = find(host, &body.email).await?;
    let user = user.ok_or_else(|| problem(404, "user_not_found", "Nobody has this address."))?;
    let (path, statements) = link(host, &user, &body.return_to);
    host.db().run(statements).await.map_err(failed)?;
    Ok(Response::json(200, &json!({ "path": path })))
}

async fn find<H: Host>(host: &H, email: &str) -> Answered<Option<User>> {
    let email = email.trim().to_lowercase();
    let found: Vec<User> = rows(host.db(), users::by_email(&email)).await.map_err(failed)?;
    Ok(found.into_iter().find(|user| user.state == "active"))
}

/// The path of a new link, and what makes it work. The token travels behind the `#`: neither servers nor programs that look into mails see it, so
/// neither logs it nor uses it up.
fn link<H: Host>(
    host: &H,
    user: &User,
    return_to: &str,
) -> (String, Vec<tributary_store::Statement>) {
    let (token, now) = (secret::fresh(host), host.now());
    let statements = sessions::put_link(&secret::hash(&token), &user.id, now, now.plus_ms(LINK_MS));
    let mut path = format!("/sign-in#token={token}");
    if is_own_path(return_to) {
        let page: String = form_urlencoded::byte_serialize(return_to.as_bytes()).collect();
        path = format!("{path}&return_to={page}");
    }
    (path, statements)
}

/// Where this installation is reached. The variable `PUBLIC_URL` wins over what a sender wrote
/// into the request.
pub(super) fn origin<H: Host>(host: &H, request: &Request) -> String {
    if let Some(url) = host.var("PUBLIC_URL") {
        return url.trim_end_matches('/').to_owned();
    }
    let scheme = if host.is_development() { "http" } else { "https" };
    format!("{scheme}://{}", request.header("host").unwrap_or("localhost"))
}

fn mail(user: &User, link: &str, chinese: bool, now: Timestamp) -> NewMessage {
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
        id: MessageId::derive(&["access", "sign_in_link", link]),
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
