//! A disk that fails when it is told to: an SQLite file system that passes everything on to the real one, except
//! for the writes, syncs, truncations and reads that are to fail.
//!
//! It needs no rights and no real disk, and it fails the very call one asks for.
#![allow(unsafe_code)] // SQLite's file systems are tables of C functions: there is no safe way to be one.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::atomic::{AtomicI64, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Once, OnceLock, PoisonError};

use libsqlite3_sys as ffi;

/// What fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// There is no room: the first half of what is written arrives, as on a real disk.
    Full,
    /// Writes, syncs and truncations end in an error.
    Write,
    /// Reads end in an error.
    Read,
}

/// The disk below one data folder.
#[derive(Debug)]
pub struct Faults {
    dir: PathBuf,
    plan: Arc<Plan>,
}

/// What the calls look at. `left` counts down the calls that still succeed; at zero they fail, `times` times.
#[derive(Debug, Default)]
struct Plan {
    kind: AtomicU8,
    left: AtomicI64,
    times: AtomicI64,
    calls: AtomicU64,
    failed: AtomicU64,
}

/// The folders that have a plan.
static PLANS: Mutex<Vec<(PathBuf, Arc<Plan>)>> = Mutex::new(Vec::new());

const NAME: &CStr = c"inquest-faults";

impl Faults {
    /// Puts the disk below a folder under control. Nothing fails yet.
    pub fn below(dir: &Path) -> Self {
        register();
        let (dir, plan) = (dir.to_path_buf(), Arc::new(Plan::default()));
        PLANS.lock().unwrap_or_else(PoisonError::into_inner).push((dir.clone(), plan.clone()));
        Self { dir, plan }
    }

    /// The URL of the database in that folder, over this disk.
    pub fn url(&self) -> String {
        let file = self.dir.join("inquest.db");
        format!("sqlite://{}?mode=rwc&vfs={}", file.display(), NAME.to_string_lossy())
    }

    /// Lets `after` calls succeed, then fails so many.
    pub fn fail(&self, fault: Fault, after: u64, times: u64) {
        self.lift();
        self.plan.failed.store(0, Ordering::SeqCst);
        self.plan.left.store(i64::try_from(after).unwrap_or(i64::MAX), Ordering::SeqCst);
        self.plan.times.store(i64::try_from(times).unwrap_or(i64::MAX), Ordering::SeqCst);
        self.plan.kind.store(fault as u8 + 1, Ordering::SeqCst);
    }

    /// Fails from now on until it is lifted.
    pub fn fail_on(&self, fault: Fault) {
        self.fail(fault, 0, u64::MAX);
    }

    /// Lets everything succeed again.
    pub fn lift(&self) {
        self.plan.kind.store(0, Ordering::SeqCst);
    }

    /// How many calls failed since it was last told to fail.
    pub fn failed(&self) -> u64 {
        self.plan.failed.load(Ordering::SeqCst)
    }

    /// How many calls could have failed since the folder is watched.
    pub fn calls(&self) -> u64 {
        self.plan.calls.load(Ordering::SeqCst)
    }
}

impl Drop for Faults {
    fn drop(&mut self) {
        self.lift();
        let mut plans = PLANS.lock().unwrap_or_else(PoisonError::into_inner);
        plans.retain(|(_, plan)| !Arc::ptr_eq(plan, &self.plan));
    }
}

impl Plan {
    /// Whether this call is to fail, and how.
    fn fails(&self, calls: &[Fault]) -> Option<Fault> {
        let fault = match self.kind.load(Ordering::SeqCst) {
            1 => Fault::Full,
            2 => Fault::Write,
            3 => Fault::Read,
            _ => return None,
        };
        if !calls.contains(&fault) {
            return None;
        }
        let waits = self.left.fetch_sub(1, Ordering::SeqCst) > 0;
        if waits || self.times.fetch_sub(1, Ordering::SeqCst) <= 0 {
            return None;
        }
        self.failed.fetch_add(1, Ordering::SeqCst);
        Some(fault)
    }
}

/// What SQLite takes for its file: our head, and the file of the real file system behind it.
#[repr(C, align(8))]
struct File {
    base: ffi::sqlite3_file,
    plan: *const Plan,
}

/// The real file system. SQLite never frees it.
struct Real(*mut ffi::sqlite3_vfs);

// It is a table of functions that SQLite itself calls from any thread.
unsafe impl Send for Real {}
unsafe impl Sync for Real {}

static REAL: OnceLock<Real> = OnceLock::new();

fn register() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: the default file system lives as long as the process, and so does the copy, which is leaked. All
        // that is changed in it is its name, the size of its files, and how they are opened.
        unsafe {
            let real = ffi::sqlite3_vfs_find(ptr::null());
            let mut ours = *real;
            ours.zName = NAME.as_ptr();
            ours.pNext = ptr::null_mut();
            ours.szOsFile = size_of::<File>() as c_int + (*real).szOsFile;
            ours.xOpen = Some(open);
            let _ = REAL.set(Real(real));
            let registered = ffi::sqlite3_vfs_register(Box::leak(Box::new(ours)), 0);
            assert_eq!(registered, ffi::SQLITE_OK, "SQLite takes another file system");
        }
    });
}

