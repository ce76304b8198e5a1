//! ICMP and ICMPv6 as OpenBSD's tcpdump prints them.

#![forbid(unsafe_code)]

use super::ip::{
    Ip, be16, be32, checksum, ipv4_at, ipv6_at, say, say_hex, say_number, transport_checksum,
};
use super::{Era, Style};
use crate::format::{write_hex, write_ip};
use crate::line::Line;
use crate::state::names::{IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP};

/// Appends ICMP.
pub(super) fn v4(out: &mut Line, bytes: &[u8], ip: &Ip, style: &mut Style<'_>) {
    say(out, "icmp: ");
    if message(out, bytes, style).is_none() {
        return say(out, "[|icmp]");
    }
    let Some(whole) = bytes.get(..ip.len).filter(|_| style.verbose && style.era == Era::New) else {
        return;
    };
    if checksum(&[whole]) == 0 {
        return say(out, " [icmp cksum ok]");
    }
    say_hex(out, " [bad icmp cksum ", u32::from(be16(whole, 2).unwrap_or(0)));
    let mut without = whole.to_vec();
    if let Some(field) = without.get_mut(2..4) {
        field.fill(0);
    }
    say_hex(out, "! -> ", u32::from(checksum(&[&without])));
    say(out, "]");
}

/// `None` where it was cut.
fn message(out: &mut Line, bytes: &[u8], style: &Style<'_>) -> Option<()> {
    let [kind, code] = *bytes.first_chunk::<2>()?;
    match (kind, code) {
        (0 | 8, _) => {
            let (id, seq) = (be16(bytes, 4)?, be16(bytes, 6)?);
            say(out, if kind == 8 { "echo request" } else { "echo reply" });
            echo_id(out, id, seq, style.verbose);
        }
        (3, code) => {
            let dst = ipv4_at(bytes, 24)?;
            let about = |out: &mut Line, before: &str, after: &str| {
                say(out, before);
                write_ip(out, dst);
                say(out, after);
            };
            match code {
                0 => about(out, "net ", " unreachable"),
                1 => about(out, "host ", " unreachable"),
                2 => {
                    about(out, "", " protocol ");
                    say_number(out, "", *bytes.get(17)?);
                    say(out, " unreachable");
                }
                3 => {
                    let header_len = usize::from(bytes.get(8)? & 15) * 4;
                    let (proto, port) = (*bytes.get(17)?, be16(bytes, 8 + header_len + 2)?);
                    match proto {
                        IPPROTO_TCP => about(out, "", " tcp port "),
                        IPPROTO_UDP => about(out, "", " udp port "),
                        proto => {
                            about(out, "", " protocol ");
                            say_number(out, "", proto);
                            say(out, " port ");
                        }
                    }
                    say_number(out, "", port);
                    say(out, " unreachable");
                }
                4 => {
                    about(out, "", " unreachable - need to frag");
                    let mtu = be16(bytes, 6)?;
                    if mtu != 0 {
                        say_number(out, " (mtu ", mtu);
                        say(out, ")");
                    }
                }
                5 => about(out, "", " unreachable - source route failed"),
                6 => about(out, "net ", " unreachable - unknown"),
                7 => about(out, "host ", " unreachable - unknown"),
                8 => about(out, "", " unreachable - source host isolated"),
                9 => about(out, "net ", " unreachable - admin prohibited"),
                10 => about(out, "host ", " unreachable - admin prohibited"),
                11 => about(out, "net ", " unreachable - tos prohibited"),
                12 => about(out, "host ", " unreachable - tos prohibited"),
                13 => about(out, "host ", " unreachable - admin prohibited filter"),
                14 => about(out, "host ", " unreachable - host precedence violation"),
                15 => about(out, "host ", " unreachable - precedence cutoff"),
                code => {
                    about(out, "", " unreachable - #");
                    say_number(out, "", code);
                }
            }
        }
        (4, _) => say(out, "source quench"),
        (5, code) => {
            let (gateway, dst) = (ipv4_at(bytes, 4)?, ipv4_at(bytes, 24)?);
            say(out, if code >= 2 { "redirect-tos " } else { "redirect " });
            write_ip(out, dst);
            say(out, if code % 2 == 0 { " to net " } else { " to host " });
            write_ip(out, gateway);
        }
        (9, _) => say(out, "router advertisement"),
        (10, _) => say(out, "router solicitation"),
        (11, 0) => say(out, "time exceeded in-transit"),
        (11, 1) => say(out, "ip reassembly time exceeded"),
        (11, code) => say_number(out, "time exceeded-#", code),
        (12, code) => say_number(out, "parameter problem - code ", code),
        (13, _) => say(out, "time stamp request"),
        (14, _) => say(out, "time stamp reply"),
        (15, _) => say(out, "information request"),
        (16, _) => say(out, "information reply"),
        (17, _) => say(out, "address mask request"),
        (18, _) => say(out, "address mask reply"),
        (kind, _) => say_number(out, "type-#", kind),
    }
    Some(())
}

