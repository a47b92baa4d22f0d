//! Forms as a browser without JavaScript finds them on a page and sends them.

/// A form on a page.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// Its id.
    pub id: String,
    /// Where it posts to.
    pub action: String,
    /// The words on its button, or its label for those who hear the page.
    pub button: String,
    fields: Vec<Field>,
}

#[derive(Debug, Clone, Default)]
struct Field {
    name: String,
    /// Sent as it is, also beside a box of the same name.
    hidden: bool,
    /// What it holds now; more than one for boxes that are ticked.
    values: Vec<String>,
    /// What can be chosen; empty where anything can be typed.
    offers: Vec<String>,
    /// It takes several lines.
    is_area: bool,
}

impl Field {
    /// What a browser makes of a value: a line has no line ends, and those of several lines are all the same.
    fn as_sent(&self, value: &str) -> String {
        let is_typed = !self.hidden && self.offers.is_empty();
        match (is_typed, self.is_area) {
            (true, true) => value.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n"),
            (true, false) => value.replace(['\r', '\n'], ""),
            _ => value.to_string(),
        }
    }
}

impl Form {
    /// What a field holds now.
    #[track_caller]
    pub fn value(&self, name: &str) -> String {
        self.field(name).values.first().cloned().unwrap_or_default()
    }

    /// Whether it says which version of a record it edits, and has something to fill in.
    pub fn edits(&self) -> bool {
        self.fields.iter().any(|field| field.name == "seen") && self.asks()
    }

    /// Whether it asks for the name of something new.
    pub fn names_new(&self) -> bool {
        self.fields.iter().any(|field| field.name == "id" && !field.hidden && field.values.iter().all(String::is_empty))
    }

    /// Whether there is anything in it to fill in.
    pub fn asks(&self) -> bool {
        self.fields.iter().any(|field| !field.hidden)
    }

    /// What is chosen in it already, in fields that offer something.
    pub fn chosen(&self) -> Vec<(&str, &str)> {
        let offering = self.fields.iter().filter(|field| !field.hidden && !field.offers.is_empty());
        let chosen = offering.flat_map(|field| field.values.iter().map(|value| (field.name.as_str(), value.as_str())));
        chosen.filter(|(_, value)| !value.is_empty()).collect()
    }

    /// What a field offers at that place.
    #[track_caller]
    pub fn choice_at(&self, name: &str, place: usize) -> String {
        let offers = &self.field(name).offers;
        offers.get(place).cloned().unwrap_or_else(|| panic!("“{name}” offers only {offers:?}"))
    }

    /// The last thing a field offers: the newest record of a list.
    #[track_caller]
    pub fn last_choice(&self, name: &str) -> String {
        let offers = &self.field(name).offers;
        let last = offers.iter().rfind(|offer| !offer.is_empty());
        last.cloned().unwrap_or_else(|| panic!("“{name}” offers nothing"))
    }

    /// The field of a name; one to fill in before a hidden one.
    #[track_caller]
    fn field(&self, name: &str) -> &Field {
        let named = |hidden: bool| self.fields.iter().find(move |field| field.name == name && field.hidden == hidden);
        named(false).or_else(|| named(true)).unwrap_or_else(|| {
            let names: Vec<&str> = self.fields.iter().map(|field| field.name.as_str()).collect();
            panic!("the form “{}” has no field “{name}”, only {names:?}", self.id)
        })
    }

    /// What a browser sends when these fields are filled in and the others left as they are.
    #[track_caller]
    pub fn fill(&self, fields: &[(&str, &str)]) -> Vec<(String, String)> {
        for (name, value) in fields {
            let offers = &self.field(name).offers;
            let offered = offers.is_empty() || value.is_empty() || offers.iter().any(|offer| offer == value);
            assert!(offered, "“{name}” of “{}” does not offer “{value}”, only {offers:?}", self.id);
        }
        let mut sent = Vec::new();
        for field in &self.fields {
            let meant = std::ptr::eq(self.field(&field.name), field);
            let typed = fields.iter().filter(|(name, _)| meant && *name == field.name).map(|(_, value)| *value);
            let typed: Vec<&str> = typed.collect();
            let values = if typed.is_empty() { field.values.iter().map(String::as_str).collect() } else { typed };
            // A box that is not ticked sends nothing.
            let unticked = |value: &str| {
                value.is_empty() && !field.offers.is_empty() && !field.offers.iter().any(String::is_empty)
            };
            let values = values.into_iter().filter(|value| !unticked(value));
            sent.extend(values.map(|value| (field.name.clone(), field.as_sent(value))));
        }
        sent
    }
}

/// Every form on a page.
pub fn forms(html: &str) -> Vec<Form> {
    let mut forms = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once("<form") {
        let Some((inner, after)) = after.split_once("</form>") else { break };
        forms.push(read(inner));
        rest = after;
    }
    forms
}

