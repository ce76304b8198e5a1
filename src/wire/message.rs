//! Messages: the records of a frame as borrowed views, in the order of the wire.

#![forbid(unsafe_code)]

use std::marker::PhantomData;

use super::action::{Action, ActionTable, HasTable, OldTdb};
use super::error::WireError;
use super::frame::{Frame, Section, Sections};
use crate::abi::Dialect;
use crate::abi::record::Record;

/// The records of one section: each is looked at where it lies, stepping by the wire's own
/// stride. Never gives a record that is not whole.
#[derive(Debug, Clone)]
pub struct Records<'a, T> {
    bytes: &'a [u8],
    stride_bytes: usize,
    record: PhantomData<&'a T>,
}

impl<'a, T: Record> Records<'a, T> {
    pub(super) fn new(bytes: &'a [u8], stride_bytes: usize) -> Self {
        Self { bytes, stride_bytes, record: PhantomData }
    }

    /// Records that are left.
    pub fn len(&self) -> usize {
        if self.stride_bytes < size_of::<T>() {
            return 0;
        }
        self.bytes.len().checked_div(self.stride_bytes).unwrap_or(0)
    }

    /// Whether none is left.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<'a, T: Record> Iterator for Records<'a, T> {
    type Item = &'a T;

    #[inline]
    fn next(&mut self) -> Option<&'a T> {
        let (record, rest) = self.bytes.split_at_checked(self.stride_bytes)?;
        // A stride of 0, or one that is too short for T, fails here, and ends it.
        let (record, _) = T::ref_from_prefix(record).ok()?;
        self.bytes = rest;
        Some(record)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.len(), Some(self.len()))
    }
}

impl<T: Record> ExactSizeIterator for Records<'_, T> {}
impl<T: Record> std::iter::FusedIterator for Records<'_, T> {}

/// A section that carries nothing that is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skipped<'a> {
    /// `pfsync_subheader.action`
    pub number: u8,
    /// Its name, where it has one (OINS, EOF and the like).
    pub action: Option<Action>,
    /// `pfsync_subheader.count`
    pub count: u16,
    /// Bytes of one record, by the wire's own word.
    pub stride_bytes: usize,
    /// What was skipped, as far as it was captured.
    pub bytes: &'a [u8],
}

