//! The same scenarios, in the real runtime: each starts the built functions in workerd with a
//! database of its own, and drives them over HTTP and `/dev/advance`.
//!
//! Needs built functions (`cargo xtask build`); `cargo xtask test` sees to it.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tributary_service::Request;
use tributary_testkit::{HttpSuite, scenario};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A running suite; stopped when dropped.
struct Running {
    child: Child,
    url: String,
    token: String,
}

impl Running {
    fn start(data: &Path) -> Running {
        let mut child = Command::new("node")
            .current_dir(root())
            .args(["tests/workerd/suite.mjs", "--port", "0", "--json", "--data"])
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node starts");
        let out = child.stdout.take().expect("its output is piped");
        let line = BufReader::new(out)
            .lines()
            .map_while(Result::ok)
            .find(|line| line.starts_with('{'))
            .expect("the suite tells where it is");
        let started: Value = serde_json::from_str(&line).expect("that line is JSON");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let (url, token) = (text(&started["url"]), text(&started["tokens"]["admin"]));
        Running { child, url, token }
    }

    fn call(&self, request: Request) -> (u16, Vec<u8>) {
        let query =
            if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
        let mut builder = ureq::http::Request::builder()
            .method(request.method.as_str())
            .uri(format!("{}{}{query}", self.url, request.path));
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let response = agent
            .run(builder.body(request.body).expect("a request is made"))
            .expect("it is answered");
        let status = response.status().as_u16();
        let mut body = Vec::new();
        response.into_body().into_reader().read_to_end(&mut body).expect("the body is read");
        (status, body)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Its own signal, so that workerd goes with it.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

fn in_workerd(file: &str) {
    let data = std::env::temp_dir().join(format!("tributary-{}-{file}", std::process::id()));
    let running = Running::start(&data);
    let token = running.token.clone();
    let text = std::fs::read_to_string(root().join("tests/scenarios").join(file))
        .expect("the scenario reads");
    scenario::run(file, &text, &HttpSuite::new(token, |request| running.call(request)));
    drop(running);
    let _ = std::fs::remove_dir_all(&data);
}

macro_rules! scenarios {
    ($($name:ident $file:literal;)*) => {
        $(#[test] fn $name() { in_workerd($file); })*

        /// A scenario that only runs natively would be half a proof.
        #[test]
        fn every_scenario_is_listed() {
            let mut there: Vec<String> = std::fs::read_dir(root().join("tests/scenarios"))
                .expect("scenarios are there")
                .map(|entry| entry.expect("an entry reads").file_name().to_string_lossy().into())
                .filter(|name: &String| name.ends_with(".txt"))
                .collect();
            there.sort();
            assert_eq!(there, [$($file),*]);
        }
    };
}

scenarios! {
    welcome "01-welcome.txt";
    cart_recovery "02-cart-recovery.txt";
    sales_ready_lead "06-sales-ready-lead.txt";
    fallback_queue "07-fallback-queue.txt";
    duplicates "11-duplicates.txt";
    three_sources "12-three-sources.txt";
}
