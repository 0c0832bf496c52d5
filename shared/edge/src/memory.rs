//! What this isolate remembers of the configuration: plain text, gone with the isolate.

use std::cell::RefCell;
use std::collections::BTreeMap;

/// One organisation has far fewer endpoints; this only keeps made-up names from filling the
/// isolate.
const MAX_ENTRIES: usize = 1_000;

thread_local! {
    static ENTRIES: RefCell<BTreeMap<String, String>> = const { RefCell::new(BTreeMap::new()) };
}

pub fn get(key: &str) -> Option<String> {
    ENTRIES.with_borrow(|entries| entries.get(key).cloned())
}

pub fn put(key: &str, value: &str) {
    ENTRIES.with_borrow_mut(|entries| {
        if entries.len() >= MAX_ENTRIES {
            entries.clear();
        }
        entries.insert(key.to_owned(), value.to_owned());
    });
}

pub fn clear() {
    ENTRIES.with_borrow_mut(BTreeMap::clear);
}