/// One message.
#[derive(Debug, Clone, Copy)]
pub enum Message<'a, D: Dialect> {
    /// States flushed.
    Clr(&'a D::Clr),
    /// A state was inserted.
    Ins(&'a D::State),
    /// Full update.
    Upd(&'a D::State),
    /// Delete with the full state.
    Del(&'a D::State1301),
    /// A state was inserted, as FreeBSD 14 tells it.
    Ins1400(&'a D::State1400),
    /// Full update, as FreeBSD 14 tells it.
    Upd1400(&'a D::State1400),
    /// A state was inserted, as FreeBSD 13 and earlier tell it.
    Ins1301(&'a D::State1301),
    /// Full update, as FreeBSD 13 and earlier tell it.
    Upd1301(&'a D::State1301),
    /// A peer acknowledges an insert.
    InsAck(&'a D::InsAck),
    /// Compressed update.
    UpdC(&'a D::UpdC),
    /// Request for an update.
    UpdReq(&'a D::UpdReq),
    /// Compressed delete.
    DelC(&'a D::DelC),
    /// Bulk update starts or ends.
    Bus(&'a D::Bus),
    /// IPsec SA.
    Tdb(&'a D::Tdb),
    /// IPsec SA as OpenBSD 5.1 and earlier told it.
    Otdb(&'a OldTdb),
    /// A whole section that is skipped; one of count 0 gives nothing.
    Skipped(Skipped<'a>),
}

impl<D: Dialect> Message<'_, D> {
    /// The action that this message came with; `None` for one that has no name.
    pub fn action(&self) -> Option<Action> {
        Some(match self {
            Self::Clr(_) => Action::Clr,
            Self::Ins(_) => Action::Ins,
            Self::Upd(_) => Action::Upd,
            Self::Del(_) => Action::Del,
            Self::Ins1400(_) => Action::Ins1400,
            Self::Upd1400(_) => Action::Upd1400,
            Self::Ins1301(_) => Action::Ins1301,
            Self::Upd1301(_) => Action::Upd1301,
            Self::InsAck(_) => Action::InsAck,
            Self::UpdC(_) => Action::UpdC,
            Self::UpdReq(_) => Action::UpdReq,
            Self::DelC(_) => Action::DelC,
            Self::Bus(_) => Action::Bus,
            Self::Tdb(_) => Action::Tdb,
            Self::Otdb(_) => Action::Otdb,
            Self::Skipped(skipped) => return skipped.action,
        })
    }
}

/// The messages of a frame. Ends after an error.
#[derive(Debug, Clone)]
pub struct Messages<'a, D> {
    sections: Sections<'a>,
    action: Action,
    /// What is left of the current section.
    body: &'a [u8],
    stride_bytes: usize,
    /// From the start of the frame to the last message given.
    offset: usize,
    next_offset: usize,
    /// EOF is where the frame ends, and nothing that was skipped.
    ends_with_eof: bool,
    dialect: PhantomData<D>,
}

impl<'a, D: Dialect> Messages<'a, D> {
    pub(super) fn new(frame: &Frame<'a>) -> Self {
        let table: &'static ActionTable = &<D as HasTable>::TABLE;
        Self {
            sections: frame.sections(table),
            action: Action::Eof,
            body: &[],
            stride_bytes: 0,
            offset: 0,
            next_offset: 0,
            ends_with_eof: frame.version() == 5,
            dialect: PhantomData,
        }
    }

    /// Bytes from the start of the frame to the message that `next` gave last; of a skipped
    /// section, to its records.
    pub fn offset(&self) -> usize {
        self.offset
    }

    fn open(&mut self, section: &Section<'a>) -> Option<Message<'a, D>> {
        self.stride_bytes = section.stride_bytes;
        self.next_offset = section.body_offset;
        if let Some(action) = section.action {
            (self.action, self.body) = (action, section.body);
            return None;
        }
        self.body = &[];
        self.offset = self.next_offset;
        if self.ends_with_eof && section.skipped_action == Some(Action::Eof) {
            return None;
        }
        (section.header.count > 0).then_some(Message::Skipped(Skipped {
            number: section.header.action,
            action: section.skipped_action,
            count: section.header.count,
            stride_bytes: self.stride_bytes,
            bytes: section.body,
        }))
    }

    #[inline]
    fn record(&mut self) -> Option<Message<'a, D>> {
        #[inline(always)]
        fn view<T: Record>(record: &[u8]) -> Option<&T> {
            Some(T::ref_from_prefix(record).ok()?.0)
        }
        let (record, rest) = self.body.split_at_checked(self.stride_bytes)?;
        if record.is_empty() {
            return None;
        }
        self.body = rest;
        self.offset = self.next_offset;
        self.next_offset += self.stride_bytes;
        Some(match self.action {
            Action::Clr => Message::Clr(view(record)?),
            Action::Ins => Message::Ins(view(record)?),
            Action::Upd => Message::Upd(view(record)?),
            Action::Del => Message::Del(view(record)?),
            Action::Ins1400 => Message::Ins1400(view(record)?),
            Action::Upd1400 => Message::Upd1400(view(record)?),
            Action::Ins1301 => Message::Ins1301(view(record)?),
            Action::Upd1301 => Message::Upd1301(view(record)?),
            Action::InsAck => Message::InsAck(view(record)?),
            Action::UpdC => Message::UpdC(view(record)?),
            Action::UpdReq => Message::UpdReq(view(record)?),
            Action::DelC => Message::DelC(view(record)?),
            Action::Bus => Message::Bus(view(record)?),
            Action::Tdb => Message::Tdb(view(record)?),
            Action::Otdb => Message::Otdb(view(record)?),
            // Sections of these are skipped whole.
            Action::Oins | Action::Oupd | Action::InsF | Action::DelF | Action::Eof => return None,
        })
    }
}

impl<'a, D: Dialect> Iterator for Messages<'a, D> {
    type Item = Result<Message<'a, D>, WireError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(message) = self.record() {
                return Some(Ok(message));
            }
            match self.sections.next()? {
                Ok(section) => {
                    if let Some(skipped) = self.open(&section) {
                        return Some(Ok(skipped));
                    }
                }
                Err(error) => {
                    self.body = &[];
                    self.offset = error.offset;
                    return Some(Err(error));
                }
            }
        }
    }
}

impl<D: Dialect> std::iter::FusedIterator for Messages<'_, D> {}
