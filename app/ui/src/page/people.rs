//! The accounts of the instance and who is invited. For admins.

use domain::access::Role;
use domain::{Id, Instant};
use leptos::prelude::*;

use super::entrance::role_may;
use crate::component::day::Day;
use crate::component::shell::One;
use crate::component::{ActButton, Field, Form, Icon, OpenForm, Select, choices};
use crate::frame::Frame;

/// An account.
#[derive(Debug, Clone)]
pub struct UserRow {
    /// Its id.
    pub id: Id,
    /// The name shown.
    pub name: String,
    /// The address used to sign in.
    pub email: String,
    /// What it may do.
    pub role: Role,
    /// Whether it can no longer sign in.
    pub disabled: bool,
}

/// An invitation that nobody has followed yet.
#[derive(Debug, Clone)]
pub struct InvitationRow {
    /// Who is invited.
    pub email: String,
    /// As what.
    pub role: Role,
    /// Until when the link works.
    pub expires: Instant,
}

/// Accounts and invitations. `fresh_link` is the link of an invitation just made; it is shown this once.
pub fn page(users: &[UserRow], invitations: &[InvitationRow], fresh_link: Option<&str>) -> AnyView {
    let fresh = fresh_link.map(|link| fresh(link.to_string()));
    let (invite, accounts) = (invite(invitations), accounts(users));
    view! {
        <One>
            <div class="spread"><h1>"People"</h1><a class="btn quiet" href="/changes">"Log of the instance"</a></div>
            {fresh}
            {invite}
            {accounts}
            {roles()}
        </One>
    }
    .into_any()
}

fn fresh(link: String) -> impl IntoView {
    view! {
        <div class="notice info" role="status">
            <Icon name="link"/>
            <div>
                <p><b>"The invitation is ready."</b>" Send this link to the person you invited; Inquest sends no mail. It is shown only now."</p>
                <p><code>{link}</code></p>
            </div>
        </div>
    }
}

fn invite(invitations: &[InvitationRow]) -> impl IntoView + use<> {
    let waiting = invitations.iter().map(|invitation| {
        view! { <li class="spread"><span>{invitation.email.clone()}</span><span class="muted">{invitation.role.label()}", until "<Day at=invitation.expires/></span></li> }
    });
    let waiting = (!invitations.is_empty())
        .then(|| view! { <h3>"Waiting for an answer"</h3><ul class="hairline">{waiting.collect_view()}</ul> });
    view! {
        <section class="card">
            <header><h2>"Invite somebody"</h2></header>
            <Form id="invitation" action="/invitations" submit="Make an invitation link">
                <div class="row">
                    <Field name="email" label="Email" kind="email" required=true autocomplete="off"/>
                    <Select name="role" label="Role" options=choices(Role::ALL, Role::word, Role::label) asks=true/>
                </div>
            </Form>
            {waiting}
        </section>
    }
}

fn accounts(users: &[UserRow]) -> impl IntoView + use<> {
    let heads = ["Name", "Email", "Role", "Change"];
    view! {
        <section class="card">
            <header><h2>"Accounts"</h2><small class="muted">{users.len().to_string()}</small></header>
            <table class="table" role="table" aria-label="Accounts">
                <thead role="rowgroup"><tr role="row">{heads.map(|head| view! { <th scope="col" role="columnheader">{head}</th> }).into_iter().collect_view()}</tr></thead>
                <tbody role="rowgroup">{users.iter().map(account).collect_view()}</tbody>
            </table>
        </section>
    }
}

fn account(user: &UserRow) -> impl IntoView + use<> {
    let me = Frame::current().reader.as_ref().is_some_and(|reader| reader.id == user.id);
    let change = match (me, user.disabled) {
        (true, _) => view! { <span class="muted">"this is you"</span> }.into_any(),
        (_, true) => view! { <span class="muted">"cannot sign in"</span> }.into_any(),
        _ => changes(user),
    };
    view! {
        <tr role="row" id=format!("user-{}", user.id)>
            <th scope="row" role="rowheader">{user.name.clone()}</th>
            <td role="cell" data-label="Email">{user.email.clone()}</td>
            <td role="cell" data-label="Role">{user.role.label()}{user.disabled.then(|| view! { " " <span class="flag off">"disabled"</span> })}</td>
            <td role="cell" data-label="Change">{change}</td>
        </tr>
    }
}

fn changes(user: &UserRow) -> AnyView {
    let form = format!("role-{}", user.id);
    let role = user.role.word();
    let name = user.name.clone();
    let (save, disable) = (format!("/users/{}/role", user.id), format!("/users/{}/disable", user.id));
    view! {
        <div class="actions">
            <OpenForm label=format!("Change {name}'s role") form=form.clone() quiet=true>
                <Form id=form action=save submit="Save the role">
                    <Select name="role" label="Role" options=choices(Role::ALL, Role::word, Role::label) value=role hint="It holds from the next click on, for open pages and tokens too."/>
                </Form>
            </OpenForm>
            <ActButton action=disable label="Disable" title=format!("Disable the account of {name}") class="btn danger small"/>
        </div>
    }
    .into_any()
}

fn roles() -> impl IntoView {
    let line = |role: &Role| view! { <dt>{role.label()}</dt><dd>{role_may(*role)}</dd> };
    view! {
        <section class="card">
            <header><h2>"What each role may do"</h2></header>
            <p class="muted">"Nobody reviews or signs an incident in which they took part, whatever their role. A disabled account keeps its name on everything it wrote; it cannot sign in, and its tokens stop."</p>
            <dl class="facts">{Role::ALL.iter().map(line).collect_view()}</dl>
        </section>
    }
}
