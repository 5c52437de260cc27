use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use skyhelm_units::Redacted;
use tokio::sync::Semaphore;

use crate::HubError;

/// Passwords looked at side by side; each costs memory and a core.
const AT_A_TIME: usize = 2;

/// What it costs to try one password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Default for PasswordCost {
    /// 19 MiB and two passes: the least OWASP's cheat sheet on password storage asks of argon2id.
    fn default() -> Self {
        Self {
            memory_kib: 19_456,
            passes: 2,
        }
    }
}

/// Hashes passwords and compares them, off the network's threads and few at a time.
#[derive(Debug)]
pub(crate) struct Passwords {
    cost: PasswordCost,
    turns: Semaphore,
}

impl Passwords {
    pub(crate) fn new(cost: PasswordCost) -> Self {
        Self {
            cost,
            turns: Semaphore::new(AT_A_TIME),
        }
    }

    /// What is kept of a password.
    pub(crate) async fn hash(&self, password: Redacted<String>) -> Result<String, HubError> {
        let argon = argon(self.cost)?;
        self.take_turn(move || {
            argon
                .hash_password(password.expose().as_bytes())
                .map(|hash| hash.to_string())
                .map_err(|error| HubError::Password(error.to_string()))
        })
        .await?
    }

    /// Whether a password is the one that was hashed. Without a hash (nobody has that name) it takes
    /// as long, and is wrong.
    pub(crate) async fn fits(
        &self,
        password: Redacted<String>,
        hash: Option<String>,
    ) -> Result<bool, HubError> {
        let Some(hash) = hash else {
            self.hash(password).await?;
            return Ok(false);
        };
        let argon = argon(self.cost)?;
        self.take_turn(move || {
            let known = PasswordHash::new(&hash);
            known.is_ok_and(|known| {
                argon
                    .verify_password(password.expose().as_bytes(), &known)
                    .is_ok()
            })
        })
        .await
    }

    async fn take_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HubError> {
        let _turn = self.turns.acquire().await.map_err(|_| HubError::Stopping)?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| HubError::Stopping)
    }
}

fn argon(cost: PasswordCost) -> Result<Argon2<'static>, HubError> {
    let params = Params::new(cost.memory_kib, cost.passes, 1, None)
        .map_err(|error| HubError::Password(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_fits_and_its_hash_does_not_show_it() {
        let passwords = Passwords::new(PasswordCost {
            memory_kib: 64,
            passes: 1,
        });
        let secret = |text: &str| Redacted::new(text.to_owned());
        let hash = passwords.hash(secret("orion over water")).await.unwrap();
        assert!(hash.starts_with("$argon2id$") && !hash.contains("orion"));
        let fits = async |text: &str, hash: Option<&str>| {
            let hash = hash.map(str::to_owned);
            passwords.fits(secret(text), hash).await.unwrap()
        };
        assert!(fits("orion over water", Some(&hash)).await);
        assert!(!fits("orion over Water", Some(&hash)).await);
        assert!(!fits("orion over water", None).await);
        assert!(!fits("orion over water", Some("nonsense")).await);
    }
}