fn echo_id(out: &mut Line, id: u16, seq: u16, verbose: bool) {
    if verbose {
        say(out, " (id:");
        write_hex::<4>(out, u64::from(id));
        say_number(out, " seq:", seq);
        say(out, ")");
    }
}

/// Appends ICMPv6.
pub(super) fn v6(out: &mut Line, bytes: &[u8], ip: &Ip, style: &mut Style<'_>) {
    let is_listener = style.era > Era::Old && bytes.first() == Some(&143);
    if !is_listener {
        say(out, "icmp6: ");
    }
    if message6(out, bytes, style).is_none() {
        return say(out, "[|icmp6]");
    }
    let Some(whole) = bytes.get(..ip.len).filter(|_| style.verbose && style.era == Era::New) else {
        return;
    };
    if transport_checksum(ip, IPPROTO_ICMPV6, whole) == 0 {
        return say(out, " [icmp6 cksum ok]");
    }
    say_hex(out, " [bad icmp6 cksum ", u32::from(be16(whole, 2).unwrap_or(0)));
    let mut without = whole.to_vec();
    if let Some(field) = without.get_mut(2..4) {
        field.fill(0);
    }
    say_hex(out, "! -> ", u32::from(transport_checksum(ip, IPPROTO_ICMPV6, &without)));
    say(out, "]");
}

