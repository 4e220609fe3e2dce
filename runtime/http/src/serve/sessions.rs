//! Sessions of clients up to revision 2025-11-25, bounded in number and in idle time.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::watch;
use tokio::time::Instant;
use toolwright_core::BoxFuture;
use toolwright_core::context::Principal;
use toolwright_core::server::transport::Session;

use super::limits::Limits;
use super::random;
use super::replay::{Budget, Log, Reader};

/// Streams of one session that can be resumed.
const LOGS: usize = 16;
/// How often idle sessions are looked for.
const SWEEP: Duration = Duration::from_secs(60);

/// All sessions of a service.
pub(super) struct Sessions {
    table: Mutex<Table>,
    most: usize,
    most_of_one: usize,
    idle: Duration,
    streams: usize,
    budget: Arc<Budget>,
}

struct Table {
    open: HashMap<Box<str>, Arc<Entry>>,
    /// How many of them belong to whom.
    owners: HashMap<Box<str>, usize>,
    swept: Instant,
    /// No more are opened.
    closed: bool,
}

struct Entry {
    session: Session,
    /// The principal who opened it, if that is known. It is nobody else's then.
    owner: Option<Box<str>>,
    use_: Mutex<Use>,
    budget: Arc<Budget>,
    closed: watch::Sender<bool>,
}

struct Use {
    /// Responses that still have something to say.
    leases: usize,
    listeners: usize,
    last: Instant,
    /// Streams that the client may come back to, oldest first.
    logs: VecDeque<Arc<Log>>,
}

/// There is no room for another session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    /// For nobody.
    All,
    /// For this principal.
    Owner,
}

impl Sessions {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            table: Mutex::new(Table {
                open: HashMap::new(),
                owners: HashMap::new(),
                swept: Instant::now(),
                closed: false,
            }),
            most: limits.sessions,
            most_of_one: limits.sessions_per_principal,
            idle: limits.session_idle,
            streams: limits.session_streams,
            budget: Arc::new(Budget::new(limits.replay_bytes)),
        }
    }

    /// Whether a principal could open another session now.
    pub(super) fn check_room(&self, owner: Option<&str>) -> Result<(), Full> {
        let mut table = self.table();
        let room = self.room(&table, owner);
        if room.is_ok() {
            return room;
        }
        self.sweep_table(&mut table);
        self.room(&table, owner)
    }

    fn room(&self, table: &Table, owner: Option<&str>) -> Result<(), Full> {
        if table.closed || table.open.len() >= self.most {
            return Err(Full::All);
        }
        let owned = owner.and_then(|owner| table.owners.get(owner));
        if owned.is_some_and(|owned| *owned >= self.most_of_one) {
            return Err(Full::Owner);
        }
        Ok(())
    }

    /// Keeps a session for the principal who opened it; gives its id.
    pub(super) fn keep(&self, session: Session, owner: Option<&str>) -> Result<String, Full> {
        let id = random::id().ok_or(Full::All)?;
        let mut table = self.table();
        self.room(&table, owner)?;
        let use_ = Use { leases: 0, listeners: 0, last: Instant::now(), logs: VecDeque::new() };
        let entry = Entry {
            session,
            owner: owner.map(Into::into),
            use_: Mutex::new(use_),
            budget: Arc::clone(&self.budget),
            closed: watch::Sender::new(false),
        };
        if let Some(owner) = owner {
            *table.owners.entry(owner.into()).or_default() += 1;
        }
        table.open.insert(id.as_str().into(), Arc::new(entry));
        Ok(id)
    }

    /// The session of this id, if whoever asks may have it; in use until the lease is dropped.
    pub(super) fn find(&self, id: &str, asks: Option<&str>) -> Option<Lease> {
        let mut table = self.table();
        if table.swept.elapsed() >= SWEEP {
            self.sweep_table(&mut table);
        }
        let entry = Arc::clone(table.open.get(id)?);
        drop(table);
        if entry.owner.is_some() && entry.owner.as_deref() != asks {
            return None;
        }
        Some(Lease::new(entry))
    }

    /// Ends a session; whether there was one.
    pub(super) fn end(&self, id: &str) -> bool {
        let entry = {
            let mut table = self.table();
            let entry = table.open.remove(id);
            if let Some(entry) = &entry {
                disown(&mut table.owners, entry);
            }
            entry
        };
        match entry {
            Some(entry) => {
                entry.close();
                true
            }
            None => false,
        }
    }

    /// Ends sessions that were idle for too long.
    pub(super) fn sweep(&self) {
        self.sweep_table(&mut self.table());
    }

    /// Ends all streams that only listen, and opens no more sessions.
    pub(super) fn stop_listening(&self) {
        let mut table = self.table();
        table.closed = true;
        for entry in table.open.values() {
            entry.closed.send_replace(true);
        }
    }

    /// Ends all sessions.
    pub(super) fn close(&self) {
        let open = {
            let mut table = self.table();
            table.closed = true;
            table.owners.clear();
            std::mem::take(&mut table.open)
        };
        for entry in open.values() {
            entry.close();
        }
    }

    fn sweep_table(&self, table: &mut Table) {
        table.swept = Instant::now();
        // Nothing is in flight in those that go, so nothing has to be told.
        let Table { open, owners, .. } = table;
        open.retain(|_, entry| {
            let stays = !entry.is_idle(self.idle);
            if !stays {
                disown(owners, entry);
            }
            stays
        });
        if table.open.capacity() > 4 * table.open.len().max(64) {
            table.open.shrink_to_fit();
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions").field("open", &self.table().open.len()).finish_non_exhaustive()
    }
}

