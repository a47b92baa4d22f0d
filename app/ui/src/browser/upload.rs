//! Uploads that go on: a file chosen in the register of evidence is sent in parts, by the protocol tus 1.0. After a
//! broken line it goes on by itself from what the server has, and after a reload once the same file is chosen again.

mod line;
mod shown;

use std::cell::{Cell, RefCell};

use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{AbortController, Element, Event, File, HtmlFormElement, HtmlInputElement, Storage, SubmitEvent};

use self::line::Step;
use super::form::{DIRTY, go};
use super::{document, named, on_document, on_window, sleep, window};

/// Under this a browser remembers what it has begun, a line for each file.
const STORAGE_PREFIX: &str = "inquest-upload";
/// What is sent at once: at first, at least and at most, in bytes. The server keeps each mebibyte as it comes.
const PART_BYTES_MIN: u64 = 1 << 20;
const PART_BYTES_MAX: u64 = 4 * PART_BYTES_MIN;
/// A part that takes less than this is followed by one twice as long; one that takes four times this, by half.
const PART_MILLIS: f64 = 700.0;
/// How long to wait before the line is tried again; each time twice as long, up to the last.
const PAUSE_MILLIS_MIN: i32 = 1_000;
const PAUSE_MILLIS_MAX: i32 = 15_000;

/// How often in a row somebody else may have been sending the same before this one gives up.
const CROSSED_MAX: u32 = 10;

thread_local! {
    /// Counts what people did: whoever sends stops when it is no longer its turn.
    static TURN: Cell<u32> = const { Cell::new(0) };
    /// The network is back.
    static WAKE: Cell<bool> = const { Cell::new(false) };
    /// Breaks off what is being sent.
    static BREAK: RefCell<Option<AbortController>> = const { RefCell::new(None) };
}

/// Listens for the form of uploads and its buttons, and offers what was begun before.
pub fn listen() {
    // Before the listener that lets uploads post as they are.
    on_document("submit", true, |event: SubmitEvent| {
        let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        let Some((upload, file)) =
            form.and_then(UploadForm::of).and_then(|upload| upload.file().map(|file| (upload, file)))
        else {
            return;
        };
        event.prevent_default();
        event.stop_propagation();
        if !upload.form.has_attribute("aria-busy") {
            upload.start(file);
        }
    });
    on_document("click", false, |event: Event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let button = target.and_then(|target| target.closest("[data-upload]").ok().flatten());
        let form = button.as_ref().and_then(|button| button.closest("form").ok().flatten());
        let Some(upload) = form.and_then(|form| form.dyn_into().ok()).and_then(UploadForm::of) else { return };
        match button.and_then(|button| button.get_attribute("data-upload")).as_deref() {
            Some("pause") => upload.pause(),
            Some("resume") => upload.file().into_iter().for_each(|file| upload.start(file)),
            Some("cancel") => upload.cancel(),
            _ => {}
        }
    });
    on_document("change", false, |event: Event| {
        let field = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let form = field.filter(|field| field.type_() == "file").and_then(|field| field.form());
        if let Some(upload) = form.and_then(UploadForm::of) {
            upload.chosen();
        }
    });
    // What the browser knows of the network ends the waiting.
    on_window("online", |_| WAKE.set(true));
    offer();
}

/// The form of uploads, and where they are sent.
#[derive(Clone)]
struct UploadForm {
    form: HtmlFormElement,
    url: String,
}

impl UploadForm {
    fn of(form: HtmlFormElement) -> Option<Self> {
        let url = form.query_selector("[data-uploads]").ok()??.get_attribute("data-uploads")?;
        Some(Self { form, url })
    }

    /// The one on this page.
    fn here() -> Option<Self> {
        let area = document()?.query_selector("form [data-uploads]").ok()??;
        Self::of(area.closest("form").ok()??.dyn_into().ok()?)
    }

