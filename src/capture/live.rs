//! Live capture from an interface, through libpcap.
//!
//! Only functions of libpcap 1.0 are used, which is what OpenBSD has. Packets are batched by the
//! system for up to 100 ms (no immediate mode): pfsync itself batches for up to a second.
//!
//! The handle never blocks. Linux's TPACKET_V3 wakes nobody while nothing arrives, so a blocking
//! read there would keep a signal waiting for ever; [`LiveSource::wait`] waits instead, with a
//! limit.

#![forbid(unsafe_code)]

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use pcap::{Active, Capture};

use super::error::{LiveError, LiveStep};
use super::link_type::Framing;
use super::{ByteOrder, CaptureError, LinkType, Packet};
use crate::sys;
use crate::time::Time;

/// How long the system may hold packets back to hand over several at once, and how long
/// [`LiveSource::wait`] waits at most, in milliseconds.
const BATCH_MS: i32 = 100;

/// Room for the headers in front of an IP packet, in bytes: Ethernet, VLAN tags, cooked capture.
const LINK_HEADERS_LEN: u32 = 64;

/// Snap length where the MTU asks for less, in bytes.
const SNAPLEN_MIN: u32 = 2048;

/// Snap length where the MTU is not known, in bytes: no IP packet is longer.
const SNAPLEN_UNKNOWN: u32 = 65_535;

/// pfsync over IP, where the link type has a protocol to test.
const FILTER_IP: &str = "ip proto 240 or ip6 proto 240";

/// The same on Ethernet. `vlan` moves every offset behind it, so it stands last.
const FILTER_ETHERNET: &str =
    "ip proto 240 or ip6 proto 240 or (vlan and (ip proto 240 or ip6 proto 240))";

/// The same behind two tags as well.
const FILTER_ETHERNET_TWO_TAGS: &str = "ip proto 240 or ip6 proto 240 or (vlan and \
    (ip proto 240 or ip6 proto 240 or (vlan and (ip proto 240 or ip6 proto 240))))";

/// How to capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveOptions {
    /// Size of the kernel's buffer in bytes; the system may grant less. Default 16 MiB.
    pub buffer_bytes: u32,
    /// Bytes of each packet to capture at most; by default as many as the interface's MTU can
    /// need.
    pub snaplen: Option<u32>,
}

impl Default for LiveOptions {
    fn default() -> Self {
        Self { buffer_bytes: 16 << 20, snaplen: None }
    }
}

/// Counters of a capture since it was opened, as libpcap gives them, but wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LiveStats {
    /// Packets that passed the filter (on some systems: packets that came to it).
    pub received: u64,
    /// Packets that the kernel dropped because its buffer was full.
    pub dropped_kernel: u64,
    /// Packets that interface or driver dropped, where the system counts them.
    pub dropped_interface: u64,
}

/// An interface that is captured from.
pub struct LiveSource {
    interface: String,
    capture: Capture<Active>,
    link: LinkType,
    mtu: Option<u32>,
    snaplen: u32,
    stats: WideStats,
}

impl LiveSource {
    /// Opens `interface`, not promiscuous, and lets through nothing but pfsync where libpcap can
    /// tell: on pfsync interfaces it cannot, and need not.
    ///
    /// # Errors
    /// [`CaptureError::Live`].
    pub fn open(interface: &str, options: &LiveOptions) -> Result<Self, CaptureError> {
        let mtu = sys::mtu::mtu(interface);
        let snaplen = options.snaplen.unwrap_or_else(|| snaplen_for(mtu));
        let open = |e: pcap::Error| error_from(LiveStep::Open, &e);
        let capture = Capture::from_device(interface)
            .map_err(open)?
            .timeout(BATCH_MS)
            .promisc(false)
            .snaplen(i32::try_from(snaplen).unwrap_or(i32::MAX))
            .buffer_size(i32::try_from(options.buffer_bytes).unwrap_or(i32::MAX))
            .open()
            .map_err(open)?;
        let (link, framing) = link_type(&capture)?;
        let mut capture = capture.setnonblock().map_err(open)?;
        if let [first, others @ ..] = filters_for(framing) {
            let set = capture.filter(first, true);
            let set =
                others.iter().fold(set, |set, next| set.or_else(|_| capture.filter(next, true)));
            // Not every libpcap can test protocols behind an enc(4) header; the program looks
            // for itself anyway.
            if framing != Framing::Enc {
                set.map_err(|e| error_from(LiveStep::Filter, &e))?;
            }
        }
        let interface = interface.to_owned();
        Ok(Self { interface, capture, link, mtu, snaplen, stats: WideStats::default() })
    }

