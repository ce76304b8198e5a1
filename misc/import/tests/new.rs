//! Made-up trees of releases to come: what is said of them, and what is written.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{Folder, headers, import, made_up, skipped};

fn newest() -> Folder {
    headers(&["openbsd-7.9"], &["openbsd-7.9"])
}

fn expected(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expected").join(name)
}

/// As recorded; UPDATE_GOLDEN=1 records it anew.
fn as_recorded(name: &str, text: &str) {
    let path = expected(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let recorded = fs::read_to_string(&path).unwrap();
    assert_eq!(text, recorded, "{name}: UPDATE_GOLDEN=1 if meant");
}

#[test]
fn a_release_with_a_new_field_and_a_new_action_is_written() {
    if skipped() {
        return;
    }
    let (headers, tree) = (newest(), made_up("openbsd"));
    let said = import(&headers.0, &["openbsd-8.0"], &tree.0);
    assert_eq!(said.status, 0, "{}{}", said.out, said.err);
    as_recorded("openbsd-8.0.txt", &said.out.replace(tree.0.to_str().unwrap(), "SYSDIR"));
    for file in ["pfvar.h", "if_pfsync.h", "if_pflog.h"] {
        let written = fs::read_to_string(headers.0.join("openbsd-8.0").join(file)).unwrap();
        as_recorded(&format!("openbsd-8.0/{file}"), &written);
    }
    // Nothing else was left in the folder, hidden or not.
    let mut names: Vec<_> =
        fs::read_dir(&headers.0).unwrap().map(|e| e.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["base.h", "openbsd-7.9", "openbsd-8.0", "releases"]);

    let before = headers.files();
    let said = import(&headers.0, &["openbsd-8.0"], &tree.0);
    assert!(
        said.line("nothing changed: openbsd-8.0 is as headers/openbsd-8.0 has it"),
        "{}{}",
        said.out,
        said.err
    );
    let said = import(&headers.0, &["openbsd-8.1"], &tree.0);
    assert!(said.line("layout as openbsd-8.0: no new folder needed"), "{}", said.out);
    assert_eq!(headers.files(), before);
}

/// Two names for each number, several generations, a header of config(8), machine headers that
/// lead to x86's, a message that an option brings; modelled on another system's snapshot.
#[test]
fn freebsd_s_form_of_a_tree_is_read() {
    if skipped() {
        return;
    }
    let (headers, tree) = (newest(), made_up("freebsd"));
    let said = import(&headers.0, &["freebsd-16.0"], &tree.0);
    assert_eq!(said.status, 0, "{}{}", said.out, said.err);
    assert!(said.line("the first snapshot of freebsd: nothing to compare it with"), "{}", said.out);
    for file in ["pfvar.h", "if_pfsync.h"] {
        let written = fs::read_to_string(headers.0.join("freebsd-16.0").join(file)).unwrap();
        as_recorded(&format!("freebsd-16.0/{file}"), &written);
    }
    let said = import(&headers.0, &["freebsd-16.1"], &tree.0);
    assert!(said.line("layout as freebsd-16.0: no new folder needed"), "{}{}", said.out, said.err);
    tree.edit("net/pfvar.h", "u_int8_t\tproto, direction, rt;", "u_int8_t\tproto, rt, direction;");
    let said = import(&headers.0, &["--dry-run", "freebsd-16.1"], &tree.0);
    assert!(said.line("against freebsd-16.0:"), "{}{}", said.out, said.err);
    assert!(
        said.line(
            "moved    rt               u_int8_t at 170, 1 bytes, was u_int8_t at 171, 1 bytes"
        ),
        "{}",
        said.out
    );
    assert!(!said.out.contains("pfsync_state_1301"), "{}", said.out);
}

/// In a tree where programs see nothing of pfsync, what the kernel sees is read.
#[test]
fn headers_for_the_kernel_alone_are_read_as_the_kernel_does() {
    if skipped() {
        return;
    }
    let (headers, tree) = (newest(), made_up("openbsd"));
    tree.edit(
        "net/if_pfsync.h",
        "#define PFSYNC_VERSION\t",
        "#ifdef _KERNEL\n#define PFSYNC_VERSION\t",
    );
    tree.edit(
        "net/if_pfsync.h",
        "\tu_int\t\tsc_a:1, sc_b:2;\n};\n#endif\n",
        "\tint a;\n};\n#endif\n#endif\n",
    );
    let said = import(&headers.0, &["--dry-run", "openbsd-8.0"], &tree.0);
    assert!(said.out.contains("read as the kernel sees it"), "{}{}", said.out, said.err);
    assert!(said.line("new action PFSYNC_ACT_MADE_UP 16"), "{}", said.out);
    assert!(!headers.0.join("openbsd-8.0").exists());
}

#[test]
fn what_is_in_the_way_of_a_snapshot_is_named() {
    if skipped() {
        return;
    }
    let headers = newest();
    let before = headers.files();
    for (old, new, said_of) in [
        (
            "u_int64_t\tid;\n\tstruct {",
            "unsigned int a:4, b:28;\n\tu_int64_t\tid;\n\tstruct {",
            "struct pfsync_made_up cannot be written: pfsync_made_up.(bit fields) is bit fields",
        ),
        (
            "u_int8_t\tpad[2];\n} __packed;\n\n/* What",
            "u_int8_t\tpad[];\n} __packed;\n\n/* What",
            "pfsync_made_up.pad is an array without a length",
        ),
        (
            "u_int64_t\tid;\n\tstruct {",
            "long long\tid;\n\tstruct {",
            "field id is int64_t, which headers/base.h does not know",
        ),
        (
            "u_int32_t\tcreatorid, endtime;",
            "char\t\t*creatorid;",
            "struct pfsync_bus is no message any more: pfsync_bus.creatorid is a pointer",
        ),
        (
            "u_int32_t\tcreatorid, endtime;",
            "u_int32_t\tcreatorid, endtime __aligned(16);",
            "a snapshot cannot say this as the tree does, so nothing was written: struct pfsync_bus",
        ),
    ] {
        let tree = made_up("openbsd");
        tree.edit("net/if_pfsync.h", old, new);
        let said = import(&headers.0, &["openbsd-8.0"], &tree.0);
        assert!(said.err.contains(said_of), "not said: {said_of}\n{}{}", said.out, said.err);
        assert_eq!(said.status, 1);
        assert_eq!(headers.files(), before);
    }
}
