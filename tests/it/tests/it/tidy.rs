//! What the compiler does not look at: sizes, layers, configuration, and what the documents claim.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tributary_service::App;
use tributary_service::access::Access;
use tributary_service::admin::Admin;
use tributary_service::directory::Directory;
use tributary_service::doors::Doors;
use tributary_service::enrich::Enrich;
use tributary_service::ingest::Ingest;
use tributary_service::journey_runner::JourneyRunner;
use tributary_service::lead_assign::LeadAssign;
use tributary_service::message_send::MessageSend;
use tributary_service::profile_merge::ProfileMerge;

/// Who has to scroll to find the way splits the file.
const MAX_LINES: usize = 400;
/// What a free account has.
const MAX_CRONS: usize = 5;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What is built, installed or stored, and not written.
const NOT_SOURCES: &[&str] = &[".git", ".tributary", ".wrangler", "dist", "node_modules", "target"];

/// Every file of the tree as a path below the root. (Not asked of git: a checkout may come
/// without it.)
fn files() -> Vec<String> {
    fn walk(folder: &Path, below: &str, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("a folder reads") {
            let entry = entry.expect("an entry reads");
            let name = entry.file_name().into_string().expect("names are text");
            let path = format!("{below}{name}");
            let is_built = below.starts_with("functions/") && name == "build";
            if is_built || NOT_SOURCES.contains(&name.as_str()) {
                continue;
            }
            match entry.file_type().expect("a kind").is_dir() {
                true => walk(&entry.path(), &format!("{path}/"), found),
                false => found.push(path),
            }
        }
    }
    let mut found = Vec::new();
    walk(&root(), "", &mut found);
    assert!(found.len() > 150, "only {} files", found.len());
    found
}

fn sources(extensions: &[&str]) -> impl Iterator<Item = (String, String)> {
    let wanted: BTreeSet<String> = extensions.iter().map(|it| format!(".{it}")).collect();
    files()
        .into_iter()
        .filter(move |path| wanted.iter().any(|extension| path.ends_with(extension)))
        .map(|path| {
            let text = read(&path);
            (path, text)
        })
}

#[test]
fn a_file_can_be_read_without_scrolling_for_ever() {
    for (path, text) in sources(&["rs", "mjs", "js"]) {
        let lines = text.lines().count();
        assert!(lines <= MAX_LINES, "{path} has {lines} lines: split it");
    }
}

#[test]
fn layers_look_one_way_only() {
    // Crate, what it must not name in its dependencies.
    for (crate_, above) in [
        ("shared/core", &["channels", "store", "service", "edge", "testkit"][..]),
        ("shared/channels", &["store", "service", "edge", "testkit"]),
        ("shared/store", &["channels", "service", "edge", "testkit"]),
        ("shared/service", &["edge", "testkit"]),
        ("shared/edge", &["testkit"]),
    ] {
        let manifest = read(&format!("{crate_}/Cargo.toml"));
        for above in above {
            assert!(!manifest.contains(&format!("tributary-{above}")), "{crate_} names {above}");
        }
    }
    for (path, text) in sources(&["toml"]).filter(|(path, _)| path.ends_with("Cargo.toml")) {
        let may = path == "Cargo.toml"
            || path == "shared/edge/Cargo.toml"
            || path.starts_with("functions/");
        let names = text
            .lines()
            .any(|line| ["worker =", "worker."].iter().any(|start| line.starts_with(start)));
        assert!(may || !names, "{path} names the crate `worker`");
    }
}

#[test]
fn sql_is_written_in_the_store_alone() {
    let words = ["SELECT ", "INSERT INTO ", "DELETE FROM ", "UPDATE "];
    for (path, text) in sources(&["rs"]) {
        let elsewhere =
            ["shared/core/", "shared/channels/", "shared/service/", "shared/edge/", "functions/"];
        if elsewhere.iter().any(|folder| path.starts_with(folder)) {
            for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
                let found = words.iter().find(|word| line.contains(&format!("\"{word}")));
                assert!(found.is_none(), "{path}: {line}");
            }
        }
    }
}

#[test]
fn no_core_code_reads_a_clock_or_draws_at_random() {
    for (path, text) in sources(&["rs"]) {
        let pure =
            ["shared/core/src", "shared/channels/src", "shared/store/src", "shared/service/src"];
        if pure.iter().any(|folder| path.starts_with(folder)) {
            for word in
                ["SystemTime", "Instant::now", "Utc::now", "Date::now", "getrandom::", "rand::"]
            {
                assert!(!text.contains(word), "{path} has {word}");
            }
        }
    }
}

/// The services a function's configuration binds.
fn bound(function: &str) -> BTreeSet<String> {
    let text = read(&format!("functions/{function}/wrangler.toml"));
    let lines = text.lines().filter_map(|line| line.strip_prefix("service = \"tributary-"));
    lines.map(|name| name.trim_end_matches('"').to_owned()).collect()
}

