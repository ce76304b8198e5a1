//! The wire: a frame, its sections, its messages, as borrowed views.
//!
//! Bounds are checked once, on the way from frame to section; records are cast where they lie.
//! There is no policy here, no time and no text. The walking rules (wire-openbsd.md 1.3) are as
//! forgiving as the kernel, and never silent. Of version 6:
//!
//! - The step from record to record is the wire's own (`pfsync_subheader.len`). Longer records
//!   than ours are read by their known prefix.
//! - An unknown action, or records shorter than ours, are skipped by that same step and told as
//!   [`Message::Skipped`]; if they cannot be skipped the frame ends with an error.
//! - A frame that the capture cut gives every whole record, then one error that says so. A frame
//!   whose lengths lie gives what stands before the lie, then an error.
//! - Records, skipped sections and the offset of the error account for every byte of the frame.

//!
//! Versions 2 to 5 do not say how long their records are. A frame of version 5 that does not lead,
//! by the sizes of the release as whose it is read, from its first section to its very end gives
//! nothing but an error: what stands in it might be anything.

#![forbid(unsafe_code)]

mod action;
mod detect;
mod error;
mod frame;
pub mod grammar;
mod message;

pub use action::{Action, ActionTable, OldTdb, Row};
pub(crate) use detect::untold_stack_af;
pub use detect::{Sender, Senders, Walked};
pub use error::{Believed, Counter, ErrorKind, Layer, WireError};
pub use frame::{Frame, Section, Sections};
pub use message::{Message, Messages, Records, Skipped};
