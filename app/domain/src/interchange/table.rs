//! What becomes of each fact in a format.

/// What becomes of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It has a field there.
    Field,
    /// It has none, and a text tells it.
    Words,
    /// They ask for it, and Inquest does not record it.
    Asked,
    /// The form of the document: the same in each.
    Form,
    /// It does not travel.
    Lost,
}

impl Fate {
    /// What a reader of the table sees.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Field => "in a field",
            Self::Words => "in words",
            Self::Asked => "asked for, not recorded",
            Self::Form => "form",
            Self::Lost => "**lost**",
        }
    }
}

/// A fact, and what becomes of it.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Our facts, by noun and field, several apart by commas; `event.*` is the rest of the noun.
    pub fact: &'static str,
    /// What becomes of them.
    pub fate: Fate,
    /// Where in the document, several apart by commas; below a place is all that it holds.
    pub place: &'static str,
    /// How, and what of it is not kept.
    pub why: &'static str,
}

/// The table of a format.
#[derive(Debug)]
pub struct Mapping {
    /// The word by which it is asked for.
    pub word: &'static str,
    /// What it is called, with its version.
    pub name: &'static str,
    /// Where its fields are described.
    pub sources: &'static [&'static str],
    /// Against what an export is held in the tests.
    pub held: &'static str,
    /// Its rows; [`NOWHERE`] holds for every format besides.
    pub rows: &'static [Row],
}

impl Mapping {
    /// What does not travel in this format, besides what travels in none.
    pub fn lost(&self) -> impl Iterator<Item = &'static Row> {
        self.rows.iter().filter(|row| row.fate == Fate::Lost)
    }
}

/// Rows, as `Fate "facts" => "places": "why";`.
macro_rules! rows {
    ($($fate:ident $fact:literal => $place:literal: $why:literal;)*) => {
        &[$($crate::interchange::table::Row {
            fact: $fact, fate: $crate::interchange::table::Fate::$fate, place: $place, why: $why,
        }),*]
    };
}

pub(super) use rows;

/// What travels in none of the formats.
pub const NOWHERE: &[Row] = rows! {
    Lost "comment.*, wording.*, merge.*, shared_link.*" => "": "For internal eyes only.";
    Lost "claim.*, conflict.*" => "": "What somebody states is no evidence. These formats have no field for a statement that is not a fact, and two accounts that disagree would become one.";
    Lost "verdict.*" => "": "How the verdict changed. The verdict as it stands is worked out anew.";
    Lost "signature.*" => "": "Who signed. That two people did shows in the verdict.";
    Lost "review.*, coverage.*, classification.*, explanation.*" => "": "Who read which log, and what each log can prove. What they come to is in the coverage.";
    Lost "decision.*" => "": "No format has a field for what people decided, and on what grounds.";
    Lost "override.*" => "": "Why a severity was moved. Where severity is told, it is the one that was approved.";
    Lost "rating.rationale, rating.rated" => "": "Why each level was chosen, and by whom.";
};

/// The tables as a page.
#[cfg(test)]
pub(super) fn page() -> String {
    let mut page = String::from(
        "# Other people's formats\n\nWhat becomes of each fact of a case in each format. This page is written from the tables beside each format, and\ntests hold both to the documents.\n\nIn the public profile, what is private is taken out first, and the rest is put into the format. Published revisions\nkeep each format as it was. In no format does an undetermined verdict, or “no evidence of harm”, become “pass”, “benign”\nor “no impact”.\n",
    );
    let table = |page: &mut String, rows: &[Row]| {
        page.push_str("\n| fact | what becomes of it | where | how |\n| --- | --- | --- | --- |\n");
        for row in rows {
            let code = |text: &str| {
                let parts = text.split(", ").filter(|part| !part.is_empty()).map(|part| format!("`{part}`"));
                parts.collect::<Vec<_>>().join(", ")
            };
            page.push_str(&format!(
                "| {} | {} | {} | {} |\n",
                code(row.fact),
                row.fate.label(),
                code(row.place),
                row.why
            ));
        }
    };
    for mapping in super::MAPPINGS {
        page.push_str(&format!("\n## {} (`--format {}`)\n\n", mapping.name, mapping.word));
        for source in mapping.sources {
            page.push_str(&format!("- Source: {source}\n"));
        }
        page.push_str(&format!("- Held against: {}\n", mapping.held));
        table(&mut page, mapping.rows);
    }
    page.push_str("\n## What travels in none of them\n\nIt is in the JSON export and in the bundle.\n");
    table(&mut page, NOWHERE);
    page
}
