//! The keys of the instance: Ed25519, made when something is signed for the first time.
//!
//! The secret lies in the data folder, readable by its owner alone, and never in the database: a copy of the database,
//! or somebody who can write to it, cannot sign. Each node has a key of its own; the public ones are in the database
//! and in the instance's log.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use domain::checkpoint::PublicKey;
use domain::revision::digest;
use domain::{Id, Instant};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};

use crate::clock::random;
use crate::digest::hex;
use crate::grant::Grant;
use crate::{Actor, Error, Result, Store};

/// The file in the data folder.
pub(crate) const KEY_FILE: &str = "signing.key";
/// How it begins.
const FORM: &str = "inquest-signing-key/1 ";

/// A signature with the key it was made by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The key.
    pub key: String,
    /// The Ed25519 signature, in hex.
    pub signature: String,
}

/// What signs for this node.
pub(crate) struct Signer {
    pub(crate) id: String,
    pair: Ed25519KeyPair,
}

impl Signer {
    pub(crate) fn of_seed(seed: &[u8]) -> Result<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed)
            .map_err(|error| Error::internal(format!("the signing key cannot be used: {error}")))?;
        Ok(Self { id: key_id(pair.public_key().as_ref()), pair })
    }

    pub(crate) fn sign(&self, bytes: impl AsRef<[u8]>) -> Signature {
        Signature { key: self.id.clone(), signature: hex(self.pair.sign(bytes.as_ref()).as_ref()) }
    }

    pub(crate) fn public_key(&self) -> String {
        hex(self.pair.public_key().as_ref())
    }
}

/// The name of a public key.
fn key_id(public: &[u8]) -> String {
    digest(public)[..16].to_string()
}

/// Whether a text was signed with the key of that name, out of these.
pub fn is_signed(keys: &[PublicKey], key: &str, text: &str, signature: &str) -> bool {
    let Some(known) = keys.iter().find(|known| known.id == key) else { return false };
    let (Some(public), Some(signature)) = (unhex(&known.public_key), unhex(signature)) else { return false };
    // A name that is not the key's own would let one key pass for another.
    key_id(&public) == known.id && UnparsedPublicKey::new(&ED25519, public).verify(text.as_bytes(), &signature).is_ok()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| (byte as char).to_digit(16).filter(|_| !byte.is_ascii_uppercase());
    let pair = |pair: &[u8]| match pair {
        [high, low] => u8::try_from(digit(*high)? * 16 + digit(*low)?).ok(),
        _ => None,
    };
    text.as_bytes().chunks(2).map(pair).collect()
}

impl Store {
    /// What signs for this node. Read anew each time, for the key may have been changed by the command line.
    pub(crate) async fn signer(&self) -> Result<Signer> {
        let signer = match read(&self.key_file())? {
            Some(signer) => signer,
            None => make(&self.key_file())?,
        };
        let known: Option<String> = sqlx::query_scalar("select id from signing_keys where id = $1")
            .bind(&signer.id)
            .fetch_optional(self.reader())
            .await?;
        if known.is_none() {
            self.put_key(&signer).await?;
        }
        Ok(signer)
    }

    /// Every key that ever signed here, oldest first.
    pub async fn signing_keys(&self) -> Result<Vec<PublicKey>> {
        let rows: Vec<(String, String, i64, Option<i64>)> =
            sqlx::query_as("select id, public_key, created_at, retired_at from signing_keys order by created_at, id")
                .fetch_all(self.reader())
                .await?;
        Ok(rows
            .into_iter()
            .map(|(id, public_key, created_at, retired_at)| PublicKey {
                id,
                public_key,
                created_at: Instant::from_micros(created_at),
                retired_at: retired_at.map(Instant::from_micros),
            })
            .collect())
    }

    /// The key this node signs with; made if there is none yet.
    pub async fn signing_key(&self) -> Result<PublicKey> {
        let signer = self.signer().await?;
        let known = self.signing_keys().await?.into_iter().find(|key| key.id == signer.id);
        known.ok_or_else(|| Error::internal("the signing key is not in the database"))
    }

    /// Gives this node a new key. What the old one signed stays signed, and its secret is gone.
    pub async fn rotate_key(&self) -> Result<PublicKey> {
        let old = self.signer().await?;
        let next = self.key_file().with_extension("next");
        let _ = std::fs::remove_file(&next);
        let signer = make(&next)?;
        self.put_key(&signer).await?;
        std::fs::rename(&next, self.key_file())?;
        let mut act = self.administer(Actor::system().person).await?;
        let id = Id::new(old.id);
        act.watch(Grant::SigningKey, &id).await?;
        sqlx::query("update signing_keys set retired_at = $2 where id = $1")
            .bind(id.as_str())
            .bind(act.now().micros())
            .execute(&mut act.tx)
            .await?;
        act.commit().await?;
        self.signing_key().await
    }

    async fn put_key(&self, signer: &Signer) -> Result<()> {
        let mut act = self.administer(Actor::system().person).await?;
        act.watch(Grant::SigningKey, &Id::new(signer.id.as_str())).await?;
        sqlx::query(
            "insert into signing_keys (id, public_key, created_at) values ($1, $2, $3) on conflict (id) do nothing",
        )
        .bind(&signer.id)
        .bind(signer.public_key())
        .bind(act.now().micros())
        .execute(&mut act.tx)
        .await?;
        act.commit().await
    }

    pub(crate) fn key_file(&self) -> PathBuf {
        self.data_dir().join(KEY_FILE)
    }
}

fn read(path: &Path) -> Result<Option<Signer>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let seed = text.trim_end().strip_prefix(FORM).and_then(unhex).filter(|seed| seed.len() == 32);
    let seed = seed.ok_or_else(|| {
        Error::internal(format!("{} is not a signing key: bring it back from a backup", path.display()))
    })?;
    Signer::of_seed(&seed).map(Some)
}

/// Makes a key. Of two processes that begin at once, one makes it and the other reads it.
fn make(path: &Path) -> Result<Signer> {
    let seed = random::<32>()?;
    let draft = path.with_extension(crate::unique().simple().to_string());
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    writeln!(file, "{FORM}{}", hex(&seed))?;
    file.sync_all()?;
    // A link, unlike a rename, never takes the place of a key that is there.
    let linked = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error.into()),
        _ => read(path)?.ok_or_else(|| Error::internal("the signing key is gone as soon as it was made")),
    }
}
