//! The public keys of AWS in the evidence, by which the signatures under CloudTrail's digests are checked.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::reader::log::TrailKey;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde::Deserialize;

/// So many keys are read: AWS has a few for each region and year.
const KEYS_MAX: usize = 200;

/// Whether RSA with SHA-256 over a message gives a signature.
pub(super) fn is_signed(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key).verify(message, signature).is_ok()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    public_key_list: Vec<ListedKey>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedKey {
    value: String,
    #[serde(default)]
    fingerprint: Option<String>,
}

/// The keys in what `aws cloudtrail list-public-keys` prints, or in a file in PEM.
pub(super) fn trail_keys(bytes: &[u8]) -> Vec<TrailKey> {
    if let Ok(listed) = serde_json::from_slice::<Listed>(bytes) {
        let key = |key: ListedKey| {
            Some(TrailKey {
                fingerprint: key.fingerprint.map(|name| name.to_lowercase()),
                der: STANDARD.decode(key.value).ok()?,
            })
        };
        return listed.public_key_list.into_iter().filter_map(key).take(KEYS_MAX).collect();
    }
    let text = String::from_utf8_lossy(bytes);
    let of = |name: &'static str| {
        let text = text.clone();
        let begin = format!("-----BEGIN {name}-----");
        let end = format!("-----END {name}-----");
        let blocks: Vec<String> = text
            .split(&begin)
            .skip(1)
            .filter_map(|rest| rest.split_once(&end))
            .map(|(block, _)| block.split_whitespace().collect())
            .collect();
        blocks.into_iter().filter_map(|block| STANDARD.decode(block).ok())
    };
    let plain = of("RSA PUBLIC KEY");
    let wrapped = of("PUBLIC KEY").filter_map(|der| unwrapped(&der));
    plain.chain(wrapped).take(KEYS_MAX).map(|der| TrailKey { fingerprint: None, der }).collect()
}

/// The key inside of an X.509 `SubjectPublicKeyInfo`: a sequence of the name of the algorithm, and a string of bits.
fn unwrapped(der: &[u8]) -> Option<Vec<u8>> {
    const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
    let (whole, _) = element(der, 0x30)?;
    let (algorithm, rest) = element(whole, 0x30)?;
    let (name, _) = element(algorithm, 0x06)?;
    let (bits, _) = element(rest, 0x03)?;
    (name == RSA && bits.first() == Some(&0)).then(|| bits[1..].to_vec())
}

/// The content of the first element in DER, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (first, rest) = der.split_first()?;
    let (length, rest) = rest.split_first()?;
    let (length, rest) = match length {
        0..=0x7f => (usize::from(*length), rest),
        0x81..=0x83 => {
            let (size, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
            (size.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    (*first == tag).then_some(())?;
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use domain::reader::log::{TrailDigest, TrailSignature, check_trail_signatures, trail_digest};
    use ring::rand::SystemRandom;
    use ring::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};

    use super::*;

    /// A key that was made for this test alone, thrown away with it.
    const KEY: &[u8] = include_bytes!("trail_key/throw_away.der");

    fn pair() -> RsaKeyPair {
        RsaKeyPair::from_der(KEY).unwrap()
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Three hours of digests as AWS writes and signs them, each with the signature of the one before.
    fn digests() -> Vec<Vec<u8>> {
        let pair = pair();
        let mut before: Option<String> = None;
        (14..17)
            .map(|hour| {
                let object = |hour: i32| {
                    format!(
                        "AWSLogs/1/CloudTrail-Digest/eu-west-1/1_CloudTrail-Digest_eu-west-1_t_eu-west-1_{hour}.json.gz"
                    )
                };
                let digest = serde_json::json!({
                    "awsAccountId": "1", "digestStartTime": format!("2026-03-18T{hour}:01:31Z"),
                    "digestEndTime": format!("2026-03-18T{}:01:31Z", hour + 1), "digestS3Bucket": "logs",
                    "digestS3Object": object(hour), "digestPublicKeyFingerprint": "AB12",
                    "previousDigestS3Object": before.as_ref().map(|_| object(hour - 1)),
                    "previousDigestSignature": before, "logFiles": [],
                });
                let bytes = digest.to_string().into_bytes();
                let sha256 = hex(ring::digest::digest(&ring::digest::SHA256, &bytes).as_ref());
                let last = before.clone().unwrap_or_else(|| "null".into());
                let end = hour + 1;
                let message = format!("2026-03-18T{end}:01:31Z\nlogs/{}\n{sha256}\n{last}", object(hour));
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
                before = Some(hex(&signature));
                bytes
            })
            .collect()
    }

    fn checked(files: &[Vec<u8>], keys: &[TrailKey]) -> Vec<TrailSignature> {
        let mut digests: Vec<TrailDigest> = files.iter().map(|bytes| trail_digest(bytes).unwrap()).collect();
        check_trail_signatures(&mut digests, keys, is_signed);
        digests.into_iter().map(|digest| digest.signature).collect()
    }

    /// What `aws cloudtrail list-public-keys` prints.
    fn listed(fingerprint: &str) -> Vec<TrailKey> {
        let value = STANDARD.encode(pair().public_key().as_ref());
        trail_keys(serde_json::json!({"PublicKeyList": [{"Value": value, "Fingerprint": fingerprint, "ValidityStartTime": "2026-01-01T00:00:00Z"}]}).to_string().as_bytes())
    }

    #[test]
    fn digests_that_aws_signed_are_verified_and_others_are_not() {
        use TrailSignature::{Mismatch, Unverified, Verified};
        let files = digests();
        let known = Verified("ab12".into());
        // The last signature is in the next digest, which is not there.
        assert_eq!(checked(&files, &listed("ab12")), [known.clone(), known.clone(), Unverified]);
        assert_eq!(checked(&files, &[]), [Unverified, Unverified, Unverified]);
        // A key of another name is of another region or year.
        assert_eq!(checked(&files, &listed("cd34")), [Unverified, Unverified, Unverified]);
        let mut forged = files.clone();
        forged[1] =
            String::from_utf8(forged[1].clone()).unwrap().replace("\"logFiles\":[]", "\"logFiles\":[ ]").into_bytes();
        assert_eq!(checked(&forged, &listed("ab12")), [known, Mismatch, Unverified]);
    }

    #[test]
    fn keys_in_pem_are_read_with_and_without_their_wrapping() {
        let plain = pair().public_key().as_ref().to_vec();
        let head: &[u8] = &[0x30, 0x0d, 0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
        let long = |tag: u8, content: &[u8]| {
            let length = u16::try_from(content.len()).unwrap().to_be_bytes();
            [&[tag, 0x82, length[0], length[1]], content].concat()
        };
        let wrapped = long(0x30, &[head, &long(0x03, &[&[0], plain.as_slice()].concat())].concat());
        let pem = |name: &str, der: &[u8]| {
            format!("-----BEGIN {name}-----\n{}\n-----END {name}-----\n", STANDARD.encode(der))
        };
        for text in [pem("RSA PUBLIC KEY", &plain), pem("PUBLIC KEY", &wrapped)] {
            let keys = trail_keys(text.as_bytes());
            assert_eq!(keys, [TrailKey { fingerprint: None, der: plain.clone() }]);
            assert!(matches!(checked(&digests(), &keys)[0], TrailSignature::Verified(_)));
        }
        for text in ["", "{}", "-----BEGIN PUBLIC KEY-----", &pem("PUBLIC KEY", b"0"), &pem("PRIVATE KEY", &plain)] {
            assert_eq!(trail_keys(text.as_bytes()), [], "{text}");
        }
    }
}
