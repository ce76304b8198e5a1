//! The order in which several captures come out.

#![forbid(unsafe_code)]

use std::io::{ErrorKind, Read, Write};

use super::super::testing::*;
use super::*;

/// A capture of packets of one byte at these seconds.
fn at(name: u8, secs: &[u32]) -> Vec<u8> {
    let v = Variant::PLAIN;
    let mut file = v.header(1, 0);
    for s in secs {
        file.extend(v.record(*s, 0, 1, &[name]));
    }
    file
}

type Seen = Result<(usize, i64), (usize, CaptureError)>;

fn all(sources: Vec<FileSource>) -> Vec<Seen> {
    let mut merge = Merge::new(sources);
    let mut seen = Vec::new();
    loop {
        match merge.next_packet() {
            Ok(Some((index, packet))) => {
                assert_eq!(packet.data, [index as u8], "a packet of its own source");
                seen.push(Ok((index, packet.time.secs())));
            }
            Ok(None) => break,
            Err(error) => seen.push(Err(error)),
        }
    }
    assert_eq!(merge.next_packet(), Ok(None));
    assert!(!merge.buffered());
    seen
}

#[test]
fn oldest_first_and_of_equals_the_first_named() {
    let files = [at(0, &[1, 3, 3, 9]), at(1, &[2, 3, 4]), at(2, &[]), at(3, &[3])];
    let seen = all(files.map(source).into());
    let expected = [(0, 1), (1, 2), (0, 3), (0, 3), (1, 3), (3, 3), (1, 4), (0, 9)];
    assert_eq!(seen, expected.map(Ok));
}

#[test]
fn one_source_keeps_its_order_and_so_does_each_of_several() {
    let backwards = at(0, &[5, 1, 7, 2]);
    let own = [5, 1, 7, 2].map(|s| Ok((0, s)));
    assert_eq!(all(vec![source(backwards.clone())]), own);
    let seen = all(vec![source(backwards), source(at(1, &[6]))]);
    assert_eq!(seen, [(0, 5), (0, 1), (1, 6), (0, 7), (0, 2)].map(Ok));
    assert_eq!(all(vec![]), []);
}

#[test]
fn an_error_is_told_once_and_the_others_go_on() {
    let mut cut = at(1, &[2, 3]);
    cut.truncate(cut.len() - 1);
    let files = [at(0, &[1, 4]), cut, b"text".to_vec(), at(3, &[3])];
    let seen = all(files.map(source).into());
    assert_eq!(
        seen,
        [
            Err((2, CaptureError::UnknownFormat { first: *b"text", had: 4 })),
            Ok((0, 1)),
            Ok((1, 2)),
            Err((1, CaptureError::CutShort { offset: 41, needed: 17, had: 16 })),
            Ok((3, 3)),
            Ok((0, 4)),
        ]
    );
}

/// A reader that gives the thread back is asked again, and the order is kept all the same.
#[test]
fn a_pause_of_one_source_loses_nothing() {
    struct Pauses(std::io::Cursor<Vec<u8>>, bool);
    impl Read for Pauses {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            self.1 = !self.1;
            if self.1 { Err(ErrorKind::WouldBlock.into()) } else { self.0.read(&mut out[..20]) }
        }
    }
    let pauses = |file| {
        let reader = Pauses(std::io::Cursor::new(file), false);
        FileSource::from_reader(Box::new(reader), "pauses")
    };
    let mut seen = all(vec![pauses(at(0, &[1, 4])), source(at(1, &[2])), pauses(at(2, &[3]))]);
    let before = seen.len();
    seen.retain(|seen| !matches!(seen, Err((0 | 2, error)) if error.is_pause()));
    assert!(seen.len() < before, "there were pauses");
    assert_eq!(seen, [(0, 1), (1, 2), (2, 3), (0, 4)].map(Ok));
}

#[test]
fn names_and_what_is_buffered() {
    let (reader, mut pipe) = std::io::pipe().unwrap();
    let sources =
        vec![source(at(0, &[1, 2])), FileSource::from_reader(Box::new(reader), "the pipe")];
    let mut merge = Merge::new(sources);
    assert_eq!(merge.name(1), Some(Path::new("the pipe")));
    assert_eq!(merge.name(2), None);
    assert!(!merge.buffered());
    pipe.write_all(&at(1, &[1])).unwrap();
    assert_eq!(merge.next_packet().unwrap().map(|(i, _)| i), Some(0));
    assert!(merge.buffered(), "the second of the first, and the pipe's, are there");
    assert_eq!(merge.next_packet().unwrap().map(|(i, _)| i), Some(1));
    assert!(!merge.buffered(), "the pipe has nothing more");
    drop(pipe);
    assert_eq!(merge.next_packet().unwrap().map(|(i, _)| i), Some(0));
}
