//! Frames that are built rather than guessed: sound ones come back as they went in, and ones whose
//! headers then lie read the same by the views and by the grammar.

#![forbid(unsafe_code)]

use arbitrary::{Arbitrary, Result, Unstructured};
use binrw::BinRead;
use binrw::io::Cursor;

use super::account;
use super::differential;
use super::told;
use crate::abi::{Layout, Release};
use crate::wire::grammar::{self, Body};
use crate::wire::{ActionTable, Frame};

/// Sections of a frame.
const MAX_SECTIONS: usize = 6;
/// Records of a section.
const MAX_RECORDS: usize = 4;

/// The target.
pub fn run(input: &[u8]) {
    // Too few bytes are an input that says nothing.
    let _ = build(&mut Unstructured::new(input));
}

fn build(input: &mut Unstructured<'_>) -> Result<()> {
    let release = *input.choose(&RELEASES)?;
    let layout = release.layout();
    let sections = sections(input, layout)?;
    let bytes = grammar::Frame::build(sections.clone());
    comes_back(&bytes, sections, release);
    let mut bytes = longer(input, bytes, layout)?;
    let mut wire_len = bytes.len();
    for _ in 0..input.int_in_range(0..=4)? {
        lie(input, &mut bytes, &mut wire_len)?;
    }
    differential::compare_in_every_layout(&bytes, wire_len);
    if let Ok(frame) = Frame::parse(&bytes, wire_len) {
        account::everywhere(&frame, "with lies");
    }
    Ok(())
}

/// One of each layout of version 6.
const RELEASES: [Release; 9] = [
    Release::OpenBsd4_7,
    Release::OpenBsd4_8,
    Release::OpenBsd4_9,
    Release::OpenBsd5_0,
    Release::OpenBsd5_1,
    Release::OpenBsd5_6,
    Release::OpenBsd5_7,
    Release::OpenBsd7_0,
    Release::NEWEST,
];

/// Sections with their actions, of what the layout decodes and of what it does not.
fn sections(input: &mut Unstructured<'_>, layout: Layout) -> Result<Vec<(u8, Body)>> {
    let mut sections = Vec::new();
    for _ in 0..input.int_in_range(0..=MAX_SECTIONS)? {
        let action = if input.ratio(7u8, 8u8)? {
            input.int_in_range(0..=16)?
        } else {
            u8::arbitrary(input)?
        };
        sections.push((action, body(input, action, layout)?));
    }
    Ok(sections)
}

/// Records of an action, of any bytes: any bytes are a record.
fn body(input: &mut Unstructured<'_>, action: u8, layout: Layout) -> Result<Body> {
    let row = ActionTable::of(layout).row(action);
    let Some(record_bytes) = row.and_then(|row| row.record_bytes) else {
        let words = input.int_in_range(1..=255usize)?;
        return Ok(Body::Skipped(filled(input, words * 4)?));
    };
    let count = input.int_in_range(0..=MAX_RECORDS)?;
    let bytes = filled(input, record_bytes * count)?;
    Ok(records(action, record_bytes, &bytes))
}

/// So many bytes, of which the input has a few: none equals its neighbours, so that fields that are
/// taken for one another show.
fn filled(input: &mut Unstructured<'_>, len: usize) -> Result<Vec<u8>> {
    let given = input.int_in_range(0..=len.min(64))?;
    let mut bytes = input.bytes(given)?.to_vec();
    let mut next = u32::arbitrary(input)? | 1;
    while bytes.len() < len {
        next = next.wrapping_mul(0x9e37_79b1).wrapping_add(0x7f4a_7c15);
        bytes.push((next >> 24) as u8);
    }
    Ok(bytes)
}

/// The records of an action, of so many bytes each, that these bytes are: any bytes are a record.
pub fn records(action: u8, record_bytes: usize, bytes: &[u8]) -> Body {
    fn each<T: for<'a> BinRead<Args<'a> = ()>>(bytes: &[u8]) -> Vec<T> {
        let mut input = Cursor::new(bytes);
        std::iter::from_fn(|| T::read_be(&mut input).ok()).collect()
    }
    match (action, record_bytes) {
        (0, _) => Body::Clr(each(bytes)),
        (2, _) => Body::InsAck(each(bytes)),
        (4, _) => Body::UpdC(each(bytes)),
        (5, _) => Body::UpdReq(each(bytes)),
        (7, _) => Body::DelC(each(bytes)),
        (10, _) => Body::Bus(each(bytes)),
        (6 | 13 | 14, _) => Body::State(each(bytes)),
        (11 | 15, 48) => Body::OldTdb(each(bytes)),
        (11 | 15, _) => Body::Tdb(each(bytes)),
        _ => Body::Skipped(bytes.to_vec()),
    }
}

