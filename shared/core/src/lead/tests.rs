use super::*;
use crate::ids::{LeadId, TouchpointId};
use crate::time::{DAY_MS, Timestamp};
use crate::touchpoint::Touchpoint;
use serde_json::{Value, json};

const T0: Timestamp = Timestamp(1_760_000_000_000);

fn touchpoint(n: i64, name: &str, properties: Value) -> Touchpoint {
    let key = n.to_string();
    let mut one = Touchpoint::own(name, &[&key], None, None, properties, T0.plus_ms(n));
    one.seq = n;
    one
}

/// `paper`, `webinar`, `price`: what the shipped rules are about; anything else is noise.
fn entries(story: &str) -> Vec<Entry> {
    let scoring = Scoring::shipped();
    let story = story.split_whitespace().zip(1..);
    story
        .flat_map(|(word, n)| {
            scoring.entries(&match word {
                "paper" => touchpoint(n, "Content Downloaded", json!({"type": "white_paper"})),
                "webinar" => touchpoint(n, "Webinar Attended", json!({})),
                "price" => touchpoint(n, "Viewed Page", json!({"path": "/pricing"})),
                other => touchpoint(n, other, json!({})),
            })
        })
        .collect()
}

#[test]
fn the_shipped_rules_load_and_are_sound() {
    let scoring = Scoring::shipped();
    assert_eq!(scoring.threshold, 60);
    assert_eq!(scoring.rules.len(), 6);
    for rule in &scoring.rules {
        assert!(!rule.events.is_empty() && rule.every > 0 && rule.cap > 0, "{}", rule.id);
        assert!(!rule.label.zh.is_empty() && !rule.label.en.is_empty(), "{}", rule.id);
        // The store keeps no more entries than this an identity and rule.
        assert!(rule.every * rule.cap <= 100, "{}", rule.id);
    }
}

#[test]
fn what_a_rule_matches() {
    let check = |name: &str, properties: Value, expect: &[&str]| {
        let found = Scoring::shipped().entries(&touchpoint(1, name, properties));
        let rules: Vec<&str> = found.iter().map(|entry| entry.rule.as_str()).collect();
        assert_eq!(rules, expect, "{name}");
    };
    check("Content Downloaded", json!({"type": "White Paper"}), &["white_paper"]);
    check("Content Downloaded", json!({"content_type": "whitepaper"}), &["white_paper"]);
    check("content.downloaded", json!({"title": "CRM 白皮书 2025"}), &["white_paper"]);
    check("Content Downloaded", json!({"type": "brochure"}), &[]);
    check("White Paper Downloaded", json!({}), &["white_paper"]);
    check("Webinar Attended", json!({}), &["webinar"]);
    check("Webinar Registered", json!({}), &[]);
    check("page.viewed", json!({"name": "Pricing"}), &["pricing_views"]);
    check("screen.viewed", json!({"name": "价格"}), &["pricing_views"]);
    check("Viewed Page", json!({"url": "https://x.cn/pricing?a=1"}), &["pricing_views"]);
    check("Viewed Page", json!({"url": "https://x.cn/", "referrer": "/pricing"}), &[]);
    check("Viewed Page", json!(null), &[]);
    check("Viewed Page", json!([1, 2]), &[]);
    check("page.viewed", json!({"name": "价格页"}), &["pricing_views"]);
}

#[test]
fn scores() {
    let check = |story: &str, expect: i64| {
        let found = score(&entries(story), Scoring::shipped());
        assert_eq!(found.total, expect, "{story}");
        assert_eq!(Scoring::shipped().is_ready(&found), expect >= 60, "{story}");
    };
    check("", 0);
    check("paper webinar price price price", 70);
    check("webinar price price price", 45);
    check("paper price price price", 45);
    check("paper webinar price price", 50);
    check("paper webinar", 50);
    check("paper paper paper webinar webinar price price", 50);
    check("price price price price price price price price price", 20);
    check("paper noise webinar noise price price noise price", 70);
}

#[test]
fn a_score_shows_its_evidence() {
    let found = score(&entries("price price paper price price price"), Scoring::shipped());
    let parts: Vec<(&str, i64, u32, usize)> = found
        .parts
        .iter()
        .map(|part| (part.rule.as_str(), part.points, part.count, part.evidence.len()))
        .collect();
    assert_eq!(parts, [("white_paper", 25, 1, 1), ("pricing_views", 20, 5, 3)]);
}

#[test]
fn a_score_knows_no_order_and_no_duplicates() {
    let all = entries("paper webinar price price price price paper");
    let expect = score(&all, Scoring::shipped());
    let mut turned = all.clone();
    for _ in 0..all.len() {
        turned.rotate_left(1);
        let twice: Vec<Entry> = turned.iter().chain(turned.iter().rev()).cloned().collect();
        assert_eq!(score(&twice, Scoring::shipped()), expect);
        // Two profiles that merge.
        let (one, other) = turned.split_at(3);
        assert_eq!(score(other.iter().chain(one), Scoring::shipped()), expect);
    }
}