    /// Waits until there may be packets, for at most `timeout` and never longer than 100 ms.
    /// After either, call [`next_packet`](Self::next_packet): BPF on some systems says nothing
    /// before its buffer is full.
    ///
    /// # Errors
    /// What poll(2) says; a signal is no error.
    pub fn wait(&self, timeout: Duration) -> io::Result<bool> {
        let limit = Duration::from_millis(BATCH_MS.unsigned_abs().into());
        sys::poll::readable(self.capture.as_fd(), timeout.min(limit))
    }

    /// The next packet, or `None` if there is none right now.
    ///
    /// # Errors
    /// [`CaptureError::Live`]: the interface vanished, or libpcap says what else. The capture is
    /// of no use after it.
    pub fn next_packet(&mut self) -> Result<Option<Packet<'_>>, CaptureError> {
        let link = self.link;
        match self.capture.next_packet() {
            Ok(packet) => {
                let ts = packet.header.ts;
                Ok(Some(Packet {
                    time: time(ts.tv_sec, ts.tv_usec),
                    data: packet.data,
                    wire_len: packet.header.len.max(packet.header.caplen),
                    link,
                    order: ByteOrder::NATIVE,
                }))
            }
            Err(pcap::Error::TimeoutExpired | pcap::Error::NoMorePackets) => Ok(None),
            Err(e) => Err(error_from(LiveStep::Read, &e).into()),
        }
    }

    /// The counters. libpcap's are 32 bits wide and wrap: asked at least once in 2^32 packets,
    /// these do not.
    ///
    /// # Errors
    /// [`CaptureError::Live`].
    pub fn stats(&mut self) -> Result<LiveStats, CaptureError> {
        let stat = self.capture.stats().map_err(|e| error_from(LiveStep::Stats, &e))?;
        Ok(self.stats.update([stat.received, stat.dropped, stat.if_dropped]))
    }

    /// What is captured from, to be kept open or confined.
    pub fn as_fd(&self) -> BorrowedFd<'_> {
        self.capture.as_fd()
    }

    /// Bytes that are captured of each packet at most.
    pub fn snaplen(&self) -> u32 {
        self.snaplen
    }

    /// MTU of the interface in bytes; `None` where the system did not tell, so that the snap
    /// length is a guess.
    pub fn mtu(&self) -> Option<u32> {
        self.mtu
    }

    /// Link-layer type of the packets.
    pub fn link(&self) -> LinkType {
        self.link
    }

    /// Name of the interface.
    pub fn interface(&self) -> &str {
        &self.interface
    }
}

/// Generic, because the fields of a timeval have 32 bits on some systems and 64 on others.
fn time(secs: impl Into<i64>, micros: impl Into<i64>) -> Time {
    let micros = u32::try_from(micros.into()).unwrap_or(0);
    Time::new(secs.into(), micros.saturating_mul(1000))
}

fn snaplen_for(mtu: Option<u32>) -> u32 {
    match mtu {
        Some(mtu) => mtu.saturating_add(LINK_HEADERS_LEN).max(SNAPLEN_MIN),
        None => SNAPLEN_UNKNOWN,
    }
}

fn link_type(capture: &Capture<Active>) -> Result<(LinkType, Framing), LiveError> {
    let type_ = capture.get_datalink();
    let link = u16::try_from(type_.0).map(LinkType).ok();
    match link.and_then(|link| Some((link, link.framing()?))) {
        Some(known) => Ok(known),
        None => Err(LiveError::LinkType {
            number: type_.0,
            name: type_.get_name().unwrap_or_default().into(),
            description: type_.get_description().unwrap_or_default().into(),
        }),
    }
}

