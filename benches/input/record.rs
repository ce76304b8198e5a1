//! What a state is, as records of OpenBSD 7.9: everything follows from the seed and its number, so
//! that nothing of it has to be kept.
//!
//! The records are the generated structs, written as they lie in memory: the grammar would do, ten
//! times slower.

use pfstatelog::abi::consts::*;
use pfstatelog::abi::openbsd_7_9::wire::{
    pfsync_del_c, pfsync_state, pfsync_state_key, pfsync_state_peer, pfsync_upd_c,
};
use pfstatelog::state::names::{IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP};
use zerocopy::FromZeros;

use super::life::{Class, Message};
use super::random::mix;

/// The firewall's name for itself.
pub const CREATORID: u32 = 0x8a7b_6c5d;

/// The upper half of all ids: when the firewall was booted.
const BOOTED_S: u64 = 1_794_000_000;

const INTERFACES: [&str; 6] = ["em0", "em1", "ix0", "vlan10", "vlan20", "wg0"];
const RULES: u64 = 48;

/// On OpenBSD, whatever the machine is that this runs on.
const AF_INET: u8 = 2;
const AF_INET6: u8 = 24;
const PF_IN: u8 = 1;
const PF_OUT: u8 = 2;

const ECHO_REQUEST: u16 = 8;
const ECHO_REQUEST_6: u16 = 128;

/// Says that `wscale` is one.
const PF_WSCALE_FLAG: u8 = 0x80;

/// The states of a seed.
pub struct Records {
    seed: u64,
}

impl Records {
    /// The states of this seed.
    pub fn new(seed: u64) -> Self {
        Self { seed: mix(seed ^ 0x5f3a_1b2c) }
    }

    /// INS
    pub fn insert(&self, message: &Message) -> pfsync_state {
        let who = Who::of(message, self.seed);
        let now = Now::of(message);
        let mut state = pfsync_state::new_zeroed();
        state.id = id(message).into();
        let ifname = INTERFACES[who.below(8, INTERFACES.len() as u64) as usize].as_bytes();
        state.ifname[..ifname.len()].copy_from_slice(ifname);
        state.key = who.keys();
        (state.src, state.dst) = now.peers(&who);
        state.rule = (who.below(16, RULES) as u32).into();
        state.anchor = u32::MAX.into();
        state.nat_rule = u32::MAX.into();
        state.expire = now.expire_s.into();
        let packets = u64::from(message.step) * (1 + who.below(24, 12)) + 1;
        let answers = packets - 1;
        state.packets = [wide(packets), wide(answers)];
        state.bytes =
            [wide(packets * (52 + who.below(32, 400))), wide(answers * (52 + who.below(40, 1300)))];
        state.creatorid = CREATORID.into();
        state.rtableid = [(-1).into(); 2];
        state.af = who.af();
        state.proto = who.proto;
        state.direction = if who.out { PF_OUT } else { PF_IN };
        state.timeout = now.timeout;
        state
    }

    /// UPD_C
    pub fn update(&self, message: &Message) -> pfsync_upd_c {
        let who = Who::of(message, self.seed);
        let now = Now::of(message);
        let mut update = pfsync_upd_c::new_zeroed();
        update.id = id(message).into();
        (update.src, update.dst) = now.peers(&who);
        update.creatorid = CREATORID.into();
        // `expire` stays 0, as from OpenBSD 5.1 on.
        update.timeout = now.timeout;
        update
    }

    /// DEL_C
    pub fn delete(&self, message: &Message) -> pfsync_del_c {
        pfsync_del_c { id: id(message).into(), creatorid: CREATORID.into() }
    }
}

fn id(message: &Message) -> u64 {
    BOOTED_S << 32 | u64::from(message.number)
}

/// A counter, which the kernel declares as two words.
fn wide<T: From<u32>>(number: u64) -> [T; 2] {
    [((number >> 32) as u32).into(), (number as u32).into()]
}

