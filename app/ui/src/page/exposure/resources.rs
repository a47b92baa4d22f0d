//! Exposed resources, and the access paths.

use domain::exposure::{Path, Resource};
use domain::vocabulary::{Channel, Op, PathStatus, ResourceClass};
use leptos::prelude::*;

use super::{Question, seen};
use crate::case::Case;
use crate::component::address::{encode, slug};
use crate::component::shell::Empty;
use crate::component::{ActButton, Field, Form, OpenForm, Select, TextArea, choices};

/// How many access paths the form of a new resource offers.
const PATH_ROWS: usize = 3;

/// The resources with their paths, and the forms that add and change them.
pub(super) fn section(case: &Case, asked: &Question) -> impl IntoView + use<> {
    let exposure = case.dossier.exposure();
    let empty = exposure.resources.is_empty();
    let may_edit = case.may_edit();
    let rows = exposure.resources.iter().map(|known| row(case, known, asked, may_edit)).collect_view();
    view! {
        <section class="card" id="the-resources">
            <header>
                <h2>"Exposed resources"</h2>
                {may_edit.then(|| view! { <div class="actions">{add(case)}</div> })}
            </header>
            {empty.then(|| view! {
                <Empty title="No resource is recorded" text="A resource is a thing with one class and several access paths: a repository by API and by web page, its replica, its backup. Every open way is one lane that has to be logged and reviewed; one that was shut needs a reason."/>
            })}
            <ul class="hairline">{rows}</ul>
        </section>
    }
}

fn row(case: &Case, known: &Resource, asked: &Question, may_edit: bool) -> impl IntoView + use<> {
    let (id, slugged) = (encode(known.id.as_str()), slug(known.id.as_str()));
    let editing = may_edit && asked.resource == known.id.as_str();
    let edit = format!("{}#resource-{slugged}", case.url(&format!("exposure?resource={id}")));
    let remove = case.url(&format!("exposure/resources/{id}/delete"));
    let name = known.id.to_string();
    let paths = known.paths.iter().map(|path| path_row(case, known, path, asked, may_edit)).collect_view();
    view! {
        <li id=format!("resource-{slugged}") class="stack" data-item="" tabindex="0">
            <div class="spread">
                <h3>{name.clone()} " " <small class="muted">{known.class.label().to_lowercase()}</small></h3>
                {may_edit.then(|| view! {
                    <div class="actions">
                        <a class="btn quiet small" href=edit data-edit="" aria-label=format!("Edit {name}")>"Edit"</a>
                        <ActButton action=remove label="Remove" title=format!("Remove {name}")/>
                    </div>
                })}
            </div>
            {(!known.note.is_empty()).then(|| view! { <p class="muted">{known.note.clone()}</p> })}
            {known.paths.is_empty().then(|| view! { <p class="un">"No access path is recorded. Add each one, also those that turned out to be impossible."</p> })}
            <ul class="hairline">{paths}</ul>
            {may_edit.then(|| path_form(case, known, None, false))}
            {editing.then(|| edit_form(case, known))}
        </li>
    }
}

fn path_row(case: &Case, resource: &Resource, path: &Path, asked: &Question, may_edit: bool) -> impl IntoView + use<> {
    let cell = format!("{}/{}", resource.id, path.id);
    let editing = may_edit && asked.path == cell;
    let edit = format!("{}#path-{}", case.url(&format!("exposure?path={}", encode(&cell))), slug(&cell));
    let remove = case.url(&format!(
        "exposure/resources/{}/paths/{}/delete",
        encode(resource.id.as_str()),
        encode(path.id.as_str())
    ));
    let impossible = path.status == PathStatus::Impossible;
    let words = format!("{} · {} · {}", path.id, path.op.label().to_lowercase(), path.channel.label());
    view! {
        <li id=format!("path-{}", slug(&cell))>
            <div class="spread">
                <span>{words} " · " {if impossible { "impossible" } else { "open" }} {impossible.then(|| format!(": {}", path.justification))}</span>
                {may_edit.then(|| view! {
                    <div class="actions">
                        <a class="btn quiet small" href=edit aria-label=format!("Edit {cell}")>"Edit"</a>
                        <ActButton action=remove label="Remove" title=format!("Remove {cell}")/>
                    </div>
                })}
            </div>
            {editing.then(|| path_form(case, resource, Some(path), true))}
        </li>
    }
}

