//! Providers that are not there: they take messages, remember them by idempotency key, and fail
//! when told to.

use crate::random::Random;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use tributary_channels::{ProviderAnswer, ProviderRequest};
use tributary_service::FetchError;

#[derive(Clone, Copy, Debug, Default)]
pub struct ProviderFaults {
    /// In a hundred calls: 429, 500, an answer lost after the message was taken, refused to connect.
    pub throttled: u64,
    pub broken: u64,
    pub answer_lost: u64,
    pub unreachable: u64,
}

/// A provider that knows something: what it answers to a call; `None`: it is not the one called.
pub type Vendor = Box<dyn Fn(&ProviderRequest) -> Option<ProviderAnswer>>;

#[derive(Default)]
pub struct Providers {
    pub vendor: RefCell<Option<Vendor>>,
    pub faults: Cell<ProviderFaults>,
    /// Every message taken: idempotency key → how often a call with it was accepted.
    pub taken: RefCell<BTreeMap<String, u32>>,
    pub requests: RefCell<Vec<ProviderRequest>>,
}

impl Providers {
    pub fn answer(
        &self,
        request: ProviderRequest,
        random: &mut Random,
    ) -> Result<ProviderAnswer, FetchError> {
        let faults = self.faults.get();
        if random.chance(faults.unreachable) {
            return Err(FetchError::NotSent("injected".to_owned()));
        }
        let key = request
            .headers
            .iter()
            .find(|(name, _)| {
                name.eq_ignore_ascii_case("idempotency-key")
                    || name.eq_ignore_ascii_case("webhook-id")
            })
            .map_or_else(|| request.url.clone(), |(_, value)| value.clone());
        let told = self.vendor.borrow().as_ref().and_then(|vendor| vendor(&request));
        self.requests.borrow_mut().push(request);
        if random.chance(faults.throttled) {
            let headers = vec![("retry-after".to_owned(), "30".to_owned())];
            return Ok(ProviderAnswer { status: 429, headers, body: b"{}".to_vec() });
        }
        if random.chance(faults.broken) {
            return Ok(ProviderAnswer { status: 500, ..ProviderAnswer::default() });
        }
        *self.taken.borrow_mut().entry(key).or_default() += 1;
        if random.chance(faults.answer_lost) {
            return Err(FetchError::Unknown("injected".to_owned()));
        }
        if let Some(told) = told {
            return Ok(told);
        }
        let body = br#"{"id":"prov_1","Code":"OK","BizId":"1"}"#.to_vec();
        Ok(ProviderAnswer { status: 200, headers: Vec::new(), body })
    }
}