/// Who talks to whom.
struct Who {
    proto: u8,
    v6: bool,
    out: bool,
    translated: bool,
    /// Bits of its own for everything else.
    bits: u64,
    more: u64,
}

impl Who {
    fn of(message: &Message, seed: u64) -> Self {
        let bits = mix(seed ^ u64::from(message.number));
        let more = mix(bits);
        let percent = |shift: u32| ((more >> shift & 0xffff) * 1000) >> 16;
        let v6 = percent(0) < 200;
        // Less of IPv6 is translated: 0.8 * 0.675 + 0.2 * 0.3 = 0.6.
        let translated = percent(16) < if v6 { 300 } else { 675 };
        // What is translated mostly goes out to the world, what is not comes in from it or a network.
        let out = percent(32) < if translated { 900 } else { 250 };
        let proto = match message.class {
            Class::Short | Class::Long => IPPROTO_TCP,
            Class::Udp => IPPROTO_UDP,
            Class::Echo if v6 => IPPROTO_ICMPV6,
            Class::Echo => IPPROTO_ICMP,
        };
        Self { proto, v6, out, translated, bits, more }
    }

    /// One of the numbers below `end`, by the bits from `shift` on.
    fn below(&self, shift: u32, end: u64) -> u64 {
        ((self.bits.rotate_right(shift) & 0xffff_ffff) * end) >> 32
    }

    fn af(&self) -> u8 {
        if self.v6 { AF_INET6 } else { AF_INET }
    }

    fn address(&self, v4: [u8; 4], net: u16) -> [u8; 16] {
        let mut address = [0; 16];
        if self.v6 {
            address[..8].copy_from_slice(&[
                0x20,
                0x01,
                0x0d,
                0xb8,
                (net >> 8) as u8,
                net as u8,
                0,
                0,
            ]);
            address[12..].copy_from_slice(&v4);
        } else {
            address[..4].copy_from_slice(&v4);
        }
        address
    }

    /// A host of the networks inside.
    fn inside(&self) -> [u8; 16] {
        let [a, b, c, ..] = self.bits.to_le_bytes();
        self.address([10, a, b, c], 1)
    }

    /// A host of the world.
    fn outside(&self) -> [u8; 16] {
        let [_, _, _, a, b, ..] = self.bits.to_le_bytes();
        self.address([198, 18 | a & 1, b, a], 0xf)
    }

    /// The firewall itself, which has some addresses.
    fn own(&self) -> [u8; 16] {
        self.address([203, 0, 113, (self.bits >> 40) as u8 & 0x0f], 0xffff)
    }

    /// The port of who began it, or the id of its echo; after translation another one.
    fn near_port(&self, translated: bool) -> u16 {
        let shift = if translated { 48 } else { 0 };
        1024 + (((self.more.rotate_right(shift) & 0xffff) * 64_000) >> 16) as u16
    }

    /// The port of the service.
    fn service(&self) -> u16 {
        match self.proto {
            IPPROTO_TCP => [443, 443, 443, 80, 22, 25, 993, 8080][self.below(20, 8) as usize],
            IPPROTO_UDP => [53, 53, 53, 443, 123, 3478][self.below(20, 6) as usize],
            IPPROTO_ICMP => ECHO_REQUEST,
            _ => ECHO_REQUEST_6,
        }
    }

    /// Wire and stack: an outgoing state is translated on its way to the wire, an incoming one on its
    /// way to the stack; in an outgoing one the far end comes first.
    fn keys(&self) -> [pfsync_state_key; 2] {
        let (near, far) = if self.out {
            (self.inside(), self.outside())
        } else if self.translated {
            (self.outside(), self.own())
        } else {
            (self.inside(), self.outside())
        };
        let before = [(near, self.near_port(false)), (far, self.service())];
        let after = match (self.translated, self.out) {
            (false, _) => before,
            (true, true) => [(self.own(), self.near_port(true)), before[1]],
            (true, false) => [before[0], (self.inside(), self.service())],
        };
        if self.out {
            [self.key(after[1], after[0]), self.key(before[1], before[0])]
        } else {
            [self.key(before[0], before[1]), self.key(after[0], after[1])]
        }
    }

