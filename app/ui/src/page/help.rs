//! Help: the keyboard, what the drawings mean, what the verdicts mean, and how times are typed.

use domain::verdict::Verdict;
use leptos::prelude::*;

use crate::component::badge::VerdictBadge;
use crate::component::shell::One;

/// The help page.
pub fn page() -> AnyView {
    view! {
        <One>
            <h1>"Keyboard and help"</h1>
            {keyboard()}
            {drawings()}
            {verdicts()}
            {severities()}
            {times()}
            {talk()}
            {machines()}
        </One>
    }
    .into_any()
}

fn keyboard() -> impl IntoView {
    let keys = [
        ("n", "add: an event on the timeline, and the first record of most pages"),
        ("/", "search: the records on their page, elsewhere everything"),
        ("j", "next item of the page"),
        ("k", "previous item"),
        ("e", "edit the item you stand on"),
        ("Enter", "follow the link, or press the button, you stand on"),
        ("Esc", "leave a field; what you typed stays"),
        ("?", "this page"),
    ];
    let line = |(key, does): (&'static str, &'static str)| view! { <dt><kbd>{key}</kbd></dt><dd>{does}</dd> };
    view! {
        <section class="card" id="keyboard">
            <header><h2>"Keyboard"</h2></header>
            <p class="muted">"Single keys rest while you type in a field. Every page also works by mouse, by touch, and without JavaScript."</p>
            <dl class="keys">{keys.map(line).into_iter().collect_view()}</dl>
            <p><a href="/search">"Search"</a>" finds incidents with the records that have the words, agents, and pages by what they are for. A key such as INC-12 leads to its incident."</p>
        </section>
    }
}

fn talk() -> impl IntoView {
    view! {
        <section class="card" id="talk">
            <header><h2>"Saying, telling, taking back"</h2></header>
            <p>"Events, evidence, control gaps, remediation items, claims and sections can be commented on. In a comment or a section, write @ and somebody’s name, or what stands before the @ of their address: they are told under “For you”, and by mail where this instance sends any. It stays there until they answer or somebody resolves the comment."</p>
            <p>"“For you” also lists evidence that one person has reviewed and a second one should, overrides and postmortems to approve, verdicts to sign, and your own remediation items that are due within a week. Only what you may do is listed."</p>
            <p>"“History of this” on a record shows all its versions, word by word, and puts one of them back as a new change. The history of an incident undoes your own last act, as long as nobody has changed the same records since. What bears a name under a judgement is never undone that way: signatures, reviews, verdicts, approvals, evidence and its custody."</p>
        </section>
    }
}

fn machines() -> impl IntoView {
    view! {
        <section class="card" id="machines">
            <header><h2>"For those who run it"</h2></header>
            <p>"One binary and one folder are an instance. For several machines, let them share a PostgreSQL database with "<code>"--database-url"</code>" and their evidence with "<code>"--evidence-url"</code>": a folder that all of them reach, or a bucket. Nothing else is kept on a machine, so any of them answers anything, and one may be replaced while the others serve."</p>
            <p>"Behind a proxy, give "<code>"--public-url"</code>" and "<code>"--trust-proxy"</code>", and mail with "<code>"--smtp-url"</code>" and "<code>"--mail-from"</code>". The README of this version has systemd units, proxy settings, backups, and what grows with what."</p>
        </section>
    }
}

fn drawings() -> impl IntoView {
    view! {
        <section class="card" id="drawings">
            <header><h2>"Solid, hatched, dark"</h2></header>
            <p>"One rule holds in every drawing: what is solid is proven, what is hatched is not known, and what is empty behind a dashed line is dark, because nothing recorded it."</p>
            <p>"The rule holds for spans of exposure, for times that are ranges, for the severities an incident could have had, for answers that are still unknown, and for verdicts. Green is kept for what is proven and says nothing else. No colour speaks alone: a word or a shape says it too."</p>
            <ul class="legend">
                <li><i class="reviewed"></i>"reviewed: somebody looked, and the log was whole"</li>
                <li><i class="complete"></i>"complete: logged without a hole, not yet reviewed"</li>
                <li><i class="logged"></i>"logged: recorded, but nobody can say that nothing is missing"</li>
                <li><i class="dark"></i>"dark: nothing recorded"</li>
            </ul>
        </section>
    }
}

