//! Sessions of browsers, kept in the database.

use store::Store;
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::Duration;
use tower_sessions::{Expiry, SessionManagerLayer};

/// How long a session lives without being used.
const IDLE_DAYS_MAX: i64 = 14;

/// The layer that carries sessions. The cookie is marked `Secure` when the
/// public address is https; on a plain address it must not be, or nobody could sign in.
pub fn layer(store: &Store, secure: bool) -> SessionManagerLayer<Store> {
    SessionManagerLayer::new(store.clone())
        .with_name("inquest")
        .with_same_site(SameSite::Lax)
        .with_http_only(true)
        .with_secure(secure)
        .with_expiry(Expiry::OnInactivity(Duration::days(IDLE_DAYS_MAX)))
}
