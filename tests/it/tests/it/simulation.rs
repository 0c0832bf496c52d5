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

/// Every `step`-th seed from `first` on.
fn run(seeds: std::ops::Range<u64>, first: u64, step: usize) -> Reached {
    let mut all = Reached::default();
    for seed in seeds.skip(first as usize).step_by(step) {
        match simulate(seed) {
            Ok(reached) => all.add(reached),
            Err(broken) => panic!("seed {seed}: {broken}"),
        }
    }
    all
}

#[test]
fn no_invariant_breaks_under_fire() {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut all = Reached::default();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|first| scope.spawn(move || run(seeds(), first as u64, threads)))
            .collect();
        for worker in workers {
            match worker.join() {
                Ok(reached) => all.add(reached),
                Err(broken) => std::panic::resume_unwind(broken),
            }
        }
    });
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
