//! Where the pieces of a file begin and end, by its format and its first bytes.

use super::Reader;
use crate::reader::log::adapter::{is_postgres_csv, is_table_of_traces};
use crate::reader::log::detect::is_audit;
use crate::reader::log::format::Format;
use crate::reader::log::split::{BlockSplit, CsvSplit, ElementSplit, JsonSplit, LineSplit, Split, cells};
use crate::reader::log::wrapper::{has_column, in_line};

impl Reader {
    pub(super) fn splitter(&self, first: &[u8]) -> Box<dyn Split + Send> {
        let json = matches!(first.first(), Some(b'{' | b'['));
        if self.format.is_json()
            && !json
            && let Some(split) = self.wrapped(first)
        {
            return split;
        }
        match self.format {
            Format::Csv | Format::L2tcsv => Box::new(CsvSplit::new(self.limit)),
            Format::GithubAudit
            | Format::Timesketch
            | Format::M365
            | Format::Snowflake
            | Format::Salesforce
            | Format::Gitlab
            | Format::Zoom
            | Format::AnthropicAudit
                if !json =>
            {
                Box::new(CsvSplit::new(self.limit))
            }
            Format::Postgres if first.first() != Some(&b'{') => {
                let line = first.split(|byte| *byte == b'\n').next().unwrap_or_default();
                if is_postgres_csv(&String::from_utf8_lossy(line)) {
                    Box::new(CsvSplit::without_header(self.limit))
                } else {
                    Box::new(LineSplit::new(self.limit))
                }
            }
            Format::OpenaiChat | Format::Auditd if !json && has_header(first, self.format) => {
                Box::new(CsvSplit::new(self.limit))
            }
            Format::Auditd | Format::Text | Format::WebAccess | Format::VpcFlow => Box::new(LineSplit::new(self.limit)),
            Format::Journald if !json => Box::new(BlockSplit::new(self.limit)),
            Format::WindowsEvent if first.first() == Some(&b'<') => {
                Box::new(ElementSplit::new("<Event", "</Event>", self.limit))
            }
            Format::Otlp => Box::new(JsonSplit::of_batches(Format::Otlp.lists(), self.limit)),
            format => Box::new(JsonSplit::new(format.lists(), self.limit)),
        }
    }

    /// Lines or rows with the records inside, which the first line tells.
    fn wrapped(&self, first: &[u8]) -> Option<Box<dyn Split + Send>> {
        let line = first.split(|byte| *byte == b'\n').next().unwrap_or_default();
        if in_line(line.trim_ascii()).is_some() {
            return Some(Box::new(LineSplit::new(self.limit)));
        }
        let names = columns(line)?;
        (!line.contains(&b'{') && has_column(&names))
            .then(|| Box::new(CsvSplit::new(self.limit)) as Box<dyn Split + Send>)
    }
}

/// The names that a first line gives to columns.
fn columns(line: &[u8]) -> Option<Vec<String>> {
    let count = |sign: &&u8| line.iter().filter(|byte| byte == sign).count();
    let delimiter = *[b'\t', b';', b'|', b','].iter().max_by_key(count)?;
    Some(cells(line.trim_ascii(), delimiter).iter().map(|name| name.trim().to_string()).collect())
}

/// Whether the first line is the head of a table of such records.
fn has_header(first: &[u8], format: Format) -> bool {
    let line = first.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let Some(names) = columns(line) else { return false };
    match format {
        Format::Auditd => names.len() > 1 && !is_audit(&String::from_utf8_lossy(line)) && has_column(&names),
        _ => is_table_of_traces(&names),
    }
}
