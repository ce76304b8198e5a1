//! Views: what is on the wire, printed as OpenBSD's own programs print it.
//!
//! They look at frames and messages as they come and know nothing of events, of a state table or
//! of filters. Each release's originals print a little differently; [`era`](self) has the
//! differences in one table, and a view prints as those of the release that it was made for.
//!
//! What is printed is the original's byte for byte, with these exceptions:
//! - an interface name never puts a control character, a line break or anything else that is not
//!   printable ASCII into a line, where the originals print it raw (pfctl, tcpdump before 6.5);
//! - of a packet that pf logged the summary is as [`pflog`](self) says;
//! - where tcpdump misreads a frame, the view prints what it should have: the frame behind the IP
//!   header on pfsync0 of 7.4 and later, records of another size than its own, and what follows an
//!   action that it does not know.

#![forbid(unsafe_code)]

mod era;
mod pfctl;
mod pflog;
mod tcpdump;
mod words;

use crate::abi::{Release, with_dialect};
use crate::capture::Packet;
use crate::format::Options;
use crate::format::pfctl::Notation;
use crate::line::Line;
use crate::link::{self, Found};
use crate::pflog::Senders as Loggers;
use crate::state::State;
use crate::time::Time;
use crate::wire::{Frame, Senders};
use era::Era;

/// The views there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Every full state (INS, UPD, DEL), as `pfctl -ss` prints it.
    Pfctl,
    /// Every frame, as `tcpdump -n` prints it, without the time stamp; and every packet of pflog, as
    /// `tcpdump -n -e` does.
    Tcpdump,
}

impl View {
    /// All views, by the names that the command line knows.
    pub const ALL: &'static [(&'static str, Self)] =
        &[("pfctl", Self::Pfctl), ("tcpdump", Self::Tcpdump)];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, view)| *view == self).map_or("", |(name, _)| name)
    }

    /// The view of a name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, view)| *view)
    }
}

/// Tells how many seconds local time is before UTC at a time.
pub type Local = fn(Time) -> i32;

/// How much is printed, as the originals' `-v` has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Detail {
    /// Without `-v`.
    #[default]
    Plain,
    /// `-v`: sequence numbers, ages and counters.
    Verbose,
    /// `-vv`: ids, too.
    Full,
}

impl Detail {
    /// For so many `-v`.
    pub const fn of(verbose: u8) -> Self {
        match verbose {
            0 => Self::Plain,
            1 => Self::Verbose,
            _ => Self::Full,
        }
    }
}

/// Prints states as pfctl of their release prints its table.
#[derive(Debug, Clone, Copy)]
pub struct StatePrinter {
    era: &'static Era,
    notation: Notation,
    detail: Detail,
}

impl StatePrinter {
    /// Of states that a kernel of `release` had.
    pub fn new(release: Release, detail: Detail, options: Options) -> Self {
        let era = Era::of(release);
        let notation = Notation { no_dst: options.no_dst, ..era.pfctl() };
        Self { era, notation, detail }
    }

    /// Appends a state: a line, with `-v` some more; without the last line break.
    pub fn write(&self, out: &mut Line, state: &State) {
        pfctl::write_state_as(out, state, (self.era, self.notation), self.detail);
    }
}

/// Prints captured packets as a view has them.
///
/// ```
/// use pfstatelog::capture::{ByteOrder, LinkType, Packet};
/// use pfstatelog::time::Time;
/// use pfstatelog::view::{Detail, Printer, View};
/// use pfstatelog::wire::grammar::{Body, Frame, StateId};
///
/// // DEL_C is action 7.
/// let gone = StateId { id: 0x5f3a_1b2c_0000_0001, creatorid: 0x8a7b_6c5d };
/// let bytes = Frame::build(vec![(7, Body::DelC(vec![gone]))]);
/// let packet = Packet {
///     time: Time::now(),
///     data: &bytes,
///     wire_len: bytes.len() as u32,
///     link: LinkType(246),
///     order: ByteOrder::NATIVE,
/// };
/// let mut text = Vec::new();
/// let mut printer = Printer::new(View::Tcpdump, Detail::Plain, None);
/// printer.packet(&packet, &mut |frame| text.extend_from_slice(frame));
/// assert_eq!(
///     String::from_utf8(text).unwrap(),
///     "PFSYNCv6 len 36\n    act DEL ST COMP count 1\n\tid: 5f3a1b2c00000001 creatorid: 8a7b6c5d"
/// );
/// ```
#[derive(Debug, Clone)]
pub struct Printer {
    view: View,
    detail: Detail,
    /// That of a release that was asked for.
    era: Option<&'static Era>,
    senders: Senders,
    /// Whose headers logged packets have, and the connections that they are of.
    loggers: Loggers,
    flows: pflog::Flows,
    /// Seconds by which local time is before UTC at a time; none for no time at all.
    local: Option<Local>,
    /// Frames that could not be read.
    unread: u64,
    /// The item that is being made.
    text: Line,
}