    fn key(&self, first: ([u8; 16], u16), second: ([u8; 16], u16)) -> pfsync_state_key {
        pfsync_state_key {
            addr: [first.0, second.0],
            port: [first.1.into(), second.1.into()],
            rdomain: 0.into(),
            af: self.af(),
            pad: 0,
        }
    }
}

/// How far a connection is.
struct Now {
    peers: [u8; 2],
    timeout: u8,
    expire_s: u32,
    tcp: bool,
    step: u8,
}

impl Now {
    fn of(message: &Message) -> Self {
        let (peers, timeout) = match message.class {
            Class::Short | Class::Long => tcp(message.step, message.steps),
            Class::Udp => match message.step {
                0 => ([PFUDPS_SINGLE, PFUDPS_NO_TRAFFIC], PFTM_UDP_FIRST_PACKET),
                1 => ([PFUDPS_SINGLE, PFUDPS_SINGLE], PFTM_UDP_SINGLE),
                _ => ([PFUDPS_MULTIPLE, PFUDPS_MULTIPLE], PFTM_UDP_MULTIPLE),
            },
            Class::Echo if message.step == 0 => ([0, 0], PFTM_ICMP_FIRST_PACKET),
            Class::Echo => ([0, 0], PFTM_ICMP_ERROR_REPLY),
        };
        Self {
            peers: peers.map(|state| state as u8),
            timeout: timeout as u8,
            expire_s: expire_s(timeout),
            tcp: matches!(message.class, Class::Short | Class::Long),
            step: message.step,
        }
    }

    fn peers(&self, who: &Who) -> (pfsync_state_peer, pfsync_state_peer) {
        let peer = |index: usize| {
            let mut peer = pfsync_state_peer::new_zeroed();
            peer.state = self.peers[index];
            if self.tcp && peer.state > 0 {
                let begin = (who.more >> (8 * index)) as u32;
                let sent = u32::from(self.step) * (who.below(32, 100_000) as u32 + 1);
                peer.seqlo = begin.wrapping_add(sent).into();
                peer.seqhi = begin.wrapping_add(sent).wrapping_add(65_535).into();
                peer.max_win = (16_384 + who.below(48, 49_152) as u16).into();
                peer.mss = 1460.into();
                peer.wscale = PF_WSCALE_FLAG | who.below(12, 9) as u8;
            }
            peer
        };
        (peer(0), peer(1))
    }
}

/// The peers of a TCP connection after `step` of `steps` updates, and the timeout that pf gives them.
fn tcp(step: u8, steps: u8) -> ([u32; 2], u32) {
    match step {
        0 => ([TCPS_SYN_SENT, TCPS_CLOSED], PFTM_TCP_FIRST_PACKET),
        1 if steps > 4 => ([TCPS_SYN_SENT, TCPS_SYN_SENT], PFTM_TCP_OPENING),
        _ if step == steps => ([TCPS_FIN_WAIT_2, TCPS_FIN_WAIT_2], PFTM_TCP_CLOSED),
        _ if step + 1 == steps && steps > 2 => ([TCPS_CLOSING, TCPS_ESTABLISHED], PFTM_TCP_CLOSING),
        _ => ([TCPS_ESTABLISHED, TCPS_ESTABLISHED], PFTM_TCP_ESTABLISHED),
    }
}

/// pf's defaults.
fn expire_s(timeout: u32) -> u32 {
    match timeout {
        PFTM_TCP_FIRST_PACKET => 120,
        PFTM_TCP_OPENING | PFTM_UDP_SINGLE => 30,
        PFTM_TCP_ESTABLISHED => 86_400,
        PFTM_TCP_CLOSING => 900,
        PFTM_TCP_CLOSED => 90,
        PFTM_ICMP_FIRST_PACKET => 20,
        PFTM_ICMP_ERROR_REPLY => 10,
        _ => 60,
    }
}
