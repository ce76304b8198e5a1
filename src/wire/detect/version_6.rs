//! Version 6: OpenBSD from 4.7 on.
//!
//! Up to 7.9 all states have 264 bytes; byte 38 of each key (its af), and bytes 254 and 260 to 263 of the
//! state mean different things by release, and nothing in the frame says which (wire-openbsd.md
//! 2.3, 2.5):
//!
//! | releases | key af | byte 254 | bytes 260, 261 |
//! |---|---|---|---|
//! | 4.7 to 4.9 | 0 | flags, low 8 | 0 |
//! | 5.0 | 0 | flags, low 8 | all flags |
//! | 5.1 | filled | flags, low 8 | all flags |
//! | 5.2 to 6.8 | filled | 0 | all flags |
//! | 6.9 to 7.9 | filled | rt | all flags |
//!
//! So the keys' af parts old from new, and byte 254, where it is not 0, parts the rest. Where it
//! is 0 nothing that it could mean is set, and the newest layout that fits reads the same values.
//! What stays open: a 5.1 state with allow-opts or sloppy *and* route-to looks like a 6.9 one
//! whose route-to has the same number; it is taken for the newer.

#![forbid(unsafe_code)]

use crate::abi::record::StateRecord;
use crate::abi::{Dialect, Layout, Release, openbsd_4_9, openbsd_5_1, openbsd_7_9};
use crate::wire::action::Action;
use crate::wire::frame::Section;

type Newest = openbsd_7_9::wire::pfsync_state;
type Oldest = <openbsd_4_9::Dialect as Dialect>::State;

/// The largest number of `PF_*ROUTE*` since OpenBSD 5.0.
const RT_MAX: u8 = crate::abi::consts::PF_REPLYTO as u8;

/// The v6 layout that a frame has, or the newest where its bytes do not tell; whether they do.
/// `None` where there is nothing in it that differs between releases. `sections` are as 7.9 has them.
pub(super) fn layout(sections: &[Section<'_>]) -> Option<(Layout, bool)> {
    let (mut guess, mut told, mut any) = (Release::NEWEST.layout(), false, false);
    for section in sections {
        match section.action {
            Some(Action::Ins | Action::Upd | Action::Del) => {}
            // 5.2 gave TDB another number; this one was never sent since.
            Some(Action::Otdb) => {
                guess = guess.min(Release::OpenBsd5_1.layout());
                any = true;
                continue;
            }
            _ => continue,
        }
        // States that are larger than those of 7.9 are a newer release's.
        let newest = newest_with(section.stride_bytes);
        guess = guess.min(newest);
        let new = section.records::<Newest>();
        for (new, old) in new.zip(section.records::<Oldest>()) {
            any = true;
            match one(new, old, newest) {
                Told::Surely(layout) => return Some((layout, true)),
                // Any other state of the frame may still tell 4.9 from 5.0.
                Told::AtMost(layout) => (guess, told) = (guess.min(layout), true),
                Told::Nothing => {}
            }
        }
    }
    any.then_some((guess, told))
}

/// The newest layout whose states have at most so many bytes.
fn newest_with(stride_bytes: usize) -> Layout {
    let fits = |release: &&Release| release.version() == 6 && release.state_bytes() <= stride_bytes;
    Release::ALL.iter().rev().find(fits).map_or(Layout::OpenBsd7_9, |release| release.layout())
}

enum Told {
    Surely(Layout),
    AtMost(Layout),
    Nothing,
}

/// What one state tells, seen through the newest and through the oldest layout.
fn one(new: &Newest, old: &Oldest, newest: Layout) -> Told {
    let keys_filled = [new.wire_key(), new.stack_key()].iter().any(|key| key.af != Some(0));
    // Through the oldest layout the flags are byte 254.
    let (byte254, flags) = (old.state_flags() as u8, new.state_flags());
    let low = flags as u8;
    match (keys_filled, byte254) {
        (true, 0) => Told::Nothing,
        (true, b) if b == low && (b > RT_MAX || *new.rt_addr() == [0; 16]) => {
            Told::Surely(Release::OpenBsd5_1.layout())
        }
        (true, _) => Told::Surely(newest),
        (false, 0) => Told::AtMost(Release::OpenBsd5_0.layout()),
        (false, _) if flags == 0 => Told::Surely(Release::OpenBsd4_9.layout()),
        (false, b) if b == low => Told::Surely(Release::OpenBsd5_0.layout()),
        (false, _) => Told::Nothing,
    }
}

/// Action 11 is read alike by every layout up to this one.
const _: () =
    assert!(size_of::<openbsd_5_1::wire::pfsync_tdb>() == size_of::<crate::wire::action::OldTdb>());