fn rep(text: &str) -> Rep {
    // `id regions lines open/capacity last on|off`, `*` for everything.
    let parts: Vec<&str> = text.split_whitespace().collect();
    let list = |text: &str| match text {
        "*" => Vec::new(),
        text => text.split(',').map(str::to_owned).collect(),
    };
    let (open, capacity) = parts[3].split_once('/').unwrap();
    Rep {
        id: RepId(parts[0].to_owned()),
        regions: list(parts[1]),
        product_lines: list(parts[2]),
        open: open.parse().unwrap(),
        capacity: capacity.parse().unwrap(),
        last_assigned_at: parts[4].parse().ok().map(Timestamp),
        on_shift: parts[5] == "on",
    }
}

fn wants(places: &str, line: &str) -> Needs {
    Needs {
        places: places.split_whitespace().map(str::to_owned).collect(),
        product_line: (!line.is_empty()).then(|| line.to_owned()),
    }
}

#[test]
fn routing() {
    let reps: Vec<Rep> = [
        "an   华东      crm     2/5  10 on",
        "bo   华东      crm     1/5  20 on",
        "chen 华东,华南 scrm    0/5  -  on",
        "dai  *         *       3/5  5  on",
        "en   华北      crm     0/5  -  off",
        "fan  华北      scrm    9/9  -  on",
        "gu   上海      crm     1/5  15 on",
        "he   上海      crm     1/5  15 on",
    ]
    .map(rep)
    .to_vec();
    let check = |places: &str, line: &str, expect: &str| {
        let found = assign(&wants(places, line), &reps);
        let stage = |stage: &Stage| format!("{:?}", stage.stage);
        let found = match &found.rep {
            Some(rep) => rep.0.clone(),
            None => format!("queue at {}", found.explanation.last().map_or("-".into(), stage)),
        };
        assert_eq!(found, expect, "{places} {line}");
        // The order of the list is nobody's business.
        let mut turned = reps.clone();
        turned.reverse();
        assert_eq!(assign(&wants(places, line), &turned), assign(&wants(places, line), &reps));
    };
    // Fewest open, then the longest without one, then the id.
    check("浙江省", "crm", "bo");
    check("上海市 CN", "CRM ", "gu");
    check("Shanghai", "crm", "gu");
    check("广东", "scrm", "chen");
    // Off shift or full: the one who covers everything.
    check("北京", "crm", "dai");
    check("北京", "scrm", "dai");
    check("Berlin", "", "dai");
    // Unknown excludes nobody.
    check("", "", "chen");
    let local: Vec<Rep> = reps.iter().filter(|rep| rep.id.0 != "dai").cloned().collect();
    let stuck = |places: &str, line: &str| assign(&wants(places, line), &local).stuck_at();
    assert_eq!(stuck("Berlin", "crm"), Some(StageName::Region));
    assert_eq!(stuck("广东", "erp"), Some(StageName::ProductLine));
    assert_eq!(stuck("北京", "crm"), Some(StageName::Available));
    assert_eq!(assign(&wants("", ""), &[]).stuck_at(), Some(StageName::Region));
}

#[test]
fn an_explanation_names_everybody_once() {
    let reps: Vec<Rep> = [
        "an 华南 *   0/5 - on",
        "bo *    erp 0/5 - on",
        "ce *    *   0/5 - off",
        "di *    *   5/5 - on",
        "ed *    *   2/5 - on",
        "fu *    *   1/5 9 on",
        "ge *    *   1/5 3 on",
        "ha *    *   1/5 3 on",
    ]
    .map(rep)
    .to_vec();
    let found = assign(&wants("上海", "crm"), &reps);
    let out: Vec<(StageName, &str, DropReason)> = found
        .explanation
        .iter()
        .flat_map(|stage| stage.out.iter().map(|out| (stage.stage, out.rep.0.as_str(), out.reason)))
        .collect();
    assert_eq!(
        out,
        [
            (StageName::Region, "an", DropReason::RegionNotCovered),
            (StageName::ProductLine, "bo", DropReason::ProductLineNotCovered),
            (StageName::Available, "ce", DropReason::OffShift),
            (StageName::Available, "di", DropReason::AtCapacity),
            (StageName::FewestOpen, "ed", DropReason::MoreOpen),
            (StageName::LongestWithout, "fu", DropReason::AssignedMoreRecently),
            (StageName::LongestWithout, "ha", DropReason::LaterId),
        ]
    );
    assert_eq!(found.rep, Some(RepId("ge".to_owned())));
    assert_eq!(found.explanation[0].wanted.as_deref(), Some("上海"));
    assert_eq!(found.explanation[4].remained, [RepId("ge".to_owned())]);
}

