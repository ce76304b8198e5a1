//! IPv4 and IPv6 in front of a pfsync frame.
//!
//! etherparse reads the single headers. Its lax slices of whole packets do not fit: they do not
//! know how long the packet was on the wire, so they cannot tell a capture that was cut from a
//! packet that is too short, and that difference is a gap in the log or none.
//!
//! Checksum and TTL are not looked at: OpenBSD 7.4 and later show both a checksum and a source
//! address of 0 on pfsync0, and network cards fill checksums in late.

#![forbid(unsafe_code)]

use std::net::IpAddr;

use etherparse::err::{ip_auth, ipv4, ipv6};
use etherparse::{
    IpAuthHeaderSlice, Ipv4HeaderSlice, Ipv6FragmentHeaderSlice, Ipv6HeaderSlice,
    Ipv6RawExtHeaderSlice,
};

use super::error::{Layer, LinkError, LinkErrorKind, View};
use super::{Found, Payload};

/// IP protocol and IPv6 next header of pfsync (`spec/wire-openbsd.md` 1.1).
pub(super) const PFSYNC: u8 = 240;

/// Size of an IPv6 header in bytes.
const V6_HEADER_LEN: usize = 40;

const HOP_BY_HOP: u8 = 0;
const ROUTING: u8 = 43;
const FRAGMENT: u8 = 44;
const AUTH: u8 = 51;
const DESTINATION: u8 = 60;

/// The version of IP that the header before it announced.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    V4,
    V6,
}

