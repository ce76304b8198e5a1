//! What the tests of outputs share: an output with made-up lines, and what came of them.

// Each file of tests uses a part of it.
#![allow(dead_code)]
#![forbid(unsafe_code)]

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use pfstatelog::output::{Direct, Handle, Hooks, Lost, Output, Queued, Settings, Target};
use pfstatelog::time::Time;

/// How long anything is waited for. Nothing is expected to take it.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// When line 0 was captured; each is a millisecond later than the one before it.
pub const START_S: i64 = 1_700_000_000;

/// An output under test.
pub struct Tested {
    pub output: Queued,
    pub handle: Handle,
    /// What it said.
    pub said: Arc<Mutex<Vec<String>>>,
    /// Lines told of as lost on other outputs: for certain, and perhaps.
    pub told: [u64; 2],
    /// The next line.
    pub next: u64,
}

/// The time of a line.
pub fn time_of(number: u64) -> Time {
    Time::from_nanos(START_S * 1_000_000_000 + number as i64 * 1_000_000)
}

/// The number of the line of a time.
fn number_of(time: Time) -> u64 {
    u64::try_from((time.nanos() - START_S * 1_000_000_000) / 1_000_000).unwrap()
}

/// Line `number`, about 100 bytes.
pub fn text_of(number: u64) -> String {
    format!("line {number:08} {} end {number:08}", "x".repeat(40 + (number % 60) as usize))
}

/// The number in a line, which has to be whole.
pub fn number_in(line: &str) -> Option<u64> {
    let number = line.strip_prefix("line ")?.get(..8)?.parse().ok()?;
    (line == text_of(number)).then_some(number)
}

/// What a line says that tells of a loss: lines, the numbers of the first and the last, and whether it is
/// certain.
pub fn gap_in(line: &str) -> Option<(u64, u64, u64, bool)> {
    let mut words = line.strip_prefix("gap ")?.split(' ').map(|word| word.parse::<u64>().ok());
    let mut next = || words.next().flatten();
    Some((next()?, next()?, next()?, next()? == 1))
}

impl Tested {
    pub fn open(target: Target, settings: Settings) -> Self {
        Self::try_open(target, settings).unwrap()
    }

    pub fn try_open(target: Target, settings: Settings) -> std::io::Result<Self> {
        let said = Arc::new(Mutex::new(Vec::new()));
        let saying = Arc::clone(&said);
        let hooks = Hooks {
            gap: Box::new(|lost: &Lost, line| {
                let (from, to) = (number_of(lost.from), number_of(lost.to));
                let certain = u8::from(lost.certain);
                let text = format!("gap {} {from} {to} {certain}", lost.lines);
                line.extend_from_slice(text.as_bytes());
            }),
            say: Box::new(move |words| saying.lock().unwrap().push(words.to_string())),
        };
        let opener = Arc::new(Direct(vec![target.clone()]));
        let mut output = Queued::open(&target, opener, 0, settings, hooks)?;
        output.start(std::process::id())?;
        let handle = output.handle();
        Ok(Self { output, handle, said, told: [0; 2], next: 0 })
    }

    /// Offers so many lines as one batch.
    pub fn batch(&mut self, lines: u64) {
        for number in self.next..self.next + lines {
            let text = text_of(number);
            let write = &mut |line: &mut pfstatelog::line::Line| {
                line.extend_from_slice(text.as_bytes());
            };
            self.output.line(time_of(number), write).unwrap();
        }
        self.next += lines;
        self.output.flush().unwrap();
        self.hear();
    }

    /// Takes what is to be told on other outputs.
    pub fn hear(&mut self) {
        while let Some(lost) = self.output.lost() {
            self.told[usize::from(!lost.certain)] += lost.lines;
        }
    }

    /// Ends it; gives what was not written.
    pub fn end(&mut self, patience: Duration) -> Option<Lost> {
        let left = self.output.drain(patience);
        self.hear();
        left
    }

    /// Ends it, and all has to be written by then.
    #[track_caller]
    pub fn end_well(&mut self) {
        let left = self.end(PATIENCE);
        assert_eq!(left, None, "{:?}", self.said.lock().unwrap());
    }

    pub fn has_said(&self, words: &str) -> bool {
        self.said.lock().unwrap().iter().any(|said| said.contains(words))
    }
}

/// Waits until something is so.
#[track_caller]
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "not so: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// What arrived: lines that are whole, each once, what gaps tell of, and what is neither.
#[derive(Debug, Default)]
pub struct Arrived {
    pub numbers: HashSet<u64>,
    /// In the order in which they came.
    pub order: Vec<u64>,
    pub twice: Vec<u64>,
    pub gaps: Vec<(u64, u64, u64, bool)>,
    pub torn: Vec<String>,
}

impl Arrived {
    pub fn of<'a>(lines: impl Iterator<Item = &'a str>) -> Self {
        let mut this = Self::default();
        for line in lines {
            match (number_in(line), gap_in(line)) {
                (Some(number), _) => {
                    this.order.push(number);
                    if !this.numbers.insert(number) {
                        this.twice.push(number);
                    }
                }
                (None, Some(gap)) => this.gaps.push(gap),
                (None, None) => this.torn.push(line.to_string()),
            }
        }
        this
    }

    /// Lines that gaps tell of.
    pub fn told(&self) -> u64 {
        self.gaps.iter().map(|(lines, ..)| lines).sum()
    }

    /// Every line of the first `sent` is there, or lies in a gap; all gaps together tell of enough.
    #[track_caller]
    pub fn assert_accounted(&self, sent: u64) {
        let missing: Vec<u64> = (0..sent).filter(|n| !self.numbers.contains(n)).collect();
        for number in &missing {
            let is_told = self.gaps.iter().any(|(_, from, to, _)| (from..=to).contains(&number));
            assert!(is_told, "line {number} is lost and no gap says so: {:?}", self.gaps);
        }
        assert!(self.told() >= missing.len() as u64, "{} lost: {:?}", missing.len(), self.gaps);
        assert_eq!(self.twice, Vec::<u64>::new(), "came twice");
    }
}
