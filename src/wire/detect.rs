//! Which v6 layout a frame has, told from its bytes as far as they tell.
//!
//! All v6 states have 264 bytes; byte 38 of each key (its af), and bytes 254 and 260 to 263 of the
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

use super::action::{Action, ActionTable};
use super::frame::Frame;
use crate::abi::record::{KeyRecord, StateRecord};
use crate::abi::{Dialect, Layout, Release, openbsd_4_9, openbsd_5_1};

type Newest = crate::abi::openbsd_7_9::wire::pfsync_state;
type Oldest = <openbsd_4_9::Dialect as Dialect>::State;

/// The largest number of `PF_*ROUTE*` since OpenBSD 5.0.
const RT_MAX: u8 = crate::abi::consts::PF_REPLYTO as u8;

/// The layout that `frame` has, or the newest where its bytes do not tell.
pub fn layout(frame: &Frame<'_>) -> Layout {
    let newest = Release::NEWEST.layout();
    let mut guess = newest;
    for section in frame.sections(ActionTable::of(newest)).map_while(Result::ok) {
        match section.action {
            Some(Action::Ins | Action::Upd | Action::Del) => {}
            // 5.2 gave TDB another number; this one was never sent since.
            Some(Action::Otdb) => {
                guess = guess.min(Release::OpenBsd5_1.layout());
                continue;
            }
            _ => continue,
        }
        let new = section.records::<Newest>();
        for (new, old) in new.zip(section.records::<Oldest>()) {
            match one(new, old) {
                Told::Surely(layout) => return layout,
                // Any other state of the frame may still tell 4.9 from 5.0.
                Told::AtMost(layout) => guess = guess.min(layout),
                Told::Nothing => {}
            }
        }
    }
    guess
}

enum Told {
    Surely(Layout),
    AtMost(Layout),
    Nothing,
}

/// What one state tells, seen through the newest and through the oldest layout.
fn one(new: &Newest, old: &Oldest) -> Told {
    let keys_filled = new.key().iter().any(|key| key.af() != Some(0));
    // Through the oldest layout the flags are byte 254.
    let (byte254, flags) = (old.state_flags() as u8, new.state_flags());
    let low = flags as u8;
    match (keys_filled, byte254) {
        (true, 0) => Told::Nothing,
        (true, b) if b == low && (b > RT_MAX || *new.rt_addr() == [0; 16]) => {
            Told::Surely(Release::OpenBsd5_1.layout())
        }
        (true, _) => Told::Surely(Release::NEWEST.layout()),
        (false, 0) => Told::AtMost(Release::OpenBsd5_0.layout()),
        (false, _) if flags == 0 => Told::Surely(Release::OpenBsd4_9.layout()),
        (false, b) if b == low => Told::Surely(Release::OpenBsd5_0.layout()),
        (false, _) => Told::Nothing,
    }
}

/// Action 11 is read alike by every layout up to this one.
const _: () =
    assert!(size_of::<openbsd_5_1::wire::pfsync_tdb>() == size_of::<super::action::OldTdb>());
