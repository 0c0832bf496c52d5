//! Several futures at once, in one task.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

/// Runs all of them at once and waits for the last.
pub async fn join<T>(futures: Vec<impl Future<Output = T>>) -> Vec<T> {
    enum Slot<'a, T> {
        Running(Pin<Box<dyn Future<Output = T> + 'a>>),
        Done(T),
    }
    let mut slots: Vec<Slot<'_, T>> =
        futures.into_iter().map(|future| Slot::Running(Box::pin(future))).collect();
    poll_fn(|context| {
        let mut pending = false;
        for slot in &mut slots {
            if let Slot::Running(future) = slot {
                match future.as_mut().poll(context) {
                    Poll::Ready(value) => *slot = Slot::Done(value),
                    Poll::Pending => pending = true,
                }
            }
        }
        if pending { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    slots
        .into_iter()
        .filter_map(|slot| match slot {
            Slot::Done(value) => Some(value),
            Slot::Running(_) => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::pin::pin;
    use std::task::{Context, Waker};

    #[test]
    fn one_that_takes_long_holds_nobody_up() {
        let log = RefCell::new(Vec::new());
        let work = async |name: &'static str, rounds: u32| {
            for _ in 0..rounds {
                let mut waited = false;
                poll_fn(|_| match std::mem::replace(&mut waited, true) {
                    true => Poll::Ready(()),
                    false => Poll::Pending,
                })
                .await;
            }
            log.borrow_mut().push(name);
            name
        };
        let mut all = pin!(join(vec![work("slow", 100), work("quick", 1), work("none", 0)]));
        let mut context = Context::from_waker(Waker::noop());
        let mut polls = 0;
        let done = loop {
            polls += 1;
            if let Poll::Ready(done) = all.as_mut().poll(&mut context) {
                break done;
            }
            if polls == 2 {
                assert_eq!(*log.borrow(), ["none", "quick"], "while the slow one goes on");
            }
        };
        assert_eq!(done, ["slow", "quick", "none"], "answers keep their order");
        assert_eq!(polls, 101);
    }
}
