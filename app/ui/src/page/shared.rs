//! A published revision for whoever has a link to it.

use domain::Instant;
use leptos::prelude::*;

use crate::component::shell::One;
use crate::component::times::to_minute;
use crate::component::{Icon, When};

/// What a link shows.
pub struct SharedText {
    /// What the document is called.
    pub title: String,
    /// The public text, as HTML made of the frozen Markdown.
    pub html: String,
    /// The number of the revision.
    pub number: u32,
    /// When it was published.
    pub published: Instant,
    /// Until when the link opens.
    pub until: Instant,
    /// The files to take along.
    pub files: Vec<SharedFile>,
    /// The key that signed them, in hex.
    pub public_key: String,
    /// The address of the link.
    pub at: String,
}

/// A file to take along.
pub struct SharedFile {
    /// How it is written.
    pub label: &'static str,
    /// What it is called.
    pub name: String,
    /// The digest of its bytes, in hex.
    pub sha256: String,
    /// The signature of its bytes, in hex.
    pub signature: String,
}

/// The public text, and how to make sure that it is the one that was published.
pub fn page(text: &SharedText) -> AnyView {
    // On a narrow screen a table scrolls by itself: the keyboard has to reach it.
    let html = text.html.replace("<table>", "<table tabindex=\"0\">");
    let verify = verify(text);
    let (number, published, until) = (text.number, to_minute(text.published), to_minute(text.until));
    view! {
        <One>
            <article class="doc">
                <p class="muted">{format!("Revision {number}, published ")}<When time=published/>". This is its public text: what is private is left out of it or replaced. The link to it works until "<When time=until/>"."</p>
                <div inner_html=html></div>
            </article>
            {verify}
        </One>
    }
    .into_any()
}

fn verify(text: &SharedText) -> impl IntoView + use<> {
    let at = text.at.clone();
    let file = |file: &SharedFile| {
        let (href, signed) = (format!("{at}/{}", file.name), format!("{at}/{}.sig", file.name));
        let sig = format!("Signature of the {} file", file.label);
        view! {
            <li>
                <a href=href download=""><Icon name="download"/>" "{file.name.clone()}</a>" "<a href=signed download="" aria-label=sig>"signature"</a>
                <br/><small class="muted">"SHA-256 "<code>{file.sha256.clone()}</code></small>
                <br/><small class="muted">"Ed25519 "<code>{file.signature.clone()}</code></small>
            </li>
        }
    };
    let files = text.files.iter().map(file).collect_view();
    let name = text.files.iter().find(|file| file.name.ends_with(".html")).or(text.files.first());
    let name = name.map(|file| file.name.clone()).unwrap_or_default();
    let commands = format!(
        "sha256sum {name}\nopenssl pkeyutl -verify -pubin -inkey signing-key.pem -rawin -in {name} -sigfile {name}.sig"
    );
    view! {
        <section class="card" id="verify">
            <header><h2>"Verify this"</h2></header>
            <p>"These files are the revision as it was frozen when it was published. Each is signed by this instance of Inquest with its Ed25519 key."</p>
            <ul class="hairline">{files}</ul>
            <p>"Its public key is "<code>{text.public_key.clone()}</code>", also as "<a href=format!("{}/signing-key.pem", text.at) download="">"signing-key.pem"</a>". A key proves something only if it comes from whoever you trust: ask them for it in another way than by this page, and compare."</p>
            <p>"With a file, its signature and the key in one folder:"</p>
            <pre tabindex="0"><code>{commands}</code></pre>
            <p class="muted">"The first line prints the digest that stands above; the second says “Signature Verified Successfully”."</p>
        </section>
    }
}

/// A link that opens nothing.
pub fn gone() -> AnyView {
    view! {
        <One class="page narrow">
            <section class="hero">
                <Icon name="lock"/>
                <h1>"Nothing to read here"</h1>
                <p>"This link opens nothing. It may have expired, it may have been revoked, or it may be incomplete: compare it with the one you were given, or ask whoever gave it to you for a new one."</p>
            </section>
        </One>
    }
    .into_any()
}
