//! What every channel that sends must hold.

use super::mutations::{Random, mutate};
use tributary_channels::{
    CHANNELS, Composed, EndpointConfig, OutboundMessage, ProviderAnswer, Reject, SendOutcome,
};
use tributary_core::time::Timestamp;

fn answer(status: u16, retry_after: &str, body: &[u8]) -> ProviderAnswer {
    let headers = vec![("retry-after".to_owned(), retry_after.to_owned())];
    ProviderAnswer { status, headers, body: body.to_vec() }
}

#[test]
fn senders_read_any_answer() {
    let now = Timestamp(1_767_225_600_000);
    for channel in CHANNELS {
        let Some(outbound) = channel.outbound else { continue };
        let id = channel.manifest.id;
        let kept = matches!(
            (outbound.compose)(
                &EndpointConfig::default(),
                &OutboundMessage::default(),
                now,
                &[0; 16]
            ),
            Ok(Composed::Kept)
        );
        if kept {
            continue;
        }
        let mut random = Random(11);
        for status in (100..=599).chain([0, 999]) {
            let body =
                mutate(br#"{"Code":"OK","BizId":"1","id":"x","statusCode":429}"#, &mut random);
            let outcome = (outbound.outcome)(&answer(status, "-1", &body), now);
            if let SendOutcome::Retry { after_ms: Some(after_ms), .. } = outcome {
                assert!((0..=86_400_000).contains(&after_ms), "{id}: {after_ms}");
            }
        }
        for status in [429, 500, 502, 503, 504] {
            let outcome = (outbound.outcome)(&answer(status, "7", b""), now);
            let waits = matches!(outcome, SendOutcome::Retry { after_ms: Some(7_000), .. });
            assert!(waits, "{id}: {status} gives {outcome:?}");
        }
        let gone = (outbound.outcome)(&answer(410, "", b""), now);
        assert!(matches!(gone, SendOutcome::Failed { .. }), "{id}: 410 gives {gone:?}");
    }
}

#[test]
fn vendors_that_keep_the_text_are_known_by_name() {
    let keeps = |channel: &&&tributary_channels::Channel| {
        channel.outbound.is_some_and(|outbound| outbound.vendor_text)
    };
    let found: Vec<&str> = CHANNELS.iter().filter(keeps).map(|it| it.manifest.id).collect();
    assert_eq!(found, tributary_channels::VENDOR_TEXT);
    for channel in CHANNELS.iter().filter(keeps) {
        let settings = channel.manifest.settings.iter();
        let declares =
            |field: &&tributary_channels::Field| field.name == tributary_channels::TEMPLATE_WAY_OUT;
        assert!(settings.clone().any(|field| declares(&field)), "{}", channel.manifest.id);
    }
}

#[test]
fn senders_without_configuration_say_so() {
    for channel in CHANNELS {
        let Some(outbound) = channel.outbound else { continue };
        let message = OutboundMessage::default();
        let nothing = EndpointConfig::default();
        let composed = (outbound.compose)(&nothing, &message, Timestamp(0), &[0; 16]);
        let expected = match channel.manifest.secrets.is_empty() {
            true => Ok(Composed::Kept),
            false => Err(Reject::MISCONFIGURED),
        };
        assert_eq!(composed, expected, "{}", channel.manifest.id);
    }
}
