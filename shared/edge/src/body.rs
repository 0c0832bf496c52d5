//! Reading bodies with a hard limit, and undoing gzip with the same limit: a bomb is cut off
//! while it unpacks, not after.

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::futures::JsFuture;
use worker::js_sys::{Promise, Reflect, Uint8Array};
use worker::web_sys::{ReadableStream, ReadableStreamDefaultReader};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    TooLarge,
    /// The sender went away, or the compression is broken.
    Broken,
}

/// The stream's bytes, at most `limit` of them.
pub async fn read(stream: &ReadableStream, limit: usize) -> Result<Vec<u8>, Unreadable> {
    let (bytes, complete) = read_up_to(stream, limit).await?;
    if complete { Ok(bytes) } else { Err(Unreadable::TooLarge) }
}

/// At most `limit` bytes, and whether that was all.
pub async fn read_up_to(
    stream: &ReadableStream,
    limit: usize,
) -> Result<(Vec<u8>, bool), Unreadable> {
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut bytes = Vec::new();
    loop {
        let Some(chunk) = next(reader.read()).await? else { return Ok((bytes, true)) };
        let room = limit.saturating_sub(bytes.len());
        if chunk.length() as usize > room {
            bytes.extend(chunk.subarray(0, room as u32).to_vec());
            // The rest is not wanted; whether the sender hears of it does not matter.
            let _ = JsFuture::from(reader.cancel()).await;
            return Ok((bytes, false));
        }
        bytes.extend(chunk.to_vec());
    }
}

async fn next(read: Promise) -> Result<Option<Uint8Array>, Unreadable> {
    let step = JsFuture::from(read).await.map_err(|_| Unreadable::Broken)?;
    let get = |name: &str| Reflect::get(&step, &JsValue::from_str(name));
    let done = get("done").map_err(|_| Unreadable::Broken)?.is_truthy();
    if done {
        return Ok(None);
    }
    Ok(Some(get("value").map_err(|_| Unreadable::Broken)?.unchecked_into()))
}

const FLAG_CHECKSUM: u8 = 2;
const FLAG_EXTRA: u8 = 4;
const FLAG_NAME: u8 = 8;
const FLAG_COMMENT: u8 = 16;

/// Whether these bytes start as a gzip file does. Some senders announce gzip and send plain text.
pub fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

/// Unpacks, at most `limit` bytes. The runtime's DecompressionStream is not used: it unpacks a
/// whole chunk before anybody can say stop.
pub fn gunzip(packed: &[u8], limit: usize) -> Result<Vec<u8>, Unreadable> {
    let deflated = skip_header(packed).ok_or(Unreadable::Broken)?;
    let (bytes, rest) = inflate(deflated, limit)?;
    // Checksum and length, and no second member. The checksum is not looked at: TLS has guarded the
    // bytes on their way.
    match rest.split_at_checked(4) {
        Some((_, length)) if length == (bytes.len() as u32).to_le_bytes() => Ok(bytes),
        _ => Err(Unreadable::Broken),
    }
}

/// Unpacks one stream; what follows it.
fn inflate(deflated: &[u8], limit: usize) -> Result<(Vec<u8>, &[u8]), Unreadable> {
    let mut state = Box::new(DecompressorOxide::new());
    let mut bytes = vec![0; deflated.len().saturating_mul(2).min(limit)];
    let (mut rest, mut written) = (deflated, 0);
    loop {
        let flags = inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
        let (status, read, wrote) = decompress(&mut state, rest, &mut bytes, written, flags);
        rest = rest.get(read..).unwrap_or_default();
        written += wrote;
        match status {
            TINFLStatus::Done => {
                bytes.truncate(written);
                return Ok((bytes, rest));
            }
            TINFLStatus::HasMoreOutput if bytes.len() < limit => {
                bytes.resize(bytes.len().saturating_mul(2).clamp(1, limit), 0);
            }
            TINFLStatus::HasMoreOutput => return Err(Unreadable::TooLarge),
            _ => return Err(Unreadable::Broken),
        }
    }
}

/// What follows the header of RFC 1952.
fn skip_header(packed: &[u8]) -> Option<&[u8]> {
    let (header, mut rest) = packed.split_at_checked(10)?;
    let flags = *header.get(3)?;
    if flags & FLAG_EXTRA != 0 {
        let (length, after) = rest.split_first_chunk::<2>()?;
        rest = after.get(usize::from(u16::from_le_bytes(*length))..)?;
    }
    for text in [FLAG_NAME, FLAG_COMMENT] {
        if flags & text != 0 {
            let end = rest.iter().position(|byte| *byte == 0)?;
            rest = rest.get(end + 1..)?;
        }
    }
    if flags & FLAG_CHECKSUM != 0 { rest.get(2..) } else { Some(rest) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `tributary ` a hundred times, as gzip writes it, and the same with a file name.
    const PLAIN: &[u8] =
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x2b\x29\xca\x4c\x2a\x2d\x49\x2c\xaa\x54\x28\x19\
        \x65\x8d\xb2\x46\x59\xc3\x94\x05\x00\x97\xe7\xbe\x80\xe8\x03\x00\x00";
    const NAMED: &[u8] =
        b"\x1f\x8b\x08\x08\x00\x00\x00\x00\x02\xff\x61\x2e\x6a\x73\x6f\x6e\x00\x2b\x29\xca\x4c\x2a\
        \x2d\x49\x2c\xaa\x54\x28\x19\x65\x8d\xb2\x46\x59\xc3\x94\x05\x00\x97\xe7\xbe\x80\xe8\x03\
        \x00\x00";

    #[test]
    fn gzip_is_undone_up_to_the_limit() {
        let text = b"tributary ".repeat(100);
        for packed in [PLAIN, NAMED] {
            assert!(is_gzip(packed));
            assert_eq!(gunzip(packed, text.len()), Ok(text.clone()));
            assert_eq!(gunzip(packed, text.len() - 1), Err(Unreadable::TooLarge));
            for length in 0..packed.len() {
                assert_eq!(
                    gunzip(&packed[..length], text.len()),
                    Err(Unreadable::Broken),
                    "{length}"
                );
            }
        }
        assert!(!is_gzip(b"{}"));
        // Half of what was sent must not pass for all of it.
        let twice = [PLAIN, PLAIN].concat();
        assert_eq!(gunzip(&twice, 10_000), Err(Unreadable::Broken));
    }
}
