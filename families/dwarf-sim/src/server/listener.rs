use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep_until};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// What one door admits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Connections at once.
    pub(crate) connections: usize,
    /// A connection on which nothing moves in either direction for so long is dropped.
    pub(crate) idle: Duration,
}

/// A listener that bounds how many connections are open and how long one may be idle.
#[derive(Debug)]
pub(crate) struct GuardedListener {
    listener: TcpListener,
    room: Arc<Semaphore>,
    idle: Duration,
    stopping: CancellationToken,
}

impl GuardedListener {
    pub(crate) fn new(listener: TcpListener, bounds: Bounds, stopping: CancellationToken) -> Self {
        Self {
            listener,
            room: Arc::new(Semaphore::new(bounds.connections)),
            idle: bounds.idle,
            stopping,
        }
    }
}

impl Listener for GuardedListener {
    type Io = GuardedStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (GuardedStream, SocketAddr) {
        loop {
            match self.listener.accept().await {
                Ok((stream, peer)) => {
                    // Beyond the bound a peer is closed at once; waiting would block those in line.
                    let Ok(permit) = Arc::clone(&self.room).try_acquire_owned() else {
                        tracing::debug!(%peer, "too many connections");
                        continue;
                    };
                    let _ = stream.set_nodelay(true);
                    let guarded = GuardedStream::new(stream, permit, self.idle, &self.stopping);
                    return (guarded, peer);
                }
                Err(error) => {
                    // Out of file handles, as a rule: time may heal it.
                    tracing::warn!(%error, "accept failed");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// One guarded connection: it also ends when the device stops.
#[derive(Debug)]
pub(crate) struct GuardedStream {
    stream: TcpStream,
    idle: Duration,
    idle_until: Pin<Box<Sleep>>,
    stopped: Pin<Box<WaitForCancellationFutureOwned>>,
    _permit: OwnedSemaphorePermit,
}

impl GuardedStream {
    fn new(
        stream: TcpStream,
        permit: OwnedSemaphorePermit,
        idle: Duration,
        stopping: &CancellationToken,
    ) -> Self {
        Self {
            stream,
            idle,
            idle_until: Box::pin(sleep_until(Instant::now() + idle)),
            stopped: Box::pin(stopping.clone().cancelled_owned()),
            _permit: permit,
        }
    }

    fn check<T>(
        &mut self,
        context: &mut Context<'_>,
        io: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if io.is_ready() {
            let until = Instant::now() + self.idle;
            self.idle_until.as_mut().reset(until);
            return io;
        }
        if self.idle_until.as_mut().poll(context).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        if self.stopped.as_mut().poll(context).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        Poll::Pending
    }
}

impl AsyncRead for GuardedStream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let io = Pin::new(&mut this.stream).poll_read(context, buffer);
        this.check(context, io)
    }
}

impl AsyncWrite for GuardedStream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let io = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.check(context, io)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}
