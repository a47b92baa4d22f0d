//! Sending letters by SMTP, when that is configured.

use std::time::Duration;

use lettre::message::{Mailbox, header::ContentType};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use store::{Outgoing, Result, Store};

/// How long one attempt may take: well below the time for which a letter is claimed.
const ATTEMPT_MAX: Duration = Duration::from_secs(60);
/// How many letters are claimed at once: four of a minute each stay below the claim's five.
const BATCH: u32 = 4;
/// How often the outbox is looked at.
const EVERY: Duration = Duration::from_secs(3);
/// How often it is asked whose morning it is, in looks.
const DIGEST_EVERY: u32 = 20;

/// The way to the mail server.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// Of a URL such as `smtps://user:password@mail.example.org`, and the sender's address.
    pub fn new(url: &str, from: &str) -> std::result::Result<Self, String> {
        let from: Mailbox = from.parse().map_err(|_| {
            format!(
                "“{from}” is no sender’s address: write it like inquest@example.org or Inquest <inquest@example.org>."
            )
        })?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|error| format!("The SMTP URL cannot be used: {error}. Write it like smtps://user:password@mail.example.org, or smtp://mail.example.org?tls=required."))?
            .timeout(Some(ATTEMPT_MAX))
            .build();
        Ok(Self { transport, from })
    }

    async fn send(&self, outgoing: &Outgoing) -> std::result::Result<(), (String, bool)> {
        let for_good = |error: &dyn std::fmt::Display| (error.to_string(), true);
        let to: Mailbox = outgoing.email.parse().map_err(|error| for_good(&error))?;
        let host = self.from.email.domain();
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(outgoing.letter.subject.clone())
            // The same at every attempt: mail servers know it again.
            .message_id(Some(format!("<{}@{host}>", outgoing.id)))
            .header(ContentType::TEXT_PLAIN)
            .body(outgoing.letter.body.clone())
            .map_err(|error| for_good(&error))?;
        self.transport.send(message).await.map(drop).map_err(|error| (error.to_string(), error.is_permanent()))
    }
}

/// Sends what is due; answers how many letters were tried.
pub async fn deliver(store: &Store, mailer: &Mailer) -> Result<usize> {
    let letters = store.claim_mails(BATCH).await?;
    for outgoing in &letters {
        match mailer.send(outgoing).await {
            Ok(()) => store.mail_sent(&outgoing.id).await?,
            Err((trouble, for_good)) => {
                tracing::warn!(letter = %outgoing.id, %trouble, for_good, "a letter was not taken by the mail server");
                store.mail_failed(&outgoing.id, &trouble, for_good).await?;
            }
        }
    }
    Ok(letters.len())
}

/// Sends letters as they come, and writes the digests of the morning.
pub async fn run(store: Store, mailer: Mailer) {
    let mut look = tokio::time::interval(EVERY);
    for round in 0_u32.. {
        look.tick().await;
        if round % DIGEST_EVERY == 0
            && let Err(error) = store.write_digests().await
        {
            tracing::warn!(%error, "the digests could not be written; trying again in a minute");
        }
        loop {
            match deliver(&store, &mailer).await {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "the outbox could not be read; trying again soon");
                    break;
                }
            }
        }
    }
}
