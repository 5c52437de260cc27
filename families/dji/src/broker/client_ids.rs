use std::collections::BTreeMap;

/// Who uses which client id now. MQTT cuts a connection when another comes with its client id, so an
/// id in use belongs to the account that uses it: one gateway cannot cut another.
#[derive(Debug, Default)]
pub(super) struct ClientIds(BTreeMap<String, User>);

#[derive(Debug)]
struct User {
    name: String,
    /// Two for a moment, when a connection takes the place of its predecessor: only then is that cut.
    connections: u32,
}

impl ClientIds {
    pub(super) fn may_use(&self, client_id: &str, username: &str) -> bool {
        self.0
            .get(client_id)
            .is_none_or(|user| user.name == username)
    }

    pub(super) fn is_free(&self, client_id: &str) -> bool {
        !self.0.contains_key(client_id)
    }

    /// Client ids of an account, besides this one.
    pub(super) fn others_of(&self, username: &str, client_id: &str) -> usize {
        let own = self.0.iter().filter(|(_, user)| user.name == username);
        own.filter(|(id, _)| *id != client_id).count()
    }

    pub(super) fn came(&mut self, client_id: &str, username: &str) {
        let user = self.0.entry(client_id.to_owned()).or_insert(User {
            name: username.to_owned(),
            connections: 0,
        });
        username.clone_into(&mut user.name);
        user.connections += 1;
    }

    pub(super) fn left(&mut self, client_id: &str, username: &str) {
        let Some(user) = self.0.get_mut(client_id) else {
            return;
        };
        if user.name == username {
            user.connections = user.connections.saturating_sub(1);
            if user.connections == 0 {
                self.0.remove(client_id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_free_when_the_last_of_its_connections_has_left() {
        let mut ids = ClientIds::default();
        ids.came("a", "GW1");
        ids.came("a", "GW1");
        ids.came("b", "GW1");
        ids.left("a", "GW1");
        assert!(!ids.may_use("a", "GW2") && ids.may_use("a", "GW1"));
        assert_eq!(
            (ids.others_of("GW1", "b"), ids.others_of("GW2", "")),
            (1, 0)
        );
        ids.left("a", "GW2");
        ids.left("a", "GW1");
        assert!(ids.is_free("a") && !ids.is_free("b"));
    }
}
