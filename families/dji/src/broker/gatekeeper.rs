//! What the embedded broker asks before it lets anybody in, and before it passes anything on.

use core::future::{Future, ready};
use core::pin::Pin;
use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
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
use super::pace::Pace;
use super::{Account, Bounds, Rights};

type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Names of refused connections kept for people to read.
const REFUSED_KEPT: usize = 32;

/// Passwords tried side by side; each costs memory and a core.
const TRIED_AT_A_TIME: usize = 2;

/// Longer names are nobody's.
const LONGEST_NAME: usize = 128;

/// Connections of one account at a time. A gateway has one; a second one comes while the first is not
/// known to be dead yet, and people look on.
const MOST_CONNECTIONS: usize = 8;

/// How long a flood's connection waits after each message that is dropped: reading on at full speed
/// would take the others' time.
const FLOOD_WAIT: Duration = Duration::from_millis(2);

#[derive(Debug)]
enum Secret {
    /// Argon2, for what people choose.
    Hash(String),
    /// As it is, for what this program drew by lot.
    Token(Vec<u8>, Option<UtcMillis>),
}

#[derive(Debug)]
struct Entry {
    secret: Secret,
    rights: Rights,
    pace: Pace,
}

impl Entry {
    fn new(secret: Secret, rights: Rights) -> Self {
        let pace = Pace::default();
        Self {
            secret,
            rights,
            pace,
        }
    }
}

#[derive(Debug, Default)]
struct Books {
    accounts: BTreeMap<String, Entry>,
    client_ids: ClientIds,
    refused: VecDeque<String>,
    /// Client ids that speak MQTT 5.
    speak_5: BTreeSet<String>,
}

/// The accounts of the embedded broker.
#[derive(Debug)]
pub(super) struct Gatekeeper {
    books: Mutex<Books>,
    tries: Semaphore,
    host: HostClock,
    bounds: Bounds,
}

impl Books {
    /// Whether a serial number is another gateway's own, or the aircraft of one that is connected.
    fn held_by_another(&self, serial: &str, gateway: &str) -> bool {
        let here = |name: &str| self.client_ids.others_of(name, "") > 0;
        self.accounts
            .iter()
            .any(|(name, entry)| match &entry.rights {
                Rights::Gateway {
                    serial: own,
                    aircraft,
                } => own != gateway && (own == serial || (aircraft.contains(serial) && here(name))),
                Rights::Station | Rights::Drc { .. } => false,
            })
    }
}

