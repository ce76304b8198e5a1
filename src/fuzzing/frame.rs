//! Any packet, through link detection and every dialect.
//!
//! ```text
//! +--------+--------+--------+---------------- ... ----+
//! |  link  |     missing     |  the packet             |
//! +--------+--------+--------+---------------- ... ----+
//! ```
//! `link` picks one of [`LINKS`], `missing` (big-endian) is how many bytes of the packet were not
//! captured.

#![forbid(unsafe_code)]

use std::net::IpAddr;

use super::{account, logged};
use crate::abi::{Release, with_dialect};
use crate::capture::{ByteOrder, LinkType, Packet};
use crate::decode::Decoder;
use crate::event::{Body, Reason};
use crate::link::{self, Found, LinkErrorKind, Payload};
use crate::time::Time;
use crate::view::{Detail, Printer, View};
use crate::wire::{Action, Frame, Message, Senders};

/// The link types of a packet, and one that nobody knows.
pub const LINKS: [u16; 17] =
    [246, 18, 1, 12, 113, 276, 0, 108, 13, 109, 14, 101, 228, 229, 121, 147, 117];

/// The bytes before the packet.
pub const PREFIX_BYTES: usize = 3;

/// An input that holds this packet; `None` of a link type that is not among [`LINKS`].
pub fn input(packet: &Packet<'_>) -> Option<Vec<u8>> {
    let link = LINKS.iter().position(|link| *link == packet.link.0)?;
    let missing = usize::try_from(packet.wire_len).ok()?.saturating_sub(packet.data.len());
    let high = if packet.order == ByteOrder::Big { 0x80 } else { 0 };
    let mut input = vec![u8::try_from(link).ok()? | high];
    input.extend_from_slice(&u16::try_from(missing).ok()?.to_be_bytes());
    input.extend_from_slice(packet.data);
    Some(input)
}

/// The target.
pub fn run(input: &[u8]) {
    let Some(([link, missing @ ..], data)) = input.split_first_chunk::<PREFIX_BYTES>() else {
        return;
    };
    let order = if *link >= 0x80 { ByteOrder::Big } else { ByteOrder::Little };
    let link = LinkType(LINKS[usize::from(*link & 0x7f) % LINKS.len()]);
    let wire_len = data.len() + usize::from(u16::from_be_bytes(*missing));
    let packet = Packet {
        time: Time::new(1_800_000_000, 0),
        data,
        wire_len: u32::try_from(wire_len).unwrap_or(u32::MAX),
        link,
        order,
    };
    let found = link::find(link, data, wire_len);
    let unknown = matches!(found, Err(error) if error.kind == LinkErrorKind::UnknownLinkType(link));
    assert_eq!(link::supported(link), !unknown, "{link}");
    assert_eq!(link::name(link).is_some(), link::supported(link), "{link}");
    match &found {
        Ok(Found::Pfsync(payload)) => payload_lies_in(payload, data, wire_len),
        Ok(Found::Fragment { fragment_offset, .. }) => {
            assert!(*fragment_offset < 1 << 16, "fragments are of packets of 64 KB at most");
        }
        Ok(Found::Pflog) => logged::packet(&packet),
        Ok(Found::Other) => {}
        Err(error) => {
            assert!(error.offset <= wire_len, "{error:?} lies in the packet of {wire_len}");
            assert!(!error.to_string().is_empty());
        }
    }
    if let Ok(Found::Pfsync(payload)) = &found {
        frame(payload.bytes, payload.wire_len);
    }
    events(&packet, &found);
    views(&packet);
}

/// Where the frame is, in the packet.
fn payload_lies_in(payload: &Payload<'_>, data: &[u8], wire_len: usize) {
    let end = payload.offset + payload.bytes.len();
    assert_eq!(data.get(payload.offset..end), Some(payload.bytes), "where the frame is");
    assert!(payload.bytes.len() <= payload.wire_len, "captured is at most what was there");
    assert!(
        payload.offset + payload.wire_len <= wire_len,
        "the frame is no longer than its packet"
    );
    within_ip(payload, data);
}

