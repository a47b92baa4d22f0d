//! A file that grows, is rotated away or begun anew: what of it is not shipped yet, in whole lines.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::mark::{Mark, hex};
use super::rotated;

/// Whoever writes may hold on to a file for a while after it was rotated away.
const HELD_ON: Duration = Duration::from_secs(5);
/// A line that is longer than so many posts is shipped in parts: nothing is left out, and the reader says that it could
/// not read them.
const LONG_LINE_POSTS: usize = 8;

/// What goes with one post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// Whole lines; the last line of a file that ended without one, or a part of one that is too long.
    pub bytes: Vec<u8>,
    /// The same for the same bytes at the same place of the same file, so that the server keeps them once.
    pub key: String,
}

/// A file that is followed.
pub(super) struct Tail {
    path: PathBuf,
    current: Option<Open>,
    /// What came after the file that is read now, the oldest first.
    later: VecDeque<File>,
    /// Since when nothing more came to a file that was rotated away.
    still_since: Option<Instant>,
    from_end: bool,
    /// So many bytes are sent again as they were.
    again: Option<u64>,
    news: Vec<String>,
}

/// A file that is open.
struct Open {
    file: File,
    offset: u64,
    /// As it was when it was shipped last.
    known: Option<Mark>,
}

impl Open {
    fn at_beginning(file: File) -> Self {
        Self { file, offset: 0, known: None }
    }

    fn mark(&mut self) -> io::Result<Mark> {
        Mark::of(&mut self.file, self.offset)
    }

    /// Whether what was shipped of it is still its beginning.
    fn is_as_it_was(&mut self) -> io::Result<bool> {
        self.known.as_ref().map_or(Ok(true), |known| known.is_of(&mut self.file))
    }

    /// What is shipped next; with what has no end yet, where nothing more is to come.
    fn piece(&mut self, most: usize, last: bool) -> io::Result<Option<Piece>> {
        let mut bytes = self.read(most)?;
        let mut end = bytes.iter().rposition(|byte| *byte == b'\n').map(|at| at + 1);
        if end.is_none() && bytes.len() == most {
            bytes = self.read(most * LONG_LINE_POSTS)?;
            end = bytes.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
            if end.is_none() && bytes.len() == most * LONG_LINE_POSTS {
                end = Some(bytes.len());
            }
        }
        let end = match end {
            Some(end) => end,
            None if last => bytes.len(),
            None => 0,
        };
        bytes.truncate(end);
        if bytes.is_empty() { Ok(None) } else { self.keyed(bytes).map(Some) }
    }

    /// So many bytes, if there are so many.
    fn exactly(&mut self, count: u64) -> io::Result<Option<Piece>> {
        let Ok(count) = usize::try_from(count) else { return Ok(None) };
        let bytes = self.read(count)?;
        if bytes.is_empty() || bytes.len() < count { Ok(None) } else { self.keyed(bytes).map(Some) }
    }

    fn keyed(&self, bytes: Vec<u8>) -> io::Result<Piece> {
        let data = self.file.metadata()?;
        let place = format!("{} {} {} {}", data.dev(), data.ino(), self.offset, hex(&bytes));
        Ok(Piece { bytes, key: hex(place.as_bytes()) })
    }