fn plan_of(name: *const c_char) -> Option<Arc<Plan>> {
    if name.is_null() {
        return None;
    }
    // SAFETY: SQLite hands over a name that ends in zero.
    let name = unsafe { CStr::from_ptr(name) }.to_string_lossy();
    let plans = PLANS.lock().unwrap_or_else(PoisonError::into_inner);
    plans.iter().find(|(dir, _)| Path::new(&*name).starts_with(dir)).map(|(_, plan)| plan.clone())
}

/// The file of the real file system.
unsafe fn real(file: *mut ffi::sqlite3_file) -> *mut ffi::sqlite3_file {
    // SAFETY: SQLite allocates `szOsFile` bytes for a file: our head and the real one.
    unsafe { file.cast::<File>().add(1).cast() }
}

unsafe fn fails(file: *mut ffi::sqlite3_file, calls: &[Fault]) -> Option<Fault> {
    // SAFETY: `open` made the head, and `close` has not been called yet.
    unsafe { (*file.cast::<File>()).plan.as_ref() }.and_then(|plan| {
        plan.calls.fetch_add(1, Ordering::SeqCst);
        plan.fails(calls)
    })
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: the arguments are SQLite's, and go on as they came; the real file lies behind our head.
    unsafe {
        let head = file.cast::<File>();
        (*head).base.pMethods = ptr::null();
        (*head).plan = ptr::null();
        let Some(system) = REAL.get() else { return ffi::SQLITE_CANTOPEN };
        let Some(method) = (*system.0).xOpen else { return ffi::SQLITE_CANTOPEN };
        let opened = method(system.0, name, real(file), flags, out);
        if opened == ffi::SQLITE_OK {
            (*head).base.pMethods = &raw const METHODS;
            (*head).plan = plan_of(name).map_or(ptr::null(), Arc::into_raw);
        }
        opened
    }
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: a file is closed once; its plan came out of an `Arc`.
    unsafe {
        let plan = (*file.cast::<File>()).plan;
        if !plan.is_null() {
            drop(Arc::from_raw(plan));
        }
        (*(*real(file)).pMethods).xClose.map_or(ffi::SQLITE_OK, |method| method(real(file)))
    }
}

unsafe extern "C" fn read(file: *mut ffi::sqlite3_file, to: *mut c_void, length: c_int, at: i64) -> c_int {
    // SAFETY: as SQLite called it.
    unsafe {
        if fails(file, &[Fault::Read]).is_some() {
            return ffi::SQLITE_IOERR_READ;
        }
        (*(*real(file)).pMethods).xRead.map_or(ffi::SQLITE_IOERR, |method| method(real(file), to, length, at))
    }
}

unsafe extern "C" fn write(file: *mut ffi::sqlite3_file, from: *const c_void, length: c_int, at: i64) -> c_int {
    // SAFETY: as SQLite called it, and half of the bytes at most.
    unsafe {
        let Some(method) = (*(*real(file)).pMethods).xWrite else { return ffi::SQLITE_IOERR };
        match fails(file, &[Fault::Full, Fault::Write]) {
            None => method(real(file), from, length, at),
            Some(fault) => {
                method(real(file), from, length / 2, at);
                if fault == Fault::Full { ffi::SQLITE_FULL } else { ffi::SQLITE_IOERR_WRITE }
            }
        }
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: i64) -> c_int {
    // SAFETY: as SQLite called it.
    unsafe {
        if fails(file, &[Fault::Write]).is_some() {
            return ffi::SQLITE_IOERR_TRUNCATE;
        }
        (*(*real(file)).pMethods).xTruncate.map_or(ffi::SQLITE_IOERR, |method| method(real(file), size))
    }
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: as SQLite called it.
    unsafe {
        if fails(file, &[Fault::Write]).is_some() {
            return ffi::SQLITE_IOERR_FSYNC;
        }
        (*(*real(file)).pMethods).xSync.map_or(ffi::SQLITE_IOERR, |method| method(real(file), flags))
    }
}

/// Functions that only pass on.
macro_rules! passed_on {
    ($($name:ident = $method:ident($($argument:ident: $type:ty),*);)*) => {$(
        unsafe extern "C" fn $name(file: *mut ffi::sqlite3_file $(, $argument: $type)*) -> c_int {
            // SAFETY: as SQLite called it.
            unsafe {
                (*(*real(file)).pMethods).$method.map_or(ffi::SQLITE_OK, |method| method(real(file) $(, $argument)*))
            }
        }
    )*};
}

passed_on! {
    file_size = xFileSize(size: *mut i64);
    lock = xLock(level: c_int);
    unlock = xUnlock(level: c_int);
    check_reserved_lock = xCheckReservedLock(out: *mut c_int);
    file_control = xFileControl(what: c_int, argument: *mut c_void);
    sector_size = xSectorSize();
    device_characteristics = xDeviceCharacteristics();
    shm_map = xShmMap(page: c_int, size: c_int, extend: c_int, out: *mut *mut c_void);
    shm_lock = xShmLock(offset: c_int, count: c_int, flags: c_int);
    shm_unmap = xShmUnmap(delete: c_int);
}

unsafe extern "C" fn shm_barrier(file: *mut ffi::sqlite3_file) {
    // SAFETY: as SQLite called it.
    unsafe {
        if let Some(method) = (*(*real(file)).pMethods).xShmBarrier {
            method(real(file));
        }
    }
}

/// Version 2: everything that a write-ahead log needs, and no memory maps, which would pass us by.
static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};
