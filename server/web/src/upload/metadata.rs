//! What the protocol tus says of a file before its bytes.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, HeaderName};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use domain::Refusal;
use store::Result;

use super::{UploadQuery, described};

const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
/// The longest metadata, in bytes.
const METADATA_BYTES_MAX: usize = 64 << 10;

/// `filename d29ybGQ=,format YXV0bw==` as what an upload's query says.
pub(super) fn metadata(headers: &HeaderMap) -> Result<BTreeMap<String, String>> {
    let wrong = |what: &str| {
        Refusal::field("Upload-Metadata", format!("{what} Write it like: filename d29ybGQ=,format YXV0bw==."))
    };
    let text = headers.get(METADATA).map_or(Ok(""), |value| value.to_str()).map_err(|_| wrong("It is no ASCII."))?;
    if text.len() > METADATA_BYTES_MAX {
        return Err(wrong("It is too long.").into());
    }
    let mut said = BTreeMap::new();
    for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once(' ').unwrap_or((pair, ""));
        let bytes = base64(value.trim()).ok_or_else(|| wrong(&format!("“{name}” is no base64.")))?;
        let value = String::from_utf8(bytes).map_err(|_| wrong(&format!("“{name}” is no UTF-8.")))?;
        // What programs of the protocol send along by themselves; what the file is, its bytes tell.
        if matches!(name, "filetype" | "type" | "relativePath") {
            continue;
        }
        let name = if name == "filename" { "name" } else { name };
        if said.insert(name.to_string(), value).is_some() {
            return Err(wrong(&format!("It says “{name}” twice.")).into());
        }
    }
    crate::query::refuse_unknown::<UploadQuery>(&said)?;
    described(&said)?;
    Ok(said)
}

/// Reads base64 with its padding, or without.
fn base64(text: &str) -> Option<Vec<u8>> {
    const PADDED_OR_NOT: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(&STANDARD, PADDED_OR_NOT).decode(text).ok()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue};

    use super::{METADATA, base64, metadata};

    #[test]
    fn metadata_is_read_as_programs_send_it() {
        let read = |text: &'static str| {
            let headers = HeaderMap::from_iter([(METADATA, HeaderValue::from_static(text))]);
            metadata(&headers).map(|said| said.into_iter().collect::<Vec<_>>())
        };
        let name = vec![("name".to_string(), "x".to_string())];
        assert_eq!(read("filename eA==,filetype dGV4dC9wbGFpbg==").ok(), Some(name.clone()));
        assert_eq!(read("filename eA==").ok(), Some(name));
        for wrong in ["filename eA==,filename eQ==", "filename eA==,name eQ==", "filename eA==,colour eA=="] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn base64_is_read_with_its_padding_and_without() {
        for (text, bytes) in [
            ("", &b""[..]),
            ("Zg==", b"f"),
            ("Zm8=", b"fo"),
            ("Zm8", b"fo"),
            ("Zm9v", b"foo"),
            ("w7w+", "ü>".as_bytes()),
        ] {
            assert_eq!(base64(text).as_deref(), Some(bytes), "{text}");
        }
        assert!(base64("Z").is_none() && base64("Zm9 v").is_none());
    }
}
