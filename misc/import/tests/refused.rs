//! What is refused, and how that is said.

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::{headers, import, made_up, skipped, tree_of};

const NEWEST: &str = "openbsd-7.9";

#[test]
fn an_error_in_a_header_is_told_with_header_and_line() {
    if skipped() {
        return;
    }
    let headers = headers(&[NEWEST], &[NEWEST]);
    let before = headers.files();
    for (file, old, new, at) in [
        ("net/if_pfsync.h", "} __packed;\n\nstruct pfsync_clr", "}\n\nstruct pfsync_clr", "43"),
        ("net/pfvar.h", "u_int32_t\tpackets[2][2];", "u_int32_t\tpackets[NOBODY];", "136"),
        ("net/pfvar.h", "u_int32_t\tseqlo,", "u_int33_t\tseqlo,", "112"),
        ("sys/types.h", "typedef unsigned int\tu_int;", "typedef unsigned unt\tu_int;", "17"),
    ] {
        let tree = made_up("openbsd");
        tree.edit(file, old, new);
        let said = import(&headers.0, &["openbsd-8.0"], &tree.0);
        let place = format!("{}:{at}:", tree.0.join(file).display());
        assert!(said.err.contains(&place), "not said: {place}\n{}{}", said.out, said.err);
        assert!(said.err.contains("error: "), "{}", said.err);
        assert_eq!(said.err.lines().count(), 1, "{}", said.err);
        assert_eq!(said.status, 1);
        assert_eq!(headers.files(), before);
    }
}

#[test]
fn a_missing_header_is_named() {
    if skipped() {
        return;
    }
    let headers = headers(&[NEWEST], &[NEWEST]);
    let tree = made_up("openbsd");
    fs::remove_file(tree.0.join("sys/queue.h")).unwrap();
    let said = import(&headers.0, &["openbsd-8.0"], &tree.0);
    let error = "net/pfvar.h:9:10: fatal error: 'sys/queue.h' file not found";
    assert!(said.err.contains(error), "{}{}", said.out, said.err);
    assert_eq!(said.status, 1);

    fs::remove_file(tree.0.join("net/if_pfsync.h")).unwrap();
    let said = import(&headers.0, &["openbsd-8.0"], &tree.0);
    assert!(said.err.contains("net/if_pfsync.h: there is no such header"), "{}", said.err);
    assert_eq!(said.status, 1);
    assert!(!headers.0.join("openbsd-8.0").exists());
}

#[test]
fn a_source_tree_instead_of_its_sys_folder_is_told_so() {
    if skipped() {
        return;
    }
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/trees/openbsd");
    let said = import(&headers(&[NEWEST], &[NEWEST]).0, &["openbsd-8.0"], &src);
    assert!(said.err.contains("trees/openbsd/sys meant?"), "{}", said.err);
    assert_eq!(said.status, 1);
}

#[test]
fn headers_without_messages_are_told_so() {
    if skipped() {
        return;
    }
    let tree = made_up("openbsd");
    tree.edit("net/if_pfsync.h", "struct pfsync_header {", "struct pfsync_head {");
    tree.edit("net/if_pfsync.h", "sizeof(struct pfsync_header)", "0");
    let said = import(&headers(&[NEWEST], &[NEWEST]).0, &["openbsd-8.0"], &tree.0);
    assert!(said.err.contains("/net: no struct pfsync_header in it"), "{}{}", said.out, said.err);
    assert_eq!(said.status, 1);
}

#[test]
fn a_known_release_that_disagrees_is_left_alone_unless_forced() {
    if skipped() {
        return;
    }
    let headers = headers(&["openbsd-7.2", NEWEST], &["openbsd-7.2", NEWEST]);
    let before = headers.files();
    let tree = tree_of(NEWEST);
    tree.edit("net/pfvar.h", "set_prio[2];", "set_prio[4];");
    let said = import(&headers.0, &[NEWEST], &tree.0);
    assert!(said.line("openbsd-7.9 is not as headers/openbsd-7.9 has it:"), "{}", said.out);
    assert!(said.line("struct pfsync_state: 266 bytes, was 264"), "{}", said.out);
    assert!(said.out.contains("u_int8_t[4] at 262, 4 bytes, was u_int8_t[2] at 262, 2 bytes"));
    assert_eq!((said.status, headers.files() == before), (1, true));

    let said = import(&headers.0, &["--force", "--dry-run", NEWEST], &tree.0);
    assert_eq!((said.status, headers.files() == before), (0, true), "{}{}", said.out, said.err);
    let said = import(&headers.0, &["--force", NEWEST], &tree.0);
    assert_eq!((said.status, headers.files() == before), (0, false), "{}{}", said.out, said.err);
    assert_eq!(headers.files().len(), before.len());
    let said = import(&headers.0, &[NEWEST], &tree.0);
    assert!(said.line("nothing changed: openbsd-7.9 is as headers/openbsd-7.9 has it"));
}

/// What no snapshot can say must be true of all releases.
#[test]
fn a_tree_that_disagrees_with_what_is_taken_for_granted_is_refused() {
    if skipped() {
        return;
    }
    let tree = made_up("openbsd");
    tree.edit("netinet/tcp_fsm.h", "#define TCPS_LISTEN\t\t1", "#define TCPS_LISTEN\t\t21");
    let said = import(&headers(&[NEWEST], &[NEWEST]).0, &["openbsd-8.0"], &tree.0);
    assert!(said.err.contains("TCPS_LISTEN is 21, and 1 in headers/base.h"), "{}", said.err);
    assert_eq!(said.status, 1);
}

#[test]
fn a_wrong_command_line_is_2() {
    let status = |words: &[&str]| {
        let output =
            Command::new(env!("CARGO_BIN_EXE_import-headers")).args(words).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    for words in [
        &["openbsd-8.0"][..],
        &["openbsd-8", "/usr/src/sys"],
        &["8.0", "/usr/src/sys"],
        &["linux-8.0", "/usr/src/sys"],
        &["openbsd-8.x", "/usr/src/sys"],
        &["openbsd-8.0/..", "/usr/src/sys"],
        &["openbsd-08.0", "/usr/src/sys"],
        &["openbsd-8.0", "/usr/src/sys", "more"],
        &["--no-such", "openbsd-8.0", "/usr/src/sys"],
        &["--headers"],
        &[],
    ] {
        let (code, said) = status(words);
        assert_eq!(code, 2, "{words:?}: {said}");
        assert!(said.contains("usage: misc/import-headers"), "{said}");
    }
    assert_eq!(status(&["--help"]).0, 0);
}
