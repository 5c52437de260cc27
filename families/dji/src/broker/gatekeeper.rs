//! What the embedded broker asks before it lets anybody in, and before it passes anything on.

use core::future::{Future, ready};
use core::pin::Pin;
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use mqtt5::QoS;
use mqtt5::broker::auth::{AuthProvider, AuthResult};
use mqtt5::broker::events::{
    BrokerEventHandler, ClientConnectEvent, ClientDisconnectEvent, ClientPublishEvent,
    PublishAction,
};
use mqtt5::packet::connect::ConnectPacket;
use mqtt5::packet::publish::PublishPacket;
use mqtt5::protocol::v5::reason_codes::ReasonCode;
use skyhelm_device::HostClock;
use skyhelm_units::UtcMillis;
use tokio::sync::Semaphore;

use super::account::{matches, same};
use super::client_ids::ClientIds;
use super::{Account, Rights};

type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Names of refused connections kept for people to read.
const REFUSED_KEPT: usize = 32;

/// Passwords tried side by side; each costs memory and a core.
const TRIED_AT_A_TIME: usize = 2;

/// Longer names are nobody's.
const LONGEST_NAME: usize = 128;

#[derive(Debug)]
enum Secret {
    /// Argon2, for what people choose.
    Hash(String),
    /// As it is, for what this program drew by lot.
    Token(Vec<u8>, Option<UtcMillis>),
}

#[derive(Debug, Default)]
struct Books {
    accounts: BTreeMap<String, (Secret, Rights)>,
    client_ids: ClientIds,
    refused: VecDeque<String>,
}

/// The accounts of the embedded broker.
#[derive(Debug)]
pub(super) struct Gatekeeper {
    books: Mutex<Books>,
    tries: Semaphore,
    host: HostClock,
}

impl Gatekeeper {
    pub(super) fn new(host: HostClock, accounts: Vec<Account>) -> Self {
        let accounts = accounts.into_iter().map(|account| {
            let secret = Secret::Hash(account.password_hash);
            (account.username, (secret, account.rights))
        });
        let books = Books {
            accounts: accounts.collect(),
            ..Books::default()
        };
        Self {
            books: Mutex::new(books),
            tries: Semaphore::new(TRIED_AT_A_TIME),
            host,
        }
    }

    /// An account by lot; one of the same name is replaced.
    pub(super) fn add_token(
        &self,
        username: &str,
        token: &str,
        rights: Rights,
        until: Option<UtcMillis>,
    ) {
        let secret = Secret::Token(token.as_bytes().to_vec(), until);
        self.lock()
            .accounts
            .insert(username.to_owned(), (secret, rights));
    }

    /// Ends the accounts by lot of a gateway's stick connection.
    pub(super) fn end_drc(&self, gateway: &str) {
        let ended =
            |rights: &Rights| matches!(rights, Rights::Drc { gateway: own } if own == gateway);
        self.lock().accounts.retain(|_, (_, rights)| !ended(rights));
    }

    pub(super) fn set_aircraft(&self, gateway: &str, wanted: &[String]) {
        let mut books = self.lock();
        for (_, rights) in books.accounts.values_mut() {
            if let Rights::Gateway { serial, aircraft } = rights
                && serial == gateway
            {
                *aircraft = wanted.iter().cloned().collect();
            }
        }
    }

    pub(super) fn knows(&self, username: &str) -> bool {
        self.lock().accounts.contains_key(username)
    }

