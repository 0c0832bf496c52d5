//! What this isolate remembers: plain text, gone with the isolate.

use std::cell::RefCell;
use std::collections::BTreeMap;

/// One organisation has far fewer endpoints; this only keeps made-up names from filling the
/// isolate.
const MAX_ENTRIES: usize = 1_000;

thread_local! {
    static MEMORY: RefCell<Memory> = RefCell::default();
}

pub fn get(key: &str) -> Option<String> {
    MEMORY.with_borrow(|memory| memory.get(key))
}

pub fn put(key: &str, value: &str) {
    MEMORY.with_borrow_mut(|memory| memory.put(key, value));
}

pub fn forget(prefix: &str) {
    MEMORY.with_borrow_mut(|memory| memory.forget(prefix));
}

/// Entries and when, in the order of all, each was written last.
#[derive(Default)]
struct Memory {
    entries: BTreeMap<String, (u64, String)>,
    writes: u64,
}

impl Memory {
    fn get(&self, key: &str) -> Option<String> {
        self.entries.get(key).map(|(_, value)| value.clone())
    }

    /// When it is full the quarter that was written longest ago goes: what is in use, such as a
    /// limit somebody runs against, is written all the time.
    fn put(&mut self, key: &str, value: &str) {
        if self.entries.len() >= MAX_ENTRIES && !self.entries.contains_key(key) {
            let mut written: Vec<u64> = self.entries.values().map(|(at, _)| *at).collect();
            written.sort_unstable();
            let oldest = written.get(MAX_ENTRIES / 4).copied().unwrap_or(u64::MAX);
            self.entries.retain(|_, (at, _)| *at >= oldest);
        }
        self.writes += 1;
        self.entries.insert(key.to_owned(), (self.writes, value.to_owned()));
    }

    fn forget(&mut self, prefix: &str) {
        self.entries.retain(|key, _| !key.starts_with(prefix));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_use_outlives_made_up_names() {
        let mut memory = Memory::default();
        memory.put("limit:web/site", "used up");
        for name in 0..10_000 {
            memory.put(&format!("limit:form/{name}"), "x");
            if name % 100 == 0 {
                memory.put("limit:web/site", "used up");
            }
            assert!(memory.entries.len() <= MAX_ENTRIES);
        }
        assert_eq!(memory.get("limit:web/site").as_deref(), Some("used up"));
        assert_eq!(memory.get("limit:form/0"), None);
        assert!(memory.get("limit:form/9999").is_some());
    }

    #[test]
    fn forgetting_configuration_keeps_limits_and_counts() {
        let mut memory = Memory::default();
        for key in ["endpoint:web/a", "endpoint:lookup/m", "limit:web/a", "counts"] {
            memory.put(key, "x");
        }
        memory.forget("endpoint:");
        let left: Vec<&str> = memory.entries.keys().map(String::as_str).collect();
        assert_eq!(left, ["counts", "limit:web/a"]);
    }
}