/// Where IP stands just before the frame, its length is where the frame ends: padding is no part of it.
fn within_ip(payload: &Payload<'_>, data: &[u8]) {
    let before = |bytes: usize| payload.offset.checked_sub(bytes).and_then(|at| data.get(at..));
    let (len, from) = match payload.addresses {
        Some((IpAddr::V4(src), IpAddr::V4(dst))) => {
            let Some([0x45, _, high, low, _, _, _, _, _, 240, _, _, rest @ ..]) = before(20) else {
                return;
            };
            if !rest.starts_with(&[src.octets(), dst.octets()].concat()) {
                return;
            }
            (u16::from_be_bytes([*high, *low]), 20)
        }
        Some((IpAddr::V6(src), IpAddr::V6(dst))) => {
            let Some([0x60..=0x6f, _, _, _, high, low, 240, _, rest @ ..]) = before(40) else {
                return;
            };
            if !rest.starts_with(&[src.octets(), dst.octets()].concat()) {
                return;
            }
            (u16::from_be_bytes([*high, *low]), 0)
        }
        _ => return,
    };
    // Segmentation offload leaves 0.
    if len != 0 {
        assert!(payload.wire_len + from <= usize::from(len), "IP says {len} bytes: {payload:?}");
    }
}

/// The frame in each dialect, and as that of whoever sent it.
fn frame(bytes: &[u8], wire_len: usize) {
    let frame = match Frame::parse(bytes, wire_len) {
        Ok(frame) => frame,
        Err(error) => {
            return assert!(error.to_string().starts_with("header at byte 0: "), "{error}");
        }
    };
    account::everywhere(&frame, "any bytes");
    for release in [None, Some(Release::NEWEST), Some(Release::FreeBsd14_0)] {
        let (mut senders, mut again) = (Senders::new(release), Senders::new(release));
        let first = senders.of(&frame);
        assert_eq!(first, again.of(&frame), "who sent a frame is the same each time");
        if let Ok(sender) = first {
            assert_eq!(sender.release.version(), frame.version(), "{sender:?} sends such frames");
            assert_eq!(Ok(sender.release), senders.of(&frame).map(|sender| sender.release));
        }
    }
}

/// Whatever the packet is, it gives events or is counted: one for each message, in the order of the wire, and
/// at most one gap for what ends the frame.
fn events(packet: &Packet<'_>, found: &Result<Found<'_>, link::LinkError>) {
    let mut decoder = Decoder::new(None);
    let (mut told, mut gaps) = (Vec::new(), 0u64);
    decoder.packet(packet, None, &mut |event| {
        assert_eq!(gaps, 0, "nothing follows what ended the frame");
        match &event.body {
            Body::Gap(gap) if !matches!(gap.reason, Reason::SkippedAction { .. }) => gaps += 1,
            Body::Gap(_) => told.push(None),
            _ => told.push(event.action),
        }
    });
    let stats = &decoder.stats;
    assert_eq!(stats.packets, 1);
    assert!(gaps <= 1, "{gaps} ends of a frame");
    let counted = stats.frames
        + stats.not_pfsync
        + stats.fragments
        + stats.bad_link
        + stats.cut
        + stats.logged
        + stats.bad_pflog;
    assert!(counted >= 1 || gaps == 1, "a packet that nobody counts: {stats:?}");
    if matches!(found, Ok(Found::Pflog)) {
        return;
    }
    if matches!(found, Ok(Found::Other)) {
        assert_eq!((told.len(), gaps, stats.not_pfsync), (0, 0, 1));
    }
    let mut said = Vec::new();
    if let (Ok(Found::Pfsync(payload)), Some(sender)) = (found, decoder.sender())
        && let Ok(frame) = Frame::parse(payload.bytes, payload.wire_len)
    {
        with_dialect!(sender.release.layout(), D => {
            let messages = frame.messages::<D>().map_while(Result::ok);
            said.extend(messages.map(|message| match message {
                Message::Skipped(_) => None,
                message => message.action().map(Action::told),
            }));
        });
    }
    assert_eq!(told, said, "each message is one event, in the order of the wire");
}

/// The views print any frame, as text that cannot reach a terminal as a command.
fn views(packet: &Packet<'_>) {
    for (_, view) in View::ALL {
        Printer::new(*view, Detail::Full, None).packet(packet, &mut |text| printable(text));
    }
}

/// What is printed is ASCII without control characters, but for tabs and line breaks.
pub fn printable(text: &[u8]) {
    let odd = text.iter().find(|byte| !matches!(**byte, b' '..=b'~' | b'\n' | b'\t'));
    assert_eq!(odd, None, "in {:?}", String::from_utf8_lossy(text));
}