fn message6(out: &mut Line, bytes: &[u8], style: &Style<'_>) -> Option<()> {
    let [kind, code] = *bytes.first_chunk::<2>()?;
    let verbose = style.verbose;
    match (kind, code) {
        (1, code) => {
            let dst = ipv6_at(bytes, 32)?;
            match code {
                4 => {
                    let (proto, port) = (*bytes.get(14)?, be16(bytes, 50)?);
                    write_ip(out, dst);
                    match proto {
                        IPPROTO_TCP => say(out, " tcp port "),
                        IPPROTO_UDP => say(out, " udp port "),
                        proto => {
                            say_number(out, " protocol ", proto);
                            say(out, " port ");
                        }
                    }
                    say_number(out, "", port);
                    say(out, " unreachable");
                }
                code => {
                    write_ip(out, dst);
                    say(
                        out,
                        match code {
                            0 => " unreachable route",
                            1 => " unreachable prohibited",
                            2 => " beyond scope",
                            3 => " unreachable address",
                            _ => " unreachable code-#",
                        },
                    );
                    if code > 4 {
                        say_number(out, "", code);
                    }
                }
            }
        }
        (2, _) => {
            // 4.4's original breaks the line behind it.
            say_number(out, "too big ", be32(bytes, 4)?);
        }
        (3, 0) => {
            let dst = ipv6_at(bytes, 32)?;
            say(out, "time exceeded in-transit for ");
            write_ip(out, dst);
        }
        (3, 1) => say(out, "ip6 reassembly time exceeded"),
        (128 | 129, _) => {
            say(out, if kind == 128 { "echo request" } else { "echo reply" });
            let (id, seq) = (be16(bytes, 4)?, be16(bytes, 6)?);
            echo_id(out, id, seq, verbose && style.era > Era::Old);
        }
        (133, _) => {
            say(out, "router solicitation");
            if verbose {
                link_addresses(out, bytes.get(8..).unwrap_or_default());
            }
        }
        (134, _) => {
            say(out, "router advertisement");
            if verbose {
                advertisement(out, bytes.first_chunk::<16>()?, style.era);
                link_addresses(out, bytes.get(16..).unwrap_or_default());
            }
        }
        (135, _) => {
            let target = ipv6_at(bytes, 8)?;
            say(out, "neighbor sol: who has ");
            write_ip(out, target);
            if verbose {
                link_addresses(out, bytes.get(24..).unwrap_or_default());
            }
        }
        (136, _) => {
            let target = ipv6_at(bytes, 8)?;
            say(out, "neighbor adv: tgt is ");
            write_ip(out, target);
            if verbose {
                let flags = bytes[4];
                say(out, "(");
                for (bit, letter) in [(0x80, "R"), (0x40, "S"), (0x20, "O")] {
                    say(out, if flags & bit != 0 { letter } else { "" });
                }
                say(out, ")");
                link_addresses(out, bytes.get(24..).unwrap_or_default());
            }
        }
        (143, _) if style.era > Era::Old => {
            let records = be16(bytes, 6)?;
            say_number(out, "multicast listener report v2, ", records);
            say(out, " group record(s)");
            if verbose {
                listener_records(out, bytes.get(8..).unwrap_or_default(), records)?;
            }
        }
        (kind, _) => say_number(out, "type-#", kind),
    }
    Some(())
}

fn advertisement(out: &mut Line, header: &[u8; 16], era: Era) {
    let flags = header[5];
    say_number(out, "(chlim=", header[4]);
    say(out, ", ");
    for (bit, letter) in [(0x80, "M"), (0x40, "O")] {
        say(out, if flags & bit != 0 { letter } else { "" });
    }
    if era == Era::New {
        say(
            out,
            match flags >> 3 & 3 {
                1 => ", pref=high",
                3 => ", pref=low",
                0 => ", pref=medium",
                _ => ", pref=rsv",
            },
        );
        say(out, ",");
    }
    say_number(out, " router_ltime=", be16(header, 6).unwrap_or(0));
    say_number(out, ", reachable_time=", be32(header, 8).unwrap_or(0));
    say_number(out, ", retrans_time=", be32(header, 12).unwrap_or(0));
    say(out, ")");
}

/// `(src lladdr: 52:54:00:01:02:03)`
fn link_addresses(out: &mut Line, mut options: &[u8]) {
    while let Some(&[kind, words]) = options.first_chunk::<2>() {
        let len = usize::from(words) * 8;
        let Some(option) = options.get(..len).filter(|_| len > 0) else { return };
        if let (1 | 2, Some(address)) = (kind, option.get(2..)) {
            say(out, if kind == 1 { "(src lladdr: " } else { "(tgt lladdr: " });
            for (at, byte) in address.iter().enumerate() {
                say(out, if at > 0 { ":" } else { "" });
                write_hex::<2>(out, u64::from(*byte));
            }
            say(out, ")");
        }
        options = &options[len..];
    }
}

fn listener_records(out: &mut Line, mut rest: &[u8], records: u16) -> Option<()> {
    for _ in 0..records {
        let kind = *rest.first()?;
        let (sources, group) = (be16(rest, 2)?, ipv6_at(rest, 4)?);
        say(out, " [gaddr ");
        write_ip(out, group);
        say(
            out,
            match kind {
                1 => " is_in",
                2 => " is_ex",
                3 => " to_in",
                4 => " to_ex",
                5 => " allow",
                6 => " block",
                _ => " unknown",
            },
        );
        say_number(out, ", ", sources);
        say(out, " source(s)]");
        rest = rest.get(20 + usize::from(sources) * 16..)?;
    }
    Some(())
}