#[test]
fn configuration_binds_what_the_code_pokes() {
    fn check<A: App>() {
        let wanted: BTreeSet<String> =
            A::NEXT.iter().chain(A::WAKES).chain(A::ASKS).map(|name| (*name).to_owned()).collect();
        assert_eq!(bound(A::NAME), wanted, "functions/{}/wrangler.toml", A::NAME);
        let text = read(&format!("functions/{}/wrangler.toml", A::NAME));
        assert!(text.contains(&format!("name = \"tributary-{}\"", A::NAME)));
        assert!(text.contains("workers_dev = false"), "{}: only the gateway is public", A::NAME);
    }
    check::<Ingest>();
    check::<ProfileMerge>();
    check::<JourneyRunner>();
    check::<LeadAssign>();
    check::<MessageSend>();
    check::<Access>();
    check::<Admin>();
    check::<Directory>();
    check::<Doors>();
    check::<Enrich>();
    let owners = tributary_service::gateway::PREFIXES.iter().map(|prefix| prefix.owner.to_owned());
    let mut routed: BTreeSet<String> = owners.collect();
    routed.insert("ingest".to_owned());
    assert_eq!(bound("gateway"), routed);
}

#[test]
fn the_root_configuration_is_the_gateways() {
    let settings = |text: String| -> Vec<String> {
        let kept =
            text.lines().filter(|line| !line.starts_with('#') && !line.starts_with("main = "));
        // Paths begin where the file lies.
        kept.map(|line| line.replace("\"../../console", "\"console")).collect()
    };
    let root = settings(read("wrangler.toml"));
    assert_eq!(root, settings(read("functions/gateway/wrangler.toml")));
}

#[test]
fn the_suite_fits_a_free_accounts_cron_triggers() {
    let mut crons = 0;
    for (path, text) in sources(&["toml"]).filter(|(path, _)| path.starts_with("functions/")) {
        for line in text.lines().filter_map(|line| line.strip_prefix("crons = ")) {
            let count = line.matches('"').count() / 2;
            assert!(count > 0, "{path}: {line}");
            crons += count;
        }
    }
    assert!((1..=MAX_CRONS).contains(&crons), "{crons} cron triggers");
}

#[test]
fn a_setting_that_is_read_can_be_set() {
    let declared: BTreeSet<&str> = tributary_channels::CHANNELS
        .iter()
        .flat_map(|channel| channel.manifest.settings)
        .map(|field| field.name)
        .collect();
    let mut read = 0;
    for (path, text) in sources(&["rs"]).filter(|(path, _)| path.starts_with("shared/")) {
        for after in text.split("setting(\"").skip(1) {
            let name = after.split('"').next().unwrap_or_default();
            assert!(declared.contains(name), "{path} reads the setting {name}, no manifest has it");
            read += 1;
        }
    }
    assert!(read > 5);
}

#[test]
fn the_data_model_names_every_table() {
    let document = read("docs/data-model.md");
    for (path, text) in sources(&["sql"]).filter(|(path, _)| path.starts_with("migrations/")) {
        for after in text.split("CREATE TABLE ").skip(1) {
            let name = after.split([' ', '(', '\n']).next().unwrap_or_default();
            if text.contains(&format!("DROP TABLE {name};")) {
                continue;
            }
            assert!(
                document.contains(&format!("`{name}`")),
                "{name} ({path}) is not in the document"
            );
        }
    }
}

/// A child that is waited for synchronously, or a large body packed so, stops the event loop: the
/// suite closes idle connections meanwhile, and the next request goes into a closed one. A fixed
/// time in which something must have happened fails on a slow machine.
#[test]
fn no_test_stops_its_event_loop_or_races_a_clock() {
    let waits = ["spawnSync", "execSync", "execFileSync", "Atomics.wait("];
    let packs = ["gzipSync", "deflateSync", "brotliCompressSync", "scryptSync", "pbkdf2Sync"];
    let races = ["timeout:", "AbortSignal.timeout("];
    let mut looked_at = 0;
    for (path, text) in sources(&["mjs", "js"]).filter(|(path, _)| path.starts_with("tests/")) {
        let is_test = path.starts_with("tests/clients/") || path.starts_with("tests/console/");
        let of_tests = packs.iter().chain(&races).filter(|_| is_test);
        for word in waits.iter().chain(of_tests) {
            assert!(!text.contains(word), "{path} has {word}");
        }
        looked_at += 1;
    }
    assert!(looked_at > 40, "only {looked_at} files");
}

/// Paths of a machine, and hosts that only some machine reaches.
#[test]
fn nothing_of_a_machine_is_in_the_tree() {
    let words = ["/work/", "/root/", "/home/", "/Users/", "registry=http"];
    for path in files() {
        let Ok(text) = std::fs::read_to_string(root().join(&path)) else { continue };
        if path.ends_with("tidy.rs") {
            continue;
        }
        for word in words {
            assert!(!text.contains(word), "{path} has {word}");
        }
        if path == "package-lock.json" {
            assert!(!text.contains("\"resolved\": \"http://"), "{path} names a mirror");
        }
    }
}
