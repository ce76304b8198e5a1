//! Logged packets: what has to hold of any, and second opinions on what is read of them. The header is
//! read once more by the offsets that the specification has, and the packet by etherparse as a whole.

#![forbid(unsafe_code)]

use std::net::IpAddr;

use etherparse::{LaxNetSlice, LaxSlicedPacket, TransportSlice};

use crate::abi::Release;
use crate::capture::{ByteOrder, LinkType, Packet};
use crate::decode::Decoder;
use crate::event::Body;
use crate::pflog::{self, End, Header, Inner, Logged};
use crate::state::IfName;
use crate::time::Time;

/// The header is where its length says, whoever is asked for; one that is whole gives one event, one
/// that is not gives one gap.
pub fn packet(packet: &Packet<'_>) {
    for release in [None, Some(Release::OpenBsd4_8), Some(Release::OpenBsd5_3)] {
        match pflog::parse(packet, release) {
            Ok(record) => {
                let length = usize::from(record.header.length);
                assert!((length..length + 4).contains(&record.offset) && record.offset % 4 == 0);
                assert_eq!(packet.data.get(record.offset..), Some(record.payload));
                assert_eq!(record.offset + record.wire_len, packet.wire_len as usize);
                let sender = pflog::Senders::new(release).of(&record);
                assert_eq!(sender.release.pflog_bytes(), record.offset, "{sender:?}");
                endpoints(&Logged::of(&record, sender.release));
                header(&record.header, packet.data, packet.order);
                inner(record.payload);
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    let (mut packets, mut gaps) = (0, 0);
    let mut decoder = Decoder::new(None);
    decoder.packet(packet, None, &mut |event| match &event.body {
        Body::Packet(_) => packets += 1,
        Body::Gap(_) => gaps += 1,
        _ => panic!("{event:?} of a logged packet"),
    });
    assert_eq!((packets + gaps, decoder.stats.logged), (1, packets));
    assert_eq!(decoder.stats.bad_pflog + decoder.stats.cut, gaps);
    let (actions, reasons) = (decoder.stats.packets_by_action(), decoder.stats.packets_by_reason());
    assert_eq!(actions.map(|(_, count)| count).sum::<u64>(), packets, "each has an action");
    assert_eq!(reasons.map(|(_, count)| count).sum::<u64>(), packets, "each has a reason");
}

/// Bytes as a logged packet, captured by a host of either order.
pub fn both_orders(data: &[u8], wire_len: usize) {
    let wire_len = u32::try_from(wire_len).unwrap_or(u32::MAX);
    for order in [ByteOrder::Little, ByteOrder::Big] {
        packet(&Packet { time: Time::default(), data, wire_len, link: LinkType(117), order });
    }
}

fn endpoints(logged: &Logged) {
    assert_eq!(logged.who.is_some(), logged.inner.addresses.is_some());
    let (Some((src, dst)), Some(who)) = (logged.inner.addresses, logged.who) else { return };
    let (before, after) = ((who.src, who.dst), (who.nat_src, who.nat_dst));
    let is_own = |(a, b): (End, End)| (a.addr, b.addr) == (src, dst);
    assert!(is_own(before) || is_own(after), "one of both is the packet: {logged:?}");
    assert!(who.translated == Some(true) || before == after, "{logged:?}");
}

/// The header by offsets (`spec/wire-openbsd.md` 5).
fn header(header: &Header, data: &[u8], order: ByteOrder) {
    let four = |at: usize| data.get(at..).and_then(|rest| rest.first_chunk::<4>()).copied();
    let network = |at: usize| four(at).map(u32::from_be_bytes);
    let host = |at: usize| four(at).map(|bytes| order.u32(bytes));
    let rule = |rule: Option<u32>| Some(rule.unwrap_or(u32::MAX));
    let name = |at: usize| data.get(at..).and_then(|rest| rest.first_chunk::<16>()).copied();
    assert_eq!([header.length, header.af, header.action, header.reason], data[..4]);
    assert_eq!(Some(header.ifname), name(4).map(IfName::new));
    assert_eq!(Some(header.ruleset), name(20).map(IfName::new));
    assert_eq!((rule(header.rule), rule(header.subrule)), (network(36), network(40)));
    assert_eq!((Some(header.uid), Some(header.pid)), (host(44), host(48)));
    assert_eq!((Some(header.rule_uid), Some(header.rule_pid)), (host(52), host(56)));
    assert_eq!(header.dir, data[60]);
    if let Some(addresses) = header.addresses {
        assert_eq!((Some(addresses.src), Some(addresses.dst)), (name(64), name(80)));
        let ports = u32::from(addresses.sport) << 16 | u32::from(addresses.dport);
        assert_eq!(Some(ports), network(96));
        assert_eq!(header.rewritten, data[61] != 0);
    }
    if let Some(ridentifier) = header.ridentifier {
        assert_eq!(Some(ridentifier), network(64));
    }
}

/// A packet that etherparse can read as a whole is what is told of it.
fn inner(payload: &[u8]) {
    let told = Inner::read(payload, [None, None]);
    let Ok(read) = LaxSlicedPacket::from_ip(payload) else { return };
    let addresses: Option<(IpAddr, IpAddr)> = match &read.net {
        Some(LaxNetSlice::Ipv4(ip)) => {
            let header = ip.header();
            Some((header.source_addr().into(), header.destination_addr().into()))
        }
        Some(LaxNetSlice::Ipv6(ip)) => {
            let header = ip.header();
            Some((header.source_addr().into(), header.destination_addr().into()))
        }
        _ => None,
    };
    assert_eq!(told.addresses, addresses, "{told:?}");
    // Of a chain of headers that goes wrong, and of authenticated IPv4, it tells another tale.
    if read.stop_err.is_some() || told.proto == Some(51) {
        return;
    }
    match &read.transport {
        Some(TransportSlice::Tcp(tcp)) => {
            assert_eq!(told.ports, Some((tcp.source_port(), tcp.destination_port())), "{told:?}");
        }
        Some(TransportSlice::Udp(udp)) => {
            assert_eq!(told.ports, Some((udp.source_port(), udp.destination_port())), "{told:?}");
        }
        Some(TransportSlice::Icmpv4(icmp)) => {
            assert_eq!(told.icmp, Some((icmp.type_u8(), icmp.code_u8())), "{told:?}");
        }
        Some(TransportSlice::Icmpv6(icmp)) => {
            assert_eq!(told.icmp, Some((icmp.type_u8(), icmp.code_u8())), "{told:?}");
        }
        _ => {}
    }
}