#[test]
fn a_thousand_leads_are_shared_fairly_and_within_capacity() {
    let reps: Vec<Rep> = (0..7)
        .map(|n| Rep { id: RepId(format!("r{n}")), capacity: 120, ..rep("x * * 0/0 - on") })
        .collect();
    let mut roster = Roster::new(reps);
    let mut got = std::collections::BTreeMap::new();
    let mut queued = 0;
    for n in 0..1_000 {
        match roster.assign(&Needs::default(), T0.plus_ms(n)).rep {
            Some(rep) => *got.entry(rep).or_insert(0) += 1,
            None => queued += 1,
        }
        if n == 500 {
            let most = got.values().max().unwrap();
            let least = got.values().min().unwrap();
            assert!(most - least <= 1, "{got:?}");
        }
    }
    assert!(got.values().all(|count| *count == 120), "{got:?}");
    assert_eq!(queued, 1_000 - 7 * 120);
    assert!(!roster.has_room());
}

fn lead(id: &str, state: LeadState, owner: &str, age_days: i64, into: &str) -> LeadView {
    LeadView {
        id: LeadId(id.to_owned()),
        state,
        owner: (!owner.is_empty()).then(|| RepId(owner.to_owned())),
        created_at: T0.plus_ms(-age_days * DAY_MS),
        merged_into: (!into.is_empty()).then(|| LeadId(into.to_owned())),
    }
}

#[test]
fn at_most_one_lead_of_a_profile_stays_open() {
    use LeadState::{Accepted, Closed, Merged, Queued, SalesReady};
    let two = [lead("new", SalesReady, "bo", 1, ""), lead("old", Accepted, "an", 2, "")];
    let found = merge(&two).unwrap();
    assert_eq!(found.into.as_str(), "old");
    assert_eq!(found.merged, [LeadId("new".to_owned())]);
    assert_eq!(found.adopts, None);

    // Somebody has talked to this person already: that one keeps the lead.
    let waits = [lead("new", Accepted, "bo", 1, ""), lead("old", Queued, "", 2, "")];
    let adopts = merge(&waits).unwrap().adopts.unwrap();
    assert_eq!((adopts.owner.0.as_str(), adopts.state), ("bo", Accepted));

    // An open lead never disappears into a finished one.
    assert_eq!(merge(&[lead("new", Queued, "", 1, ""), lead("old", Closed, "an", 2, "")]), None);
    assert_eq!(
        merge(&[lead("new", Merged, "", 1, "old"), lead("old", Accepted, "a", 2, "")]),
        None
    );
    assert_eq!(merge(&[]), None);
}

#[test]
fn an_unmerged_profile_gets_its_lead_back() {
    let merged = lead("new", LeadState::Merged, "bo", 1, "old");
    let survivor = lead("old", LeadState::SalesReady, "an", 2, "");
    assert!(to_restore(&[merged.clone(), survivor.clone()]).is_empty());
    assert_eq!(to_restore(std::slice::from_ref(&merged)), [LeadId("new".to_owned())]);
    assert!(to_restore(&[survivor]).is_empty());
}

mod needs_of {
    use super::*;
    use crate::identity::Identity;
    use crate::ids::ProfileId;
    use crate::profile::{Event, Facts, TraitValue};

    fn facts(traits: Value) -> Facts {
        let traits = traits.as_object().unwrap().iter().map(|(field, value)| {
            let value = TraitValue {
                value: value.clone(),
                occurred_at: T0,
                touchpoint: TouchpointId("tpt_1".to_owned()),
                channel: "web".to_owned(),
                rank: crate::profile::Rank::Form,
                identity: Identity::parse("email:a@b.cn").unwrap(),
            };
            (field.clone(), value)
        });
        Facts { traits: traits.collect(), ..Facts::default() }
    }

    fn event(properties: Value, context: Value) -> Event {
        Event {
            profile: ProfileId("prf_1".to_owned()),
            seq: 1,
            id: TouchpointId("tpt_1".to_owned()),
            channel: "web".to_owned(),
            name: "Content Downloaded".to_owned(),
            occurred_at: T0,
            properties,
            context,
        }
    }

    fn check(traits: Value, events: &[Event], region: Option<&str>, line: Option<&str>) {
        let scored: Vec<&Event> = events.iter().collect();
        let found = needs(&facts(traits), &scored);
        assert_eq!((found.region(), found.product_line.as_deref()), (region, line));
    }

    #[test]
    fn traits_first_then_the_latest_evidence() {
        let old = event(json!({"product": "scrm"}), json!({"location": {"city": "杭州"}}));
        let new = event(json!({"product_line": "crm"}), json!({"region": "广东"}));
        let mute = event(json!(null), json!(7));
        let events = [old, new, mute];
        check(json!({}), &[], None, None);
        check(json!({}), &events, Some("广东"), Some("crm"));
        check(json!({"province": "浙江省", "city": "杭州"}), &events, Some("浙江省"), Some("crm"));
        check(json!({"product_interest": ["erp", "x"]}), &events, Some("广东"), Some("erp"));
        check(json!({"address": {"city": "上海"}, "product_line": " "}), &[], Some("上海"), None);
    }
}
