//! Where clang looks for a kernel's headers: machine/ and its like are links that a kernel's build
//! makes, and some headers of the C library are asked for that no kernel has.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::releases::System;
use crate::scratch::Scratch;

/// Machines in the order of preference, and what to compile for: always a machine with a long of
/// eight bytes. The wire is the same for all.
const MACHINES: [(&str, &str); 5] = [
    ("amd64", "x86_64"),
    ("x86_64", "x86_64"),
    ("i386", "x86_64"),
    ("arm64", "aarch64"),
    ("aarch64", "aarch64"),
];

/// Where a machine's headers lie under `sys`; `M` is the machine.
const MACHINE_FOLDERS: [&str; 4] =
    ["arch/M/include", "M/include", "platform/pc64/include", "cpu/M/include"];

/// Headers of the C library that a kernel's headers ask for where it is not the kernel that reads
/// them, and what they have to say here.
const LIBRARY: [(&str, &str); 5] = [
    (
        "stddef.h",
        "typedef __SIZE_TYPE__ size_t;\ntypedef __PTRDIFF_TYPE__ ptrdiff_t;\n\
         #define NULL ((void *)0)\n#define offsetof(t, m) __builtin_offsetof(t, m)\n",
    ),
    ("stdbool.h", "#define bool _Bool\n#define true 1\n#define false 0\n"),
    ("stdarg.h", "typedef __builtin_va_list va_list;\n"),
    (
        "stdint.h",
        "#if __has_include(<sys/stdint.h>)\n#include <sys/stdint.h>\n#else\n\
         #include <sys/types.h>\n#endif\n",
    ),
    ("limits.h", "#if __has_include(<sys/limits.h>)\n#include <sys/limits.h>\n#endif\n"),
];

/// Others, that need say nothing.
const SILENT: [&str; 20] = [
    "assert.h",
    "ctype.h",
    "err.h",
    "errno.h",
    "fcntl.h",
    "ifaddrs.h",
    "inttypes.h",
    "memory.h",
    "netdb.h",
    "poll.h",
    "pthread.h",
    "setjmp.h",
    "signal.h",
    "stdio.h",
    "stdlib.h",
    "string.h",
    "strings.h",
    "time.h",
    "unistd.h",
    "wchar.h",
];

pub struct Includes {
    scratch: Scratch,
    target: String,
    folders: Vec<PathBuf>,
}

impl Includes {
    /// `first` is a folder to look in before `sys`.
    pub fn new(sys: &Path, first: Option<&Path>, system: &System) -> Result<Self, String> {
        let sys = fs::canonicalize(sys).map_err(|e| format!("{}: {e}", sys.display()))?;
        let scratch = Scratch::new()?;
        let failed = |e: std::io::Error| format!("{}: {e}", scratch.path().display());
        let (links, library) = (scratch.path().join("links"), scratch.path().join("library"));
        for folder in [&links, &library, &scratch.path().join("config")] {
            fs::create_dir(folder).map_err(failed)?;
        }
        for (name, text) in LIBRARY.into_iter().chain(SILENT.map(|name| (name, ""))) {
            fs::write(library.join(name), text).map_err(failed)?;
        }
        let mut target = "x86_64";
        let mut machine = None;
        for (name, clang) in MACHINES {
            let found = MACHINE_FOLDERS.iter().map(|f| sys.join(f.replace('M', name)));
            let Some(folder) = found.into_iter().find(|folder| folder.is_dir()) else { continue };
            symlink(&folder, links.join(name)).map_err(failed)?;
            if machine.is_none() {
                target = clang;
                machine = Some(folder);
            }
        }
        for (name, folder) in
            [("x86", "arch/x86/include"), ("x86", "x86/include"), ("cpu", "cpu/x86_64/include")]
        {
            if sys.join(folder).is_dir() && !links.join(name).exists() {
                symlink(sys.join(folder), links.join(name)).map_err(failed)?;
            }
        }
        // A tree of which only other machines' headers are there.
        if let Some(folder) = machine.or_else(|| any_machine(&sys)) {
            symlink(folder, links.join("machine")).map_err(failed)?;
        }
        // FreeBSD's lists and epochs are another project's.
        let lists = sys.join("contrib/ck/include");
        let folders = first.map(Path::to_path_buf).into_iter().chain([sys, lists]).collect();
        Ok(Self { target: format!("{target}-unknown-{}", system.clang()), scratch, folders })
    }

    /// For clang: where to look, and what to compile for.
    pub fn arguments(&self) -> Vec<String> {
        let mut arguments = vec![format!("--target={}", self.target), "-std=gnu99".to_string()];
        if self.target.ends_with("freebsd") {
            // Its kernel is compiled with it.
            arguments.push("-fms-extensions".to_string());
        }
        let mut look = |option: &str, folder: &Path| {
            arguments.extend([option.to_string(), folder.display().to_string()]);
        };
        look("-I", &self.scratch.path().join("links"));
        self.folders.iter().for_each(|folder| look("-isystem", folder));
        look("-idirafter", &self.scratch.path().join("library"));
        look("-idirafter", &self.scratch.path().join("config"));
        arguments
    }

    /// Makes an empty header; false where there is one already, or none can be made.
    pub fn stub(&self, name: &str) -> bool {
        let file = self.scratch.path().join("config").join(name);
        !file.exists() && fs::write(file, "").is_ok()
    }
}

fn any_machine(sys: &Path) -> Option<PathBuf> {
    let folders = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut found: Vec<_> = entries.map(|e| e.path().join("include")).collect();
        found.sort();
        found
    };
    let mut found = folders(&sys.join("arch"));
    found.extend(folders(sys));
    found.into_iter().find(|f| f.join("_types.h").is_file() || f.join("param.h").is_file())
}
