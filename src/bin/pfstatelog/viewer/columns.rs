//! The columns: what stands in them, and which of them have room.
//!
//! All is printable ASCII, so that a byte is a place on the screen. What is wider than its column is cut
//! in the middle, where a `~` stands then: the ends of addresses and ports tell most.

#![forbid(unsafe_code)]

use pfstatelog::format::pfctl::write_pair;
use pfstatelog::format::{Options, write_address};
use pfstatelog::line::Line;
use pfstatelog::state::names;
use pfstatelog::state::{Endpoint, State};

use super::look::Rate;
use super::model::Order;
use pfstatelog::list::Sort;

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Proto,
    Source,
    Nat,
    Destination,
    States,
    Age,
    Expires,
    PacketRate,
    ByteRate,
}

impl Column {
    /// All of them, from left to right.
    pub const ALL: [Self; 9] = [
        Self::Proto,
        Self::Source,
        Self::Nat,
        Self::Destination,
        Self::States,
        Self::Age,
        Self::Expires,
        Self::PacketRate,
        Self::ByteRate,
    ];

    /// Those that make room where it is short, in this order.
    const LEAVE: [Self; 4] = [Self::Expires, Self::PacketRate, Self::States, Self::Age];

    /// What stands above it. States that are in the order of all that went through them are shown with
    /// that instead of what does in a second.
    pub fn title(self, order: Order) -> &'static str {
        match self {
            Self::PacketRate if order == Order::By(Sort::Packets) => "PACKETS",
            Self::ByteRate if order == Order::By(Sort::Bytes) => "BYTES",
            Self::Proto => "PROTO",
            Self::Source => "SOURCE",
            Self::Nat => "NAT",
            Self::Destination => "DESTINATION",
            Self::States => "STATES",
            Self::Age => "AGE",
            Self::Expires => "EXPIRES",
            Self::PacketRate => "PACKETS/S",
            Self::ByteRate => "BYTES/S",
        }
    }

    /// Whether its numbers stand on its right side.
    pub fn is_right(self) -> bool {
        matches!(self, Self::Age | Self::Expires | Self::PacketRate | Self::ByteRate)
    }

    /// Whether states are in its order.
    pub fn is_order(self, order: Order) -> bool {
        let of_it = match order {
            Order::By(Sort::Age) => Self::Age,
            Order::By(Sort::Expire) => Self::Expires,
            Order::PacketRate | Order::By(Sort::Packets) => Self::PacketRate,
            Order::ByteRate | Order::By(Sort::Bytes) => Self::ByteRate,
        };
        of_it == self
    }

    /// What stands in it for a state.
    pub fn text(
        self,
        state: &State,
        rate: Option<Rate>,
        (order, options): (Order, Options),
    ) -> String {
        let nat = state.nat();
        let both = |[forth, back]: [u64; 2]| short(forth as f64 + back as f64);
        match self {
            Self::PacketRate if order == Order::By(Sort::Packets) => both(state.packets),
            Self::ByteRate if order == Order::By(Sort::Bytes) => both(state.bytes),
            Self::Proto => names::proto(state.proto)
                .map_or_else(|| state.proto.to_string(), |name| name.to_string()),
            Self::Source => endpoint(&nat.src),
            Self::Destination => endpoint(&nat.dst),
            Self::Nat => {
                let differs = |a: &Endpoint, b: &Endpoint| (a.addr, a.port) != (b.addr, b.port);
                let src = differs(&nat.src, &nat.nat_src).then(|| endpoint(&nat.nat_src));
                let dst = differs(&nat.dst, &nat.nat_dst) && !options.no_dst;
                let dst = dst.then(|| format!(">{}", endpoint(&nat.nat_dst)));
                [src, dst].into_iter().flatten().collect::<Vec<_>>().join(" ")
            }
            Self::States => written(|line| write_pair(line, state)),
            Self::Age => clock(state.age_s),
            Self::Expires => clock(state.expire_s),
            Self::PacketRate => rate.map_or("-".into(), |rate| short(rate.packets)),
            Self::ByteRate => rate.map_or("-".into(), |rate| short(rate.bytes)),
        }
    }
}

fn written(write: impl FnOnce(&mut Line)) -> String {
    let mut line = Line::new();
    write(&mut line);
    String::from_utf8_lossy(line.as_bytes()).into_owned()
}

/// As pfctl writes it: `192.0.2.1:80`, `2001:db8::1[80]`, `(2) 192.0.2.1:80`.
fn endpoint(endpoint: &Endpoint) -> String {
    let Endpoint { addr, port, rdomain } = endpoint;
    let host = written(|line| write_address(line, *addr));
    let rdomain = if *rdomain == 0 { String::new() } else { format!("({rdomain}) ") };
    match addr.ip() {
        _ if *port == 0 => format!("{rdomain}{host}"),
        Some(ip) if ip.is_ipv4() => format!("{rdomain}{host}:{port}"),
        _ => format!("{rdomain}{host}[{port}]"),
    }
}