impl Printer {
    /// For frames of a sender of this release, printed as its own programs print them; without
    /// one, each frame's bytes tell how it is read, and the programs of its system's newest release
    /// print.
    pub fn new(view: View, detail: Detail, release: Option<Release>) -> Self {
        Self {
            view,
            detail,
            era: release.map(Era::of),
            senders: Senders::new(release),
            loggers: Loggers::new(release),
            flows: pflog::Flows::default(),
            local: None,
            unread: 0,
            text: Line::new(),
        }
    }

    /// Puts the time before packets of pflog, as `tcpdump -ttt` does; `local` says how many seconds local
    /// time is before UTC at a time.
    pub fn with_stamps(mut self, local: Local) -> Self {
        self.local = Some(local);
        self
    }

    /// A packet that pf logged, which is no frame: only tcpdump prints it.
    fn logged(&mut self, packet: &Packet<'_>, sink: &mut impl FnMut(&[u8])) {
        if self.view != View::Tcpdump {
            return;
        }
        let release = match crate::pflog::parse(packet, self.loggers.asked()) {
            Ok(record) => self.loggers.of(&record).release,
            Err(_) => self.loggers.asked().unwrap_or(Release::NEWEST),
        };
        // Where one was asked for its programs print, whatever they make of it.
        let release = self.loggers.asked().unwrap_or(release);
        let Self { text, flows, detail, .. } = self;
        text.clear();
        if let Some(local) = self.local {
            pflog::write_stamp(text, packet.time, local(packet.time));
        }
        let is_read = pflog::write_packet(text, packet, release, *detail, flows);
        self.unread += u64::from(!is_read);
        sink(text.as_bytes());
    }

    /// How many frames could not be read as anybody's, or not as the release's that was asked for: of
    /// these little is printed, or nothing.
    pub fn unread(&self) -> u64 {
        self.unread
    }

    /// As whose a frame is read, and how it is printed.
    fn sender(&mut self, frame: &Frame<'_>) -> Option<(Release, &'static Era)> {
        let release = self.senders.of(frame).ok()?.release;
        Some((release, self.era.unwrap_or_else(|| Era::newest_of(release))))
    }

    /// Gives `sink` the text of each item in a packet, a state or the one frame, by its view:
    /// several lines mostly, without the last line break. A packet that holds no frame, or only a
    /// fragment of one, has none.
    pub fn packet(&mut self, packet: &Packet<'_>, sink: &mut impl FnMut(&[u8])) {
        let wire_len = usize::try_from(packet.wire_len).unwrap_or(usize::MAX);
        let payload = match link::find(packet.link, packet.data, wire_len) {
            Ok(Found::Pfsync(payload)) => payload,
            Ok(Found::Pflog) => return self.logged(packet, sink),
            _ => return,
        };
        let frame = match self.view {
            // A frame that is longer than its packet is shown as one whose capture was cut.
            View::Tcpdump => tcpdump::parse(&payload),
            View::Pfctl => Frame::parse(payload.bytes, payload.wire_len),
        };
        let sender = frame.as_ref().ok().and_then(|frame| self.sender(frame));
        self.unread += u64::from(sender.is_none());
        let (text, detail) = (&mut self.text, self.detail);
        match self.view {
            View::Tcpdump => {
                text.clear();
                tcpdump::write_frame(text, &payload, frame, sender, detail);
                sink(text.as_bytes());
            }
            View::Pfctl => {
                let (Ok(frame), Some((release, era))) = (frame, sender) else { return };
                let (layout, style) = (release.layout(), (era, detail));
                with_dialect!(layout, D => pfctl::states::<D>(&frame, style, text, sink));
            }
        }
    }
}
