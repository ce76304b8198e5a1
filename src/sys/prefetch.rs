//! What is needed soon, brought into the cache without waiting for it.

#![allow(unsafe_code)]

/// Bytes of a line of the cache, or less.
const LINE_BYTES: usize = 64;

/// Asks the processor to fetch what `value` refers to, all its lines, and goes on at once. A load
/// would do the same, but holds up what comes behind it, so that few are under way together. A
/// processor that knows no such hint does nothing.
#[inline(always)]
pub fn read<T>(value: &T) {
    let start = std::ptr::from_ref(value).cast::<u8>();
    for offset in (0..size_of::<T>()).step_by(LINE_BYTES) {
        line(start.wrapping_add(offset));
    }
}

#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn line(address: *const u8) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    // SAFETY: a hint, which reads nothing: any address is allowed. SSE is part of every x86_64.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(address.cast()) };
}

#[cfg(target_arch = "aarch64")]
#[inline(always)]
fn line(address: *const u8) {
    // SAFETY: a hint, which reads nothing and changes no register: any address is allowed.
    unsafe {
        std::arch::asm!("prfm pldl1keep, [{}]", in(reg) address, options(nostack, preserves_flags));
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
#[inline(always)]
fn line(_address: *const u8) {}

#[cfg(test)]
mod tests {
    #[test]
    fn any_value_can_be_asked_for() {
        super::read(&());
        super::read(&7_u8);
        super::read(&[3_u64; 100]);
    }
}
