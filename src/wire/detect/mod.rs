//! Who sent a frame, told from its bytes as far as they tell.
//!
//! | version | senders | told by |
//! |---|---|---|
//! | 2 | FreeBSD 5.3 to 6, DragonFly 1, OpenBSD 3.5 to 3.7 | nothing: all read alike |
//! | 3 | FreeBSD 7 and 8, NetBSD, OpenBSD 4.1 and 4.2 | the family of an IPv6 state (28 on FreeBSD); all read alike |
//! | 4 | DragonFly, OpenBSD 4.4 | nothing: both read alike |
//! | 5 | FreeBSD 9 and later, OpenBSD 4.5 and 4.6 | the sizes of records: which walk from section to section leads to the end: `version_5` |
//! | 5 | FreeBSD 9 to 13, 14, 15 | the actions: 1 and 3, 13 and 14, 15 and 16 carry states of different generations |
//! | 6 | OpenBSD 4.7 and later | the size of states, and bytes of them: `version_6` |
//!
//! Frames without states mostly read alike: who sent them is taken to be who sent the last frame of
//! their version.

#![forbid(unsafe_code)]

mod version_5;
mod version_6;

use super::action::ActionTable;
use super::error::{ErrorKind, Layer, WireError};
use super::frame::{Frame, Section};
use super::message::Message;
use crate::abi::record::StateRecord;
use crate::abi::{Layout, Release};

pub(crate) use version_5::untold_stack_af;

/// As whose a frame is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sender {
    /// The newest release that can have sent it.
    pub release: Release,
    /// The bytes leave no other system, and no release whose frames have another layout.
    pub told: bool,
}

/// Says whose frames are, one after the other: those of the release that was asked for, or what their
/// bytes tell. Where these say nothing a frame is taken for that of the last sender of its version.
#[derive(Debug, Clone, Copy)]
pub struct Senders {
    release: Option<Release>,
    /// As whose the last frame of each version was read.
    last: [Option<Release>; 7],
}

impl Senders {
    /// For frames of this release, or of whoever their bytes tell.
    pub const fn new(release: Option<Release>) -> Self {
        Self { release, last: [None; 7] }
    }

    /// Who sent `frame`.
    ///
    /// # Errors
    /// A frame that does not read as the release's that was asked for; one of versions 2 to 5 that
    /// does not read as any release's, or reads well as two systems': the error, and the release as
    /// which it was read that far.
    pub fn of(&mut self, frame: &Frame<'_>) -> Result<Sender, (Release, WireError)> {
        self.look(frame, &mut Walked::default())
    }

    /// As [`of`](Self::of), and the sections as the sender has them, behind those that are in `walked`
    /// already: looked at once for both, where one look is enough.
    ///
    /// # Errors
    /// As for `of`. Errors of the sections are none of it: they are in `walked`.
    pub fn walk<'a>(
        &mut self,
        frame: &Frame<'a>,
        walked: &mut Walked<'a>,
    ) -> Result<Sender, (Release, WireError)> {
        let begin = walked.sections.len();
        let sender = self.look(frame, walked)?;
        let layout = sender.release.layout();
        if walked.layout.take() != Some(layout) {
            walked.sections.truncate(begin);
            walked.walk(frame, layout);
        }
        Ok(sender)
    }

    fn look<'a>(
        &mut self,
        frame: &Frame<'a>,
        walked: &mut Walked<'a>,
    ) -> Result<Sender, (Release, WireError)> {
        walked.layout = None;
        if let Some(release) = self.release {
            check(frame, release).map_err(|error| (release, error))?;
            return Ok(Sender { release, told: true });
        }
        let Some(last) = self.last.get_mut(usize::from(frame.version())) else {
            return sender(frame, None, walked);
        };
        let sender = sender(frame, *last, walked)?;
        *last = Some(sender.release);
        Ok(sender)
    }
}

/// Sections of frames, one frame's behind the other's, and what ended those of the last one.
#[derive(Debug, Default)]
pub struct Walked<'a> {
    /// The sections.
    pub sections: Vec<Section<'a>>,
    /// Why there are no more of the last frame, if its end is not the reason.
    pub error: Option<WireError>,
    /// As what the last frame was walked.
    layout: Option<Layout>,
}

impl<'a> Walked<'a> {
    /// Nothing, in the same memory.
    pub fn emptied(mut self) -> Walked<'static> {
        self.sections.clear();
        // The standard library makes the new vector of the old one, which holds nothing.
        let sections = self.sections.into_iter().map_while(|_| None).collect();
        Walked { sections, ..Walked::default() }
    }

    /// Walks a frame as `layout` has it; gives where its sections begin.
    fn walk(&mut self, frame: &Frame<'a>, layout: Layout) -> usize {
        let begin = self.sections.len();
        (self.error, self.layout) = (None, Some(layout));
        for section in frame.sections_of(layout) {
            match section {
                Ok(section) => self.sections.push(section),
                Err(error) => self.error = Some(error),
            }
        }
        begin
    }
}

/// The newest release that sends frames of this layout.
fn newest_of(layout: Layout) -> Release {
    let newest = Release::ALL.iter().rev().copied().find(|release| release.layout() == layout);
    newest.unwrap_or(Release::NEWEST)
}

/// Who sent `frame`; `last` is as whose the last one of its version was read.
fn sender<'a>(
    frame: &Frame<'a>,
    last: Option<Release>,
    walked: &mut Walked<'a>,
) -> Result<Sender, (Release, WireError)> {
    let untold = |default: Release| Sender { release: last.unwrap_or(default), told: false };
    let flat = |sender: Sender| match frame.walk(ActionTable::of(sender.release.layout())) {
        Ok(_) => Ok(sender),
        Err(error) => Err((sender.release, error)),
    };
    Ok(match frame.version() {
        2 => return flat(untold(Release::FreeBsd6_4)),
        3 => return flat(version_3(frame).unwrap_or(untold(Release::NetBsd10_1))),
        4 => return flat(untold(Release::DragonFly6_4)),
        5 => return version_5::sender(frame, last),
        _ => {
            let begin = walked.walk(frame, Layout::OpenBsd7_9);
            let sections = walked.sections.get(begin..).unwrap_or_default();
            let Some((layout, told)) = version_6::layout(sections) else {
                return Ok(untold(Release::NEWEST));
            };
            Sender { release: newest_of(layout), told }
        }
    })
}

/// Whether `frame` can be read as `release` has it. Only version 6 says how long its records are: what
/// others say can be told only where the sizes of the release lead to the frame's end.
/// So it is an error if a walk does not lead there, and if its states make no sense where the capture
/// was cut before the end.
fn check(frame: &Frame<'_>, release: Release) -> Result<(), WireError> {
    if frame.version() != release.version() {
        let kind = ErrorKind::Version(frame.version());
        return Err(WireError { kind, layer: Layer::Header, offset: 0 });
    }
    if frame.version() == 6 {
        return Ok(());
    }
    frame.walk(ActionTable::of(release.layout()))?;
    match version_5::is_cut(frame) && !version_5::sensible(frame, release) {
        true => Err(WireError { kind: ErrorKind::Senseless, layer: Layer::Records, offset: 0 }),
        false => Ok(()),
    }
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
