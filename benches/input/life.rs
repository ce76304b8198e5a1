//! Lives of states: when each is born, updated and gone, as a stream of messages without an end.
//!
//! Time is counted in births. A life is one insert, some updates and one delete; the classes are
//! weighted so that the mean is two updates, and so that as many lives are under way as was asked
//! for. Gaps between messages of a life are exponential, so that at any moment what is left of a life
//! does not depend on how long it has lasted: a population that is filled at once lives on from there
//! as one that has been there for ever, and the mix is right from the first message on.

use super::random::{self, Random};

/// A kind of connection. The numbers are what keeps the mix: see the tests of this module's user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A short TCP connection.
    Short,
    /// A TCP connection that stays.
    Long,
    /// UDP, mostly a question and an answer.
    Udp,
    /// ICMP echo.
    Echo,
}

/// In a hundred births so many are of a class, and in a hundred live states so many.
const CLASSES: [(Class, u64, u64); 4] =
    [(Class::Short, 50, 20), (Class::Long, 4, 48), (Class::Udp, 36, 22), (Class::Echo, 10, 10)];

impl Class {
    /// Updates of a life: 2.5, 10, 5/6 and 0.5 in the mean, which makes two over all classes.
    fn updates(self, random: &mut Random) -> u8 {
        (match self {
            Self::Short => 2 + random.below(2),
            Self::Long => 8 + random.below(5),
            Self::Udp => [0, 0, 1, 1, 1, 2][random.below(6) as usize],
            Self::Echo => random.below(2),
        }) as u8
    }

    /// How long a life is: in lives of the mean length, as a fraction.
    fn length(self) -> (u64, u64) {
        let (_, births, live) = CLASSES[self as usize];
        (live, births)
    }

    /// One at random, where `weight` says how often each comes in a hundred.
    fn pick(random: &mut Random, weight: impl Fn(&(Class, u64, u64)) -> u64) -> Self {
        let mut at = random.below(100);
        for row in &CLASSES {
            match at.checked_sub(weight(row)) {
                Some(rest) => at = rest,
                None => return row.0,
            }
        }
        Class::Echo
    }
}

/// What a message says of its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// It is new.
    Insert,
    /// It went on.
    Update,
    /// It is gone.
    Delete,
}

/// A message of one state.
#[derive(Debug, Clone, Copy)]
pub struct Message {
    /// What it says.
    pub said: Said,
    /// Number of the state, from 0 on in the order of birth.
    pub number: u32,
    /// What it is a state of.
    pub class: Class,
    /// Updates so far, this one included.
    pub step: u8,
    /// Updates of the whole life.
    pub steps: u8,
    /// The frame that had the last message of this state, as [`Population::packed`] was told.
    pub last_frame: u32,
    /// Where its life is kept.
    pub slot: u32,
}

#[derive(Debug, Clone, Copy)]
struct Life {
    number: u32,
    /// The next life in the same tick of the calendar.
    next: u32,
    frame: u32,
    class: Class,
    step: u8,
    steps: u8,
}

/// No slot; and no frame.
const NONE: u32 = u32::MAX;

/// Ticks that a population of more than this many states is counted by, in the mean of a life: more
/// would only make the calendar larger than the caches.
const TICKS_OF_A_LIFE: u32 = 1 << 20;

/// All live states, and a calendar of what each says next.
pub struct Population {
    live: u32,
    random: Random,
    quantiles: Vec<u32>,
    lives: Vec<Life>,
    free: Vec<u32>,
    /// The first life of each tick, as a ring.
    calendar: Vec<u32>,
    tick: u64,
    births_of_a_tick: u32,
    births_left: u32,
    /// The next life of this tick.
    due: u32,
    born: u32,
}

