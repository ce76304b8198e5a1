//! The checksum of IP, TCP, UDP and ICMP (RFC 1071).

#![forbid(unsafe_code)]

/// The sum of 16-bit words in network order; the last byte of an odd number stands above a zero.
pub(crate) fn words(bytes: &[u8]) -> u64 {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let rest = rest.first().map_or(0, |last| u64::from(*last) << 8);
    pairs.iter().map(|pair| u64::from(u16::from_be_bytes(*pair))).sum::<u64>() + rest
}

/// A sum whose carries went around: 0xffff where the checksum is in it and holds.
pub(crate) fn folded(mut sum: u64) -> u16 {
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum as u16
}