/// IP of either version at `at`: its first byte tells.
pub(super) fn any(view: View<'_>, at: usize) -> Result<Found<'_>, LinkError> {
    let first = view.need(Layer::Ipv4, at, 1)?.first().copied().unwrap_or(0);
    match first >> 4 {
        4 => find(view, at, Version::V4),
        6 => find(view, at, Version::V6),
        version => Err(error(LinkErrorKind::Version(version), Layer::Ipv4, at, view)),
    }
}

/// IP of one version at `at`.
pub(super) fn find(view: View<'_>, at: usize, version: Version) -> Result<Found<'_>, LinkError> {
    match version {
        Version::V4 => v4(view, at),
        Version::V6 => v6(view, at),
    }
}

/// True if the payload length of the IPv6 header that `view` begins with could be the packet's,
/// or was not captured.
pub(super) fn plausible_v6_len(view: View<'_>) -> bool {
    let Some(field) = view.data.get(4..6).and_then(|bytes| bytes.first_chunk()) else {
        return true;
    };
    let payload_len = usize::from(u16::from_be_bytes(*field));
    payload_len > 0 && payload_len + V6_HEADER_LEN <= view.wire_len
}

fn v4(view: View<'_>, at: usize) -> Result<Found<'_>, LinkError> {
    // Foreign packets are none of our business, also where they are broken.
    if !matches!(view.rest(at).get(9), None | Some(&(PFSYNC | AUTH))) {
        return Ok(Found::Other);
    }
    view.need(Layer::Ipv4, at, 20)?;
    let header = match Ipv4HeaderSlice::from_slice(view.rest(at)) {
        Ok(header) => header,
        Err(ipv4::HeaderSliceError::Len(e)) => {
            return Err(missing(view, Layer::Ipv4, at, e.required_len));
        }
        Err(ipv4::HeaderSliceError::Content(e)) => {
            return Err(match e {
                ipv4::HeaderError::UnexpectedVersion { version_number } => {
                    error(LinkErrorKind::Version(version_number), Layer::Ipv4, at, view)
                }
                ipv4::HeaderError::HeaderLengthSmallerThanHeader { ihl } => LinkError {
                    kind: LinkErrorKind::HeaderLength(ihl),
                    layer: Layer::Ipv4,
                    offset: at,
                    needed: 20,
                    had: usize::from(ihl) * 4,
                },
            });
        }
    };
    let header_len = header.slice().len();
    let total_len = usize::from(header.total_len());
    if total_len != 0 && total_len < header_len {
        return Err(LinkError {
            kind: LinkErrorKind::TotalLength,
            layer: Layer::Ipv4,
            offset: at,
            needed: header_len,
            had: total_len,
        });
    }
    let addresses = (header.source_addr().into(), header.destination_addr().into());
    let sender = known(addresses.0);
    let protocol = header.protocol().0;
    if header.is_fragmenting_payload() {
        // Behind an authentication header nobody knows what a later fragment holds.
        return Ok(match protocol {
            PFSYNC => fragment(header.fragments_offset().byte_offset(), sender),
            _ => Found::Other,
        });
    }
    // A total length of 0 is left by segmentation offload: the packet is as long as it is.
    let view = if total_len == 0 { view } else { view.until(at.saturating_add(total_len)) };
    payload(view, at + header_len, protocol, addresses)
}

fn v6(view: View<'_>, at: usize) -> Result<Found<'_>, LinkError> {
    let first_next = view.rest(at).get(6).copied();
    if first_next.is_some_and(|next| next != PFSYNC && !is_extension(next)) {
        return Ok(Found::Other);
    }
    view.need(Layer::Ipv6, at, V6_HEADER_LEN)?;
    let header = match Ipv6HeaderSlice::from_slice(view.rest(at)) {
        Ok(header) => header,
        Err(ipv6::HeaderSliceError::Len(e)) => {
            return Err(missing(view, Layer::Ipv6, at, e.required_len));
        }
        Err(ipv6::HeaderSliceError::Content(ipv6::HeaderError::UnexpectedVersion {
            version_number,
        })) => {
            return Err(error(LinkErrorKind::Version(version_number), Layer::Ipv6, at, view));
        }
    };
    let start = at + V6_HEADER_LEN;
    let payload_len = usize::from(header.payload_length());
    let view = if payload_len == 0 { view } else { view.until(start.saturating_add(payload_len)) };
    let addresses = (header.source_addr().into(), header.destination_addr().into());
    payload(view, start, header.next_header().0, addresses)
}

const fn is_extension(next: u8) -> bool {
    matches!(next, HOP_BY_HOP | ROUTING | FRAGMENT | AUTH | DESTINATION)
}

/// What lies behind an IP header: extension headers, then pfsync or something else. `view` ends
/// where the IP packet does.
fn payload(
    view: View<'_>,
    mut at: usize,
    mut next: u8,
    addresses: (IpAddr, IpAddr),
) -> Result<Found<'_>, LinkError> {
    let sender = known(addresses.0);
    // Every turn steps over at least 8 captured bytes.
    loop {
        let rest = view.rest(at);
        let (len, then) = match next {
            PFSYNC => {
                return Ok(Found::Pfsync(Payload {
                    bytes: rest,
                    wire_len: view.wire_len.saturating_sub(at),
                    offset: at,
                    sender,
                    addresses: Some(addresses),
                    ip_first_on_pfsync: false,
                }));
            }
            HOP_BY_HOP | ROUTING | DESTINATION => match Ipv6RawExtHeaderSlice::from_slice(rest) {
                Ok(header) => (header.slice().len(), header.next_header().0),
                Err(e) => return Err(missing(view, Layer::Extension, at, e.required_len)),
            },
            FRAGMENT => match Ipv6FragmentHeaderSlice::from_slice(rest) {
                Ok(header) if header.is_fragmenting_payload() => {
                    // Only a header that names pfsync itself says what the later fragments hold.
                    return Ok(match header.next_header().0 {
                        PFSYNC => fragment(header.fragment_offset().byte_offset(), sender),
                        _ => Found::Other,
                    });
                }
                Ok(header) => (header.slice().len(), header.next_header().0),
                Err(e) => return Err(missing(view, Layer::Extension, at, e.required_len)),
            },
            AUTH => match IpAuthHeaderSlice::from_slice(rest) {
                Ok(header) => (header.slice().len(), header.next_header().0),
                Err(ip_auth::HeaderSliceError::Len(e)) => {
                    return Err(missing(view, Layer::Extension, at, e.required_len));
                }
                Err(ip_auth::HeaderSliceError::Content(_)) => {
                    return Err(error(LinkErrorKind::AuthLength, Layer::Extension, at, view));
                }
            },
            _ => return Ok(Found::Other),
        };
        (at, next) = (at + len, then);
    }
}

fn fragment<'a>(fragment_offset: u16, sender: Option<IpAddr>) -> Found<'a> {
    let fragment_offset = usize::from(fragment_offset);
    Found::Fragment { first: fragment_offset == 0, fragment_offset, sender }
}

/// An address that says who it is.
fn known(address: IpAddr) -> Option<IpAddr> {
    Some(address).filter(|a| !a.is_unspecified())
}

fn error(kind: LinkErrorKind, layer: Layer, offset: usize, view: View<'_>) -> LinkError {
    LinkError { kind, layer, offset, needed: 0, had: view.rest(offset).len() }
}

/// The error of a header that wants `len` bytes and has not got them.
fn missing(view: View<'_>, layer: Layer, at: usize, len: usize) -> LinkError {
    match view.need(layer, at, len) {
        Err(error) => error,
        Ok(there) => LinkError {
            kind: LinkErrorKind::Short,
            layer,
            offset: at,
            needed: len,
            had: there.len(),
        },
    }
}
