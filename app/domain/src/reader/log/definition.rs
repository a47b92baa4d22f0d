//! What a log format says of itself.

use super::adapter::Adapter;
use super::format::Format;
use super::logging::{Family, LoggingAct};
use super::mode::{Mode, nothing_says};
use super::reader::Options;
use super::seen::{Shown, parts};
use super::sign::Sign;
use super::source::SourceKind;
use super::split::{JsonSplit, Splitter};
use super::summary::Summary;
use crate::vocabulary::{Channel, Completeness, CoverageMode};

/// The longest line, row or element that is read.
const PIECE_BYTES_MAX: usize = 1 << 20;

/// The same for formats that put a whole conversation, an image, a batch of spans or an hour's list of files into one element.
pub(super) const LARGE_PIECE_BYTES_MAX: usize = 16 << 20;

/// A format of logs: how it is told, split and read, and what a log in it can prove. What a format does not say is the
/// weakest that holds for any.
pub(super) trait LogFormat {
    /// By what it is told from others; without a sign it is read only where a person says so.
    const SIGNS: &'static [Sign] = &[];

    /// The keys under which a document holds its list of records.
    const LISTS: &'static [&'static str] = &[];

    /// Whether it comes as JSON alone, also inside of lines and rows that begin with something else.
    const IS_JSON: bool = true;

    /// Whether it is what a file is taken for that says nothing of itself. Each such file is by itself: its first line
    /// says what its others mean.
    const IS_GUESSED: bool = false;

    /// Whether a person or the names of its fields say what they mean.
    const IS_MAPPED: bool = false;

    /// Whether it says which system wrote it, so that its records show what such a source records.
    const NAMES_ITS_SOURCE: bool = true;

    /// Whether exporters of OpenTelemetry send it.
    const COMES_OVER_OTLP: bool = false;

    /// Whether its records can be read from the middle on.
    const COMES_IN_PIECES: bool = true;

    /// The longest piece that is read; a longer one becomes a parse error.
    const PIECE_BYTES_MAX: usize = PIECE_BYTES_MAX;

    /// Whether the first line, once it is whole, says how the others are split.
    const IS_TOLD_BY_FIRST_LINE: bool = false;

    /// Whether it puts bytes that are no text beside the text.
    const HOLDS_BYTES: bool = false;

    /// What kind of source writes it, and so through which channels the acts come that it records.
    const SOURCE: SourceKind = SourceKind::Other;

    /// What it records where nothing shows that acts of the kind in question are.
    const UNSHOWN: CoverageMode = CoverageMode::Sampled;

    /// What can prove that nothing is missing from it.
    const PROOF: Completeness = Completeness::None;

    /// What is said where nothing does.
    const UNPROVEN: &'static str = "Nothing in the file shows that no record is missing.";

    /// Whether digests list its files, or it is such digests.
    const DIGESTS: Digests = Digests::None;

    /// Whether its source promises an order of its records.
    const IS_IN_ORDER: bool = true;

    /// Whether whoever lists or watches gets what is in each thing, in a record that does not name the thing.
    const LISTS_UNNAMED: bool = false;

    /// Whose log it is; its own, where it is nobody's with others.
    const FAMILY: Option<Family> = None;

    /// Whether clouds keep such logs in the same stores as others.
    const IS_STORED: bool = false;

    /// The acts on logging that it may tell of.
    const LOGGING: &'static [LoggingAct] = &[];

    /// Whether the name of such an act alone says which it is.
    const NAMES_LOGGING: bool = false;

    /// How its pieces are looked at for commands on logging.
    const WATCHED: Watched = Watched::Pieces;

    /// In whose words it may tell what became of logging.
    const TELLS: Tells = Tells::Fields;

    /// Reads its records.
    fn adapter(options: &Options) -> Box<dyn Adapter + Send>;

    /// Finds its pieces, by the beginning of the file.
    fn split(_first: &[u8], limit: usize) -> Splitter {
        Box::new(JsonSplit::new(Self::LISTS, limit))
    }

    /// What of the acts the log records, as the numbers of what was read say.
    fn mode(_summary: &Summary) -> Mode {
        nothing_says()
    }

    /// Why what was read cannot be whole, whatever else proves that it is.
    fn objection(_summary: &Summary) -> Option<String> {
        None
    }

    /// Whether an act on something shows that those through a channel are recorded.
    fn shows(_channel: Channel, _action: &str) -> bool {
        true
    }

    /// Whether a place is that of a name, or lies inside of it, by the way in which the format names places.
    fn is_of(place: &Shown, name: &str) -> bool {
        place.is_held(&parts(name))
    }

    /// The format of a file whose records look like this one's; the whole of it may be in another.
    fn whole(format: Format, _bytes: &[u8]) -> Format {
        format
    }
}

/// What digests have to do with a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Digests {
    /// Nothing.
    None,
    /// They list its files.
    List,
    /// It is digests.
    Are,
}

/// How the pieces of a format are looked at for commands on logging.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Watched {
    /// A piece is a record.
    Pieces,
    /// A piece is a part of a conversation or a batch of spans: only the calls in it are looked at.
    Calls,
    /// Its adapter looks at the pieces, and records are looked at.
    Records,
    /// What strangers ask for is no act.
    Not,
}

/// In whose words a format may tell what became of logging.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tells {
    /// In fields alone.
    Fields,
    /// In those of a machine.
    Machine,
    /// In those of a machine, or of whoever made the table or list.
    Table,
    /// In those of a machine, or in sentences.
    Prose,
}
