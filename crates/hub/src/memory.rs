//! What families keep over restarts, in the station's database.

use std::sync::Arc;

use serde_json::Value;
use skyhelm_device::{DeviceError, ErrorKind, Memory, Reply};

use crate::HubError;
use crate::store::Store;

/// The memory of one family.
#[derive(Debug)]
pub(crate) struct Kept {
    store: Arc<Store>,
    family: &'static str,
}

impl Kept {
    pub(crate) fn new(store: Arc<Store>, family: &'static str) -> Self {
        Self { store, family }
    }

    fn name(&self, name: &str) -> String {
        format!("family.{}.{name}", self.family)
    }
}

fn broken(error: &HubError) -> DeviceError {
    DeviceError::new(
        ErrorKind::Storage,
        format!("The station could not read or keep it: {error}."),
    )
    .remedy("See whether its disk is full.")
}

impl Memory for Kept {
    fn recall(&self, name: &str) -> Reply<Option<Value>> {
        let (store, name) = (self.store.clone(), self.name(name));
        Box::pin(async move { store.setting(name).await.map_err(|error| broken(&error)) })
    }

    fn keep(&self, name: &str, value: Option<Value>) -> Reply<()> {
        let (store, name) = (self.store.clone(), self.name(name));
        Box::pin(async move {
            let kept = store.set_setting(name, value.as_ref()).await;
            kept.map_err(|error| broken(&error))
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn a_family_finds_its_own_things_again_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::open(folder.path()).unwrap());
        let own = Kept::new(store.clone(), "dji");
        own.keep("axes.GW1", Some(json!(["proof"]))).await.unwrap();
        own.keep("axes.GW2", Some(json!(1))).await.unwrap();
        own.keep("axes.GW2", None).await.unwrap();
        let other = Kept::new(store.clone(), "dwarf");
        assert_eq!(other.recall("axes.GW1").await.unwrap(), None);
        store.close().await;
        let store = Arc::new(Store::open(folder.path()).unwrap());
        let own = Kept::new(store.clone(), "dji");
        assert_eq!(
            own.recall("axes.GW1").await.unwrap(),
            Some(json!(["proof"]))
        );
        assert_eq!(own.recall("axes.GW2").await.unwrap(), None);
        store.close().await;
        let late = own.keep("axes.GW1", None).await.unwrap_err();
        assert_eq!(late.kind, ErrorKind::Storage);
    }
}
