//! Captures of frames: classic pcap, each frame on its own or behind Ethernet and IPv4.

use std::io::{self, Write};
use std::str::FromStr;

use super::traffic::{IP_BYTES, Traffic};

/// What comes first in a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// The frame: link type 246.
    Pfsync,
    /// Ethernet and IPv4, as on a syncdev, so that it can be sent again.
    Ethernet,
}

impl FromStr for Link {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "pfsync" => Ok(Self::Pfsync),
            "ethernet" => Ok(Self::Ethernet),
            _ => Err("pfsync or ethernet is needed"),
        }
    }
}

/// When the first packet was captured.
const BEGIN_S: u64 = 1_795_179_902;

const ETHERNET_BYTES: usize = 14;

/// To 224.0.0.240, from a host with an address that nobody has, IPv4.
const ETHERNET: [u8; ETHERNET_BYTES] =
    [0x01, 0x00, 0x5e, 0x00, 0x00, 0xf0, 0x02, 0, 0, 0, 0, 0x01, 0x08, 0x00];

/// What was written so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Bytes of the file.
    pub bytes: u64,
    /// Packets in it.
    pub packets: u64,
    /// Messages in them.
    pub messages: u64,
}

/// Writes all of `traffic`, `rate` messages a second, and says what the fill took and what all of it.
///
/// # Errors
/// What writing leads to.
pub fn write(
    traffic: &mut Traffic,
    link: Link,
    rate: u64,
    out: &mut impl Write,
) -> io::Result<(Written, Written)> {
    let mut written = Written::default();
    let link_type: u32 = if link == Link::Ethernet { 1 } else { 246 };
    for word in [0xa1b2_c3d4, 0x0004_0002, 0, 0, 262_144, link_type] {
        out.write_all(&word.to_le_bytes())?;
        written.bytes += 4;
    }
    let (mut fill, mut packet) = (written, Vec::new());
    loop {
        let filling = traffic.is_filling();
        packet.clear();
        packet.resize(
            RECORD_BYTES + if link == Link::Ethernet { ETHERNET_BYTES + IP_BYTES } else { 0 },
            0,
        );
        let messages = traffic.frame(&mut packet);
        if messages == 0 {
            out.flush()?;
            return Ok((fill, written));
        }
        written.messages += u64::from(messages);
        // A frame is sent when its last message is there.
        let micros = (u128::from(written.messages) * 1_000_000 / u128::from(rate)) as u64;
        record(&mut packet, micros);
        if link == Link::Ethernet {
            ip(&mut packet[RECORD_BYTES..], written.packets as u16);
        }
        out.write_all(&packet)?;
        written.packets += 1;
        written.bytes += packet.len() as u64;
        if filling {
            fill = written;
        }
    }
}

const RECORD_BYTES: usize = 16;

fn record(packet: &mut [u8], micros: u64) {
    let len = (packet.len() - RECORD_BYTES) as u32;
    let words = [(BEGIN_S + micros / 1_000_000) as u32, (micros % 1_000_000) as u32, len, len];
    for (to, word) in packet.chunks_exact_mut(4).zip(words) {
        to.copy_from_slice(&word.to_le_bytes());
    }
}

/// The headers in front of a frame: low delay, not to be fragmented, hop limit 255, protocol 240.
fn ip(packet: &mut [u8], id: u16) {
    let (ethernet, packet) = packet.split_at_mut(ETHERNET_BYTES);
    ethernet.copy_from_slice(&ETHERNET);
    let [l0, l1] = (packet.len() as u16).to_be_bytes();
    let [i0, i1] = id.to_be_bytes();
    let header = &mut packet[..IP_BYTES];
    header.copy_from_slice(&[
        0x45, 0x10, l0, l1, i0, i1, 0x40, 0, 255, 240, 0, 0, 192, 0, 2, 1, 224, 0, 0, 240,
    ]);
    let words = header.as_chunks::<2>().0.iter();
    let sum: u32 = words.map(|word| u32::from(u16::from_be_bytes(*word))).sum();
    let sum = !((sum & 0xffff) + (sum >> 16)) as u16;
    header[10..12].copy_from_slice(&sum.to_be_bytes());
}
