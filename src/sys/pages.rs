//! How memory is backed: a hint to the system, by madvise(2).

#![allow(unsafe_code)]

/// Asks for large pages behind the memory that `vec` has room for, used or not, but for its first
/// `small_bytes`. A table of states is looked at all over, and with small pages the processor spends its
/// time on finding them. A system that knows no such hint, or does not follow it, changes nothing.
pub fn prefer_large<T>(vec: &mut Vec<T>, small_bytes: usize) {
    #[cfg(target_os = "linux")]
    {
        const PAGE_BYTES: usize = 4096;
        let start = vec.as_mut_ptr() as usize;
        let end = start.saturating_add(vec.capacity().saturating_mul(size_of::<T>()));
        let first = start.saturating_add(small_bytes).next_multiple_of(PAGE_BYTES);
        let bytes = (end & !(PAGE_BYTES - 1)).saturating_sub(first);
        if bytes > 0 {
            let memory = vec.as_mut_ptr().cast::<u8>().wrapping_add(first - start);
            // SAFETY: these whole pages lie inside the allocation of `vec`. The hint says how they
            // are to be backed; it changes neither what they hold nor who may touch them.
            unsafe { libc::madvise(memory.cast(), bytes, libc::MADV_HUGEPAGE) };
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (vec, small_bytes);
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_there_stays_there() {
        for room in [0, 1, 4096, 1 << 22] {
            let mut vec: Vec<u64> = Vec::with_capacity(room);
            vec.extend((0..room as u64).take(1000));
            super::prefer_large(&mut vec, room % 5 * 4096);
            vec.extend((vec.len() as u64..room as u64).take(100_000));
            assert!(vec.iter().zip(0..).all(|(kept, put)| *kept == put));
        }
    }
}
