use rusqlite::{OptionalExtension as _, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Store;
use crate::HubError;

impl Store {
    /// A setting, when somebody made one that can still be read.
    pub(crate) async fn setting<T: DeserializeOwned>(
        &self,
        name: impl Into<String>,
    ) -> Result<Option<T>, HubError> {
        let name = name.into();
        let asked = name.clone();
        let text: Option<String> = self
            .call(move |db| {
                db.query_row(
                    "SELECT value FROM setting WHERE name = ?1",
                    [asked],
                    |row| row.get(0),
                )
                .optional()
            })
            .await?;
        let read = text.map(|text| serde_json::from_str(&text));
        Ok(read.transpose().unwrap_or_else(|error| {
            tracing::warn!(%error, name, "a setting cannot be read and is left out");
            None
        }))
    }

    /// Keeps a setting; `None` forgets it.
    pub(crate) async fn set_setting<T: Serialize>(
        &self,
        name: impl Into<String>,
        value: Option<&T>,
    ) -> Result<(), HubError> {
        let text = value
            .map(serde_json::to_string)
            .transpose()
            .map_err(|error| HubError::Config(error.to_string()))?;
        let name = name.into();
        self.call(move |db| match text {
            Some(text) => db.execute(
                "INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)",
                params![name, text],
            ),
            None => db.execute("DELETE FROM setting WHERE name = ?1", [name]),
        })
        .await?;
        Ok(())
    }
}
