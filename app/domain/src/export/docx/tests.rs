//! What a file says is what the document says, whatever anybody typed.

use proptest::prelude::*;
use serde_json::json;

use super::body::Body;
use super::prose;
use crate::casefile::Dossier;
use crate::document::Part;
use crate::export::tests::{judged, options, world};
use crate::export::{Format, Profile, write};
use crate::markdown::tests::hostile;
use crate::postmortem::NarrativeDraft;

/// A part of a file: it is stored as it is.
pub(crate) fn part<'a>(file: &'a [u8], name: &str) -> &'a str {
    let text = |from: usize, to: usize| std::str::from_utf8(&file[from..to]).unwrap();
    let number = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap()) as usize;
    let mut at = 0;
    while file[at..].starts_with(b"PK\x03\x04") {
        let (length, named) = (number(at + 18), usize::from(file[at + 26]));
        let begins = at + 30 + named;
        if text(at + 30, begins) == name {
            return text(begins, begins + length);
        }
        at = begins + length;
    }
    panic!("{name} is not in the file");
}

fn content(dossier: &Dossier, profile: Profile) -> String {
    part(&write(dossier, Format::Docx, &options(profile)), "word/document.xml").to_string()
}

/// What is read, a line for each paragraph; and that every element is closed where it has to be.
pub(crate) fn read(xml: &str) -> String {
    let (mut lines, mut open, mut rest) = (String::new(), Vec::new(), xml);
    while let Some((text, after)) = rest.split_once('<') {
        let (tag, next) = after.split_once('>').expect("an element ends");
        if open.last() == Some(&"w:t") {
            let said = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")];
            lines.push_str(&said.iter().fold(text.to_string(), |text, (from, to)| text.replace(from, to)));
        }
        let name = tag.trim_start_matches('/').trim_end_matches('/').split(' ').next().unwrap();
        match name {
            "w:tab" => lines.push('\t'),
            "w:br" => lines.push('\n'),
            _ => {}
        }
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed), "in …{}", &text[text.len().saturating_sub(80)..]);
            lines.push_str(if closed == "w:p" { "\n" } else { "" });
        } else if !tag.ends_with('/') && !tag.starts_with('?') {
            open.push(name);
        }
        rest = next;
    }
    assert!(open.is_empty(), "{open:?}");
    lines
}

#[test]
fn a_file_says_what_the_markdown_says() {
    for story in [world(), judged()] {
        for profile in [Profile::Internal, Profile::Public] {
            let xml = content(&story.dossier, profile);
            let said = read(&xml);
            let markdown = crate::export::tests::text(&story.dossier, Format::Markdown, &options(profile));
            let headings = markdown.lines().filter(|line| line.starts_with('#')).count();
            let styled = ["Title", "Heading1", "Heading2", "Heading3"]
                .map(|style| xml.matches(&format!("<w:pStyle w:val=\"{style}\"/>")).count());
            // The sources of Markdown are footnotes and have no heading.
            let sources = usize::from(markdown.contains("[^source-1]"));
            assert_eq!(styled.iter().sum::<usize>(), headings + sources, "{said}");
            for words in ["Undetermined", "Not assessed", "Failed gates", "Detection target: 60 s."] {
                assert_eq!(said.contains(words), markdown.contains(words), "{words}");
            }
            let parts = || Part::ALL.iter().map(|part| said.find(&format!("\n{}\n", part.label())));
            assert!(parts().all(|place| place.is_some()) && parts().is_sorted(), "{said}");
        }
    }
}

#[test]
fn the_same_document_is_the_same_file() {
    let (one, other) = (world(), world());
    let file = |dossier| write(dossier, Format::Docx, &options(Profile::Internal));
    assert_eq!(file(&one.dossier), file(&other.dossier));
    let header = part(&file(&one.dossier), "word/header1.xml").to_string();
    for said in ["INC-12: Agent answers | in public", "Postmortem: draft, no revision published"] {
        assert!(header.contains(said), "{header}");
    }
    let file = file(&one.dossier);
    assert!(part(&file, "docProps/core.xml").contains("W3CDTF\">2026-03-20T09:30:00Z<"));
    assert!(part(&file, "word/footer1.xml").contains("Profile: internal"));
}

#[test]
fn tables_repeat_their_heads_and_sources_can_be_reached() {
    let xml = content(&judged().dossier, Profile::Internal);
    assert!(xml.matches("<w:tbl>").count() > 3);
    assert_eq!(xml.matches("<w:tbl>").count(), xml.matches("<w:tblHeader/>").count());
    let xml = content(&world().dossier, Profile::Internal);
    assert!(xml.contains("<w:hyperlink w:anchor=\"source_1\">") && xml.contains("w:name=\"source_1\"/>"), "{xml}");
}

#[test]
fn hostile_text_is_only_text() {
    let mut story = world();
    let odd = "</w:t></w:r><w:br/> &amp; ]]> <?x?> \u{fffe}\u{ffff} \u{1b}[8m \u{0} \u{202e}RLO שלום \u{1f600}";
    for (section, body) in [
        ("lessons", format!("{odd}\n\n`{odd}`\n\n    {odd}\n\n> {odd}\n\n- {odd}\n  1. {odd}")),
        ("impact", "| a | b |\n| - | - |\n| x | [y](https://e.example/?a&b) |\n\n---\n\n3. three\n4. four\n\n   more\n\nend  \nof it".into()),
    ] {
        story.add::<NarrativeDraft>("Ada", json!({"section": section, "body": body}));
    }
    for profile in [Profile::Internal, Profile::Public] {
        let file = write(&story.dossier, Format::Docx, &options(profile));
        let xml = part(&file, "word/document.xml");
        let said = read(xml);
        let shown = "</w:t></w:r><w:br/> & ]]> <?x?> [U+FFFE][U+FFFF] [U+001B][8m";
        assert!(said.contains(shown), "{said}");
        assert!(said.contains("</w:t></w:r><w:br/> &amp; ]]> <?x?>"), "as code it stands as it was typed: {said}");
        assert!(said.contains("[U+202E]RLO שלום \u{1f600}"), "{said}");
        assert!(!xml.contains('\u{202e}') && !xml.contains('\u{1b}') && !xml.contains('\u{fffe}'));
        assert!(said.contains("three\nfour\nmore\nend\nof it\n"), "{said}");
        assert!(part(&file, "word/_rels/document.xml.rels").contains("Target=\"https://e.example/?a&amp;b\""));
        assert!(part(&file, "word/numbering.xml").contains("<w:startOverride w:val=\"3\"/>"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn no_text_breaks_a_file_or_is_lost_in_it((text, _) in hostile()) {
        let mut body = Body::default();
        prose::write(&text, "", &mut body);
        // Every element is closed, or reading it stops.
        let said = read(&body.xml) + &body.relations();
        for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.starts_with("zw")) {
            prop_assert!(said.contains(word), "{word} is lost\n{text}\n---\n{said}");
        }
        prop_assert!(!body.xml.contains("<w:pPr></w:pPr>") && !body.xml.contains("</w:tc></w:p>"));
    }
}
