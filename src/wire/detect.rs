//! Who sent a frame, told from its bytes as far as they tell.
//!
//! | version | senders | told by |
//! |---|---|---|
//! | 2 | FreeBSD 5.3 to 6, DragonFly 1, OpenBSD 3.5 to 3.7 | nothing: all read alike |
//! | 3 | FreeBSD 7 and 8, NetBSD, OpenBSD 4.1 and 4.2 | the family of an IPv6 state (28 on FreeBSD); all read alike |
//! | 4 | DragonFly, OpenBSD 4.4 | nothing: both read alike |
//! | 5 | FreeBSD 9 and later, OpenBSD 4.5 and 4.6 | the sizes of records: which walk from section to section leads to the end |
//! | 5 | FreeBSD 9 to 13, 14, 15 | the actions: 1 and 3, 13 and 14, 15 and 16 carry states of different generations |
//! | 6 | OpenBSD 4.7 and later | bytes of states, see below |
//!
//! Version 5 says nowhere how long its records are. States have 240 bytes in OpenBSD, 242, 277 or
//! 360 in FreeBSD, and EOF has 20 bytes behind it in OpenBSD 4.5. Where two walks lead to the end,
//! the states are looked at (wire-others.md 1.9): more than one reading that makes sense is an error,
//! never a guess. Frames without states read alike, but for 4.5's EOF: who sent them is taken to be
//! who sent the last frame that told.
//!
//! A FreeBSD 14 or 15 that is set to an older message version cannot be told from the older release:
//! its frames are the same.
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
use super::error::{ErrorKind, Layer, WireError};
use super::frame::Frame;
use super::message::Message;
use crate::abi::record::{PeerRecord, StateRecord};
use crate::abi::{Dialect, Layout, Release, openbsd_4_9, openbsd_5_1, with_dialect};
use crate::state::Af;

type Newest = crate::abi::openbsd_7_9::wire::pfsync_state;
type Oldest = <openbsd_4_9::Dialect as Dialect>::State;

/// The largest number of `PF_*ROUTE*` since OpenBSD 5.0.
const RT_MAX: u8 = crate::abi::consts::PF_REPLYTO as u8;

/// As whose a frame is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sender {
    /// The newest release that can have sent it.
    pub release: Release,
    /// The bytes leave no other system, and no release whose frames have another layout.
    pub told: bool,
}

/// As whose the last frame of each version was read: what the next is taken for where its bytes say
/// nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Last([Option<Release>; 7]);

impl Last {
    /// Who sent `frame`.
    ///
    /// # Errors
    /// As [`sender`] has them.
    pub fn sender(&mut self, frame: &Frame<'_>) -> Result<Sender, (Release, WireError)> {
        let Some(last) = self.0.get_mut(usize::from(frame.version())) else {
            return sender(frame, None);
        };
        let sender = sender(frame, *last)?;
        *last = Some(sender.release);
        Ok(sender)
    }
}

/// The newest release that sends frames of this layout.
pub fn newest_of(layout: Layout) -> Release {
    let newest = Release::ALL.iter().rev().copied().find(|release| release.layout() == layout);
    newest.unwrap_or(Release::NEWEST)
}

/// Who sent `frame`; `last` is as whose the last one of its version was read.
///
/// # Errors
/// A frame of versions 2 to 5 that does not read as any release's, or reads well as two systems': the
/// error, and the release as which it was read that far.
pub fn sender(frame: &Frame<'_>, last: Option<Release>) -> Result<Sender, (Release, WireError)> {
    let untold = |default: Release| Sender { release: last.unwrap_or(default), told: false };
    let flat = |sender: Sender| match frame.walk(ActionTable::of(sender.release.layout())) {
        Ok(_) => Ok(sender),
        Err(error) => Err((sender.release, error)),
    };
    Ok(match frame.version() {
        2 => return flat(untold(Release::FreeBsd6_4)),
        3 => return flat(version_3(frame).unwrap_or(untold(Release::NetBsd10_1))),
        4 => return flat(untold(Release::DragonFly6_4)),
        5 => return version_5(frame, last),
        _ => {
            let Some((layout, told)) = layout_6(frame) else {
                return Ok(untold(Release::NEWEST));
            };
            Sender { release: newest_of(layout), told }
        }
    })
}

/// The layout that `frame` has, or the newest where its bytes do not tell.
pub fn layout(frame: &Frame<'_>) -> Layout {
    sender(frame, None).map_or_else(|(release, _)| release, |sender| sender.release).layout()
}

/// Only IPv6 states tell.
fn version_3(frame: &Frame<'_>) -> Option<Sender> {
    type D = crate::abi::freebsd_7_0::Dialect;
    frame.messages::<D>().map_while(Result::ok).find_map(|message| {
        let (Message::Ins(state) | Message::Upd(state)) = message else { return None };
        match state.af() {
            28 => Some(Sender { release: Release::FreeBsd8_4, told: true }),
            24 => Some(Sender { release: Release::NetBsd10_1, told: false }),
            _ => None,
        }
    })
}

