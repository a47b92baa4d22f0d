//! The bytes of a connection as they pass: when they come, whether they go, and whether the head of a request names
//! two lengths of its body. What a head says is gone by the time the request is answered.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::pulse::Pulse;

/// A stream whose bytes are watched.
pub(super) struct Wire {
    stream: TcpStream,
    pulse: Arc<Pulse>,
    heads: Heads,
}

impl Wire {
    pub(super) fn new(stream: TcpStream, pulse: Arc<Pulse>) -> Self {
        Self { stream, pulse, heads: Heads::default() }
    }

    fn went(&self, done: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match &done {
            Poll::Ready(Ok(_)) => self.pulse.sent(true),
            Poll::Pending => self.pulse.sent(false),
            Poll::Ready(Err(_)) => {}
        }
        done
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let done = Pin::new(&mut self.stream).poll_read(context, buffer);
        let came = &buffer.filled()[before..];
        if !came.is_empty() {
            self.pulse.heard();
            if self.heads.see(came) {
                self.pulse.is_ambiguous_now();
            }
        }
        done
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.went(done)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.went(done)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// No line of a head that matters is longer.
const LINE_BYTES_MAX: usize = 64;

/// Follows the heads of requests through the bytes of a connection.
#[derive(Default)]
struct Heads {
    /// So many bytes of a body are still to pass.
    body: u64,
    /// After a body of chunks nothing is followed any more: the connection ends with its answer.
    lost: bool,
    line: Vec<u8>,
    began: bool,
    length: Option<u64>,
    is_chunked: bool,
}

impl Heads {
    /// Looks at the next bytes; `true` where a head names two lengths.
    fn see(&mut self, mut bytes: &[u8]) -> bool {
        while !bytes.is_empty() && !self.lost {
            let passing = bytes.len().min(usize::try_from(self.body).unwrap_or(usize::MAX));
            if passing > 0 {
                self.body -= passing as u64;
                bytes = &bytes[passing..];
                continue;
            }
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let piece = &bytes[..end.unwrap_or(bytes.len())];
            let room = LINE_BYTES_MAX.saturating_sub(self.line.len());
            self.line.extend_from_slice(&piece[..piece.len().min(room)]);
            let Some(end) = end else { return false };
            bytes = &bytes[end + 1..];
            let line = std::mem::take(&mut self.line);
            if self.see_line(line.trim_ascii()) {
                return true;
            }
        }
        false
    }

    fn see_line(&mut self, line: &[u8]) -> bool {
        if !line.is_empty() {
            self.began = true;
            if let Some(at) = line.iter().position(|byte| *byte == b':') {
                let (name, value) = (line[..at].trim_ascii(), line[at + 1..].trim_ascii());
                if name.eq_ignore_ascii_case(b"content-length") {
                    let length = std::str::from_utf8(value).ok().and_then(|value| value.parse().ok());
                    self.length = Some(length.unwrap_or_default());
                } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
                    self.is_chunked = true;
                }
            }
            return self.is_chunked && self.length.is_some();
        }
        // Empty lines before a request are passed over.
        if self.began {
            self.body = self.length.take().unwrap_or_default();
            self.lost = self.is_chunked;
            self.began = false;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ambiguous(bytes: &[u8]) -> bool {
        let whole = Heads::default().see(bytes);
        let mut heads = Heads::default();
        let mut in_pieces = false;
        for byte in bytes {
            in_pieces = in_pieces || heads.see(&[*byte]);
        }
        assert_eq!(whole, in_pieces, "however the bytes are cut");
        whole
    }

    #[test]
    fn two_lengths_are_seen_in_either_order_and_in_a_later_request() {
        let (length, chunks) = ("content-length: 5\r\n", "TRANSFER-ENCODING : chunked\r\n");
        assert!(ambiguous(format!("POST / HTTP/1.1\r\n{length}{chunks}\r\n").as_bytes()));
        assert!(ambiguous(format!("POST / HTTP/1.1\r\n{chunks}{length}\r\n").as_bytes()));
        assert!(ambiguous(format!("POST / HTTP/1.1\n{length}{chunks}\n").as_bytes()), "bare line ends");
        let first = "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello";
        assert!(ambiguous(format!("{first}\r\nGET / HTTP/1.1\r\n{length}{chunks}\r\n").as_bytes()));
    }

    #[test]
    fn what_a_body_holds_is_no_head() {
        let body = "content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n";
        let head = format!("POST / HTTP/1.1\r\ncontent-length: {}\r\n\r\n", body.len());
        assert!(!ambiguous(format!("{head}{body}GET / HTTP/1.1\r\nhost: a\r\n\r\n").as_bytes()));
        assert!(!ambiguous(
            b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n5\r\ncontent-length: 3\r\n\r\n0\r\n\r\n"
        ));
    }
}
