use rusqlite::{Row, params};

use super::Store;
use crate::HubError;

/// A device somebody added by its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AddedDevice {
    pub(crate) family: String,
    pub(crate) address: String,
    pub(crate) id: String,
    pub(crate) model: String,
    pub(crate) name: Option<String>,
}

impl AddedDevice {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            family: row.get(0)?,
            address: row.get(1)?,
            id: row.get(2)?,
            model: row.get(3)?,
            name: row.get(4)?,
        })
    }
}

impl Store {
    /// Remembers a device; the same address again replaces it.
    pub(crate) async fn add_device(&self, device: AddedDevice) -> Result<(), HubError> {
        self.call(move |db| {
            db.execute(
                "INSERT OR REPLACE INTO device (family, address, id, model, name) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![device.family, device.address, device.id, device.model, device.name],
            )
        })
        .await?;
        Ok(())
    }

    /// Forgets a device; says whether it was known.
    pub(crate) async fn remove_device(&self, id: String) -> Result<bool, HubError> {
        let removed = self
            .call(move |db| db.execute("DELETE FROM device WHERE id = ?1", [id]))
            .await?;
        Ok(removed > 0)
    }

    /// All devices added by address.
    pub(crate) async fn devices(&self) -> Result<Vec<AddedDevice>, HubError> {
        self.call(|db| {
            db.prepare("SELECT family, address, id, model, name FROM device ORDER BY rowid")?
                .query_map([], AddedDevice::read)?
                .collect()
        })
        .await
    }
}