    fn file(&self) -> Option<File> {
        let field = self.form.query_selector("input[type=file]").ok()??.dyn_into::<HtmlInputElement>().ok()?;
        field.files()?.get(0)
    }

    /// What a text field of the form says.
    fn said(&self, name: &str) -> String {
        let data = web_sys::FormData::new_with_form(&self.form).ok();
        data.and_then(|data| data.get(name).as_string()).unwrap_or_default()
    }

    /// What all that this person has begun here is remembered under.
    fn storage_key(&self) -> String {
        format!("{STORAGE_PREFIX} {} {} ", named("data-reader").unwrap_or_default(), self.url)
    }

    /// A file is the same when its name, its size and its last change are.
    fn place(&self, file: &File) -> String {
        format!("{}{} {} {}", self.storage_key(), size(file), whole(file.last_modified()), file.name())
    }

    fn known(&self, file: &File) -> Option<String> {
        storage()?.get_item(&self.place(file)).ok()?
    }

    fn remember(&self, file: &File, location: &str) {
        if let Some(storage) = storage() {
            let _ = storage.set_item(&self.place(file), location);
        }
    }

    fn forget(&self, location: &str) {
        for (key, known) in self.begun() {
            if let (true, Some(storage)) = (known == location, storage()) {
                let _ = storage.remove_item(&key);
            }
        }
    }

    /// What was begun here and is not finished: where it is remembered, and where it is.
    fn begun(&self) -> Vec<(String, String)> {
        let Some(storage) = storage() else { return Vec::new() };
        let prefix = self.storage_key();
        let keys = (0..storage.length().unwrap_or(0)).filter_map(|place| storage.key(place).ok().flatten());
        let own = keys.filter(|key| key.starts_with(&prefix));
        own.filter_map(|key| storage.get_item(&key).ok().flatten().map(|location| (key, location))).collect()
    }

    /// Sends a file, from where it stopped if it was begun before.
    fn start(&self, file: File) {
        let turn = next_turn();
        let _ = self.form.set_attribute("aria-busy", "true");
        let _ = self.form.set_attribute(DIRTY, "");
        let upload = self.clone();
        spawn_local(async move { upload.send(file, turn).await });
    }

    async fn send(&self, file: File, turn: u32) {
        let (mut part, mut pause) = (PART_BYTES_MIN, PAUSE_MILLIS_MIN);
        let mut location = self.known(&file);
        let (mut offset, mut crossed) = (None, 0);
        shown::begin(&file.name(), size(&file));
        shown::begun(location.as_deref().unwrap_or_default());
        loop {
            let began = js_sys::Date::now();
            let step = match (&location, offset) {
                (None, _) => line::create(self, &file).await,
                (Some(location), None) => line::ask(location).await,
                (Some(location), Some(at)) => line::send(location, &file, at, part).await,
            };
            if TURN.get() != turn {
                return;
            }
            match step {
                Step::Begun(place, received) => {
                    self.remember(&file, &place);
                    shown::begun(&place);
                    (location, offset) = (Some(place), Some(received));
                }
                Step::At(received) => {
                    let took = js_sys::Date::now() - began;
                    if offset.is_some() && took < PART_MILLIS {
                        part = (part * 2).min(PART_BYTES_MAX);
                    } else if took > 4.0 * PART_MILLIS {
                        part = (part / 2).max(PART_BYTES_MIN);
                    }
                    // Bytes that arrive, and not the answer to a question, show that the line holds.
                    if offset.is_some() {
                        (crossed, pause) = (0, PAUSE_MILLIS_MIN);
                    }
                    offset = Some(received);
                    shown::received(received);
                }
                Step::Done(evidence) => return self.done(location.as_deref(), &evidence).await,
                Step::Gone => {
                    self.forget(location.as_deref().unwrap_or_default());
                    (location, offset) = (None, None);
                }
                Step::Crossed(sentence) if crossed == CROSSED_MAX => {
                    self.rest();
                    return shown::stopped(&sentence);
                }
                // What came before is still being kept: little is to be sent in vain meanwhile.
                Step::Crossed(_) => {
                    part = PART_BYTES_MIN;
                    (crossed, offset) = (crossed + 1, None);
                    wait(PAUSE_MILLIS_MIN).await;
                }
                Step::Lost => {
                    part = PART_BYTES_MIN;
                    offset = None;
                    shown::lost(pause / 1_000);
                    wait(pause).await;
                    pause = (pause * 2).min(PAUSE_MILLIS_MAX);
                }
                Step::Stopped(sentence) => {
                    self.rest();
                    return shown::stopped(&sentence);
                }
            }
            if TURN.get() != turn {
                return;
            }
        }
    }

