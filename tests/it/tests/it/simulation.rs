//! The seeded simulation: 500 seeds, nothing lost, nothing doubled, nothing sent too late.

use tributary_testkit::simulation::{Reached, simulate};

/// Another range by `SIM_FROM` and `SIM_SEEDS`; `cargo xtask sim` does that.
fn seeds() -> std::ops::Range<u64> {
    let var = |name: &str, default: u64| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let from = var("SIM_FROM", 0);
    from..from + var("SIM_SEEDS", 500)
}

#[test]
fn no_invariant_breaks_under_fire() {
    let mut all = Reached::default();
    for seed in seeds() {
        let reached = match simulate(seed) {
            Ok(reached) => reached,
            Err(broken) => panic!("seed {seed}: {broken}"),
        };
        all.touchpoints += reached.touchpoints;
        all.killed += reached.killed;
        all.refused += reached.refused;
        all.sent += reached.sent;
        all.leads += reached.leads;
        all.merged += reached.merged;
    }
    // A simulation in which nothing happens proves nothing.
    for (what, count) in [
        ("killed", all.killed),
        ("refused", all.refused),
        ("sent", all.sent),
        ("leads", all.leads),
        ("merged", all.merged),
    ] {
        assert!(count >= 20, "only {count} {what}: {all:?}");
    }
    println!("{all:?}");
}
