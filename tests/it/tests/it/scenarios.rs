//! Every file of `tests/scenarios/`, in the simulated world.

use tributary_testkit::{World, scenario};

#[test]
fn every_scenario_holds_in_the_simulated_world() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("scenarios are there")
        .map(|entry| entry.expect("an entry reads").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    assert!(files.len() >= 6, "{files:?}");
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("a scenario reads");
        scenario::run(&name, &text, &World::new(1));
    }
}