/// The walks of version 5: FreeBSD's newest knows all that the older ones do, and OpenBSD 4.5 is
/// 4.6 but for its EOF.
const WALKS: [Release; 3] = [Release::FreeBsd15_0, Release::OpenBsd4_6, Release::OpenBsd4_5];

fn version_5(frame: &Frame<'_>, last: Option<Release>) -> Result<Sender, (Release, WireError)> {
    let walks = WALKS.map(|release| (release, frame.walk(ActionTable::of(release.layout()))));
    let [freebsd, openbsd @ ..] = walks;
    // A walk that leads to EOF is better than one that leads to the frame's last byte.
    let end = Ok(walks.iter().any(|(_, walk)| *walk == Ok(true)));
    let is_freebsd = freebsd.1 == end;
    let openbsd = openbsd.into_iter().find(|(_, walk)| *walk == end).map(|(release, _)| release);
    let generation = generation(frame);
    match (is_freebsd, openbsd) {
        // Whoever came furthest is the likeliest.
        (false, None) => {
            let walks =
                walks.into_iter().filter_map(|(release, walk)| Some((release, walk.err()?)));
            let furthest = walks.min_by_key(|(_, error)| std::cmp::Reverse(error.offset));
            Err(furthest.unwrap_or((freebsd.0, ambiguous())))
        }
        (true, None) => {
            Ok(Sender { release: generation.unwrap_or(freebsd.0), told: generation.is_some() })
        }
        (false, Some(release)) => Ok(Sender { release, told: true }),
        (true, Some(openbsd)) => {
            let Some(generation) = generation else {
                return Ok(Sender { release: last.unwrap_or(freebsd.0), told: false });
            };
            match (sensible(frame, generation), sensible(frame, openbsd)) {
                (true, false) => Ok(Sender { release: generation, told: true }),
                (false, true) => Ok(Sender { release: openbsd, told: true }),
                _ => Err((generation, ambiguous())),
            }
        }
    }
}

fn ambiguous() -> WireError {
    WireError { kind: ErrorKind::Ambiguous, layer: Layer::Header, offset: 0 }
}

/// The newest FreeBSD whose states a frame has; `None` where it has none.
fn generation(frame: &Frame<'_>) -> Option<Release> {
    let table = ActionTable::of(Release::FreeBsd15_0.layout());
    let sections = frame.sections(table).map_while(Result::ok);
    let generations = sections.filter(|section| section.header.count > 0).filter_map(|section| {
        Some(match section.action? {
            Action::Ins | Action::Upd => Release::FreeBsd15_0,
            Action::Ins1400 | Action::Upd1400 => newest_of(Layout::FreeBsd14_0),
            Action::Ins1301 | Action::Upd1301 | Action::Del => newest_of(Layout::FreeBsd9_0),
            _ => return None,
        })
    });
    generations.max()
}

/// Whether all states of a frame can be what a release sends.
fn sensible(frame: &Frame<'_>, release: Release) -> bool {
    with_dialect!(release.layout(), D => {
        frame.messages::<D>().map_while(Result::ok).all(|message| match message {
            Message::Ins(state) | Message::Upd(state) => is_sensible(state),
            Message::Ins1400(state) | Message::Upd1400(state) => is_sensible(state),
            Message::Ins1301(state) | Message::Upd1301(state) | Message::Del(state) => {
                is_sensible(state)
            }
            _ => true,
        })
    })
}

/// wire-others.md 1.9, step 5.
fn is_sensible<S: StateRecord>(state: &S) -> bool {
    const SCTP: u8 = 132;
    let peer = |peer: &S::Peer| peer.state() <= 12 || state.proto() == SCTP;
    let end = state.ifname().iter().position(|byte| *byte == 0);
    state.direction() <= 2
        && !matches!(Af::from_wire(state.af()), Af::Other(_))
        && state.timeout() < 25
        && peer(state.src())
        && peer(state.dst())
        && end.is_some_and(|end| state.ifname()[..end].iter().all(u8::is_ascii_graphic))
        && state.creatorid() != 0
}

/// The v6 layout that a frame has, or the newest where its bytes do not tell; whether they do.
/// `None` where there is nothing in it that differs between releases.
fn layout_6(frame: &Frame<'_>) -> Option<(Layout, bool)> {
    let newest = Release::NEWEST.layout();
    let (mut guess, mut told, mut any) = (newest, false, false);
    for section in frame.sections(ActionTable::of(newest)).map_while(Result::ok) {
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
        let new = section.records::<Newest>();
        for (new, old) in new.zip(section.records::<Oldest>()) {
            any = true;
            match one(new, old) {
                Told::Surely(layout) => return Some((layout, true)),
                // Any other state of the frame may still tell 4.9 from 5.0.
                Told::AtMost(layout) => (guess, told) = (guess.min(layout), true),
                Told::Nothing => {}
            }
        }
    }
    any.then_some((guess, told))
}

enum Told {
    Surely(Layout),
    AtMost(Layout),
    Nothing,
}

/// What one state tells, seen through the newest and through the oldest layout.
fn one(new: &Newest, old: &Oldest) -> Told {
    let keys_filled = [new.wire_key(), new.stack_key()].iter().any(|key| key.af != Some(0));
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