    fn read(&mut self, most: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.file.seek(SeekFrom::Start(self.offset))?;
        self.file.by_ref().take(most as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

impl Tail {
    /// Begins where the mark says, also where that file was rotated away since; else at the beginning, or at the end.
    pub fn begin(path: &Path, mark: Option<&Mark>, from_end: bool) -> io::Result<Self> {
        let mut tail = Self {
            path: path.to_path_buf(),
            current: None,
            later: VecDeque::new(),
            still_since: None,
            from_end: from_end && mark.is_none(),
            again: None,
            news: Vec::new(),
        };
        match mark {
            None => tail.open_anew()?,
            Some(mark) => tail.take_up(mark)?,
        }
        Ok(tail)
    }

    /// Sends so many bytes again as they were, if they are still there.
    pub fn send_again(&mut self, bytes: Option<u64>) {
        self.again = bytes;
    }

    /// The mark of how far it was shipped.
    pub fn mark(&mut self) -> io::Result<Option<Mark>> {
        self.current.as_mut().map(Open::mark).transpose()
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How far the file that is read now was shipped.
    pub fn at(&self) -> u64 {
        self.current.as_ref().map_or(0, |open| open.offset)
    }

    /// What somebody should know, since the last time.
    pub fn news(&mut self) -> Vec<String> {
        std::mem::take(&mut self.news)
    }

    /// What is to be shipped next, of `most` bytes unless one line is longer. Where it is the `last` time that somebody
    /// asks, also a line that has no end yet.
    pub fn next(&mut self, most: usize, last: bool) -> io::Result<Option<Piece>> {
        if let (Some(bytes), Some(open)) = (self.again.take(), &mut self.current)
            && let Some(piece) = open.exactly(bytes)?
        {
            return Ok(Some(piece));
        }
        loop {
            if self.current.is_none() {
                self.open_anew()?;
            } else if self.later.is_empty() {
                self.look_at_path()?;
            }
            let Some(open) = &mut self.current else { return Ok(None) };
            if self.later.is_empty() {
                return open.piece(most, last);
            }
            // Rotated away: what is left of it, and then the next one.
            if let Some(piece) = open.piece(most, false)? {
                self.still_since = None;
                return Ok(Some(piece));
            }
            let still = self.still_since.get_or_insert_with(Instant::now).elapsed();
            if still < HELD_ON && !last {
                return Ok(None);
            }
            if let Some(piece) = open.piece(most, true)? {
                return Ok(Some(piece));
            }
            self.still_since = None;
            self.current = self.later.pop_front().map(Open::at_beginning);
        }
    }

    /// The server kept a piece: how far that is.
    pub fn shipped(&mut self, piece: &Piece) -> io::Result<Option<Mark>> {
        let Some(open) = &mut self.current else { return Ok(None) };
        open.offset += piece.bytes.len() as u64;
        open.known = Some(open.mark()?);
        Ok(open.known.clone())
    }

    /// Opens the file at its beginning, if it is there.
    fn open_anew(&mut self) -> io::Result<()> {
        let mut file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        if file.metadata()?.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder: name the files in it"));
        }
        let offset = if std::mem::take(&mut self.from_end) { end_of_lines(&mut file)? } else { 0 };
        self.current = Some(Open { file, offset, known: None });
        Ok(())
    }

    /// Goes on at a mark.
    fn take_up(&mut self, mark: &Mark) -> io::Result<()> {
        self.open_anew()?;
        if let Some(open) = &mut self.current
            && mark.is_of(&mut open.file)?
            && (mark.is_number_of(&open.file)? || mark.head.0 > 0)
        {
            (open.offset, open.known) = (mark.offset, Some(mark.clone()));
            return Ok(());
        }
        self.go_back_to(mark)
    }

    /// What was followed is another file now, or begins anew: first what is left of it.
    fn go_back_to(&mut self, mark: &Mark) -> io::Result<()> {
        let mut found = rotated::since(&self.path, mark)?.into_iter();
        let Some(first) = found.next() else {
            if mark.offset > 0 {
                self.news.push(format!(
                    "{} was begun anew, and what it was before is not found: what was added after byte {} is not shipped",
                    self.path.display(),
                    mark.offset
                ));
            }
            return self.open_anew();
        };
        self.current = Some(Open { file: first, offset: mark.offset, known: Some(mark.clone()) });
        self.later = found.collect();
        if let Ok(file) = File::open(&self.path) {
            self.later.push_back(file);
        }
        Ok(())
    }

    /// Sees whether the path leads to another file by now, or the file begins anew.
    fn look_at_path(&mut self) -> io::Result<()> {
        let Some(open) = &mut self.current else { return Ok(()) };
        let fresh = match File::open(&self.path) {
            Ok(fresh) => fresh,
            // Rotated away, and nobody wrote the next one yet.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        let mark = open.mark()?;
        if !mark.is_number_of(&fresh)? {
            self.later = rotated::since(&self.path, &mark)?.into_iter().skip(1).collect();
            self.later.push_back(fresh);
            return Ok(());
        }
        if open.is_as_it_was()? {
            return Ok(());
        }
        match open.known.clone() {
            Some(known) => self.go_back_to(&known),
            None => self.open_anew(),
        }
    }
}

/// Where the last whole line ends.
fn end_of_lines(file: &mut File) -> io::Result<u64> {
    let mut end = file.metadata()?.len();
    let mut byte = [0];
    while end > 0 {
        file.seek(SeekFrom::Start(end - 1))?;
        file.read_exact(&mut byte)?;
        if byte[0] == b'\n' {
            break;
        }
        end -= 1;
    }
    Ok(end)
}
