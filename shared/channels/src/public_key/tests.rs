use super::*;

/// SendGrid's published key: elliptic, and not RSA.
const PUBLIC_KEY: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==";

#[test]
fn a_key_is_read_however_it_is_pasted() {
    let plain = subject_public_key(PUBLIC_KEY).unwrap();
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{PUBLIC_KEY}\n-----END PUBLIC KEY-----\n");
    assert_eq!(subject_public_key(&pem), Some(plain.clone()));
    assert_eq!(subject_public_key(&pem.replace('\n', "\r\n")), Some(plain.clone()));
    assert_eq!(subject_public_key(&pem.replace('\n', "")), Some(plain.clone()));
    for wrong in ["", "hello", "-----BEGIN PUBLIC KEY-----", &PUBLIC_KEY[..40]] {
        assert_eq!(subject_public_key(wrong), None, "{wrong}");
    }
    assert_eq!(Keys::given(&["hello"]), Keys::Given(Vec::new()));
}

#[test]
fn a_signature_of_two_numbers() {
    let published = "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=";
    let pair = p256_signature(&crypto::base64_decode(published).unwrap()).unwrap();
    assert_eq!((pair[0], pair[31], pair[32], pair[63]), (0x61, 0x54, 0xc8, 0xd3));
    // A number shorter than 32 bytes is filled up in front.
    let small = p256_signature(&[0x30, 6, 2, 1, 1, 2, 1, 2]).unwrap();
    assert_eq!((small[31], small[63]), (1, 2));
    assert!(small[..31].iter().all(|byte| *byte == 0));
    for wrong in [
        &[][..],
        &[0x30],
        &[0x30, 0x84, 1, 2],
        &[0x30, 3, 2, 1, 1],
        &[0x30, 6, 2, 1, 1, 2, 1, 2, 9],
    ] {
        assert_eq!(p256_signature(wrong), None, "{wrong:?}");
    }
}
