//! Trees whose layout there is a snapshot of: nothing is to be done, and nothing is.

mod common;

use std::fs;

use common::{headers, import, project, skipped, tree_of};

/// The snapshots of the project, and of each system the newest.
fn snapshots() -> Vec<String> {
    let entries = fs::read_dir(project()).unwrap().map(|e| e.unwrap().path());
    let folders = entries.filter(|path| path.join("if_pfsync.h").is_file());
    folders.map(|path| path.file_name().unwrap().to_str().unwrap().to_string()).collect()
}

#[test]
fn a_tree_with_the_headers_of_a_snapshot_changes_nothing() {
    if skipped() {
        return;
    }
    let before = fs::read_dir(project()).unwrap().count();
    let mut tried = 0;
    for snapshot in snapshots() {
        // Every other system's, and of OpenBSD's the first, the last and one of those between.
        let openbsd = snapshot.strip_prefix("openbsd-");
        if openbsd.is_some_and(|version| !["4.4", "4.7", "5.3", "7.9"].contains(&version)) {
            continue;
        }
        let said = import(&project(), &[&snapshot], &tree_of(&snapshot).0);
        let line = format!("nothing changed: {snapshot} is as headers/{snapshot} has it");
        assert!(said.line(&line) && said.status == 0, "{}{}", said.out, said.err);
        assert!(!said.out.contains("note:"), "{}", said.out);
        tried += 1;
    }
    assert!(tried >= 3);
    assert_eq!(fs::read_dir(project()).unwrap().count(), before);
}

#[test]
fn a_listed_release_without_a_folder_is_compared_with_what_serves_it() {
    if skipped() {
        return;
    }
    let said = import(&project(), &["openbsd-7.0"], &tree_of("openbsd-6.9").0);
    let line = "nothing changed: openbsd-7.0 is as headers/openbsd-6.9 has it";
    assert!(said.line(line), "{}{}", said.out, said.err);
    assert_eq!(said.status, 0);
}

#[test]
fn a_new_release_with_the_layout_of_the_newest_needs_no_folder() {
    if skipped() {
        return;
    }
    let headers = headers(&["openbsd-5.8", "openbsd-6.9"], &["openbsd-5.8", "openbsd-6.9"]);
    let before = headers.files();
    let said = import(&headers.0, &["openbsd-7.0"], &tree_of("openbsd-6.9").0);
    assert_eq!(said.status, 0, "{}{}", said.out, said.err);
    assert!(said.line("layout as openbsd-6.9: no new folder needed"), "{}", said.out);
    assert!(said.line("add the line openbsd-7.0 to headers/releases behind openbsd-6.9"));
    assert_eq!(headers.files(), before);
}

/// The rule by which a release without a folder is served would pick another one.
#[test]
fn an_older_layout_that_comes_back_needs_a_folder() {
    if skipped() {
        return;
    }
    let known = ["openbsd-6.9", "openbsd-7.2"];
    let headers = headers(&known, &known);
    let tree = tree_of("openbsd-6.9");
    let said = import(&headers.0, &["openbsd-7.10"], &tree.0);
    assert_eq!(said.status, 0, "{}{}", said.out, said.err);
    assert!(
        said.out.contains("layout as openbsd-6.9, but openbsd-7.2 stands before openbsd-7.10"),
        "{}",
        said.out
    );
    assert!(said.line("PFSTATE_INP_UNLINKED is gone, was 1024"), "{}", said.out);
    let said = import(&headers.0, &["openbsd-7.10"], &tree.0);
    assert!(
        said.line("nothing changed: openbsd-7.10 is as headers/openbsd-7.10 has it"),
        "{}",
        said.out
    );
    // Not listed yet, which is told again.
    assert!(said.line("add the line openbsd-7.10 to headers/releases behind openbsd-7.2"));
}

/// Line by line, comments and all: only the release's name in them is another.
#[test]
fn what_is_written_has_the_form_of_the_snapshots() {
    if skipped() {
        return;
    }
    for (before, new) in [("openbsd-5.3", "openbsd-5.4"), ("openbsd-7.2", "openbsd-7.9")] {
        let headers = headers(&[before], &[before]);
        let said = import(&headers.0, &[new], &tree_of(new).0);
        assert_eq!(said.status, 0, "{}{}", said.out, said.err);
        for file in ["pfvar.h", "if_pfsync.h", "if_pflog.h"] {
            let committed = fs::read_to_string(project().join(new).join(file)).unwrap();
            let written = fs::read_to_string(headers.0.join(new).join(file)).unwrap();
            assert_eq!(written, committed, "{new}/{file}");
        }
    }
}

#[test]
fn constants_alone_are_reason_for_a_folder() {
    if skipped() {
        return;
    }
    let headers = headers(&["openbsd-5.3"], &["openbsd-5.3"]);
    let said = import(&headers.0, &["--dry-run", "openbsd-5.4"], &tree_of("openbsd-5.4").0);
    assert!(said.line("new constant PFRES_TRANSLATE 15"), "{}{}", said.out, said.err);
    assert!(said.out.contains("layout as openbsd-5.3, but constants differ"), "{}", said.out);
    assert!(said.line("would write headers/openbsd-5.4: pfvar.h, if_pfsync.h, if_pflog.h"));
    assert!(!headers.0.join("openbsd-5.4").exists());
}

/// What a part is called, whether it is called at all, and by which name a number goes.
#[test]
fn other_words_for_the_same_bytes_are_no_difference() {
    if skipped() {
        return;
    }
    let tree = tree_of("openbsd-7.9");
    let part = "struct pfsync_state_scrub {\n\tu_int16_t                   pfss_flags;\n\
                \tu_int8_t                    pfss_ttl;\n\tu_int8_t                    scrub_flag;\n\
                \tu_int32_t                   pfss_ts_mod;\n} __packed";
    tree.edit("net/pfvar.h", &format!("{part};"), "");
    tree.edit(
        "net/pfvar.h",
        "struct pfsync_state_scrub   scrub;",
        &part.replacen("pfsync_state_scrub", "", 1).replace("__packed", "__packed scrub;"),
    );
    tree.edit(
        "net/pfvar.h",
        "\tsa_family_t                 af;\n\tu_int8_t                    pad;",
        "\tunsigned char af;\n\t_Bool pad;",
    );
    tree.edit(
        "net/if_pfsync.h",
        "\tunion sockaddr_union        dst;",
        "\tunion pfsockaddr_union { struct sockaddr_in a; struct sockaddr_in6 b; } dst;",
    );
    let said = import(&project(), &["openbsd-7.9"], &tree.0);
    let line = "nothing changed: openbsd-7.9 is as headers/openbsd-7.9 has it";
    assert!(said.line(line), "{}{}", said.out, said.err);
    assert!(!said.out.contains("note:"), "{}", said.out);
}