/// A session goes, and its owner has one less.
fn disown(owners: &mut HashMap<Box<str>, usize>, entry: &Entry) {
    let Some(owner) = &entry.owner else {
        return;
    };
    let left = owners.get_mut(owner).map(|owned| {
        *owned = owned.saturating_sub(1);
        *owned
    });
    if left == Some(0) {
        owners.remove(owner);
    }
}

impl Entry {
    fn use_(&self) -> MutexGuard<'_, Use> {
        self.use_.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_idle(&self, limit: Duration) -> bool {
        let use_ = self.use_();
        use_.leases == 0 && use_.last.elapsed() >= limit
    }

    fn close(&self) {
        self.closed.send_replace(true);
        self.session.close();
    }
}

/// A session that is in use, and so does not expire.
pub(super) struct Lease(Arc<Entry>);

impl Lease {
    fn new(entry: Arc<Entry>) -> Self {
        entry.use_().leases += 1;
        Self(entry)
    }

    pub(super) fn session(&self) -> &Session {
        &self.0.session
    }

    /// A new stream that can be resumed.
    pub(super) fn log(&self, is_endless: bool) -> Arc<Log> {
        let log = Log::new(&self.0.budget, is_endless);
        let mut use_ = self.0.use_();
        if use_.logs.len() >= LOGS {
            use_.logs.pop_front();
        }
        use_.logs.push_back(Arc::clone(&log));
        log
    }

    /// A stream that cannot be resumed any more.
    pub(super) fn forget(&self, log: &Arc<Log>) {
        self.0.use_().logs.retain(|other| !Arc::ptr_eq(other, log));
    }

    /// Takes up a stream of this session behind one of its events.
    pub(super) fn resume(&self, stream: u64, event: u64) -> Option<Reader> {
        let use_ = self.0.use_();
        let log = use_.logs.iter().find(|log| log.number() == stream)?;
        log.read(Some(event))
    }

    /// Begins to listen, or goes on where `reader` stopped; `None` if there are too many that do
    /// already.
    pub(super) fn listen(
        self,
        sessions: &Sessions,
        reader: Option<Reader>,
        who: Option<Principal>,
    ) -> Option<Listener> {
        let reader = match reader {
            Some(reader) => reader,
            None => self.log(true).read(None)?,
        };
        let has_room = {
            let mut use_ = self.0.use_();
            let has_room = use_.listeners < sessions.streams;
            use_.listeners += usize::from(has_room);
            has_room
        };
        if !has_room {
            self.forget_silent(&reader);
            return None;
        }
        let mut closed = self.0.closed.subscribe();
        let closed = Box::pin(async move {
            // An error means that the session is gone, which is the same.
            let _ = closed.wait_for(|closed| *closed).await;
        });
        Some(Listener { lease: self, closed, reader, who })
    }

    /// Nobody can come back to a stream that never said anything.
    fn forget_silent(&self, reader: &Reader) {
        if reader.log().is_empty() {
            self.forget(reader.log());
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut use_ = self.0.use_();
        use_.leases -= 1;
        use_.last = Instant::now();
    }
}

/// A stream that says what has to do with no request: what changed. It ends with the session.
///
/// What it says is kept, as it is for other streams, so that it can be resumed.
pub(super) struct Listener {
    lease: Lease,
    closed: BoxFuture<'static, ()>,
    reader: Reader,
    /// Who listens, if that is known: it may do less than who subscribed.
    who: Option<Principal>,
}

impl Listener {
    /// The next event; `None` at the end, or when somebody else reads on.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        loop {
            if let Poll::Ready(event) = self.reader.poll_next(cx) {
                return Poll::Ready(event);
            }
            if self.closed.as_mut().poll(cx).is_ready() {
                return Poll::Ready(None);
            }
            match self.lease.session().poll_notices(cx, self.who.as_ref()) {
                Poll::Ready(notices) => self.reader.log().push(&notices),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.lease.forget_silent(&self.reader);
        self.lease.0.use_().listeners -= 1;
    }
}
