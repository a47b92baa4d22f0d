use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::mark::{Mark, Memory};
use super::ship::Target;
use super::tail::Tail;

/// A folder that goes away.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("inquest-follow-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        Self(folder)
    }

    fn file(&self) -> PathBuf {
        self.0.join("agent.log")
    }

    fn add(&self, text: &str) {
        let mut file = OpenOptions::new().append(true).create(true).open(self.file()).expect("the file");
        file.write_all(text.as_bytes()).expect("written");
    }

    fn move_to(&self, name: &str) {
        fs::rename(self.file(), self.0.join(name)).expect("moved");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Everything that is to be shipped now, and the last mark.
fn drain(tail: &mut Tail, most: usize, last: bool) -> (String, Option<Mark>) {
    let (mut text, mut mark) = (String::new(), None);
    while let Some(piece) = tail.next(most, last).expect("readable") {
        text.push_str(std::str::from_utf8(&piece.bytes).expect("text"));
        mark = tail.shipped(&piece).expect("a mark");
    }
    (text, mark)
}

fn begin(path: &Path, mark: Option<&Mark>) -> Tail {
    Tail::begin(path, mark, false).expect("a tail")
}

#[test]
fn whole_lines_are_shipped_once_and_the_rest_waits() {
    let folder = Folder::new("lines");
    let mut tail = begin(&folder.file(), None);
    assert_eq!(drain(&mut tail, 100, false).0, "", "it is not there yet");
    folder.add("one\ntwo\nthr");
    assert_eq!(drain(&mut tail, 5, false).0, "one\ntwo\n");
    folder.add("ee\n");
    let (text, mark) = drain(&mut tail, 100, false);
    assert_eq!(text, "three\n");
    folder.add("four\n");
    assert_eq!(drain(&mut begin(&folder.file(), mark.as_ref()), 100, false).0, "four\n", "after a restart");
}

#[test]
fn what_was_rotated_away_is_read_to_its_end_first() {
    let folder = Folder::new("rotated");
    folder.add("one\n");
    let mut tail = begin(&folder.file(), None);
    assert_eq!(drain(&mut tail, 100, false).0, "one\n");
    folder.add("two\nlast without an end");
    folder.move_to("agent.log.1");
    folder.add("three\n");
    assert_eq!(drain(&mut tail, 100, true).0, "two\nlast without an endthree\n");
}

#[test]
fn rotations_while_nobody_followed_are_caught_up() {
    let folder = Folder::new("missed");
    folder.add("one\n");
    let (_, mark) = drain(&mut begin(&folder.file(), None), 100, false);
    let pause = || std::thread::sleep(std::time::Duration::from_millis(20));
    folder.add("two\n");
    folder.move_to("agent.log.2");
    pause();
    folder.add("three\n");
    folder.move_to("agent.log.1");
    pause();
    folder.add("four\n");
    fs::write(folder.0.join("agent.log.old.txt"), "not of these\n").expect("another file");
    assert_eq!(drain(&mut begin(&folder.file(), mark.as_ref()), 100, true).0, "two\nthree\nfour\n");
}

#[test]
fn a_file_that_is_copied_and_cut_off_loses_nothing() {
    let folder = Folder::new("cut");
    folder.add("one\n");
    let mut tail = begin(&folder.file(), None);
    let (_, mark) = drain(&mut tail, 100, false);
    folder.add("two\n");
    fs::copy(folder.file(), folder.0.join("agent.log.1")).expect("copied");
    OpenOptions::new().write(true).truncate(true).open(folder.file()).expect("cut off");
    folder.add("a longer line than all of before\n");
    let expected = "two\na longer line than all of before\n";
    assert_eq!(drain(&mut begin(&folder.file(), mark.as_ref()), 100, true).0, expected, "after a restart");
    assert_eq!(drain(&mut tail, 100, true).0, expected);
    assert!(tail.news().is_empty());
}

#[test]
fn what_is_not_found_any_more_is_told() {
    let folder = Folder::new("gone");
    folder.add("one\n");
    let (_, mark) = drain(&mut begin(&folder.file(), None), 100, false);
    fs::write(folder.file(), "another beginning\n").expect("begun anew");
    let mut tail = begin(&folder.file(), mark.as_ref());
    assert_eq!(drain(&mut tail, 100, false).0, "another beginning\n");
    assert!(tail.news().concat().contains("after byte 4 is not shipped"));
}

#[test]
fn a_line_longer_than_posts_goes_in_parts() {
    let folder = Folder::new("long");
    let long = "x".repeat(1000);
    folder.add(&format!("{long}\nshort\n"));
    let mut tail = begin(&folder.file(), None);
    let first = tail.next(10, false).expect("readable").expect("a part");
    assert_eq!(first.bytes.len(), 80);
    assert_eq!(drain(&mut tail, 200, false).0, format!("{long}\nshort\n"), "nothing is left out");
}

#[test]
fn the_end_of_a_file_is_where_its_last_whole_line_ends() {
    let folder = Folder::new("end");
    folder.add("one\ntwo\nbegun");
    let mut tail = Tail::begin(&folder.file(), None, true).expect("a tail");
    folder.add(" and ended\n");
    assert_eq!(drain(&mut tail, 100, false).0, "begun and ended\n");
}

#[test]
fn the_same_piece_has_the_same_key() {
    let folder = Folder::new("key");
    folder.add("one\none\n");
    let mut tail = begin(&folder.file(), None);
    let piece = |tail: &mut Tail| tail.next(4, false).expect("readable").expect("a piece");
    let first = piece(&mut tail);
    assert_eq!(first, piece(&mut tail), "not shipped yet");
    tail.shipped(&first).expect("a mark");
    assert_ne!(first.key, piece(&mut tail).key, "the same words at another place");
}

#[test]
fn what_was_on_its_way_is_sent_again_as_it_was() {
    let folder = Folder::new("again");
    folder.add("one\ntwo\n");
    let mut tail = begin(&folder.file(), None);
    let (mark, piece) = (tail.mark().expect("a mark"), tail.next(4, false).expect("readable").expect("a piece"));
    folder.add("three\n");
    let mut tail = begin(&folder.file(), mark.as_ref());
    tail.send_again(Some(piece.bytes.len() as u64));
    assert_eq!(tail.next(100, false).expect("readable"), Some(piece.clone()));
    tail.shipped(&piece).expect("a mark");
    assert_eq!(drain(&mut tail, 100, false).0, "two\nthree\n");
}

#[test]
fn one_process_follows_a_file_to_a_source() {
    let folder = Folder::new("memory");
    folder.add("one\n");
    let state = folder.0.join("state");
    let open = |source: &str| Memory::open(&state, &folder.file(), source);
    let memory = open("http://here/sources/1").expect("opened");
    assert!(memory.mark().is_none());
    assert!(open("http://here/sources/1").is_err());
    let (_, mark) = drain(&mut begin(&folder.file(), None), 100, false);
    memory.keep(mark.clone().expect("a mark"), Some(7)).expect("kept");
    assert!(open("http://here/sources/2").expect("opened").mark().is_none());
    drop(memory);
    let memory = open("http://here/sources/1").expect("opened");
    assert_eq!((memory.mark(), memory.sending()), (mark.as_ref(), Some(7)));
}

#[test]
fn addresses_of_sources_are_read() {
    let read = |text: &str| Target::parse(text);
    let whole = read("https://inquest.example/api/v1/sources/7/records");
    assert!(whole.is_ok());
    assert_eq!(whole, read("https://inquest.example/api/v1/sources/7"));
    for wrong in ["inquest.example/api/v1/sources/7", "ftp://a/sources/7", "https://a/api/v1/sources", "https://a/"] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
}
