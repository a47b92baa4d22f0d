//! Commands of accounts, invitations and tokens.

use domain::access::{Role, Scope, refuse_agent, refuse_own_account};
use domain::account::AccountDraft;
use serde::Deserialize;
use serde_json::json;
use store::{Error, NewToken, Result, Token, User};

use super::{Call, Reply, page_of_log, page_with};
use crate::query::{After, Both, Paged};

/// A secret that is shown once travels to the page in the session; to programs, in the answer.
pub const ONCE: [&str; 3] = ["token", "invitation", "secret_link"];

pub(super) async fn tokens(call: Call<Paged>) -> Result<Reply> {
    let tokens = call.store.tokens(&call.actor, &call.actor.person.id).await?;
    let shown = |token: Token| json!({ "id": token.id, "name": token.name, "scope": token.scope, "agent": token.agent, "created_at": token.created_at, "expires_at": token.expires_at, "last_used_at": token.last_used_at, "revoked_at": token.revoked_at });
    Ok(page_with(tokens, &call.query, shown))
}

#[derive(Deserialize, schemars::JsonSchema)]
pub struct TokenDraft {
    #[serde(default)]
    name: String,
    scope: Option<Scope>,
    agent: Option<String>,
    expires_days: Option<u32>,
}

pub(super) async fn create_token(call: Call) -> Result<Reply> {
    // Before what was sent is looked at: an agent hears that it may not, whatever it sent.
    refuse_agent(&call.actor.person, "make tokens")?;
    let draft: TokenDraft = call.draft()?;
    let scope = call.actor.scope.for_new_token(draft.scope)?;
    let new = NewToken { name: draft.name, scope, agent: draft.agent, expires_days: draft.expires_days };
    let (token, secret) = call.store.create_token(&call.actor, &call.actor.person.id, new).await?;
    Ok(Reply::created(json!({ "id": token.id, "token": secret, "scope": token.scope }), "/account".into()))
}

pub(super) async fn revoke_token(call: Call) -> Result<Reply> {
    call.store.revoke_token(&call.actor, &call.actor.person.id, &call.param("id")).await?;
    Ok(Reply::ok(json!({ "id": call.param("id"), "revoked": true }), "/account".into()))
}

pub(super) async fn users(call: Call<Paged>) -> Result<Reply> {
    let shown = |user: User| json!({ "id": user.id, "name": user.name, "email": user.email, "role": user.role, "disabled": user.disabled_at.is_some() });
    Ok(page_with(call.store.users(&call.actor).await?, &call.query, shown))
}

pub(super) async fn changes(call: Call<Both<After>>) -> Result<Reply> {
    let (since, limit) = call.since();
    let changes = call.store.instance_changes(&call.actor, since, limit).await?;
    Ok(page_of_log(&changes, limit))
}

#[derive(Deserialize, schemars::JsonSchema)]
pub struct RoleDraft {
    role: Role,
}

pub(super) async fn set_role(call: Call) -> Result<Reply> {
    let (id, draft) = (call.param("id"), call.draft::<RoleDraft>()?);
    refuse_own_account(&call.actor.person, &id, "change your own role")?;
    call.store.set_role(&call.actor, &id, draft.role).await?;
    Ok(Reply::ok(json!({ "id": id, "role": draft.role }), "/people".into()))
}

pub(super) async fn disable(call: Call) -> Result<Reply> {
    let id = call.param("id");
    refuse_own_account(&call.actor.person, &id, "disable your own account")?;
    call.store.disable_user(&call.actor, &id).await?;
    Ok(Reply::ok(json!({ "id": id, "disabled": true }), "/people".into()))
}

#[derive(Deserialize, schemars::JsonSchema)]
pub struct InvitationDraft {
    #[serde(default)]
    email: String,
    role: Role,
}

pub(super) async fn invite(call: Call) -> Result<Reply> {
    let draft: InvitationDraft = call.draft()?;
    let secret = call.store.invite(&call.actor, &draft.email, draft.role).await?;
    Ok(Reply::created(
        json!({ "invitation": format!("/invite/{secret}"), "email": draft.email, "role": draft.role }),
        "/people".into(),
    ))
}

pub(super) async fn edit_account(call: Call) -> Result<Reply> {
    let draft: AccountDraft = call.draft()?;
    let (zone, theme) = (draft.zone()?, draft.theme()?);
    call.store.set_name(&call.actor, &draft.name).await?;
    call.store.set_zone(&call.actor, zone.name()).await?;
    // The system's choice is a word where it is kept, and nothing where it is chosen.
    call.store.set_theme(&call.actor, if theme.is_empty() { "auto" } else { theme }).await?;
    if let Some(mail) = draft.mail {
        call.store.set_mail(&call.actor, mail).await?;
    }
    Ok(Reply::ok(json!({ "name": draft.name, "zone": zone.name(), "theme": theme }), "/account".into()))
}

#[derive(Deserialize, schemars::JsonSchema)]
pub struct PasswordDraft {
    #[serde(default)]
    current: String,
    #[serde(default)]
    new: String,
}

pub(super) async fn set_password(call: Call) -> Result<Reply> {
    refuse_agent(&call.actor.person, "set a password")?;
    let draft: PasswordDraft = call.draft()?;
    let in_form = |error| match error {
        Error::Refused(refusal) if refusal.field.as_deref() == Some("password") => Error::Refused(refusal.at("new")),
        error => error,
    };
    call.store.change_password(&call.actor, &draft.current, &draft.new).await.map_err(in_form)?;
    Ok(Reply::ok(json!({ "changed": true }), "/account".into()))
}
