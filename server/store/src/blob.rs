//! Evidence bytes, kept under their own SHA-256 and never changed.

use std::ops::Range;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use domain::Refusal;
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use sha2::{Digest, Sha256};

use crate::digest::hex;
use crate::import::{Charset, LOOKED_AT_BYTES, Packing, detect_encoding, encoding_named};
use crate::{Error, Result, Store};

/// So much is read at once.
const CHUNK_BYTES: u64 = 256 << 10;

/// Bytes as they come.
pub type BlobStream = BoxStream<'static, Result<Bytes>>;

/// Where evidence is kept.
pub(crate) struct Blobs(pub(crate) Arc<dyn ObjectStore>, Option<PathBuf>);

/// What is gathered of an upload before it is written. In a folder, many uploads at once shall take little memory.
const FOLDER_PART_BYTES: usize = 512 << 10;
/// A bucket takes no smaller parts.
const BUCKET_PART_BYTES: usize = 5 << 20;

impl Blobs {
    /// The folder, where it is one.
    pub(crate) fn directory(&self) -> Option<&FilePath> {
        self.1.as_deref()
    }

    pub(crate) async fn open(url: Option<&str>, data_dir: &FilePath) -> Result<Self> {
        let directory = match url {
            None => data_dir.join("evidence"),
            Some(url) => match url.split_once("://") {
                Some(("file", path)) if path.starts_with('/') => path.into(),
                Some(("file", _)) => {
                    return Err(Error::internal(
                        "The evidence URL names a folder from the root on: write it like file:///var/lib/inquest/evidence.",
                    ));
                }
                Some(("s3", rest)) => return s3(rest).map(|bucket| Self(bucket, None)),
                _ => {
                    return Err(Error::internal(
                        "The evidence URL begins with file:/// or s3://; leave it out for the data directory.",
                    ));
                }
            },
        };
        tokio::fs::create_dir_all(&directory).await?;
        // An answer of success means that the bytes are on the disk.
        let files = LocalFileSystem::new_with_prefix(&directory)?.with_fsync(true);
        Ok(Self(Arc::new(files), Some(directory)))
    }

    /// What is gathered of an upload before it is written.
    pub(crate) fn part_bytes(&self) -> usize {
        if self.1.is_some() { FOLDER_PART_BYTES } else { BUCKET_PART_BYTES }
    }
}

/// `bucket/prefix`. Region, endpoint and credentials come from the usual `AWS_…` variables.
#[cfg(feature = "s3")]
fn s3(rest: &str) -> Result<Arc<dyn ObjectStore>> {
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    if bucket.is_empty() {
        return Err(Error::internal("The evidence URL names no bucket: write it like s3://bucket/prefix."));
    }
    let bucket = object_store::aws::AmazonS3Builder::from_env()
        .with_bucket_name(bucket)
        .build()
        .map_err(|error| Error::internal(format!("The evidence bucket cannot be used: {error}. Set AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and AWS_ENDPOINT for another provider.")))?;
    let prefix = prefix.trim_matches('/');
    Ok(if prefix.is_empty() {
        Arc::new(bucket)
    } else {
        Arc::new(object_store::prefix::PrefixStore::new(bucket, prefix))
    })
}

#[cfg(not(feature = "s3"))]
fn s3(_: &str) -> Result<Arc<dyn ObjectStore>> {
    Err(Error::internal(
        "This build keeps evidence in folders only: build it with --features s3 for s3://, or write file:///….",
    ))
}

impl Store {
    /// The bytes of a digest, as a stream.
    pub async fn read_blob(&self, sha256: &str) -> Result<BlobStream> {
        self.read_blob_from(sha256, 0).await
    }

    /// The bytes of a digest from an offset on, as a stream.
    pub(crate) async fn read_blob_from(&self, sha256: &str, offset: u64) -> Result<BlobStream> {
        self.read_blob_part(sha256, offset..u64::MAX).await
    }