    pub(super) fn refused(&self) -> Vec<String> {
        self.lock().refused.iter().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a connection may be made; the name it is known by from then on.
    async fn admit(&self, connect: &ConnectPacket) -> Result<String, ReasonCode> {
        let name = connect.username.clone().unwrap_or_default();
        let password = connect.password.clone().unwrap_or_default();
        if name.is_empty() || name.len() > LONGEST_NAME || !self.fits(&name, password).await {
            self.note_refused(&name);
            return Err(ReasonCode::BadUsernameOrPassword);
        }
        let books = self.lock();
        let Some((_, rights)) = books.accounts.get(&name) else {
            return Err(ReasonCode::BadUsernameOrPassword);
        };
        if !books.client_ids.may_use(&connect.client_id, &name) {
            tracing::warn!(client = %connect.client_id, "the client id is in use by another account");
            return Err(ReasonCode::ClientIdentifierNotValid);
        }
        let will = connect.will.as_ref();
        if will.is_some_and(|will| will.retain || !rights.may_will(&will.topic)) {
            return Err(ReasonCode::NotAuthorized);
        }
        Ok(name)
    }

    async fn fits(&self, name: &str, password: Vec<u8>) -> bool {
        let hash = {
            let books = self.lock();
            match books.accounts.get(name) {
                Some((Secret::Token(token, until), _)) => {
                    let alive = until.is_none_or(|until| self.host.now().utc < until);
                    return alive && same(token, &password);
                }
                Some((Secret::Hash(hash), _)) => hash.clone(),
                None => return false,
            }
        };
        let Ok(_turn) = self.tries.acquire().await else {
            return false;
        };
        let tried = tokio::task::spawn_blocking(move || matches(&password, &hash));
        tried.await.unwrap_or(false)
    }

    fn note_refused(&self, name: &str) {
        let shown: String = name.chars().take(64).collect();
        let mut books = self.lock();
        books.refused.retain(|known| *known != shown);
        books.refused.push_back(shown);
        if books.refused.len() > REFUSED_KEPT {
            books.refused.pop_front();
        }
    }

    fn rights(&self, user: Option<&str>, ask: impl FnOnce(&Rights) -> bool) -> bool {
        let books = self.lock();
        user.and_then(|user| books.accounts.get(user))
            .is_some_and(|(_, rights)| ask(rights))
    }
}

impl AuthProvider for Gatekeeper {
    fn authenticate<'a>(
        &'a self,
        connect: &'a ConnectPacket,
        from: SocketAddr,
    ) -> Later<'a, mqtt5::Result<AuthResult>> {
        Box::pin(async move {
            Ok(match self.admit(connect).await {
                Ok(user) => AuthResult::success_with_user(user),
                Err(reason) => {
                    tracing::warn!(%from, ?reason, "an MQTT connection was refused");
                    AuthResult::fail(reason)
                }
            })
        })
    }

    fn authorize_publish<'a>(
        &'a self,
        _client_id: &str,
        user: Option<&'a str>,
        topic: &'a str,
    ) -> Later<'a, bool> {
        Box::pin(ready(self.rights(user, |rights| rights.may_publish(topic))))
    }

    fn authorize_subscribe<'a>(
        &'a self,
        _client_id: &str,
        user: Option<&'a str>,
        filter: &'a str,
    ) -> Later<'a, bool> {
        Box::pin(ready(
            self.rights(user, |rights| rights.may_subscribe(filter)),
        ))
    }
}

impl BrokerEventHandler for Gatekeeper {
    fn on_client_connect(&self, event: ClientConnectEvent) -> Later<'_, ()> {
        if let Some(user) = event.user_id {
            self.lock().client_ids.came(&event.client_id, &user);
        }
        Box::pin(ready(()))
    }

    fn on_client_disconnect(&self, event: ClientDisconnectEvent) -> Later<'_, ()> {
        if let Some(user) = event.user_id {
            self.lock().client_ids.left(&event.client_id, &user);
        }
        Box::pin(ready(()))
    }

    /// Nothing is kept for those who come later: a command must never arrive late.
    fn on_client_publish(&self, event: ClientPublishEvent) -> Later<'_, PublishAction> {
        if !event.retain {
            return Box::pin(ready(PublishAction::Continue));
        }
        let mut passed = PublishPacket::new(event.topic.as_ref(), event.payload, event.qos);
        passed.packet_id = event.packet_id.filter(|_| event.qos != QoS::AtMostOnce);
        Box::pin(ready(PublishAction::Transform(passed)))
    }
}
