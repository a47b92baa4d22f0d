//! Evidence: what there is, whether it can be relied on, and the bytes themselves.

mod import;
mod item;
mod view;

use domain::Id;
use domain::import::Import;
use domain::reader::log::Format;
use leptos::prelude::*;

use super::case::case_page;
use crate::case::Case;
use crate::component::blind::blind_spots_of;
use crate::component::shell::Empty;
use crate::component::{Choice, Field, Form, OpenForm, Select, choices};

pub(in crate::page) use import::state;
pub use view::{LINE_BYTES_MAX, LINES_ON_PAGE_MAX, view_page};

/// The register of evidence, with how far the import of each item is. `edit` names the item whose form is open.
pub fn page(case: &Case, readings: &[Import], edit: Option<&Id>) -> AnyView {
    let count = case.dossier.evidence.len();
    let items = case.dossier.evidence.iter().map(|kept| {
        let reading = readings.iter().find(|reading| reading.evidence == kept.id);
        item::item(case, kept, reading, edit == Some(&kept.id))
    });
    let items = items.collect_view();
    let counted = match count {
        0 => "nothing yet".to_string(),
        1 => "1 item".to_string(),
        count => format!("{count} items"),
    };
    let body = view! {
        <section class="card" id="register">
            <header>
                <h2>"What there is"</h2>
                <small class="muted">{counted}</small>
                {(case.may_edit() && count > 0).then(|| view! { <div class="actions">{upload(case, false)}</div> })}
            </header>
            {(count == 0).then(|| view! {
                <Empty title="No evidence yet" text="Evidence is the bytes themselves: logs, transcripts, exports, screenshots. Each is kept unchanged under its SHA-256, with everybody who touched it. Only evidence can prove that nothing happened; a statement cannot. Begin with the log of the exposed system."/>
            })}
            {(case.may_edit() && count == 0).then(|| upload(case, true))}
            {import::arriving(case, readings)}
            <ul class="hairline">{items}</ul>
        </section>
        {blind_spots_of(case)}
    };
    case_page(case, "evidence", body.into_any())
}

/// The file comes last, so that the server knows what it is before its bytes arrive.
fn upload(case: &Case, open: bool) -> impl IntoView + use<> {
    let (action, parts) = (case.url("evidence"), case.url("uploads"));
    view! {
        <OpenForm label="Add evidence" form="upload" key="n" open=open>
            <Form id="upload" action=action submit="Upload" enctype="multipart/form-data">
                <Field name="source" label="Source" hint="The system that wrote it, such as “acl service, audit log”."/>
                <Field name="collector" label="Collector" hint="Who took it from there. You, if left empty."/>
                <Select name="format" label="Read it as" options=ways_to_read() value="auto" hint="A log is read as it arrives. Choose the format yourself where the wrong one was recognised; you can also look first and decide then."/>
                <Field name="file" label="File" kind="file" required=true hint="Any format and size. Audit logs, traces and transcripts are recognised and read; gzip, zstd, bzip2, xz, tar and zip are unpacked."/>
                // Woken in the browser, which sends large files in parts; without it the form posts the whole file.
                <div class="under-way" data-uploads=parts hidden="">
                    <p class="spread"><b class="name"></b><span class="far num"></span></p>
                    <progress role="progressbar" value="0" max="100" aria-valuemin="0" aria-valuemax="100" aria-label="Upload"></progress>
                    <p role="status" class="hint"></p>
                    <div class="cluster">
                        <button type="button" class="btn small" data-upload="pause">"Pause"</button>
                        <button type="button" class="btn quiet small" data-upload="cancel">"Cancel"</button>
                    </div>
                </div>
            </Form>
        </OpenForm>
    }
}

/// How a file can be read: as what it looks like, in a format, or not yet.
fn ways_to_read() -> Vec<Choice> {
    let detect = ("auto".to_string(), "What it looks like".to_string());
    let keep = ("none".to_string(), "Only keep it, look first".to_string());
    let formats = choices(Format::ALL, Format::word, Format::label);
    std::iter::once(detect).chain(formats).chain(std::iter::once(keep)).collect()
}