/// `0:07`, `12:30`, `5:03:59`; `12d05h` from 100 hours on.
pub fn clock(secs: u32) -> String {
    let (hours, minutes, seconds) = (secs / 3600, secs / 60 % 60, secs % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        1..100 => format!("{hours}:{minutes:02}:{seconds:02}"),
        _ => format!("{}d{:02}h", hours / 24, hours % 24),
    }
}

/// A number in at most five places, a thousand of it with a letter: `0`, `0.5`, `12`, `1.2k`, `345M`.
pub fn short(number: f64) -> String {
    const UNITS: [&str; 7] = ["", "k", "M", "G", "T", "P", "E"];
    let (mut number, mut unit) = (number, 0);
    // What would be rounded up to four digits is one of the next.
    while number >= 999.5 && unit + 1 < UNITS.len() {
        (number, unit) = (number / 1000.0, unit + 1);
    }
    let decimals = usize::from(number < 9.95 && (unit > 0 || number > 0.0));
    format!("{number:.decimals$}{}", UNITS[unit])
}

/// A text of at most so many places, cut in the middle.
pub fn cut(text: &str, places: usize) -> String {
    if text.len() <= places {
        return text.to_string();
    }
    if places < 3 {
        return text.get(..places).unwrap_or_default().to_string();
    }
    let (front, back) = ((places - 1) / 2, places / 2);
    let (front, back) = (text.get(..front), text.get(text.len() - back..));
    format!("{}~{}", front.unwrap_or_default(), back.unwrap_or_default())
}

/// Places of `255.255.255.255:65535`.
const ENDPOINT: usize = 21;

/// The columns that have room, and how wide each is; between two of them is one place.
/// `wanted` has what each would like, in the order of [`Column::ALL`]; what wants nothing is left out.
pub fn layout(places: usize, wanted: [usize; Column::ALL.len()]) -> Vec<(Column, usize)> {
    let all = Column::ALL.into_iter().zip(wanted);
    let mut columns: Vec<_> = all.filter(|(_, wanted)| *wanted > 0).collect();
    let taken = |columns: &[(Column, usize)]| -> usize {
        columns.iter().map(|(_, width)| width + 1).sum::<usize>().saturating_sub(1)
    };
    if taken(&columns) > places {
        // The longest addresses first: few are longer than the longest of IPv4 with its port.
        let ends = [Column::Source, Column::Nat, Column::Destination];
        let ends = columns.iter_mut().filter(|(column, _)| ends.contains(column));
        ends.for_each(|(_, width)| *width = (*width).min(ENDPOINT));
    }
    for column in Column::LEAVE {
        if taken(&columns) <= places {
            break;
        }
        columns.retain(|(other, _)| *other != column);
    }
    // The widest gives way first.
    while taken(&columns) > places {
        let widest = columns.iter_mut().max_by_key(|(_, width)| *width);
        match widest {
            Some((_, width)) if *width > 1 => *width -= 1,
            _ => break,
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let cases = [
            (0.0, "0"),
            (0.04, "0.0"),
            (0.5, "0.5"),
            (9.94, "9.9"),
            (9.96, "10"),
            (999.4, "999"),
            (999.6, "1.0k"),
            (12_345.0, "12k"),
            (999_600.0, "1.0M"),
            (3.4e9, "3.4G"),
            (1.8e19, "18E"),
        ];
        cases.into_iter().for_each(|(number, text)| assert_eq!(short(number), text));
        for (secs, text) in
            [(7, "0:07"), (750, "12:30"), (18_239, "5:03:59"), (1_054_800, "12d05h")]
        {
            assert_eq!(clock(secs), text);
        }
        assert!(clock(u32::MAX).len() < 10);
    }

    #[test]
    fn what_is_too_wide_is_cut_in_the_middle() {
        assert_eq!(cut("192.168.1.10:51234", 18), "192.168.1.10:51234");
        assert_eq!(cut("192.168.1.10:51234", 13), "192.16~:51234");
        assert_eq!(
            (cut("abcdef", 3), cut("abcdef", 2), cut("abcdef", 0)),
            ("a~f".into(), "ab".into(), "".into())
        );
    }

    #[test]
    fn columns_leave_and_then_shrink() {
        let wanted = [5, 18, 18, 17, 23, 7, 8, 9, 7];
        let names = |places| {
            layout(places, wanted)
                .into_iter()
                .map(|(c, _)| c.title(Order::ByteRate))
                .collect::<Vec<_>>()
        };
        assert_eq!(layout(120, wanted).len(), 9);
        let at_80 = ["PROTO", "SOURCE", "NAT", "DESTINATION", "AGE", "BYTES/S"];
        assert_eq!(names(80), at_80);
        for places in 0..200 {
            let columns = layout(places, wanted);
            let taken: usize = columns.iter().map(|(_, width)| width + 1).sum();
            assert!(
                taken <= places + 1 || columns.iter().all(|(_, width)| *width == 1),
                "{places}"
            );
        }
        // Nothing is translated to be shown without destinations.
        assert_eq!(layout(80, [5, 18, 0, 0, 11, 7, 8, 9, 7]).len(), 7);
    }
}
