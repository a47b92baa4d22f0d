//! How far a containment is, in a line.

use std::collections::BTreeMap;

use domain::watch::containment::{ActAfter, Honoured};
use domain::watch::{Cause, Containment, ContainmentState};
use domain::{Id, Key};
use leptos::prelude::*;

use super::shown::{clock, seconds};
use crate::frame::Frame;

/// A containment as pages show it.
#[derive(Debug, Clone)]
pub struct ContainmentView {
    /// What is known of it, with everything that was seen until now.
    pub containment: Containment,
    /// What the agent is called.
    pub agent_name: String,
    /// The incident, where the reader may see it.
    pub incident: Option<Key>,
    /// What the last try to tell the stop came to, while it is tried again.
    pub trouble: Option<String>,
    /// What the sources in it are called.
    pub source_names: BTreeMap<Id, String>,
}

impl ContainmentView {
    /// What a source is called.
    pub(crate) fn source(&self, id: &Id) -> String {
        self.source_names.get(id).cloned().unwrap_or_else(|| "a source".into())
    }

    /// Whether something happens to it without a person, and soon.
    pub(crate) fn is_under_way(&self) -> bool {
        use ContainmentState::{Acknowledged, Requested, Sent};
        let containment = &self.containment;
        let waits = containment.awaits_second() || containment.is_dry_run;
        !waits && matches!(containment.state(), Requested | Sent | Acknowledged)
    }

    /// How many acts were seen after the stop.
    pub(crate) fn acts_after(&self) -> u64 {
        self.containment.honoured.iter().map(|honoured: &Honoured| honoured.acts).sum()
    }

    /// Acts seen after the stop, the first ones.
    pub(crate) fn acts(&self) -> &[ActAfter] {
        &self.containment.acts
    }
}

/// The states on the way, and whether it came there.
pub(crate) fn chain(containment: &Containment) -> impl IntoView + use<> {
    use ContainmentState as State;
    let now = containment.state();
    let mut states = vec![State::Requested];
    if now == State::Cancelled {
        states.push(State::Cancelled);
    } else {
        states.extend([State::Sent, State::Acknowledged]);
        let shown = [State::NotEffective, State::Effective, State::Unproven, State::Failed];
        let last = containment.steps.iter().rev().map(|step| step.state).find(|state| shown.contains(state));
        states.push(last.unwrap_or(State::Effective));
        states.push(if now == State::Permanent { State::Permanent } else { State::Restored });
    }
    let item = |state: State| {
        let at = containment.reached(state);
        let current = (state == now).then_some("step");
        let class = match (at, state) {
            (None, _) => "off",
            (Some(_), State::NotEffective | State::Failed) => "no",
            (Some(_), State::Unproven) => "un",
            (Some(_), _) => "on",
        };
        let not_yet = at.is_none().then(|| view! { <span class="visually-hidden">"not yet "</span> });
        let at = at.map(|at| view! { " "<small>{clock(at)}</small> });
        view! { <li class=class aria-current=current>{not_yet}{state.label()}{at}</li> }
    };
    view! { <ol class="states" aria-label="How far it is">{states.into_iter().map(item).collect_view()}</ol> }
}

/// What that means, in a sentence.
pub(crate) fn meaning(view: &ContainmentView) -> String {
    let containment = &view.containment;
    let acts = view.acts_after();
    if let (ContainmentState::Requested | ContainmentState::Sent, Some(trouble)) = (containment.state(), &view.trouble)
    {
        return format!(
            "The stop did not get through yet, and is tried again: {trouble} Where that takes too long, stop the agent by hand."
        );
    }
    match containment.state() {
        ContainmentState::Requested if containment.awaits_second() => {
            "Nothing is sent before a second person agrees.".into()
        }
        ContainmentState::Requested => "The stop is about to be sent.".into(),
        ContainmentState::Sent => "The stop was sent. Whether it worked is shown by the sources.".into(),
        ContainmentState::Acknowledged => {
            format!(
                "The other side says that it did it. The sources have to show no act for {} seconds.",
                containment.quiet_seconds
            )
        }
        ContainmentState::Effective => "No source that would show an act of the agent shows one since the stop.".into(),
        ContainmentState::NotEffective => {
            format!(
                "The agent went on: {} after the stop.",
                domain::counted::counted_as(acts, "act was seen", "acts were seen")
            )
        }
        ContainmentState::Unproven => {
            "No source would show an act of the agent, so nobody knows whether it stopped.".into()
        }
        ContainmentState::Failed => "The stop did not get through. Stop the agent by hand.".into(),
        ContainmentState::Restored => "The agent may act again.".into(),
        ContainmentState::Permanent => "The agent stays stopped.".into(),
        ContainmentState::Cancelled if containment.is_dry_run => "This was a dry run: nothing was sent.".into(),
        ContainmentState::Cancelled => "It was called off before anything was sent.".into(),
    }
}

/// A containment in a list of the watch.
pub(crate) fn line(view: &ContainmentView) -> impl IntoView + use<> {
    let containment = &view.containment;
    let href = format!("/agents/{}#containment-{}", containment.agent, containment.id);
    let by = match &containment.cause {
        Cause::Person { person } => format!("asked for by {}", person.spoken()),
        Cause::Rule { rule, .. } => format!("asked for by the rule “{}”", rule.label()),
    };
    let late = containment.is_overdue(Frame::current().now);
    let late = late.then(|| view! { " "<span class="flag no">"review overdue"</span> });
    let latency = containment.honour_micros().map(|micros| format!(" Last act {} after the stop.", seconds(micros)));
    let refresh = view.is_under_way().then_some("");
    view! {
        <li data-refresh=refresh>
            <div class="spread"><b><a href=href data-item>{view.agent_name.clone()}</a></b><small class="muted">{by}{late}</small></div>
            {chain(containment)}
            <p>{meaning(view)}{latency}</p>
        </li>
    }
}
