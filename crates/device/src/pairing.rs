//! How a device that dials the station is told where to.

use skyhelm_units::Redacted;

/// What a person types into such a device, or its controller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairing {
    /// Host and port the station is dialled at, when they are known; a host that says "any" is
    /// whatever name the person reaches the station by.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Whether the connection is encrypted.
    pub tls: bool,
    /// The organisation's id.
    pub organization_id: String,
    /// Its name.
    pub organization_name: String,
    /// The code that binds a device to it; any when `None`.
    pub binding_code: Option<Redacted<String>>,
    /// Whether the application that the vendor wants registered is set up.
    pub has_application: bool,
}

/// What a controller's own page needs to bring it online: secrets.
#[derive(Clone, Debug)]
pub struct SignOn {
    /// The application's number at the vendor.
    pub app_id: Redacted<String>,
    /// Its key.
    pub app_key: Redacted<String>,
    /// Its licence.
    pub app_license: Redacted<String>,
    /// The account at the broker.
    pub username: String,
    /// Its password; `None` when only its hash is known: then the person types it.
    pub password: Option<Redacted<String>>,
    /// The work space, a UUID.
    pub workspace_id: String,
    /// What is dialled, and what is shown.
    pub pairing: Pairing,
}
