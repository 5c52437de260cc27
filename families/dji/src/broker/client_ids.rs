use std::collections::BTreeMap;

/// Who uses which client id now. MQTT cuts a connection when another comes with its client id, so an
/// id in use belongs to the account that uses it: one gateway cannot cut another.
#[derive(Debug, Default)]
pub(super) struct ClientIds(BTreeMap<String, String>);

impl ClientIds {
    pub(super) fn may_use(&self, client_id: &str, username: &str) -> bool {
        self.0.get(client_id).is_none_or(|user| user == username)
    }

    pub(super) fn came(&mut self, client_id: &str, username: &str) {
        self.0.insert(client_id.to_owned(), username.to_owned());
    }

    pub(super) fn left(&mut self, client_id: &str, username: &str) {
        if self.0.get(client_id).is_some_and(|user| user == username) {
            self.0.remove(client_id);
        }
    }
}
