//! How urgent a thread is, by setpriority(2).

#![allow(unsafe_code)]

/// Makes this thread give way to all others. Where a system knows the priority of whole processes only,
/// nothing changes: capture is in this one.
pub fn give_way() {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        const NICE: libc::c_int = 19;
        // SAFETY: takes three numbers and no memory; 0 is the calling thread. It can only fail to lower
        // the priority, and then all is as before.
        unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, NICE) };
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_thread_goes_on_after_that() {
        assert_eq!(
            std::thread::spawn(|| {
                super::give_way();
                7
            })
            .join()
            .unwrap(),
            7
        );
    }
}
