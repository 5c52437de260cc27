use rusqlite::{OptionalExtension as _, Row, params};

use super::Store;
use crate::HubError;

/// A device somebody added by its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AddedDevice {
    pub(crate) family: String,
    pub(crate) address: String,
    pub(crate) id: String,
    pub(crate) model: String,
    /// Its own name.
    pub(crate) name: Option<String>,
    /// What people here call it.
    pub(crate) given_name: Option<String>,
}

impl AddedDevice {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            family: row.get(0)?,
            address: row.get(1)?,
            id: row.get(2)?,
            model: row.get(3)?,
            name: row.get(4)?,
            given_name: row.get(5)?,
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
            db.prepare(
                "SELECT family, address, device.id, model, device.name, given_name.name
                 FROM device LEFT JOIN given_name ON given_name.id = device.id
                 ORDER BY device.rowid",
            )?
            .query_map([], AddedDevice::read)?
            .collect()
        })
        .await
    }

    /// Says what people here call a device; `None` for its own name.
    pub(crate) async fn name_device(
        &self,
        id: String,
        name: Option<String>,
    ) -> Result<(), HubError> {
        self.call(move |db| match name {
            Some(name) => db.execute(
                "INSERT OR REPLACE INTO given_name (id, name) VALUES (?1, ?2)",
                params![id, name],
            ),
            None => db.execute("DELETE FROM given_name WHERE id = ?1", [id]),
        })
        .await?;
        Ok(())
    }

    /// What people here call a device.
    pub(crate) async fn device_name(&self, id: String) -> Result<Option<String>, HubError> {
        self.call(move |db| {
            let sql = "SELECT name FROM given_name WHERE id = ?1";
            db.query_row(sql, [id], |row| row.get(0)).optional()
        })
        .await
    }
}