    /// A part of the bytes of a digest, as a stream; one that reaches beyond the end stops there.
    pub async fn read_blob_part(&self, sha256: &str, part: Range<u64>) -> Result<BlobStream> {
        let address = address(sha256)?;
        let size = self.blobs().0.head(&address).await.map_err(missing(sha256))?.size.min(part.end);
        let objects = self.blobs().0.clone();
        // A file's own stream comes in pieces of 8 KB, each with a change of thread.
        let next = move |at: u64| {
            let (objects, address) = (objects.clone(), address.clone());
            async move {
                let range = at..size.min(at + CHUNK_BYTES);
                if range.is_empty() {
                    return None;
                }
                let end = range.end;
                match objects.get_range(&address, range).await {
                    Ok(bytes) => Some((Ok(bytes), end)),
                    Err(error) => Some((Err(Error::from(error)), size)),
                }
            }
        };
        Ok(stream::unfold(part.start, next).boxed())
    }

    /// The bytes of a digest as they are inside gzip, zstd or zip, and in UTF-8, as a stream. The encoding is the one a
    /// reading was told or found; where nobody names it, it is told from the bytes.
    pub async fn read_unpacked(&self, sha256: &str, encoding: Option<&str>) -> Result<BlobStream> {
        let is_plain = self.is_plain(sha256, encoding).await?;
        let packed = self.read_blob(sha256).await?;
        Ok(if is_plain { packed } else { self.unpacked(packed, encoding.and_then(encoding_named)).await? })
    }

    /// Whether the bytes of a digest are neither packed nor in another encoding than UTF-8: then a place in what was
    /// read is the same place in them.
    pub async fn is_plain(&self, sha256: &str, encoding: Option<&str>) -> Result<bool> {
        let first = self.read_blob_range(sha256, 0..LOOKED_AT_BYTES as u64).await?;
        let encoding = encoding.and_then(encoding_named).unwrap_or_else(|| detect_encoding(&first));
        Ok(Packing::of(&first) == Packing::Plain && encoding == Charset::UTF_8)
    }

    /// A part of the bytes of a digest; one that reaches beyond the end stops there.
    pub async fn read_blob_range(&self, sha256: &str, range: Range<u64>) -> Result<Bytes> {
        let address = address(sha256)?;
        let size = self.blobs().0.head(&address).await.map_err(missing(sha256))?.size;
        let range = range.start.min(size)..range.end.min(size);
        if range.is_empty() {
            return Ok(Bytes::new());
        }
        self.blobs().0.get_range(&address, range).await.map_err(missing(sha256))
    }

    /// How many bytes are kept under a digest; `None` when there are none.
    pub async fn blob_size(&self, sha256: &str) -> Result<Option<u64>> {
        match self.blobs().0.head(&address(sha256)?).await {
            Ok(found) => Ok(Some(found.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The digest of the bytes as they are now; `None` when there are none.
    pub(crate) async fn rehash(&self, sha256: &str) -> Result<Option<String>> {
        if self.blob_size(sha256).await?.is_none() {
            return Ok(None);
        }
        let mut bytes = self.read_blob(sha256).await?;
        let mut hasher = Sha256::new();
        while let Some(chunk) = bytes.try_next().await? {
            hasher.update(&chunk);
        }
        Ok(Some(hex(&hasher.finalize())))
    }
}

/// `ab/cdef…`: 256 directories keep each of them small.
pub(crate) fn address(sha256: &str) -> Result<Path> {
    let is_digest = sha256.len() == 64 && sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !is_digest {
        return Err(Refusal::absent("such evidence").into());
    }
    Ok(Path::from(format!("{}/{}", &sha256[..2], &sha256[2..])))
}

fn missing(sha256: &str) -> impl Fn(object_store::Error) -> Error {
    move |error| match error {
        object_store::Error::NotFound { .. } => Error::Missing(sha256.to_string()),
        other => other.into(),
    }
}
