//! The shells' completions in misc/completions are those of the command line as it is.

#![cfg(feature = "config")]
#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap_complete::{Shell, generate};

const SHELLS: [(&str, Shell); 3] = [
    ("pfstatelog.bash", Shell::Bash),
    ("_pfstatelog", Shell::Zsh),
    ("pfstatelog.fish", Shell::Fish),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("misc/completions")
}

fn made(shell: Shell) -> Vec<u8> {
    let mut made = Vec::new();
    generate(shell, &mut pfstatelog::config::command(), "pfstatelog", &mut made);
    made
}

#[test]
fn completions_are_those_of_the_command_line() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    for (name, shell) in SHELLS {
        let made = made(shell);
        let path = folder().join(name);
        if update {
            fs::create_dir_all(folder()).unwrap();
            fs::write(&path, &made).unwrap();
            continue;
        }
        let made = String::from_utf8(made).unwrap();
        let kept = fs::read_to_string(&path).unwrap();
        assert!(made == kept, "{}: UPDATE_GOLDEN=1 if meant", path.display());
        assert!(made.contains("list-releases"), "{name}");
    }
}

#[test]
fn bash_completes_options_by_it() {
    let script = ". \"$0\" && COMP_WORDS=(pfstatelog --max) COMP_CWORD=1 && \
                  _pfstatelog pfstatelog --max pfstatelog && echo \"${COMPREPLY[@]}\"";
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("pfstatelog.bash");
    fs::write(&file, made(Shell::Bash)).unwrap();
    let ran = Command::new("bash").args(["--norc", "--noprofile", "-c", script]).arg(file).output();
    let Ok(ran) = ran else {
        println!("skipped: bash_completes_options_by_it: no bash");
        return;
    };
    assert_eq!(String::from_utf8_lossy(&ran.stdout), "--max-states\n", "{ran:?}");
}
