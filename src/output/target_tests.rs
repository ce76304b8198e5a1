//! What targets are called, and what verbs do to files.

#![forbid(unsafe_code)]

use std::fs;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{MetadataExt, symlink};
use std::os::unix::net::UnixDatagram;

use super::*;

#[test]
fn targets_are_named_as_the_command_line_has_them() {
    let (host, port) = ("2001:db8::1".to_string(), 514);
    let local = |dest: &str| Target::SyslogLocal { dest: dest.parse().unwrap(), path: None };
    for (target, word) in [
        (Target::Stdout, "-"),
        (Target::SyslogLocal { dest: SyslogDest::default(), path: None }, "syslog:daemon"),
        (local("local3"), "syslog:local3"),
        (Target::Udp { host: "192.0.2.1".into(), port }, "udp://192.0.2.1:514"),
        (Target::Udp { host, port }, "udp://[2001:db8::1]:514"),
        (Target::Tcp { host: "log.example".into(), port: 6514 }, "tcp://log.example:6514"),
        (Target::Unix { path: "/var/run/syslog-ng.sock".into() }, "unix:/var/run/syslog-ng.sock"),
        (Target::File(FileTarget::new("/var/log/pf.log")), "/var/log/pf.log"),
        (Target::File(FileTarget::new("./pf.json")), "./pf.json"),
    ] {
        assert_eq!(target.to_string(), word);
    }
}

#[test]
fn verbs_have_numbers_and_others_are_none() {
    for byte in 0..=u8::MAX {
        assert_eq!(
            Verb::from_byte(byte).map(|verb| verb as u8),
            (1..=5).contains(&byte).then_some(byte)
        );
    }
    let direct = Direct(vec![Target::Stdout]);
    assert!(direct.ask(0, Verb::Rotate).is_err() && direct.ask(1, Verb::Open).is_err());
    assert!(direct.ask(0, Verb::Open).unwrap().is_some());
}

/// A file in a folder of its own, which is rotated.
fn rotating(keep: u32) -> (tempfile::TempDir, FileTarget) {
    let dir = tempfile::tempdir().unwrap();
    let rotate = Some(Rotate { size: 100, keep });
    let file = FileTarget { rotate, ..FileTarget::new(dir.path().join("log")) };
    (dir, file)
}

fn write(fd: Option<OwnedFd>, text: &str) {
    File::from(fd.unwrap()).write_all(text.as_bytes()).unwrap();
}

fn read(file: &FileTarget, ending: &str) -> Option<String> {
    fs::read_to_string(format!("{}{ending}", file.path.display())).ok()
}

/// Verbs, of which each has to work.
fn does(file: &FileTarget, verb: Verb) -> Option<OwnedFd> {
    Target::File(file.clone()).perform(verb).unwrap_or_else(|error| panic!("{verb:?}: {error}"))
}

#[test]
fn a_rotation_moves_all_by_one_and_drops_the_last() {
    let (_dir, file) = rotating(2);
    for text in ["one", "two", "three"] {
        write(does(&file, Verb::Open), text);
        does(&file, Verb::Rotate);
        let mut rotated = String::new();
        File::from(does(&file, Verb::Rotated).unwrap()).read_to_string(&mut rotated).unwrap();
        assert_eq!(rotated, text);
        write(does(&file, Verb::Archive), &format!("gz {text}"));
        assert!(read(&file, ".0.gz").is_none(), "it has its name before it is whole");
        assert!(does(&file, Verb::Archived).is_none());
    }
    assert_eq!(read(&file, "").as_deref(), Some(""));
    assert_eq!(read(&file, ".0.gz").as_deref(), Some("gz three"));
    assert_eq!(read(&file, ".1.gz").as_deref(), Some("gz two"));
    assert_eq!(fs::read_dir(file.path.parent().unwrap()).unwrap().count(), 3);
    assert!(does(&file, Verb::Rotated).is_none(), "all are compressed");
}

#[test]
fn what_could_not_be_compressed_is_kept_as_it_is() {
    let (_dir, file) = rotating(3);
    for text in ["one", "two", "three", "four"] {
        write(does(&file, Verb::Open), text);
        does(&file, Verb::Rotate);
    }
    let kept = [".0", ".1", ".2", ".3"].map(|ending| read(&file, ending));
    assert_eq!(kept, [Some("four".into()), Some("three".into()), Some("two".into()), None]);
    // Where both forms are there, the compressed one is whole: it moves on and the other goes.
    fs::write(format!("{}.0.gz", file.path.display()), "gz four").unwrap();
    does(&file, Verb::Rotate);
    assert_eq!(read(&file, ".1.gz").as_deref(), Some("gz four"));
    assert_eq!(read(&file, ".1"), None);
}

#[test]
fn a_file_is_created_as_asked_for_and_one_that_is_there_stays_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let own = fs::metadata(dir.path()).unwrap().gid();
    let mut file = FileTarget { mode: 0o604, ..FileTarget::new(dir.path().join("log")) };
    file.group = Some(own);
    write(does(&file, Verb::Open), "kept");
    let mode = || fs::metadata(&file.path).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode(), 0o604);
    fs::set_permissions(&file.path, Permissions::from_mode(0o600)).unwrap();
    write(does(&file, Verb::Open), " and more");
    assert_eq!((mode(), read(&file, "").as_deref()), (0o600, Some("kept and more")));
}

#[test]
fn no_link_is_followed() {
    let (dir, file) = rotating(2);
    let other = dir.path().join("other");
    fs::write(&other, "not ours").unwrap();
    let path = |ending: &str| format!("{}{ending}", file.path.display());
    for ending in ["", ".0", ".0.gz.tmp"] {
        symlink(&other, path(ending)).unwrap();
    }
    let target = Target::File(file.clone());
    assert!(target.perform(Verb::Open).is_err() && target.perform(Verb::Rotated).is_err());
    write(does(&file, Verb::Archive), "ours");
    assert_eq!(fs::read_to_string(&other).unwrap(), "not ours");
}

#[test]
fn a_socket_is_connected_to_as_it_is() {
    use std::os::unix::net::UnixListener;
    let dir = tempfile::tempdir().unwrap();
    let (datagram, stream) = (dir.path().join("datagram"), dir.path().join("stream"));
    let _datagram = UnixDatagram::bind(&datagram).unwrap();
    let _stream = UnixListener::bind(&stream).unwrap();
    for (path, kind) in [(&datagram, socket2::Type::DGRAM), (&stream, socket2::Type::STREAM)] {
        let fd = Target::Unix { path: path.clone() }.perform(Verb::Open).unwrap().unwrap();
        assert_eq!(socket2::Socket::from(fd).r#type().unwrap(), kind);
    }
    assert!(Target::Unix { path: dir.path().join("none") }.perform(Verb::Open).is_err());
}