fn verdicts() -> impl IntoView {
    let line = |verdict: &Verdict| view! { <dt><VerdictBadge verdict=*verdict/></dt><dd>{meaning(*verdict)}</dd> };
    view! {
        <section class="card" id="verdicts">
            <header><h2>"What a verdict says"</h2></header>
            <p>"The verdict answers one question: do we know that nothing was harmed, or have we only not seen harm? It is computed from exposure, evidence, reviews and findings, and it falls by itself when one of them does. Nothing raises it but more evidence and two people's signatures."</p>
            <dl class="facts">{Verdict::ALL.iter().map(line).collect_view()}</dl>
        </section>
    }
}

const fn meaning(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::VerifiedNoOp => {
            "Every open path was logged without a hole and reviewed for the whole window, every gate passes, and two people who had no part in the incident have signed. Only now may anybody write that no access occurred."
        }
        Verdict::NoEvidenceOfHarm => {
            "What was reviewed shows no harm, and something is still missing. How much was reviewed, and which spans were not, belongs in the same sentence: absence of evidence is not evidence of absence."
        }
        Verdict::Undetermined => {
            "It cannot be determined whether there was harm: the window has no known end, not everything exposed is listed, or too little was recorded or reviewed."
        }
        Verdict::HarmSuspected => {
            "A finding is unresolved, a review was inconclusive, or evidence was changed after it was collected."
        }
        Verdict::AccessConfirmed => "Somebody looked who was not allowed to. Whether that did harm is not established.",
        Verdict::HarmConfirmed => "Misuse or an unauthorised change is confirmed, and intact evidence shows it.",
        Verdict::NotAssessed => {
            "Nobody has yet said when what was exposed. This is where every incident begins; it is neither good news nor bad."
        }
        Verdict::NotApplicable => {
            "For one of access, integrity and availability only: no path and no finding touches it."
        }
    }
}

fn severities() -> impl IntoView {
    view! {
        <section class="card" id="severity">
            <header><h2>"What a severity says"</h2></header>
            <p>"Sev 0 is the worst of five and Sev 4 the mildest. The rank is always written along, “Sev 1 (2nd of 5)”, because not everybody counts from the same end. An unknown dimension is rated by the worst that is credible, and again as if it were harmless: the two make the range, and the more severe of them counts."</p>
            <p>"What somebody declared, what is computed and what is final are kept apart, and the peak never falls."</p>
        </section>
    }
}

fn times() -> impl IntoView {
    let rows = [
        ("18 March 2026 17:05 CET", "that minute, in that zone; without a zone, in yours"),
        ("2026-03-18T17:05:33.5Z", "as programs write it"),
        ("17:05", "the most recent 17:05 that has passed; on a timeline, of the day it stands on"),
        ("yesterday 17:05 · today · now", "as you would expect"),
        ("2 h ago · 30 min ago", "counted back from now"),
        ("about 2 h ago", "a range, a twelfth either way: 110 to 130 minutes ago"),
        ("about 17:05", "five minutes either way; about 5 pm, half an hour"),
        ("17:00–19:00", "a range; also: between 17:00 and 19:00"),
        ("18 March 2026 · March 2026 · 2026", "the whole day, month or year: as fine as it is known, and no finer"),
        ("before 17:05 · after 18 March 2026", "one end is known, the other is not"),
        ("unknown", "nothing is known, and it says so"),
    ];
    let row = |(typed, read): (&'static str, &'static str)| view! { <tr role="row"><th scope="row" role="rowheader"><code>{typed}</code></th><td role="cell" data-label="Read as">{read}</td></tr> };
    view! {
        <section class="card" id="times">
            <header><h2>"How times are typed"</h2></header>
            <p>"Write a time as you would say it. Below the field stands how it was understood, before you save. Times are never made finer than they were told."</p>
            <p class="muted">"03/04/2026 is refused with a question: it is two different days on two sides of an ocean."</p>
            <table class="table" role="table" aria-label="Times and how they are read">
                <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">"You type"</th><th scope="col" role="columnheader">"It is read as"</th></tr></thead>
                <tbody role="rowgroup">{rows.map(row).into_iter().collect_view()}</tbody>
            </table>
        </section>
    }
}
