//! How many requests of channels are under way through this isolate, and whether one more may be
//! (ADR 0033). What waits for `ingest` waits here: its own queue only sees what was let through.

use crate::clock;
use crate::standing::Standing;
use std::cell::RefCell;
use std::collections::VecDeque;

/// A request whose sender went away may be dropped without a word: its place is free after this.
const FORGOTTEN_MS: i64 = 30_000;

thread_local! {
    static ROOM: RefCell<Room> = RefCell::default();
}

#[derive(Default)]
struct Room {
    standing: Standing,
    inside: VecDeque<(u64, i64)>,
    tickets: u64,
}

/// A place in the room, given back when dropped.
pub(super) struct Pass(u64);

/// A place for one more request, unless it would stand in a queue.
pub(super) fn enter() -> Option<Pass> {
    ROOM.with_borrow_mut(|room| room.enter(clock::wall_ms())).map(Pass)
}

impl Drop for Pass {
    fn drop(&mut self) {
        ROOM.with_borrow_mut(|room| room.leave(self.0));
    }
}

impl Room {
    fn enter(&mut self, now_ms: i64) -> Option<u64> {
        while self.inside.front().is_some_and(|(_, since)| now_ms - since >= FORGOTTEN_MS) {
            self.inside.pop_front();
        }
        if self.standing.refuses(self.inside.len(), now_ms) {
            return None;
        }
        self.tickets += 1;
        self.inside.push_back((self.tickets, now_ms));
        Some(self.tickets)
    }

    fn leave(&mut self, ticket: u64) {
        self.inside.retain(|(inside, _)| *inside != ticket);
    }
}

#[cfg(test)]
mod tests {
    use super::{FORGOTTEN_MS, Room};

    #[test]
    fn a_full_room_refuses_until_a_place_is_free() {
        let mut room = Room::default();
        let first = room.enter(0);
        while room.enter(0).is_some() {}
        assert!(room.enter(0).is_none());
        room.leave(first.unwrap_or_default());
        assert!(room.enter(0).is_some());
    }

    #[test]
    fn a_place_never_given_back_is_free_after_a_while() {
        let mut room = Room::default();
        while room.enter(0).is_some() {}
        assert!(room.enter(FORGOTTEN_MS - 1).is_none());
        assert!(room.enter(FORGOTTEN_MS).is_some());
        assert_eq!(room.inside.len(), 1);
    }
}
