//! Version 5: OpenBSD 4.5 and 4.6, and FreeBSD from 9 on.
//!
//! Nothing says how long records are. States have 240 bytes in OpenBSD, 242, 277 or 360 in FreeBSD,
//! and EOF has 20 bytes behind it in OpenBSD 4.5. Where several walks lead to the end, the states are
//! looked at (wire-others.md 1.9), then which walk leads to EOF: more than one reading that makes
//! sense is an error, never a guess. Where the capture was cut and both make sense, it is taken for
//! that of the frame before.
//!
//! A FreeBSD 14 or 15 that is set to an older message version cannot be told from the older release:
//! its frames are the same, but for af-to, which 15 alone has.

#![forbid(unsafe_code)]

use super::{Sender, newest_of};
use crate::abi::record::{Key, PeerRecord, StateRecord};
use crate::abi::{Dialect, Layout, Release, with_dialect};
use crate::state::Af;
use crate::wire::action::{Action, ActionTable};
use crate::wire::error::{Believed, ErrorKind, Layer, WireError};
use crate::wire::frame::Frame;
use crate::wire::message::Message;

/// The walks of version 5: FreeBSD's newest knows all that the older ones do, and OpenBSD 4.5 is
/// 4.6 but for its EOF.
const WALKS: [Release; 3] = [Release::FreeBsd15_0, Release::OpenBsd4_6, Release::OpenBsd4_5];

pub(super) fn sender(
    frame: &Frame<'_>,
    last: Option<Release>,
) -> Result<Sender, (Release, WireError)> {
    let generation = generation(frame);
    // FreeBSD as the release whose states there are.
    let walks = WALKS.map(|release| {
        let walk = frame.walk(ActionTable::of(release.layout()));
        (if release.system() == "freebsd" { generation.unwrap_or(release) } else { release }, walk)
    });
    let mut fits: Vec<_> = walks.iter().filter_map(|(r, walk)| Some((*r, walk.ok()?))).collect();
    let Some((first, _)) = fits.first().copied() else {
        // Whoever came furthest is the likeliest.
        let failed = walks.into_iter().filter_map(|(release, walk)| Some((release, walk.err()?)));
        let furthest = failed.min_by_key(|(_, error)| std::cmp::Reverse(error.offset));
        return Err(furthest.unwrap_or((WALKS[0], ambiguous())));
    };
    // 4.5 and 4.6 read alike where both lead to an end, so 4.6 speaks for both.
    fits.dedup_by_key(|(release, _)| release.system());
    if generation.is_none() && fits.len() > 1 {
        // No states: FreeBSD and OpenBSD read alike.
        return Ok(Sender { release: last.unwrap_or(first), told: false });
    }
    if fits.len() > 1 {
        fits.retain(|(release, _)| sensible(frame, *release));
    }
    // A walk that leads to EOF is better than one that leads to the last byte.
    if fits.iter().any(|(_, eof)| *eof) {
        fits.retain(|(_, eof)| *eof);
    }
    match fits[..] {
        // With one walk alone there may be no states that tell a generation.
        [(release, _)] => {
            let told = generation.is_some() || release.system() != "freebsd";
            Ok(Sender { release, told })
        }
        _ if is_cut(frame) => match fits.iter().find(|(release, _)| Some(*release) == last) {
            Some((release, _)) => Ok(Sender { release: *release, told: false }),
            // That without its end it may be anybody's is the capture's fault.
            None => Err((first, cut(frame))),
        },
        _ => Err((first, ambiguous())),
    }
}

/// Whether the capture was cut before the frame's end.
pub(super) fn is_cut(frame: &Frame<'_>) -> bool {
    frame.bytes().len() < frame.wire_len()
}

fn ambiguous() -> WireError {
    WireError { kind: ErrorKind::Ambiguous, layer: Layer::Header, offset: 0 }
}

fn cut(frame: &Frame<'_>) -> WireError {
    let (needed, had) = (frame.wire_len(), frame.bytes().len());
    let kind = ErrorKind::Short { needed, had, believed: Believed::Capture };
    WireError { kind, layer: Layer::Header, offset: 0 }
}

/// The newest FreeBSD whose states a frame has; `None` where it has none. Older states of which the
/// two keys are of different families are a FreeBSD 15's: no older one has af-to.
fn generation(frame: &Frame<'_>) -> Option<Release> {
    type D = crate::abi::freebsd_15_0::Dialect;
    fn is_af_to<S: StateRecord>(state: &S) -> bool {
        let af = state.af();
        untold_stack_af(af, &state.wire_key(), &state.stack_key()) != af
    }
    let table = ActionTable::of(Release::FreeBsd15_0.layout());
    let sections = frame.sections(table).map_while(Result::ok);
    let generations = sections.filter(|section| section.header.count > 0).filter_map(|section| {
        Some(match section.action? {
            Action::Ins | Action::Upd => Release::FreeBsd15_0,
            Action::Ins1400 | Action::Upd1400
                if section.records::<<D as Dialect>::State1400>().any(is_af_to) =>
            {
                Release::FreeBsd15_0
            }
            Action::Ins1301 | Action::Upd1301
                if section.records::<<D as Dialect>::State1301>().any(is_af_to) =>
            {
                Release::FreeBsd15_0
            }
            Action::Ins1400 | Action::Upd1400 => newest_of(Layout::FreeBsd14_0),
            Action::Ins1301 | Action::Upd1301 | Action::Del => newest_of(Layout::FreeBsd9_0),
            _ => return None,
        })
    });
    generations.max()
}

/// Whether all states of a frame can be what a release sends.
pub(super) fn sensible(frame: &Frame<'_>, release: Release) -> bool {
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

/// The family of the stack key where a FreeBSD that has af-to is set to an older message version,
/// which has no room to say it (wire-others.md 3.2): IPv4 has nothing behind its first four bytes,
/// and no two IPv6 addresses of a connection have nothing there.
pub(crate) fn untold_stack_af(af: u8, wire: &Key, stack: &Key) -> u8 {
    const INET: u8 = 2;
    let is_v4 = |key: &Key| key.addr.iter().all(|addr| addr[4..] == [0; 12]);
    match (Af::from_wire(af), is_v4(wire), is_v4(stack)) {
        (Af::Inet, true, false) => 28,
        (Af::Inet6, false, true) => INET,
        _ => af,
    }
}