    /// Nothing is sent any more.
    fn rest(&self) {
        let _ = self.form.remove_attribute("aria-busy");
    }

    /// Shows the item that the file became, as a plain post does.
    async fn done(&self, location: Option<&str>, evidence: &str) {
        self.forget(location.unwrap_or_default());
        self.rest();
        let looks = self.said("format") == "none";
        let _ = self.form.remove_attribute(DIRTY);
        self.form.reset();
        shown::end();
        let register = self.url.replace("/uploads", "/evidence");
        let place =
            if looks { format!("{register}/{evidence}/reading") } else { format!("{register}#evidence-{evidence}") };
        go(&place).await;
    }

    fn pause(&self) {
        next_turn();
        self.rest();
        shown::paused();
    }

    /// Gives it up, also on the server.
    fn cancel(&self) {
        next_turn();
        self.rest();
        let location = shown::location();
        shown::end();
        if location.is_empty() {
            return;
        }
        self.forget(&location);
        spawn_local(async move { line::drop(&location).await });
    }

    /// Another file was chosen: says whether it was begun before.
    fn chosen(&self) {
        if self.form.has_attribute("aria-busy") {
            return;
        }
        let Some(file) = self.file() else { return };
        let Some(location) = self.known(&file) else { return };
        let turn = next_turn();
        let upload = self.clone();
        spawn_local(async move {
            match line::ask(&location).await {
                Step::At(received) if TURN.get() == turn => {
                    shown::known(&file.name(), size(&file), received, &location)
                }
                Step::Gone => upload.forget(&location),
                _ => {}
            }
        });
    }
}

/// Offers to go on with what was begun before the page was loaded.
fn offer() {
    let Some(upload) = UploadForm::here() else { return };
    let turn = TURN.get();
    spawn_local(async move {
        for (key, location) in upload.begun() {
            let told = key[upload.storage_key().len()..].splitn(3, ' ').collect::<Vec<_>>();
            let [size, _, name] = told[..] else { continue };
            match line::ask(&location).await {
                Step::At(received) if TURN.get() == turn => {
                    return shown::unfinished(name, size.parse().unwrap_or(0), received, &location);
                }
                Step::Gone | Step::Done(_) => upload.forget(&location),
                _ => {}
            }
        }
    });
}

/// Shows how far it is on a page that was turned into another one.
pub(super) fn again() {
    shown::show();
}

/// Waits, and no longer than until the network is back.
async fn wait(millis: i32) {
    WAKE.set(false);
    let mut waited = 0;
    while waited < millis && !WAKE.get() {
        sleep(250).await;
        waited += 250;
    }
}

/// How many bytes a file has. Whole numbers throughout: reading and writing others would be a fifth of this part.
fn size(file: &File) -> u64 {
    whole(file.size())
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // the browser counts in whole numbers
fn whole(number: f64) -> u64 {
    number as u64
}

fn next_turn() -> u32 {
    TURN.set(TURN.get() + 1);
    if let Some(sending) = BREAK.take() {
        sending.abort();
    }
    TURN.get()
}

fn storage() -> Option<Storage> {
    window()?.local_storage().ok().flatten()
}
