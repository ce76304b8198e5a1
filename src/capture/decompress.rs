//! Compressed captures, decompressed while they are read.
//!
//! Both decoders are Rust alone. gzip comes out as it goes in, so that a pipe from a compressor
//! that flushes works. zstd holds back one window (often 2 MiB) until its frame ends: the decoder
//! gives out only what can no longer be referred to.

#![forbid(unsafe_code)]

use std::error::Error;
use std::fmt;
use std::io::{self, BufRead, BufReader, Cursor, Read};

use flate2::bufread::GzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// How a capture is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    /// gzip (RFC 1952), one or more members.
    Gzip,
    /// zstd (RFC 8878), one or more frames.
    Zstd,
}

/// The first byte of a gzip member (RFC 1952 2.3.1).
const GZIP_MAGIC: u8 = 0x1f;

/// Window that is granted to a zstd frame, in bytes: what the `zstd` program grants unasked.
const ZSTD_WINDOW_BYTES: u64 = 128 << 20;

/// Piece in which compressed bytes are read.
const COMPRESSED_BYTES: usize = 64 * 1024;

impl Codec {
    /// The codec whose magic number `bytes` begins with (RFC 1952 2.3.1, RFC 8878 3.1.1).
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            _ => None,
        }
    }
}

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        })
    }
}

/// What comes out of `codec` when `head` and then `rest` go in.
pub(super) fn reader(
    codec: Codec,
    head: Vec<u8>,
    rest: Box<dyn Read + Send>,
) -> Box<dyn Read + Send> {
    let all = Cursor::new(head).chain(rest);
    match codec {
        Codec::Gzip => {
            Box::new(GzipReader::Between(BufReader::with_capacity(COMPRESSED_BYTES, all)))
        }
        Codec::Zstd => {
            Box::new(ZstdReader::new(BufReader::with_capacity(COMPRESSED_BYTES, Patient(all))))
        }
    }
}

/// All members of a gzip stream, one after the other. What follows a member and begins no other
/// (padding of a tape or a mail) is passed over, as gzip itself does; flate2's own reader takes it
/// for a member that was cut.
enum GzipReader<R: BufRead> {
    Between(R),
    Inside(GzDecoder<R>),
    Ended,
}

impl<R: BufRead> Read for GzipReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            match self {
                Self::Between(input) => {
                    let first = input.fill_buf()?.first().copied();
                    *self = match (first, std::mem::replace(self, Self::Ended)) {
                        (Some(GZIP_MAGIC), Self::Between(input)) => {
                            Self::Inside(GzDecoder::new(input))
                        }
                        _ => Self::Ended,
                    };
                }
                Self::Inside(decoder) => match decoder.read(out)? {
                    0 => {
                        if let Self::Inside(decoder) = std::mem::replace(self, Self::Ended) {
                            *self = Self::Between(decoder.into_inner());
                        }
                    }
                    len => return Ok(len),
                },
                Self::Ended => return Ok(0),
            }
        }
    }
}

/// Asks again where a reader gives the thread back, because the zstd decoder cannot be left in
/// the middle of a block and taken up again.
struct Patient<R>(R);

impl<R: Read> Read for Patient<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        use io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
        loop {
            match self.0.read(out) {
                Err(e) if matches!(e.kind(), Interrupted | TimedOut | WouldBlock) => {}
                result => return result,
            }
        }
    }
}

/// All frames of a zstd stream, one after the other; ruzstd's own reader stops after the first.
struct ZstdReader<R> {
    input: R,
    decoder: FrameDecoder,
    in_frame: bool,
    /// Set once the input ended inside a frame: what is left in the window comes out, then this.
    cut: bool,
}

impl<R: BufRead> ZstdReader<R> {
    fn new(input: R) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(ZSTD_WINDOW_BYTES);
        Self { input, decoder, in_frame: false, cut: false }
    }

    /// Begins the next frame; false at the end of the input.
    fn begin(&mut self) -> io::Result<bool> {
        loop {
            if self.input.fill_buf()?.is_empty() {
                return Ok(false);
            }
            match self.decoder.init(&mut self.input) {
                Ok(()) => {
                    self.in_frame = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let length = u64::from(length);
                    let skipped = io::copy(&mut (&mut self.input).take(length), &mut io::sink())?;
                    if skipped < length {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(e) => return Err(io_error(&e)),
            }
        }
    }

    /// Decodes one block.
    fn decode(&mut self) -> io::Result<()> {
        let Err(e) =
            self.decoder.decode_blocks(&mut self.input, BlockDecodingStrategy::UptoBlocks(1))
        else {
            return Ok(());
        };
        let error = io_error(&e);
        if error.kind() != io::ErrorKind::UnexpectedEof {
            // What the window still holds is lost: a damaged block may have left nonsense in it.
            return Err(error);
        }
        // An empty last block and, should the frame want one, a checksum (never compared then):
        // they close the frame, and with that the decoder lets go of its window.
        self.cut = true;
        let closing = [1_u8, 0, 0, 0, 0, 0, 0];
        self.decoder
            .decode_blocks(&closing[..], BlockDecodingStrategy::UptoBlocks(1))
            .map_err(|_| error)?;
        Ok(())
    }

    /// Called when a frame gave its last byte.
    fn finish(&mut self) -> io::Result<()> {
        self.in_frame = false;
        if self.cut {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match self.decoder.get_checksum_from_data() {
            Some(sum) if self.decoder.get_calculated_checksum() != Some(sum) => {
                Err(io::ErrorKind::InvalidData.into())
            }
            _ => Ok(()),
        }
    }
}

impl<R: BufRead> Read for ZstdReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.in_frame && (self.cut || !self.begin()?) {
                return Ok(0);
            }
            if self.decoder.can_collect() > 0 {
                return self.decoder.read(out);
            }
            if self.decoder.is_finished() {
                self.finish()?;
            } else {
                self.decode()?;
            }
        }
    }
}

/// The system's error inside a decoder's, or one of kind `InvalidData`.
fn io_error(error: &(dyn Error + 'static)) -> io::Error {
    let mut cause = Some(error);
    while let Some(e) = cause {
        if let Some(io) = e.downcast_ref::<io::Error>() {
            return match io.raw_os_error() {
                Some(number) => io::Error::from_raw_os_error(number),
                None => io.kind().into(),
            };
        }
        cause = e.source();
    }
    io::ErrorKind::InvalidData.into()
}