/// What was built is what is read, field by field, by the grammar and by the views, and what is told.
fn comes_back(bytes: &[u8], sections: Vec<(u8, Body)>, release: Release) {
    let layout = release.layout();
    let read = grammar::Frame::read(bytes, bytes.len(), layout);
    let sound = sections.iter().all(|(action, body)| {
        // Nothing skips a section of no records that nobody knows.
        let known = ActionTable::of(layout).row(*action).is_some();
        known || !matches!(body, Body::Skipped(bytes) if bytes.is_empty())
    });
    if !sound {
        return;
    }
    assert_eq!(read.error, None, "a sound frame: {sections:?}");
    let ours = read.sections.iter().map(|section| (section.header.action, &section.body));
    assert!(ours.eq(sections.iter().map(|(action, body)| (*action, body))), "{sections:?}");
    assert_eq!(read.write(), bytes, "what is read is written as it was");
    let frame = Frame::parse(bytes, bytes.len());
    let frame = frame.unwrap_or_else(|error| panic!("a sound frame: {error}"));
    let records = sections.iter().map(|(_, body)| match body {
        Body::Clr(records) => records.len(),
        Body::InsAck(records) | Body::UpdReq(records) | Body::DelC(records) => records.len(),
        Body::UpdC(records) => records.len(),
        Body::Bus(records) => records.len(),
        Body::State(records) => records.len(),
        Body::Tdb(records) => records.len(),
        Body::OldTdb(records) => records.len(),
        Body::Skipped(_) => 0,
    });
    let account = account::of_layout(&frame, layout, "sound");
    assert_eq!(account.records, records.sum::<usize>(), "{sections:?}");
    told::as_sent(bytes, &sections, release);
}

/// A later kernel may have longer records: the frame with those of some sections made longer.
fn longer(input: &mut Unstructured<'_>, bytes: Vec<u8>, layout: Layout) -> Result<Vec<u8>> {
    if !input.ratio(1u8, 4u8)? {
        return Ok(bytes);
    }
    let (Some((header, _)), Ok(frame)) =
        (bytes.split_at_checked(20), Frame::parse(&bytes, bytes.len()))
    else {
        return Ok(bytes);
    };
    let mut longer = header.to_vec();
    for section in frame.sections_of(layout).map_while(std::result::Result::ok) {
        let more = input.int_in_range(0..=255 - section.header.len)?;
        let filler = u8::arbitrary(input)?;
        let records = section.body.chunks(section.stride_bytes.max(1));
        longer.extend([section.header.action, section.header.len + more]);
        longer.extend(section.header.count.to_be_bytes());
        for record in records {
            longer.extend_from_slice(record);
            longer.extend(std::iter::repeat_n(filler, usize::from(more) * 4));
        }
    }
    let len = u16::try_from(longer.len()).unwrap_or(u16::MAX);
    longer[2..4].copy_from_slice(&len.to_be_bytes());
    Ok(longer)
}

/// Makes one header say what is not so, or ends the packet or the capture early.
fn lie(input: &mut Unstructured<'_>, bytes: &mut Vec<u8>, wire_len: &mut usize) -> Result<()> {
    let put = |bytes: &mut Vec<u8>, at: usize, with: &[u8]| {
        if let Some(place) = bytes.get_mut(at..at + with.len()) {
            place.copy_from_slice(with);
        }
    };
    let sections: Vec<usize> = match Frame::parse(bytes, *wire_len) {
        Ok(frame) => frame
            .sections_of(Release::NEWEST.layout())
            .map_while(std::result::Result::ok)
            .map(|section| section.offset)
            .collect(),
        Err(_) => Vec::new(),
    };
    let section = input.choose_index(sections.len().max(1))?;
    let section = sections.get(section).copied();
    match (input.int_in_range(0..=7)?, section) {
        (0, _) => put(bytes, 0, &[u8::arbitrary(input)?]),
        (1, _) => {
            let len = match bool::arbitrary(input)? {
                true => u16::arbitrary(input)?,
                false => input.int_in_range(0..=2000)?,
            };
            put(bytes, 2, &len.to_be_bytes());
        }
        (2, Some(at)) => put(bytes, at, &[u8::arbitrary(input)?]),
        (3, Some(at)) => put(bytes, at + 1, &[u8::arbitrary(input)?]),
        (4, Some(at)) => {
            let count: u16 = if bool::arbitrary(input)? {
                input.int_in_range(0..=6)?
            } else {
                u16::arbitrary(input)?
            };
            put(bytes, at + 2, &count.to_be_bytes());
        }
        (5, _) => {
            let at = input.choose_index(bytes.len().max(1))?;
            put(bytes, at, &[u8::arbitrary(input)?]);
        }
        (6, _) => bytes.truncate(input.choose_index(bytes.len() + 1)?),
        _ => {
            bytes.truncate(input.choose_index(bytes.len() + 1)?);
            *wire_len = bytes.len();
        }
    }
    Ok(())
}