/// Filters, the best first: where libpcap refuses one, the next will do.
fn filters_for(framing: Framing) -> &'static [&'static str] {
    match framing {
        Framing::Pfsync | Framing::Pflog => &[],
        Framing::Ethernet => &[FILTER_ETHERNET_TWO_TAGS, FILTER_ETHERNET],
        Framing::Ip
        | Framing::Ipv4
        | Framing::Ipv6
        | Framing::IpOrLoop
        | Framing::Family
        | Framing::Cooked
        | Framing::Cooked2
        | Framing::Enc => &[FILTER_IP],
    }
}

/// Sorts libpcap's error. Its text is all that the pcap crate passes on; the words looked for are
/// those of libpcap itself and of strerror(3) on Linux and the BSDs.
fn error_from(doing: LiveStep, error: &pcap::Error) -> LiveError {
    let text = match error {
        pcap::Error::PcapError(text) => text.clone(),
        other => other.to_string(),
    };
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if doing == LiveStep::Open {
        if says(&["ermission", "not permitted"]) {
            return LiveError::NotPermitted;
        }
        if says(&["No such device", "not configured", "doesn't exist"]) {
            return LiveError::NoSuchInterface;
        }
        if says(&["not up", "is down"]) {
            return LiveError::Down;
        }
    }
    if doing == LiveStep::Read && says(&["disappeared", "not configured"]) {
        return LiveError::Vanished;
    }
    LiveError::Libpcap { doing, text: text.into() }
}

/// Counters of 32 bits that wrap, added up in 64.
#[derive(Default)]
struct WideStats {
    last: [u32; 3],
    total: [u64; 3],
}

impl WideStats {
    fn update(&mut self, now: [u32; 3]) -> LiveStats {
        for ((total, last), now) in self.total.iter_mut().zip(&mut self.last).zip(now) {
            *total += u64::from(now.wrapping_sub(*last));
            *last = now;
        }
        let [received, dropped_kernel, dropped_interface] = self.total;
        LiveStats { received, dropped_kernel, dropped_interface }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A capture may be opened in one thread and read in another.
    #[test]
    fn a_source_may_change_threads() {
        const fn send<T: Send>() {}
        const { send::<LiveSource>() };
    }

    #[test]
    fn counters_survive_their_wrap() {
        let mut wide = WideStats::default();
        wide.update([u32::MAX, 7, 0]);
        let stats = wide.update([4, 7, 1]);
        assert_eq!(stats.received, u64::from(u32::MAX) + 5);
        assert_eq!((stats.dropped_kernel, stats.dropped_interface), (7, 1));
    }

    #[test]
    fn the_snap_length_holds_a_packet_of_the_mtu() {
        assert_eq!(snaplen_for(Some(1500)), 2048);
        assert_eq!(snaplen_for(Some(9000)), 9064);
        assert_eq!(snaplen_for(None), 65_535);
        assert_eq!(snaplen_for(Some(u32::MAX)), u32::MAX);
    }

    #[test]
    fn what_libpcap_says_is_sorted() {
        let open = |text: &str| error_from(LiveStep::Open, &pcap::Error::PcapError(text.into()));
        for text in [
            "eth0: You don't have permission to perform this capture on that device",
            "socket: Operation not permitted",
            "(no devices found) /dev/bpf0: Permission denied",
        ] {
            assert_eq!(open(text), LiveError::NotPermitted);
        }
        for text in ["em9: No such device exists", "BIOCSETIF: em9: Device not configured"] {
            assert_eq!(open(text), LiveError::NoSuchInterface);
        }
        for text in ["eth0: That device is not up", "BIOCSETIF: pfsync0: Network is down"] {
            assert_eq!(open(text), LiveError::Down);
        }
        let gone = pcap::Error::PcapError("The interface disappeared".into());
        assert_eq!(error_from(LiveStep::Read, &gone), LiveError::Vanished);
        assert_eq!(
            open("out of luck"),
            LiveError::Libpcap { doing: LiveStep::Open, text: "out of luck".into() }
        );
    }
}
