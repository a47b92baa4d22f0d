//! A document as DOCX: paragraphs and tables in styles that people can change in Word, and nothing laid out by hand.
//!
//! The file is WordprocessingML in a zip of stored parts. Times and ids in it follow from the document, so the same
//! document gives the same bytes.

mod blocks;
mod body;
mod prose;
#[cfg(test)]
pub(super) mod tests;
mod zip;

use body::{Body, escaped};

use crate::document::Document;

/// The parts that are the same in every file.
const CONTENT_TYPES: &str = include_str!("docx/content_types.xml");
const PACKAGE: &str = include_str!("docx/package.xml");
const STYLES: &str = include_str!("docx/styles.xml");
const SETTINGS: &str = include_str!("docx/settings.xml");

/// How every part begins.
const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
/// The names that parts use.
const NAMES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
     xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
/// A4 with margins of 20 mm and more, in twentieths of a point.
const PAGE: &str = "<w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
     <w:pgMar w:top=\"1418\" w:right=\"1134\" w:bottom=\"1247\" w:left=\"1134\" w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/>";

/// Writes a document.
pub(super) fn write(document: &Document) -> Vec<u8> {
    let mut body = Body::default();
    blocks::write(document, &mut body);
    let content = format!(
        "{XML}<w:document {NAMES}><w:body>{}<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rIdHeader\"/>\
         <w:footerReference w:type=\"default\" r:id=\"rIdFooter\"/>{PAGE}</w:sectPr></w:body></w:document>\n",
        body.xml
    );
    zip::write(&[
        ("[Content_Types].xml", CONTENT_TYPES),
        ("_rels/.rels", PACKAGE),
        ("docProps/core.xml", &properties(document)),
        ("word/document.xml", &content),
        ("word/_rels/document.xml.rels", &body.relations()),
        ("word/styles.xml", STYLES),
        ("word/numbering.xml", &body.numbering()),
        ("word/settings.xml", SETTINGS),
        ("word/header1.xml", &header(document)),
        ("word/footer1.xml", &footer(document)),
    ])
}

/// What the file says of itself.
fn properties(document: &Document) -> String {
    let title = escaped(&document.title);
    // Whole seconds: Word reads no finer ones.
    let dated = document.as_of.map(|at| {
        let at = crate::Instant::from_micros(at.micros() - at.micros().rem_euclid(1_000_000)).rfc3339();
        ["created", "modified"].map(|name| format!("<dcterms:{name} xsi:type=\"dcterms:W3CDTF\">{at}</dcterms:{name}>"))
    });
    format!(
        "{XML}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{title}</dc:title>\
         <dc:creator>Inquest</dc:creator><dc:language>en</dc:language>{}</cp:coreProperties>\n",
        dated.map(|dated| dated.concat()).unwrap_or_default()
    )
}

/// What stands above every page: the incident, and which text of it this is.
fn header(document: &Document) -> String {
    let (title, standing) = (escaped(&document.title), escaped(&document.standing));
    format!(
        "{XML}<w:hdr {NAMES}><w:p><w:pPr><w:pStyle w:val=\"Header\"/></w:pPr><w:r><w:t>{title}</w:t></w:r></w:p>\
         <w:p><w:pPr><w:pStyle w:val=\"Header\"/></w:pPr><w:r><w:t>Postmortem: {standing}</w:t></w:r></w:p></w:hdr>\n"
    )
}

/// What stands below every page: for whose eyes it is, and its number.
fn footer(document: &Document) -> String {
    let field = |name: &str| format!("<w:fldSimple w:instr=\" {name} \"><w:r><w:t>1</w:t></w:r></w:fldSimple>");
    let (page, all) = (field("PAGE"), field("NUMPAGES"));
    let words = |text: &str| format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>");
    format!(
        "{XML}<w:ftr {NAMES}><w:p><w:pPr><w:pStyle w:val=\"Footer\"/></w:pPr>{}<w:r><w:tab/></w:r>{}{page}{}{all}</w:p></w:ftr>\n",
        words(&format!("Profile: {}", document.profile.label())),
        words("Page "),
        words(" of ")
    )
}