impl Gatekeeper {
    pub(super) fn new(host: HostClock, accounts: Vec<Account>, bounds: Bounds) -> Self {
        let accounts = accounts.into_iter().map(|account| {
            let secret = Secret::Hash(account.password_hash);
            (account.username, Entry::new(secret, account.rights))
        });
        let books = Books {
            accounts: accounts.collect(),
            ..Books::default()
        };
        Self {
            books: Mutex::new(books),
            tries: Semaphore::new(TRIED_AT_A_TIME),
            host,
            bounds,
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
            .insert(username.to_owned(), Entry::new(secret, rights));
    }

    /// Ends the accounts by lot of a gateway's stick connection.
    pub(super) fn end_drc(&self, gateway: &str) {
        let ended =
            |rights: &Rights| matches!(rights, Rights::Drc { gateway: own } if own == gateway);
        self.lock()
            .accounts
            .retain(|_, entry| !ended(&entry.rights));
    }

    /// A gateway says itself which aircraft it has, so none that another has, and no other gateway, is
    /// given to it.
    pub(super) fn set_aircraft(&self, gateway: &str, wanted: &[String]) {
        let mut books = self.lock();
        let (taken, free): (BTreeSet<_>, BTreeSet<_>) = wanted
            .iter()
            .cloned()
            .partition(|serial| books.held_by_another(serial, gateway));
        for serial in taken {
            tracing::warn!(%gateway, %serial, "a gateway claims what belongs to another; it does not get it");
        }
        for entry in books.accounts.values_mut() {
            match &mut entry.rights {
                Rights::Gateway { serial, aircraft } if serial == gateway => {
                    aircraft.clone_from(&free);
                }
                Rights::Gateway { aircraft, .. } => aircraft.retain(|one| !free.contains(one)),
                Rights::Station | Rights::Drc { .. } => {}
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
        let mut books = self.lock();
        let Some(entry) = books.accounts.get(&name) else {
            return Err(ReasonCode::BadUsernameOrPassword);
        };
        if !books.client_ids.may_use(&connect.client_id, &name) {
            tracing::warn!(client = %connect.client_id, "the client id is in use by another account");
            return Err(ReasonCode::ClientIdentifierNotValid);
        }
        if books.client_ids.others_of(&name, &connect.client_id) >= MOST_CONNECTIONS {
            tracing::warn!(user = %name, "an account has too many connections");
            return Err(ReasonCode::QuotaExceeded);
        }
        let will = connect.will.as_ref();
        if will.is_some_and(|will| will.retain || !entry.rights.may_will(&will.topic)) {
            return Err(ReasonCode::NotAuthorized);
        }
        if connect.protocol_version >= 5 {
            books.speak_5.insert(connect.client_id.clone());
        } else {
            books.speak_5.remove(&connect.client_id);
        }
        Ok(name)
    }

    async fn fits(&self, name: &str, password: Vec<u8>) -> bool {
        let hash = {
            let books = self.lock();
            match books.accounts.get(name).map(|entry| &entry.secret) {
                Some(Secret::Token(token, until)) => {
                    let alive = until.is_none_or(|until| self.host.now().utc < until);
                    return alive && same(token, &password);
                }
                Some(Secret::Hash(hash)) => hash.clone(),
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
            .is_some_and(|entry| ask(&entry.rights))
    }

    /// Whether a message may pass: on a topic that is its sender's, and no more of them than a second has.
    /// The station itself may say as much as it likes: it answers all gateways over one connection.
    fn passes(&self, user: Option<&str>, topic: &str, bytes: usize) -> bool {
        let now = self.host.now().mono;
        let mut books = self.lock();
        let Some(entry) = user.and_then(|user| books.accounts.get_mut(user)) else {
            return false;
        };
        let own = entry.rights.may_publish(topic);
        let station = entry.rights == Rights::Station;
        if own && (station || entry.pace.allows(now, bytes, &self.bounds)) {
            return true;
        }
        if !own {
            entry.pace.drop_one();
        }
        let dropped = entry.pace.dropped();
        if dropped.is_power_of_two() {
            tracing::warn!(
                user,
                topic,
                own,
                dropped,
                "messages of an account are dropped: too many, or on topics of others"
            );
        }
        false
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

    /// A refusal is told by MQTT 5 only: mqtt5 0.49 writes its reason into the PUBACK of 3.1.1 as well, which
    /// has no room for one, and a client hangs up over it. Theirs are dropped in [`Self::on_client_publish`].
    fn authorize_publish<'a>(
        &'a self,
        client_id: &str,
        user: Option<&'a str>,
        topic: &'a str,
    ) -> Later<'a, bool> {
        let allowed = self.rights(user, |rights| rights.may_publish(topic));
        if allowed || !self.lock().speak_5.contains(client_id) {
            return Box::pin(ready(true));
        }
        Box::pin(async {
            tokio::time::sleep(FLOOD_WAIT).await;
            false
        })
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
            let mut books = self.lock();
            books.client_ids.left(&event.client_id, &user);
            if books.client_ids.is_free(&event.client_id) {
                books.speak_5.remove(event.client_id.as_ref());
            }
        }
        Box::pin(ready(()))
    }

    /// Nothing is kept for those who come later: a command must never arrive late. What floods is
    /// dropped, slowly.
    fn on_client_publish(&self, event: ClientPublishEvent) -> Later<'_, PublishAction> {
        let user = event.user_id.as_deref();
        if !self.passes(user, &event.topic, event.payload.len()) {
            return Box::pin(async {
                tokio::time::sleep(FLOOD_WAIT).await;
                PublishAction::Handled
            });
        }
        if !event.retain {
            return Box::pin(ready(PublishAction::Continue));
        }
        let mut passed = PublishPacket::new(event.topic.as_ref(), event.payload, event.qos);
        passed.packet_id = event.packet_id.filter(|_| event.qos != QoS::AtMostOnce);
        Box::pin(ready(PublishAction::Transform(passed)))
    }
}