/// One piece of a form: a tag and the text after it.
struct Tag<'a> {
    name: &'a str,
    attributes: Vec<(String, String)>,
    text: &'a str,
}

impl Tag<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

fn read(inner: &str) -> Form {
    let (head, body) = inner.split_at(end_of_tag(inner));
    let head = Tag { name: "form", attributes: attributes(head), text: "" };
    let text = |name: &str| head.get(name).unwrap_or_default().to_string();
    let mut form = Form { id: text("id"), action: text("action"), ..Form::default() };
    for tag in tags(body) {
        take(&mut form, &tag);
    }
    for field in &mut form.fields {
        let is_list = field.offers.first().is_some_and(|offer| offer == LIST);
        field.offers.retain(|offer| offer != LIST);
        // A list in which nothing was chosen sends its first.
        if is_list && field.values.is_empty() {
            field.values = field.offers.first().cloned().into_iter().collect();
        }
    }
    form
}

/// Marks a field as a list to choose from while its form is read.
const LIST: &str = "\u{0}list";

fn take(form: &mut Form, tag: &Tag) {
    let name = tag.get("name").unwrap_or_default().to_string();
    let value = tag.get("value").unwrap_or_default().to_string();
    match tag.name {
        "input" => match tag.get("type").unwrap_or("text") {
            kind @ ("checkbox" | "radio") => {
                let field = field(form, name);
                field.offers.push(value.clone());
                if tag.get("checked").is_some() {
                    if kind == "radio" {
                        field.values.clear();
                    }
                    field.values.push(value);
                }
            }
            "hidden" => form.fields.push(Field { name, hidden: true, values: vec![value], ..Field::default() }),
            "submit" | "button" => {}
            _ => field(form, name).values.push(value),
        },
        "textarea" => {
            let field = field(form, name);
            field.is_area = true;
            field.values.push(unescape(tag.text.strip_prefix('\n').unwrap_or(tag.text)).replace("\r\n", "\n"));
        }
        "select" => field(form, name).offers.push(LIST.into()),
        "option" => {
            let chosen = tag.get("selected").is_some();
            if let Some(list) =
                form.fields.last_mut().filter(|field| field.offers.first().is_some_and(|offer| offer == LIST))
            {
                list.offers.push(value.clone());
                if chosen {
                    list.values = vec![value];
                }
            }
        }
        // One of several buttons: the one that is pressed sends its value.
        "button" if !name.is_empty() => field(form, name).offers.push(value),
        "button" => form.button = tag.get("aria-label").map_or_else(|| unescape(tag.text.trim()), str::to_string),
        _ => {}
    }
}

fn field(form: &mut Form, name: String) -> &mut Field {
    let place = form.fields.iter().position(|field| field.name == name && !field.hidden).unwrap_or_else(|| {
        form.fields.push(Field { name, ..Field::default() });
        form.fields.len() - 1
    });
    &mut form.fields[place]
}

fn tags(body: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let mut rest = body;
    while let Some((_, after)) = rest.split_once('<') {
        let end = end_of_tag(after);
        let (inside, text) = (&after[..end], after.get(end + 1..).unwrap_or_default());
        let name_end = inside.find(|c: char| c.is_whitespace()).unwrap_or(inside.len());
        let text = text.split('<').next().unwrap_or_default();
        if !inside.starts_with(['/', '!']) {
            tags.push(Tag {
                name: inside[..name_end].trim_end_matches('/'),
                attributes: attributes(&inside[name_end..]),
                text,
            });
        }
        rest = after.get(end + 1..).unwrap_or_default();
    }
    tags
}

/// Where the tag that has begun ends: the `>` that is in no quotes.
fn end_of_tag(text: &str) -> usize {
    let mut quoted = false;
    for (place, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => return place,
            _ => {}
        }
    }
    text.len()
}

fn attributes(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() && !rest.starts_with('>') {
        let end = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
        let name = &rest[..end];
        rest = &rest[end..];
        let value = match rest.strip_prefix("=\"") {
            Some(after) => {
                let (value, after) = after.split_once('"').unwrap_or((after, ""));
                rest = after;
                value
            }
            None => "",
        };
        rest = rest.trim_start();
        if name.is_empty() {
            break;
        }
        found.push((name.to_string(), unescape(value)));
    }
    found
}

/// HTML's escapes as the characters they stand for.
pub fn unescape(text: &str) -> String {
    let named = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&#x2F;", "/"),
        ("&nbsp;", "\u{a0}"),
        ("&amp;", "&"),
    ];
    named.into_iter().fold(text.to_string(), |text, (escape, plain)| text.replace(escape, plain))
}
