//! A database that fails on purpose: yields before and after each batch, so that runs interleave
//! and can be killed there, and answers with injected faults.

use crate::SqliteDb;
use crate::random::Random;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use tributary_store::{Answer, Db, DbError, Statement};

/// What may go wrong, in a thousand calls each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DbFaults {
    /// The batch is not run and the caller is told so.
    pub unavailable: u32,
    /// The batch is run and the answer lost: the caller is told that it failed.
    pub answer_lost: u32,
    /// Let others run before and after each call.
    pub interleave: bool,
}

#[derive(Clone)]
pub struct SimDb {
    pub sqlite: SqliteDb,
    faults: Rc<Cell<DbFaults>>,
    random: Rc<RefCell<Random>>,
}

impl SimDb {
    pub fn new(seed: u64) -> SimDb {
        SimDb::of(SqliteDb::migrated(), seed)
    }

    pub fn of(sqlite: SqliteDb, seed: u64) -> SimDb {
        SimDb { sqlite, faults: Rc::default(), random: Rc::new(RefCell::new(Random::new(seed))) }
    }

    pub fn inject(&self, faults: DbFaults) {
        self.faults.set(faults);
    }

    fn strikes(&self, in_a_thousand: u32) -> bool {
        in_a_thousand > 0 && self.random.borrow_mut().below(1_000) < u64::from(in_a_thousand)
    }
}

impl Db for SimDb {
    async fn run(&self, batch: Vec<Statement>) -> Result<Vec<Answer>, DbError> {
        let faults = self.faults.get();
        pause(faults.interleave).await;
        if self.strikes(faults.unavailable) {
            return Err(DbError::Unavailable("injected".to_owned()));
        }
        let answers = self.sqlite.run(batch).await;
        pause(faults.interleave).await;
        if self.strikes(faults.answer_lost) {
            return Err(DbError::Unavailable("injected after the batch".to_owned()));
        }
        answers
    }
}

/// Gives others a turn.
async fn pause(really: bool) {
    struct Turn(bool);
    impl Future for Turn {
        type Output = ();
        fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
            if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
        }
    }
    if really {
        Turn(false).await;
    }
}
