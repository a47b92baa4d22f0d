//! The pages before anybody is signed in.

use domain::access::Role;
use leptos::context::Provider;
use leptos::prelude::*;

use crate::component::form::FormId;
use crate::component::shell::One;
use crate::component::{Field, Flag, Icon};
use crate::frame::Frame;

const NARROW: &str = "page narrow";
const PASSWORD_HINT: &str =
    "At least 8 characters. Long beats complicated: a few unrelated words, or one your password manager makes.";

/// Sign in, and go on to where you were going.
pub fn sign_in_page(next: &str) -> AnyView {
    let next = next.to_string();
    view! {
        <One class=NARROW>
            <section class="hero">
                <h1>"Sign in to Inquest"</h1>
                <Door id="sign-in" action="/sign-in" submit="Sign in">
                    <input type="hidden" name="next" value=next/>
                    <Field name="email" label="Email" kind="email" autocomplete="username" required=true autofocus=true/>
                    <Field name="password" label="Password" kind="password" autocomplete="current-password" required=true/>
                </Door>
                <div class="actions"><p class="muted">"No account yet? Accounts are made by invitation: ask an admin of this instance for a link."</p></div>
            </section>
        </One>
    }
    .into_any()
}

/// The first account of a new instance. The token in the link says that this reader may make it.
pub fn setup_page(token: &str) -> AnyView {
    let token = token.to_string();
    view! {
        <One class=NARROW>
            <section class="hero">
                <h1>"Set up Inquest"</h1>
                <p>"You make the first account, and it is an admin's: it invites the others. This link works once."</p>
                <Door id="setup" action="/setup" submit="Create account">
                    <input type="hidden" name="token" value=token/>
                    <Field name="name" label="Your name" autocomplete="name" required=true autofocus=true hint="Your name stands beside everything you record, review and sign."/>
                    <Field name="email" label="Email" kind="email" autocomplete="username" required=true hint="To sign in with. Nothing is sent to it."/>
                    <Field name="password" label="Password" kind="password" autocomplete="new-password" required=true hint=PASSWORD_HINT/>
                    <div>
                        <Flag name="library:b" label="Load the example library (5 incidents)" value=true/>
                        <p class="hint">"Public agent incidents, worked through with their contradictions and gaps: what a case file looks like when it is done."</p>
                    </div>
                </Door>
            </section>
        </One>
    }
    .into_any()
}

/// A new instance, seen by somebody without its set-up link.
pub fn setup_locked_page() -> AnyView {
    view! {
        <One class=NARROW>
            <section class="hero">
                <Icon name="lock"/>
                <h1>"This instance is new"</h1>
                <p>"It has no account yet. The link that makes the first one was printed in the terminal where the server started: open that link."</p>
                <p class="muted">"Is the terminal gone? Start the server again and it prints a new link, or make the account there with " <code>"inquest user add"</code>"."</p>
            </section>
        </One>
    }
    .into_any()
}

/// Somebody follows an invitation.
pub fn invite_page(token: &str, role: Role) -> AnyView {
    let action = format!("/invite/{token}");
    view! {
        <One class=NARROW>
            <section class="hero">
                <h1>"Join Inquest"</h1>
                <p>"You are invited as " <b>{role.label()}</b>". " {role_may(role)} " You will sign in with the address that was invited."</p>
                <Door id="invite" action=action submit="Make my account">
                    <Field name="name" label="Your name" autocomplete="name" required=true autofocus=true hint="Your name stands beside everything you record, review and sign."/>
                    <Field name="password" label="Password" kind="password" autocomplete="new-password" required=true hint=PASSWORD_HINT/>
                </Door>
            </section>
        </One>
    }
    .into_any()
}

/// A form that leaves for another page: it posts as it is, so that the browser
/// goes where it is sent and its memory for passwords notices.
#[component]
fn Door(
    /// Unique on the page.
    id: &'static str,
    /// Where it is posted.
    #[prop(into)]
    action: String,
    /// The words on the button.
    submit: &'static str,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let frame = Frame::current();
    let detail = (frame.typed.form == id).then(|| frame.typed.detail.clone()).flatten();
    view! {
        <form method="post" action=action id=id class="form" data-plain>
            {detail.map(|sentence| view! { <p class="notice stop" role="alert">{sentence}</p> })}
            <Provider value=FormId(id.into())>{children()}</Provider>
            <div class="actions"><button type="submit" class="btn p">{submit}</button></div>
        </form>
    }
}

/// What a role may do, in a sentence.
pub(super) fn role_may(role: Role) -> &'static str {
    match role {
        Role::Admin => "Admins may do everything: they also manage accounts and see private incidents.",
        Role::Responder => "Responders file incidents and work on them, and they review and sign.",
        Role::Reviewer => {
            "Reviewers review evidence, record findings, comment, approve and sign; they change nothing else."
        }
        Role::Viewer => "Viewers read incidents and change nothing.",
    }
}