impl Population {
    /// None yet, of which `live` are to be there in the mean.
    pub fn new(live: u32, seed: u64) -> Self {
        let births_of_a_tick = live.div_ceil(TICKS_OF_A_LIFE).max(1);
        let quantiles = random::exponential();
        let longest = u64::from(quantiles.iter().copied().max().unwrap_or(0)) >> 16;
        // The longest mean gap is that of an echo that is never updated, shorter than 1.25 lives.
        let ticks = (longest + 2) * u64::from(live / births_of_a_tick) * 5 / 4 + 4;
        // Touched at once, so that whoever measures memory afterwards does not measure this. How many
        // there are strays by the square root of it.
        let empty =
            Life { number: 0, next: NONE, frame: NONE, class: Class::Echo, step: 0, steps: 0 };
        let mut lives = vec![empty; live as usize + live as usize / 64 + 1024];
        lives.clear();
        Self {
            live,
            random: Random::new(seed),
            quantiles,
            lives,
            free: Vec::new(),
            calendar: vec![NONE; ticks.next_power_of_two() as usize],
            tick: 0,
            births_of_a_tick,
            births_left: births_of_a_tick,
            due: NONE,
            born: 0,
        }
    }

    /// States that are live now.
    pub fn live(&self) -> usize {
        self.lives.len() - self.free.len()
    }

    /// A state that is found amidst its life.
    pub fn found(&mut self) -> Message {
        // What is long-lived is found more often than it is born.
        let class = Class::pick(&mut self.random, |(_, _, live)| *live);
        let steps = class.updates(&mut self.random);
        let step = self.random.below(u64::from(steps) + 1) as u8;
        self.begin(class, step, steps)
    }

    /// The next message.
    pub fn message(&mut self) -> Message {
        loop {
            if self.births_left > 0 {
                self.births_left -= 1;
                let class = Class::pick(&mut self.random, |(_, births, _)| *births);
                let steps = class.updates(&mut self.random);
                return self.begin(class, 0, steps);
            }
            if self.due != NONE {
                return self.go_on(self.due);
            }
            self.tick += 1;
            self.births_left = self.births_of_a_tick;
            let at = self.at(self.tick);
            self.due = std::mem::replace(&mut self.calendar[at], NONE);
        }
    }

    /// Notes which frame a message went into.
    pub fn packed(&mut self, message: &Message, frame: u32) {
        self.lives[message.slot as usize].frame = frame;
    }

    fn begin(&mut self, class: Class, step: u8, steps: u8) -> Message {
        let number = self.born;
        self.born = self.born.wrapping_add(1);
        let life = Life { number, next: NONE, frame: NONE, class, step, steps };
        let slot = match self.free.pop() {
            Some(slot) => {
                self.lives[slot as usize] = life;
                slot
            }
            None => {
                self.lives.push(life);
                (self.lives.len() - 1) as u32
            }
        };
        self.wait(slot);
        Message { said: Said::Insert, number, class, step, steps, last_frame: NONE, slot }
    }

    fn go_on(&mut self, slot: u32) -> Message {
        let life = &mut self.lives[slot as usize];
        self.due = life.next;
        let said = if life.step == life.steps { Said::Delete } else { Said::Update };
        life.step += u8::from(said == Said::Update);
        let Life { number, frame: last_frame, class, step, steps, .. } = *life;
        match said {
            Said::Delete => self.free.push(slot),
            _ => self.wait(slot),
        }
        Message { said, number, class, step, steps, last_frame, slot }
    }

    /// Enters a life into the calendar, a gap from now.
    fn wait(&mut self, slot: u32) {
        let life = self.lives[slot as usize];
        let (numerator, denominator) = life.class.length();
        let gap = self.quantiles[self.random.below(self.quantiles.len() as u64) as usize];
        let births = u64::from(gap) * u64::from(self.live) * numerator
            / (denominator * (u64::from(life.steps) + 1));
        // Rounded, of 65536 parts.
        let ticks = (births / u64::from(self.births_of_a_tick) + (1 << 15)) >> 16;
        let at = self.at(self.tick + ticks.max(1));
        self.lives[slot as usize].next = std::mem::replace(&mut self.calendar[at], slot);
    }

    fn at(&self, tick: u64) -> usize {
        tick as usize & (self.calendar.len() - 1)
    }
}
