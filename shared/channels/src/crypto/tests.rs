use super::*;
use cbc::Encryptor;
use cbc::cipher::BlockModeEncrypt;

/// The other direction, which the suite never needs: replies are sent over the API.
fn wechat_encrypt(key: &str, random: &str, message: &str, app_id: &str) -> String {
    let key = base64_decode(key).unwrap();
    let mut data = random.as_bytes().to_vec();
    data.extend((message.len() as u32).to_be_bytes());
    data.extend(message.as_bytes());
    data.extend(app_id.as_bytes());
    let pad = WECHAT_PAD - data.len() % WECHAT_PAD;
    data.extend(std::iter::repeat_n(pad as u8, pad));
    let length = data.len();
    let cipher = Encryptor::<Aes256>::new_from_slices(&key, &key[..16]).unwrap();
    base64_encode(cipher.encrypt_padded::<NoPadding>(&mut data, length).unwrap())
}

const KEY_A: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[test]
fn wechat_official_reply_vector() {
    let encrypted = wechat_encrypt(
        KEY_A,
        "707722b803182950",
        r#"{"demo_resp":"good luck"}"#,
        "wxba5fad812f8e6fb9",
    );
    assert_eq!(
        encrypted,
        "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
    );
    assert_eq!(
        wechat_signature(&["AAAAA", "1713424427", "415670741", &encrypted]),
        "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"
    );
}

#[test]
fn wecom_vectors_prove_the_shared_scheme() {
    let key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";
    let echostr = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO\
                   +FZXvnaqQ==";
    assert_eq!(
        wechat_signature(&["QDG6eK", "1409659589", "263014780", echostr]),
        "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"
    );
    let (message, corp) = wechat_decrypt(key, echostr).unwrap();
    assert_eq!(message, b"1616140317555161061");
    assert_eq!(corp, b"wx5823bf96d3bd56c7");
}

/// Every pad length from 1 to 32 occurs; a helper that pads to 16 fails on half of them.
#[test]
fn wechat_every_padding() {
    for length in 0..70 {
        let message = "x".repeat(length);
        let encrypted = wechat_encrypt(KEY_A, "0123456789abcdef", &message, "wxapp");
        let (clear, app_id) = wechat_decrypt(KEY_A, &encrypted).unwrap();
        assert_eq!((clear, app_id), (message.into_bytes(), b"wxapp".to_vec()));
    }
}

#[test]
fn wechat_refuses_what_does_not_fit() {
    let good = wechat_encrypt(KEY_A, "0123456789abcdef", "hello", "wxapp");
    for key in ["", "AAAA", "not base64 at all!", &KEY_A[1..]] {
        assert_eq!(wechat_decrypt(key, &good), None, "{key}");
    }
    for encrypted in ["", "AAAA", "====", &good[..22]] {
        assert_eq!(wechat_decrypt(KEY_A, encrypted), None, "{encrypted}");
    }
    // A length field that points past the end.
    let mut data = b"0123456789abcdef".to_vec();
    data.extend([0xff; 4]);
    data.extend([12; 12]);
    let length = data.len();
    let key = base64_decode(KEY_A).unwrap();
    let cipher = Encryptor::<Aes256>::new_from_slices(&key, &key[..16]).unwrap();
    let sealed = cipher.encrypt_padded::<NoPadding>(&mut data, length).unwrap();
    assert_eq!(wechat_decrypt(KEY_A, &base64_encode(sealed)), None);
}

/// 43 characters carry 258 bits; strict decoders fail on the last two.
#[test]
fn base64_is_tolerant() {
    let key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
    assert!(STANDARD.decode(format!("{key}=")).is_err());
    assert_eq!(base64_decode(key).unwrap().len(), 32);
    assert_eq!(base64_decode(&format!("{key}=")), base64_decode(key));
    assert_eq!(base64_decode("aGVs\r\nbG8="), Some(b"hello".to_vec()));
    assert_eq!(base64_decode("a*b"), None);
}

#[test]
fn nothing_equals_an_empty_secret() {
    assert!(same(b"a", b"a"));
    assert!(!same(b"a", b"b"));
    assert!(!same(b"a", b"ab"));
    assert!(!same(b"", b""));
    assert!(same_hex("ABCD01", "abcd01"));
    assert!(!same_hex("", ""));
}