fn add(case: &Case) -> impl IntoView + use<> {
    let action = case.url("exposure/resources");
    view! {
        <OpenForm label="Add a resource" form="resource">
            <Form id="resource" action=action submit="Add it">
                {resource_fields(None)}
                {(0..PATH_ROWS).map(path_fields).collect_view()}
            </Form>
        </OpenForm>
    }
}

fn edit_form(case: &Case, known: &Resource) -> impl IntoView + use<> {
    let action = case.url(&format!("exposure/resources/{}", encode(known.id.as_str())));
    let (known, seen) = (known.clone(), seen(case));
    view! { <Form id="edit-resource" action=action submit="Save" seen=seen>{resource_fields(Some(known))}</Form> }
}

fn resource_fields(known: Option<Resource>) -> impl IntoView {
    let hint = if known.is_some() {
        "Coverage stated for the old name does not follow a new one."
    } else {
        "A name without slashes, such as repo-a."
    };
    let class = known.as_ref().map_or("", |known| known.class.word());
    let (id, note) = known.as_ref().map(|known| (known.id.to_string(), known.note.clone())).unwrap_or_default();
    view! {
        <div class="row">
            <Field name="id" label="Short name" value=id required=true hint=hint/>
            <Select name="class" label="Class" options=choices(ResourceClass::ALL, ResourceClass::word, ResourceClass::label) value=class blank="Choose a class"/>
        </div>
        <Field name="note" label="What it is" value=note/>
    }
}

/// One access path of a new resource; a row left empty is none.
fn path_fields(place: usize) -> impl IntoView {
    let number = place + 1;
    view! {
        <div class="row">
            <Select name=format!("paths.{place}.op") label=format!("Access path {number}: action") options=choices(Op::ALL, Op::word, Op::label) blank="None"/>
            <Select name=format!("paths.{place}.channel") label=format!("Access path {number}: channel") options=choices(Channel::ALL, Channel::word, Channel::label) blank="None"/>
        </div>
    }
}

/// Adds an access path to a resource, or replaces the one of the same name.
fn path_form(case: &Case, resource: &Resource, path: Option<&Path>, open: bool) -> impl IntoView + use<> {
    let action = case.url(&format!("exposure/resources/{}/paths", encode(resource.id.as_str())));
    let of = slug(resource.id.as_str());
    let id = path.map_or_else(|| format!("way-{of}"), |path| format!("edit-way-{of}-{}", slug(path.id.as_str())));
    let label = if path.is_some() { "Edit this access path" } else { "Add an access path" };
    let (path, seen) = (path.cloned(), seen(case));
    view! {
        <OpenForm label=label form=id.clone() open=open quiet=true>
            <Form id=id action=action submit="Save" seen=seen>{way_fields(path)}</Form>
        </OpenForm>
    }
}

fn way_fields(path: Option<Path>) -> impl IntoView {
    let kept = path.as_ref().map(|path| path.id.to_string());
    let op = path.as_ref().map_or("", |path| path.op.word());
    let channel = path.as_ref().map_or("", |path| path.channel.word());
    let status = path.as_ref().map_or(PathStatus::Open, |path| path.status).word();
    let why = path.map(|path| path.justification).unwrap_or_default();
    let name = match kept {
        Some(id) => view! { <input type="hidden" name="id" value=id/> }.into_any(),
        None => view! { <Field name="id" label="Short name" hint="Such as api. Left empty, it is made of the two choices below."/> }.into_any(),
    };
    view! {
        {name}
        <div class="row">
            <Select name="op" label="Allows" options=choices(Op::ALL, Op::word, Op::label) value=op asks=true/>
            <Select name="channel" label="By" options=choices(Channel::ALL, Channel::word, Channel::label) value=channel asks=true/>
            <Select name="status" label="Status" options=choices(PathStatus::ALL, PathStatus::word, PathStatus::label) value=status/>
        </div>
        <TextArea name="justification" label="If impossible: why nobody could come in this way" rows=2 value=why/>
    }
}
