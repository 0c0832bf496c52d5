//! What a shop asks about somebody's data becomes a to-do.

use serde_json::json;
use tributary_core::ids::TaskId;
use tributary_core::message::Language;
use tributary_core::privacy;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::Touchpoint;
use tributary_store::tasks::NewTask;

/// The task, owned by no rep: an administrator's. `None`: the touchpoint is no such request.
pub(super) fn task(touchpoint: &Touchpoint, now: Timestamp) -> Option<NewTask> {
    if !privacy::is_request(&touchpoint.name) {
        return None;
    }
    let about = privacy::about(touchpoint);
    let title = privacy::task_title(&touchpoint.name);
    let detail = json!({
        "title": title,
        "touchpoint": touchpoint.id,
        "channel": touchpoint.channel,
        "endpoint": touchpoint.endpoint,
        "request": touchpoint.name,
    });
    Some(NewTask {
        id: TaskId::derive(&[privacy::TASK_KIND, touchpoint.id.as_str()]),
        kind: privacy::TASK_KIND.to_owned(),
        title: title.pick(Language::Zh).to_owned(),
        // The shop's own id of its customer is known if anything of them is.
        identity: about.iter().find(|one| one.kind().scoped()).or(about.first()).cloned(),
        lead: None,
        owner: None,
        due_at: Some(touchpoint.received_at.plus_ms(privacy::DUE_MS)),
        source: format!("touchpoint:{}", touchpoint.id.as_str()),
        detail: detail.to_string(),
        created_at: now,
    })
}
