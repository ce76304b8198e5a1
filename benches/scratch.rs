use std::io::{BufWriter, Write};
mod input;
fn main() {
    let a: Vec<String> = std::env::args().filter(|a| a != "--bench").collect();
    let (live, frames, v6): (u64, u64, u64) =
        (a[1].parse().unwrap(), a[2].parse().unwrap(), a[3].parse().unwrap());
    let mut out = BufWriter::with_capacity(1 << 20, std::fs::File::create(&a[4]).unwrap());
    for word in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 262_144, 246] {
        out.write_all(&word.to_le_bytes()).unwrap();
    }
    let mut at = 0u64;
    let mut put = |frame: &[u8], n: u64| {
        let len = frame.len() as u32;
        at += n;
        for word in [1_795_179_902 + (at / 1_000_000) as u32, (at % 1_000_000) as u32, len, len] {
            out.write_all(&word.to_le_bytes()).unwrap();
        }
        out.write_all(frame).unwrap();
    };
    for first in (0..live).step_by(5) {
        put(&input::dual_inserts(first, 5.min(live - first), v6), 5);
    }
    let mut ids: Vec<u64> = (0..live).collect();
    let mut r = 88172645463325252u64;
    let mut below = |n: usize| {
        r ^= r << 13;
        r ^= r >> 7;
        r ^= r << 17;
        (r % n as u64) as usize
    };
    let mut next = live;
    for _ in 0..frames {
        let ups: Vec<u64> = (0..6).map(|_| ids[below(ids.len())]).collect();
        let dels: Vec<u64> = (0..3)
            .map(|_| {
                let i = below(ids.len());
                ids.swap_remove(i)
            })
            .collect();
        let ins: Vec<u64> = (next..next + 3).collect();
        next += 3;
        ids.extend(&ins);
        put(&input::mix(&ups, &dels, &ins, v6), 12);
    }
}
